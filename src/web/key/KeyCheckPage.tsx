import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { checkKey } from '#api/key.ts'
import { call } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { StateWord, type Tone } from '#ui/Words.tsx'
import { browserFinding, examine, type Finding } from './key-check.ts'
import { PinInput } from './PinInput.tsx'
import f from '#ui/Field.module.css'
import k from '#ui/KeyDialog.module.css'
import { OpenPage } from '../account/OpenPage.tsx'
import s from './Key.module.css'

const results: Readonly<Record<Finding['result'], { words: string; tone: Tone }>> = {
  right: { words: '正常', tone: 'good' },
  mind: { words: '注意', tone: 'waiting' },
  wrong: { words: '不正常', tone: 'bad' },
  unknown: { words: '未检查', tone: 'plain' },
}

/** 钥匙体检: before filing, whether key, PIN, certificate, clock and browser are right; for whoever asks, signed in or not. */
export function KeyCheckPage() {
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
      const ask = (certificate: string) => call(checkKey, { body: { certificate } })
      setFindings(await examine(await file.text(), pin, ask, new Date()))
    } finally {
      setBusy(false)
    }
  }
  return (
    <OpenPage title="钥匙体检" home>
      <p>申报以前，检查电子钥匙能不能用。文件和 PIN 只在本页使用，不会上传。</p>
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
      <table className={classes(s['checks'], s['apart'])} aria-label="检查结果">
        <thead>
          <tr>
            <th className={s['narrow']}>项目</th>
            <th className={s['narrow']}>结果</th>
            <th>说明和办法</th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ what, result, words }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>
                <StateWord tone={results[result].tone}>{results[result].words}</StateWord>
              </td>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </OpenPage>
  )
}
