import { Button } from 'antd'
import { wordsOf } from './call.ts'
import { paths } from './paths.ts'
import type { AgentInUse } from './use-key-agent.ts'
import { Notice } from './Words.tsx'
import s from './KeyDialog.module.css'

/** What stands between this page and the tokens: the agent is looked for, missing, or has to be allowed; its window waits. */
export function AgentNotices({
  agent: { found, asking, busy, problem, again, askConsent },
}: {
  agent: AgentInUse
}) {
  return (
    <>
      {found.kind === 'looking' && (
        <p className={s['note']}>正在连接本机的钥匙代理…浏览器若询问是否允许访问本机程序，请选择允许。</p>
      )}
      {found.kind === 'failed' && (
        <>
          <Notice kind="error">{wordsOf(found.error)}</Notice>
          <div className={s['steps']}>
            <Button size="small" onClick={() => void again()}>
              重试
            </Button>
            <a href={paths.keyAgent()} target="_blank" rel="noreferrer">
              客户端控件下载和安装说明
            </a>
          </div>
        </>
      )}
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
      <AgentAsks asking={asking} />
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
    </>
  )
}

/** The agent waits for an answer in its own window, whose address is `asking`; a link where the browser did not open it. */
export const AgentAsks = ({ asking }: { asking: string | undefined }) =>
  asking === undefined ? null : (
    <Notice>
      请在钥匙代理的窗口中答复。没有看到窗口？
      <a href={asking} target="_blank" rel="noreferrer">
        打开钥匙代理的窗口
      </a>
    </Notice>
  )
