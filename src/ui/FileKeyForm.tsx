import { useContext, useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { demoAccountList } from '#api/demo.ts'
import { call } from './call.ts'
import { classes } from './field-parts.ts'
import { EKeyError } from './key/e-key-error.ts'
import { describeKey, openKey, signingRefusal, type KeyDescription, type OpenKey } from './key/e-key.ts'
import { KeyFacts, keyRefusal } from './KeyFacts.tsx'
import { MeContext } from './session.ts'
import { Notice } from './Words.tsx'
import s from './KeyDialog.module.css'
import f from './Field.module.css'

interface Chosen {
  name: string
  text: string
  description: KeyDescription
}

/** The e-key as a file: choose it, see whose it is, give the PIN. */
export function FileKeyForm({
  code13,
  onOpened,
  onClose,
}: {
  code13: string | undefined
  onOpened: (key: OpenKey) => void
  onClose: () => void
}) {
  const [chosen, setChosen] = useState<Chosen>()
  const [pin, setPin] = useState('')
  const [fileProblem, setFileProblem] = useState<string | undefined>(signingRefusal())
  const [pinProblem, setPinProblem] = useState<string>()
  const [opening, setOpening] = useState(false)

  async function choose(file: File | undefined) {
    setChosen(undefined)
    setPinProblem(undefined)
    setPin('')
    if (file === undefined) return
    try {
      const text = await file.text()
      const description = describeKey(text)
      setFileProblem(keyRefusal(description, code13))
      setChosen({ name: file.name, text, description })
    } catch (error) {
      setFileProblem(wordsOf(error))
    }
  }

  async function open(event: FormEvent) {
    event.preventDefault()
    if (chosen === undefined || fileProblem !== undefined || opening) return
    if (pin === '') return setPinProblem('请填写电子钥匙 PIN')
    setOpening(true)
    setPinProblem(undefined)
    try {
      onOpened(await openKey(chosen.text, pin))
    } catch (error) {
      setPinProblem(wordsOf(error))
      setPin('')
    } finally {
      setOpening(false)
    }
  }

  return (
    <form onSubmit={(event) => void open(event)} className={s['form']}>
      <div>
        <label htmlFor="key-file" className={s['label']}>
          电子钥匙文件
        </label>
        <div className={s['file']}>
          <input
            id="key-file"
            type="file"
            accept=".pem"
            autoFocus
            className={s['choose']}
            aria-describedby="key-file-note"
            aria-invalid={fileProblem !== undefined}
            onChange={(event) => void choose(event.target.files?.[0])}
          />
          <span className={s['chooseWords']} aria-hidden="true">
            选择文件
          </span>
          <span className={s['name']}>{chosen?.name ?? '还没有选择'}</span>
        </div>
        <p id="key-file-note" className={s['note']}>
          发放电子钥匙时得到的 .pem 文件。文件和 PIN 只在本页内存中使用，不会上传。
        </p>
        <DemoKey />
      </div>
      {chosen !== undefined && <KeyFacts description={chosen.description} />}
      {fileProblem !== undefined && <Notice kind="error">{fileProblem}</Notice>}
      {chosen !== undefined && fileProblem === undefined && (
        <div className={classes(f['field'], f['required'], pinProblem !== undefined && f['wrong'])}>
          <label htmlFor="key-pin" className={s['label']}>
            PIN
          </label>
          <input
            id="key-pin"
            type="password"
            className={f['input']}
            value={pin}
            autoFocus
            autoComplete="off"
            aria-required
            aria-invalid={pinProblem !== undefined}
            aria-describedby="key-pin-error"
            onChange={(event) => setPin(event.target.value)}
          />
          <p id="key-pin-error" role="alert" className={f['error']}>
            {pinProblem}
          </p>
        </div>
      )}
      <div className={s['buttons']}>
        <Button onClick={onClose}>不插入</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={opening}
          disabled={chosen === undefined || fileProblem !== undefined}
        >
          插入
        </Button>
      </div>
    </form>
  )
}

/** In the demonstration: where this person's key file is, and its PIN. */
function DemoKey() {
  const me = useContext(MeContext)
  const read = useQuery({
    queryKey: ['demo-accounts'],
    queryFn: ({ signal }) => call(demoAccountList, { signal }),
    staleTime: Infinity,
    enabled: me?.mode === 'demo',
  })
  const eKey = read.data?.accounts.find((account) => account.loginName === me?.account.loginName)?.eKey
  if (eKey === undefined || eKey === null) return null
  return (
    <p className={s['note']}>
      演示电子钥匙：
      <a href={eKey.address} download>
        下载文件
      </a>
      ，PIN 为 {eKey.pin}
    </p>
  )
}

const wordsOf = (error: unknown) =>
  error instanceof EKeyError ? error.message : '没有读出文件，请重新选择电子钥匙文件'
