import { useCallback, useEffect, useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { dayOf } from '#domain/day.ts'
import { wordsOf } from './call.ts'
import { AgentError, type KeyAgent, pinStates } from './key/agent.ts'
import { agentHere, fetchChain } from './key/agent-here.ts'
import { askWindow } from './key/agent-window.ts'
import { signingRefusal, type OpenKey } from './key/e-key.ts'
import { keysOf, openTokenKey, type TokenKey } from './key/token-key.ts'
import { KeyFacts, keyRefusal } from './KeyFacts.tsx'
import { paths } from './paths.ts'
import { Notice } from './Words.tsx'
import s from './KeyDialog.module.css'

type Found =
  | { kind: 'looking' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'consent'; agent: KeyAgent }
  | { kind: 'keys'; agent: KeyAgent; keys: TokenKey[] }

async function look(): Promise<Found> {
  const refusal = signingRefusal()
  if (refusal !== undefined) return { kind: 'failed', error: new AgentError('said', refusal) }
  try {
    const { agent } = await agentHere()
    const facts = await agent.facts()
    if (facts.moduleProblem !== null) throw new AgentError('said', facts.moduleProblem)
    if (!facts.consent) return { kind: 'consent', agent }
    return { kind: 'keys', agent, keys: keysOf(await agent.tokens()) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

/** The e-key in a hardware token: found by the key agent, chosen here, its PIN typed in the agent's own window. */
export function TokenKeyForm({
  code13,
  onOpened,
  onClose,
}: {
  code13: string | undefined
  onOpened: (key: OpenKey) => void
  onClose: () => void
}) {
  const [found, setFound] = useState<Found>({ kind: 'looking' })
  const [chosen, setChosen] = useState<TokenKey>()
  const [asking, setAsking] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const show = useCallback((next: Found) => {
    setFound(next)
    setChosen(next.kind === 'keys' && next.keys.length === 1 ? next.keys[0] : undefined)
  }, [])
  useEffect(() => {
    let gone = false
    void look().then((next) => !gone && show(next))
    return () => {
      gone = true
    }
  }, [show])

  async function again() {
    setProblem(undefined)
    setFound({ kind: 'looking' })
    show(await look())
  }
  async function run(work: () => Promise<void>) {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      setBusy(false)
    }
  }
  const askConsent = (agent: KeyAgent) =>
    run(async () => {
      await agent.askConsent(askWindow(setAsking))
      show(await look())
    })

  const refusal = chosen === undefined ? undefined : keyRefusal(chosen.description, code13)
  const ready = found.kind === 'keys' && chosen !== undefined && refusal === undefined
  function insert(event: FormEvent) {
    event.preventDefault()
    if (!ready || busy) return
    void run(async () =>
      onOpened(await openTokenKey(found.agent, chosen, await fetchChain(), askWindow(setAsking))),
    )
  }

  return (
    <form onSubmit={insert} className={s['form']}>
      {found.kind === 'looking' && (
        <p className={s['note']}>正在连接本机的钥匙代理…浏览器若询问是否允许访问本机程序，请选择允许。</p>
      )}
      {found.kind === 'failed' && <NoAgent error={found.error} onAgain={() => void again()} />}
      {found.kind === 'consent' && (
        <Notice
          action={
            <Button size="small" loading={busy} onClick={() => void askConsent(found.agent)}>
              请求允许
            </Button>
          }
        >
          本网站使用硬件钥匙须经您允许。点“请求允许”后，在钥匙代理的窗口中答复。
        </Notice>
      )}
      {found.kind === 'keys' && (
        <Keys keys={found.keys} chosen={chosen} onChoose={setChosen} onAgain={() => void again()} />
      )}
      {chosen !== undefined && <KeyFacts description={chosen.description} />}
      {refusal !== undefined && <Notice kind="error">{refusal}</Notice>}
      {asking !== undefined && (
        <Notice>
          请在钥匙代理的窗口中答复。没有看到窗口？
          <a href={asking} target="_blank" rel="noreferrer">
            打开钥匙代理的窗口
          </a>
        </Notice>
      )}
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
      <p className={s['note']}>PIN 在钥匙代理自己的窗口中输入，本页得不到它。</p>
      <div className={s['buttons']}>
        <Button onClick={onClose}>不插入</Button>
        <Button type="primary" htmlType="submit" loading={busy && ready} disabled={!ready}>
          插入
        </Button>
      </div>
    </form>
  )
}

/** What is missing, with the way to it. */
function NoAgent({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  return (
    <>
      <Notice kind="error">{wordsOf(error)}</Notice>
      <div className={s['steps']}>
        <Button size="small" onClick={onAgain}>
          重试
        </Button>
        <a href={paths.keyAgent()} target="_blank" rel="noreferrer">
          客户端控件下载和安装说明
        </a>
      </div>
    </>
  )
}

function Keys({
  keys,
  chosen,
  onChoose,
  onAgain,
}: {
  keys: readonly TokenKey[]
  chosen: TokenKey | undefined
  onChoose: (key: TokenKey) => void
  onAgain: () => void
}) {
  const lookAgain = (
    <Button size="small" onClick={onAgain}>
      重新查找
    </Button>
  )
  if (keys.length === 0) {
    return <Notice action={lookAgain}>没有找到硬件钥匙中的电子钥匙证书。请插好钥匙后重新查找。</Notice>
  }
  return (
    <>
      <div role="radiogroup" aria-label="硬件钥匙中的证书" className={s['keys']}>
        {keys.map((key) => (
          <label key={key.description.serial}>
            <input type="radio" name="token-key" checked={key === chosen} onChange={() => onChoose(key)} />
            <span>
              {key.description.personName}（{key.description.enterpriseName}），有效期至{' '}
              {dayOf(key.description.notAfter)}
              <br />
              <span className={s['note']}>
                钥匙 {key.token.label}，PIN {pinStates[key.token.pin]}
              </span>
            </span>
          </label>
        ))}
      </div>
      <div className={s['steps']}>{lookAgain}</div>
    </>
  )
}
