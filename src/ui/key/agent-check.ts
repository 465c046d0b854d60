/** 钥匙体检, the part that is the agent's: whether it answers, its version, its driver, the tokens in it, their PINs. */
import { formatInstant } from '#domain/day.ts'
import { validityRefusal } from '#domain/seal/validity.ts'
import { AgentError, type AgentFacts, type AgentToken, type KeyAgent, pinStates } from './agent.ts'
import { keysOf, type TokenKey } from './token-key.ts'

export interface CheckRow {
  readonly name: string
  readonly state: 'right' | 'warning' | 'wrong'
  readonly words: string
  /** What to do, where it is not right. */
  readonly remedy?: string
  /** Where that is done. */
  readonly remedyAt?: 'download' | 'consent'
}

export interface AgentCheck {
  readonly rows: readonly CheckRow[]
  readonly keys: readonly TokenKey[]
}

/** Asks the agent everything it tells this site. `offered`: the version that the site offers. Never throws AgentError. */
export async function checkAgent(agent: KeyAgent, offered: string, now: Date): Promise<AgentCheck> {
  const facts = await agent.facts().catch(orAgentError)
  if (facts instanceof AgentError) return { rows: [notAnswering(facts)], keys: [] }
  const rows = factRows(facts, offered)
  if (facts.moduleProblem !== null || !facts.consent) return { rows, keys: [] }
  const tokens = await agent.tokens().catch(orAgentError)
  if (tokens instanceof AgentError) {
    return { rows: [...rows, { name: '硬件钥匙', state: 'wrong', words: tokens.message }], keys: [] }
  }
  const keys = keysOf(tokens)
  return { rows: [...rows, ...tokenRows(tokens), ...keys.map((key) => keyRow(key, now))], keys }
}

function orAgentError(error: unknown): AgentError {
  if (error instanceof AgentError) return error
  throw error
}

function notAnswering(error: AgentError): CheckRow {
  const row = { name: '钥匙代理', state: 'wrong', words: error.message } as const
  return error.problem === 'denied'
    ? row
    : { ...row, remedy: '下载、安装并启动客户端控件', remedyAt: 'download' }
}

function factRows({ version, moduleProblem, consent }: AgentFacts, offered: string): CheckRow[] {
  const rows: CheckRow[] = [
    version === offered
      ? { name: '钥匙代理', state: 'right', words: `正在运行，版本 ${version}` }
      : {
          name: '钥匙代理',
          state: 'warning',
          words: `正在运行，版本 ${version}；本站提供的版本是 ${offered}`,
          remedy: '下载本站的版本并重新启动',
          remedyAt: 'download',
        },
    moduleProblem === null
      ? { name: '钥匙驱动', state: 'right', words: '可以使用' }
      : {
          name: '钥匙驱动',
          state: 'wrong',
          words: moduleProblem,
          remedy: '安装后重新启动钥匙代理',
        },
  ]
  if (moduleProblem !== null) return rows
  return [
    ...rows,
    consent
      ? { name: '本网站的使用', state: 'right', words: '已允许' }
      : {
          name: '本网站的使用',
          state: 'warning',
          words: '还没有允许，看不到钥匙中的内容',
          remedy: '请求允许，并在钥匙代理的窗口中答复',
          remedyAt: 'consent',
        },
  ]
}

const pinRow: Readonly<Record<AgentToken['pin'], Pick<CheckRow, 'state' | 'remedy'>>> = {
  fine: { state: 'right' },
  low: { state: 'warning', remedy: '核对 PIN 后再输；输对一次即恢复' },
  final: { state: 'warning', remedy: '不确定 PIN 时不要再试，请到发证机构解锁' },
  locked: { state: 'wrong', remedy: '请携钥匙到发证机构解锁或补办' },
}

function tokenRows(tokens: readonly AgentToken[]): CheckRow[] {
  if (tokens.length === 0) {
    return [{ name: '硬件钥匙', state: 'wrong', words: '没有插入', remedy: '插好钥匙后重新检查' }]
  }
  return tokens.flatMap((token): CheckRow[] => [
    { name: '硬件钥匙', state: 'right', words: `${token.label}（${token.id}）` },
    { name: 'PIN 剩余次数', words: pinStates[token.pin], ...pinRow[token.pin] },
    ...(keysOf([token]).length > 0
      ? []
      : [
          {
            name: '证书',
            state: 'wrong',
            words: `${token.label} 中没有电子钥匙证书`,
            remedy: '在电子钥匙业务中制作电子钥匙，写入这把钥匙',
          } as const,
        ]),
  ])
}

function keyRow({ description }: TokenKey, now: Date): CheckRow {
  const whose = `${description.personName}（${description.enterpriseName}），有效期至 ${formatInstant(description.notAfter)}`
  const refusal = validityRefusal(description, now)
  if (refusal === undefined) return { name: '证书', state: 'right', words: whose }
  return { name: '证书', state: 'wrong', words: whose, remedy: refusal.words }
}
