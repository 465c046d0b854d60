import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { Button } from 'antd'
import type { KeyAgentOffer } from '#api/key-agent.ts'
import { AgentAsks } from '#ui/AgentNotices.tsx'
import { wordsOf } from '#ui/call.ts'
import { mayAsk } from '#ui/key/agent.ts'
import { checkAgent, type AgentCheck } from '#ui/key/agent-check.ts'
import { agentHere, type AgentHere } from '#ui/key/agent-here.ts'
import { askWindow } from '#ui/key/agent-window.ts'
import { signingRefusal } from '#ui/key/e-key.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { OpenPage } from '../account/OpenPage.tsx'
import { CheckTable } from '../key/CheckTable.tsx'
import { agentFindings } from '../key/key-check.ts'
import s from './KeyAgent.module.css'

/** 客户端控件下载: the key agent with its steps, and how it stands on this machine. For everybody, without signing in. */
export function KeyAgentPage() {
  const [here, setHere] = useState<AgentHere>()
  const [failed, setFailed] = useState<unknown>()
  const load = useCallback(() => agentHere().then(setHere, setFailed), [])
  useEffect(() => void load(), [load])
  return (
    <OpenPage title="客户端控件下载" home>
      <p>
        使用插在电脑上的硬件钥匙（USB
        Key、智能卡）时，须在本机运行“钥匙代理”。使用电子钥匙文件的，不需要安装。
      </p>
      {failed !== undefined && (
        <Failed
          error={failed}
          onRetry={() => {
            setFailed(undefined)
            void load()
          }}
        />
      )}
      {here !== undefined && (
        <>
          <Section title="本机状态">
            <Status here={here} />
          </Section>
          <Section title={`下载（版本 ${here.offer.version}）`}>
            <Archives offer={here.offer} />
          </Section>
          <Section title="安装">
            <Steps port={here.offer.port} />
          </Section>
        </>
      )}
    </OpenPage>
  )
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={s['section']} aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
)

/** A browser that would put a question to the person is not made to before the person wants it. */
function Status({ here: { agent, offer } }: { here: AgentHere }) {
  const [check, setCheck] = useState<AgentCheck>()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const refusal = signingRefusal()
  const look = useCallback(
    () => checkAgent(agent, offer.version, new Date()).then(setCheck),
    [agent, offer.version],
  )
  useEffect(() => {
    if (refusal !== undefined) return
    void mayAsk().then((may) => (may === 'prompt' ? undefined : look()))
  }, [look, refusal])

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
  if (refusal !== undefined) return <Notice kind="error">{refusal}</Notice>
  const askConsent = () =>
    run(async () => {
      await agent.askConsent(askWindow(setAsking))
      await look()
    })
  return (
    <>
      {check !== undefined && (
        <CheckTable
          findings={agentFindings(check.rows)}
          busy={busy}
          download={false}
          onConsent={() => void askConsent()}
        />
      )}
      <AgentAsks asking={asking} />
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
      <div className={s['check']}>
        <Button loading={busy && asking === undefined} onClick={() => void run(look)}>
          {check === undefined ? '检查本机' : '重新检查'}
        </Button>
        {check === undefined && (
          <span className={s['soft']}>浏览器可能询问是否允许访问本机程序，请选择允许。</span>
        )}
      </div>
    </>
  )
}

const Archives = ({ offer }: { offer: KeyAgentOffer }) => (
  <ul className={s['archives']}>
    {offer.archives.map(({ platform, label, hasRuntime, address }) => (
      <li key={platform}>
        <span>
          {label}
          <span className={s['soft']}>{hasRuntime ? '，附带运行环境，约 50 MB' : '，不附带运行环境'}</span>
        </span>
        <a href={address} download>
          下载
          <span className="visually-hidden">{label}</span>
        </a>
      </li>
    ))}
  </ul>
)

const Steps = ({ port }: { port: number }) => (
  <ol className={s['steps']}>
    <li>安装硬件钥匙厂商的驱动程序（其中有 PKCS#11 模块），或安装 OpenSC。</li>
    <li>下载并解压控件。Windows 双击“启动.cmd”；macOS、Linux 在终端中运行 ./start.sh。</li>
    <li>
      厂商的模块不在通常位置时，在 agent/settings.json 中加一项 "module"，写明模块文件的完整路径，再重新启动。
    </li>
    <li>
      插好钥匙，回到本页点“重新检查”。钥匙代理自己的页面是{' '}
      <a href={`http://127.0.0.1:${port}`} target="_blank" rel="noreferrer">
        http://127.0.0.1:{port}
      </a>
      。
    </li>
    <li>办理业务时，在“插入电子钥匙”中选择“硬件钥匙”；第一次使用和输入 PIN 时，钥匙代理会另开窗口。</li>
  </ol>
)
