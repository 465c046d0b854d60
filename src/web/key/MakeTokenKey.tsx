import { useState } from 'react'
import { Button } from 'antd'
import { makeCertificate } from '#api/key.ts'
import { readPem } from '#domain/seal/pem.ts'
import { AgentNotices } from '#ui/AgentNotices.tsx'
import { call } from '#ui/call.ts'
import { pinStates, type AgentSession, type KeyAgent } from '#ui/key/agent.ts'
import { makeTokenKey, type NewTokenKey } from '#ui/key/token-key.ts'
import { newId, unanswered } from '#ui/request-id.ts'
import { useKeyAgent } from '#ui/use-key-agent.ts'
import { Notice } from '#ui/Words.tsx'
import type { MakingProps } from './MakeKeyDialog.tsx'
import k from '#ui/KeyDialog.module.css'
import s from './Key.module.css'

/** What goes on where it stopped: the same key under the same id, the certificate once it is there. */
interface Attempt {
  tokenId: string
  key: NewTokenKey
  requestId: string
  certificate?: Uint8Array
}

/** The e-key in a hardware token: the key pair made in the token, the certificate from the server, written beside it. */
export function MakeTokenKey({ detail, onProgress, onMade, onLeave }: MakingProps) {
  const agent = useKeyAgent()
  const { found, busy, run, show } = agent
  const [chosen, setChosen] = useState<string>()
  const [attempt, setAttempt] = useState<Attempt>()
  const [done, setDone] = useState(false)
  const tokens = found.kind === 'tokens' ? found.tokens : []
  const tokenId = attempt?.tokenId ?? (tokens.length === 1 ? tokens[0]?.id : chosen)

  async function certify(now: Attempt): Promise<Attempt & { certificate: Uint8Array }> {
    if (now.certificate !== undefined) return { ...now, certificate: now.certificate }
    try {
      const made = await call(makeCertificate, {
        params: { id: detail.id },
        body: {
          version: detail.version,
          requestId: now.requestId,
          request: btoa(String.fromCharCode(...now.key.request)),
          device: 'token',
        },
      })
      const [block] = readPem(made.certificatePem)
      return { ...now, certificate: block?.bytes ?? new Uint8Array() }
    } catch (error) {
      if (!unanswered(error)) {
        setAttempt(undefined)
        onProgress('choosing')
      }
      throw error
    }
  }

  const make = (of: KeyAgent, id: string) =>
    run(async () => {
      const session: AgentSession = await of.open(id, show)
      try {
        const begun = attempt ?? {
          tokenId: id,
          key: await makeTokenKey(session, detail.holder),
          requestId: newId(),
        }
        setAttempt(begun)
        if (begun.certificate === undefined) onProgress('begun')
        const certified = await certify(begun)
        setAttempt(certified)
        onProgress('certified')
        await session.store(certified.key.keyId, certified.certificate)
        setDone(true)
        onProgress('done')
      } finally {
        void session.close().catch(() => undefined)
      }
    })

  if (done) {
    return (
      <div className={s['making']}>
        <Notice kind="success">
          密钥和证书已写入硬件钥匙。以后登录、盖章时，在“插入电子钥匙”中选择“硬件钥匙”。
        </Notice>
        <div className={k['buttons']}>
          <Button type="primary" onClick={onMade}>
            完成
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className={s['making']}>
      <Notice kind="info">
        密钥在硬件钥匙中生成，不能取出。证书将写明：{detail.holder.personName}，{detail.holder.enterpriseName}
        ，用户名 {detail.holder.loginName}。
      </Notice>
      {found.kind === 'tokens' && tokens.length === 0 && (
        <Notice
          action={
            <Button size="small" onClick={() => void agent.again()}>
              重新查找
            </Button>
          }
        >
          没有找到硬件钥匙。请插好钥匙后重新查找。
        </Notice>
      )}
      {tokens.length > 0 && (
        <div role="radiogroup" aria-label="写入哪一把硬件钥匙" className={k['keys']}>
          {tokens.map((token) => (
            <label key={token.id}>
              <input
                type="radio"
                name="token"
                checked={token.id === tokenId}
                disabled={attempt !== undefined}
                onChange={() => setChosen(token.id)}
              />
              <span>
                {token.label}（{token.id}），PIN {pinStates[token.pin]}
              </span>
            </label>
          ))}
        </div>
      )}
      <AgentNotices agent={agent} />
      {attempt !== undefined && !busy && (
        <Notice kind="warning">
          制作没有完成。请不要关闭本窗口，点“继续制作”从停下的地方继续。
          {attempt.certificate !== undefined &&
            '证书已经签发，还没有写入硬件钥匙：现在离开的，只能办理“补办”。'}
        </Notice>
      )}
      <div className={k['buttons']}>
        <Button onClick={onLeave}>暂不制作</Button>
        <Button
          type="primary"
          loading={busy}
          disabled={found.kind !== 'tokens' || tokenId === undefined}
          onClick={() => {
            if (found.kind === 'tokens' && tokenId !== undefined) void make(found.agent, tokenId)
          }}
        >
          {attempt === undefined ? '制作电子钥匙' : '继续制作'}
        </Button>
      </div>
    </div>
  )
}
