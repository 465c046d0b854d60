import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { dayOf } from '#domain/day.ts'
import { AgentNotices } from './AgentNotices.tsx'
import { pinStates } from './key/agent.ts'
import { fetchChain } from './key/agent-here.ts'
import type { OpenKey } from './key/e-key.ts'
import { keysOf, openTokenKey, type TokenKey } from './key/token-key.ts'
import { KeyFacts, keyRefusal } from './KeyFacts.tsx'
import { useKeyAgent } from './use-key-agent.ts'
import { Notice } from './Words.tsx'
import s from './KeyDialog.module.css'

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
  const agent = useKeyAgent()
  const { found, busy, run, show } = agent
  const [serial, setSerial] = useState<string>()
  const keys = found.kind === 'tokens' ? keysOf(found.tokens) : []
  const chosen = keys.length === 1 ? keys[0] : keys.find((key) => key.description.serial === serial)
  const refusal = chosen === undefined ? undefined : keyRefusal(chosen.description, code13)
  const ready = found.kind === 'tokens' && chosen !== undefined && refusal === undefined

  function insert(event: FormEvent) {
    event.preventDefault()
    if (!ready || busy) return
    void run(async () => onOpened(await openTokenKey(found.agent, chosen, await fetchChain(), show)))
  }
  return (
    <form onSubmit={insert} className={s['form']}>
      {found.kind === 'tokens' && (
        <Keys keys={keys} chosen={chosen} onChoose={setSerial} onAgain={() => void agent.again()} />
      )}
      {chosen !== undefined && <KeyFacts description={chosen.description} />}
      {refusal !== undefined && <Notice kind="error">{refusal}</Notice>}
      <AgentNotices agent={agent} />
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

function Keys({
  keys,
  chosen,
  onChoose,
  onAgain,
}: {
  keys: readonly TokenKey[]
  chosen: TokenKey | undefined
  onChoose: (serial: string) => void
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
            <input
              type="radio"
              name="token-key"
              checked={key === chosen}
              onChange={() => onChoose(key.description.serial)}
            />
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
