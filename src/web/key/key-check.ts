/**
 * 钥匙体检: what may be wrong with an e-key, one question after the other, each with its remedy. What needs the server is
 * asked by `ask`, so that the list can be tried without one. A hardware token's own questions (agent, driver, PIN tries)
 * stand in front.
 */
import type { z } from 'zod'
import type { checkKey } from '#api/key.ts'
import { dayOf, formatInstant } from '#domain/day.ts'
import { readCertificate } from '#domain/seal/certificate.ts'
import { readPem } from '#domain/seal/pem.ts'
import { validityRefusal } from '#domain/seal/validity.ts'
import type { KeyAgent } from '#ui/key/agent.ts'
import { checkAgent, type CheckRow } from '#ui/key/agent-check.ts'
import { EKeyError } from '#ui/key/e-key-error.ts'
import { describeKey, openKey, signingRefusal, type KeyDescription } from '#ui/key/e-key.ts'

export interface Finding {
  what: string
  /** `unknown`: could not be asked because something before it failed. */
  result: 'right' | 'wrong' | 'mind' | 'unknown'
  words: string
  /** Where it is mended: at the download of the agent, or by asking the agent for its person's consent. */
  at?: CheckRow['remedyAt']
}

type Opinion = z.infer<(typeof checkKey)['reply']>
export type Ask = (certificate: string) => Promise<Opinion>

/** As the server's check of a seal allows (server/pki/seal-check.ts). */
const mostClockDifferenceMs = 5 * 60_000
const soonDays = 90

export const browserFinding = (): Finding => {
  const refusal = signingRefusal()
  return {
    what: '浏览器',
    result: refusal === undefined ? 'right' : 'wrong',
    words: refusal ?? '可以使用电子钥匙签名',
  }
}

/** All findings about a key file; `now` is the computer's clock. */
export async function examine(fileText: string, pin: string, ask: Ask, now: Date): Promise<Finding[]> {
  const findings = [browserFinding()]
  if (findings.some((one) => one.result === 'wrong')) return findings
  const file = describe(fileText)
  findings.push(file.finding)
  if (file.description === undefined) return findings
  findings.push(await pinFinding(fileText, pin))
  const opinion = await ask(file.certificate).catch(() => undefined)
  findings.push(...serverFindings(opinion, now), datesFinding(file.description, now))
  return findings
}

const agentResults = { right: 'right', warning: 'mind', wrong: 'wrong' } as const

/** What the agent's own rows tell, in the form of this list. */
export const agentFindings = (rows: readonly CheckRow[]): Finding[] =>
  rows.map(({ name, state, words, remedy, remedyAt }) => ({
    what: name,
    result: agentResults[state],
    words: remedy === undefined ? words : `${words.replace(/。$/, '')}。${remedy}`,
    ...(remedyAt === undefined ? {} : { at: remedyAt }),
  }))

/**
 * All findings about the hardware tokens of this computer and every key in them; `offered`: the version of the agent that
 * this site offers. PINs are not asked for: the agent tells how many tries are left.
 */
export async function examineTokens(
  agent: KeyAgent,
  offered: string,
  ask: Ask,
  now: Date,
): Promise<Finding[]> {
  const findings = [browserFinding()]
  if (findings.some((one) => one.result === 'wrong')) return findings
  const { rows, keys } = await checkAgent(agent, offered, now)
  findings.push(...agentFindings(rows))
  for (const { certificate, description } of keys) {
    const opinion = await ask(base64(certificate.der)).catch(() => undefined)
    const dates = datesFinding(description, now)
    // What is over already stands in the agent's row of the certificate.
    const found = [...serverFindings(opinion, now), ...(dates.result === 'mind' ? [dates] : [])]
    const whose = keys.length > 1 ? `证书 ${description.serial}：` : ''
    findings.push(...found.map((one) => ({ ...one, words: `${whose}${one.words}` })))
  }
  return findings
}

const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

function describe(fileText: string) {
  try {
    const description: KeyDescription = describeKey(fileText)
    const certificate = readPem(fileText).find((block) => block.label === 'CERTIFICATE')
    const der = readCertificate(certificate?.bytes ?? new Uint8Array()).der
    const words = `${description.personName}，${description.enterpriseName}，序列号 ${description.serial}`
    return {
      finding: { what: '电子钥匙文件', result: 'right' as const, words },
      description,
      certificate: base64(der),
    }
  } catch {
    const words =
      '不是电子钥匙文件，或文件已损坏。请选择制作电子钥匙时下载的 .pem 文件；文件丢失的请办理“补办”'
    return {
      finding: { what: '电子钥匙文件', result: 'wrong' as const, words },
      description: undefined,
      certificate: '',
    }
  }
}

async function pinFinding(fileText: string, pin: string): Promise<Finding> {
  const what = 'PIN'
  if (pin === '') return { what, result: 'unknown', words: '没有输入 PIN，未检查。请输入后再检查一次' }
  try {
    await openKey(fileText, pin)
    return { what, result: 'right', words: 'PIN 正确，私钥与证书相符' }
  } catch (error) {
    const words = error instanceof EKeyError ? error.message : '没有打开电子钥匙，请重新选择文件'
    return { what, result: 'wrong', words: `${words}PIN 忘记的无法找回，请办理“补办”` }
  }
}

function serverFindings(opinion: Opinion | undefined, now: Date): Finding[] {
  if (opinion === undefined) {
    const words = '没有连上服务器，未检查。请检查网络后重试'
    return ['证书链', '注销状态', '账号绑定', '电脑时间'].map((what) => ({ what, result: 'unknown', words }))
  }
  const { issued, known, revokedAt, boundToMe } = opinion
  return [
    {
      what: '证书链',
      result: issued && known ? 'right' : 'wrong',
      words:
        issued && known
          ? '由本系统的签发机构签发'
          : '不是本系统签发的电子钥匙，不能使用。请使用本系统发放的电子钥匙，或重新申请',
    },
    {
      what: '注销状态',
      result: !known ? 'unknown' : revokedAt === null ? 'right' : 'wrong',
      words: !known
        ? '本系统没有登记，未检查'
        : revokedAt === null
          ? '没有注销'
          : `已于 ${formatInstant(new Date(revokedAt))} 注销，不能再用。请办理“补办”或重新申请`,
    },
    {
      what: '账号绑定',
      result: boundToMe === null ? 'unknown' : boundToMe ? 'right' : 'mind',
      words:
        boundToMe === null
          ? '登录后可以检查是否已与您的账号绑定'
          : boundToMe
            ? '已与当前登录账号绑定'
            : '没有与当前登录账号绑定，不能盖章上报。请在“我的IC卡”中绑卡',
    },
    clockFinding(new Date(opinion.now), now),
  ]
}

function clockFinding(server: Date, now: Date): Finding {
  const difference = Math.abs(now.getTime() - server.getTime())
  const right = difference < mostClockDifferenceMs
  const seconds = Math.round(difference / 1000)
  return {
    what: '电脑时间',
    result: right ? 'right' : 'wrong',
    words: right
      ? `与服务器相差 ${seconds} 秒`
      : `与服务器（${formatInstant(server)}）相差 ${Math.round(seconds / 60)} 分钟，盖章会被拒绝。请在系统设置中打开“自动设置时间”`,
  }
}

function datesFinding(description: KeyDescription, now: Date): Finding {
  const what = '有效期'
  const refusal = validityRefusal(description, now)
  if (refusal !== undefined) return { what, result: 'wrong', words: refusal.words }
  const days = Math.floor((description.notAfter.getTime() - now.getTime()) / 86_400_000)
  const until = `有效期至 ${dayOf(description.notAfter)}`
  return days < soonDays
    ? { what, result: 'mind', words: `${until}，还有 ${days} 天。请及时办理“更新”` }
    : { what, result: 'right', words: until }
}
