import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { checkKey } from '#api/key.ts'
import { AgentAsks } from '#ui/AgentNotices.tsx'
import { call, wordsOf } from '#ui/call.ts'
import { DeviceChoice, useDevice } from '#ui/DeviceChoice.tsx'
import { agentHere } from '#ui/key/agent-here.ts'
import { askWindow } from '#ui/key/agent-window.ts'
import { paths } from '#ui/paths.ts'
import { Notice } from '#ui/Words.tsx'
import { OpenPage } from '../account/OpenPage.tsx'
import { CheckTable } from './CheckTable.tsx'
import { browserFinding, examine, examineTokens, type Ask, type Finding } from './key-check.ts'
import { PinInput } from './PinInput.tsx'
import f from '#ui/Field.module.css'
import k from '#ui/KeyDialog.module.css'
import s from './Key.module.css'

const ask: Ask = (certificate) => call(checkKey, { body: { certificate } })

/** 钥匙体检: before filing, whether key, PIN, certificate, clock and browser are right; for whoever asks, signed in or not. */
export function KeyCheckPage() {
  const [device, choose] = useDevice()
  const Check = device === 'file' ? FileCheck : TokenCheck
  return (
    <OpenPage title="钥匙体检" home>
      <div className={s['making']}>
        <p>申报以前，检查电子钥匙能不能用。钥匙文件和 PIN 只在本机使用，不会上传。</p>
        <DeviceChoice device={device} onChoose={choose} />
        <Check />
      </div>
    </OpenPage>
  )
}

function FileCheck() {
  const [file, setFile] = useState<File>()
  const [pin, setPin] = useState('')
  const [missing, setMissing] = useState(false)
  const [findings, setFindings] = useState<readonly Finding[]>(() => [browserFinding()])
  const [busy, setBusy] = useState(false)

  async function check(event: FormEvent) {
    event.preventDefault()
    setMissing(file === undefined)
    if (file === undefined || busy) return
    setBusy(true)
    try {
      setFindings(await examine(await file.text(), pin, ask, new Date()))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <form onSubmit={(event) => void check(event)} noValidate>
        <div className={s['grid']}>
          <div>
            <label htmlFor="check-file" className={k['label']}>
              电子钥匙文件
            </label>
            <div className={k['file']}>
              <input
                id="check-file"
                type="file"
                accept=".pem"
                className={k['choose']}
                aria-invalid={missing}
                aria-describedby="check-file-error"
                onChange={(event) => {
                  setFile(event.target.files?.[0])
                  setMissing(false)
                  setFindings([browserFinding()])
                }}
              />
              <span className={k['chooseWords']} aria-hidden="true">
                选择文件
              </span>
              <span className={k['name']}>{file?.name ?? '还没有选择'}</span>
            </div>
            <p id="check-file-error" role="alert" className={f['error']}>
              {missing && '请选择电子钥匙文件'}
            </p>
          </div>
          <PinInput id="check-pin" label="PIN" value={pin} onChange={setPin} />
        </div>
        <Button type="primary" htmlType="submit" loading={busy}>
          开始检查
        </Button>
      </form>
      <CheckTable findings={findings} />
    </>
  )
}

/** The tokens of this computer, through the key agent; the browser may ask its person first, so nothing begins by itself. */
function TokenCheck() {
  const [findings, setFindings] = useState<readonly Finding[]>(() => [browserFinding()])
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState<string>()
  const [problem, setProblem] = useState<string>()

  /** `consent`: asks for it first, in the agent's window. */
  async function check(consent: boolean) {
    setBusy(true)
    setProblem(undefined)
    try {
      const { agent, offer } = await agentHere()
      if (consent) await agent.askConsent(askWindow(setAsking))
      setFindings(await examineTokens(agent, offer.version, ask, new Date()))
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <p>
        硬件钥匙须插在本机上，并已运行钥匙代理（
        <Link to={paths.keyAgent()}>下载驱动/客户端控件</Link>
        ）。浏览器询问是否允许访问本机程序时，请选择允许。
      </p>
      <div>
        <Button type="primary" loading={busy} onClick={() => void check(false)}>
          开始检查
        </Button>
      </div>
      <AgentAsks asking={asking} />
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
      <CheckTable findings={findings} busy={busy} onConsent={() => void check(true)} />
    </>
  )
}
