import { useState } from 'react'
import { Button } from 'antd'
import { makeCertificate } from '#api/key.ts'
import { pinProblem } from '#domain/certificate/pin.ts'
import { call } from '#ui/call.ts'
import { DialogForm } from '#ui/FormDialog.tsx'
import { signingRefusal } from '#ui/key/e-key.ts'
import { keyFile, makeKey, type NewKey } from '#ui/key/new-key.ts'
import { newId, unanswered } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import type { MakingProps } from './MakeKeyDialog.tsx'
import { PinInput } from './PinInput.tsx'
import s from './Key.module.css'

/** What goes out again unchanged when nobody answered: the same key under the same id. */
interface Attempt {
  key: NewKey
  requestId: string
  pin: string
}

/** The e-key as a file: a PIN, the key pair in this page, the certificate from the server, the file to keep. */
export function MakeFileKey({ detail, onProgress, onMade, onLeave }: MakingProps) {
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [wrong, setWrong] = useState<{ pin?: string; again?: string }>({})
  const [attempt, setAttempt] = useState<Attempt>()
  const [file, setFile] = useState<string>()
  const insecure = signingRefusal()

  async function make() {
    const problem = pinProblem(pin)
    const found = {
      ...(problem === undefined ? {} : { pin: problem }),
      ...(pin === again ? {} : { again: '两次输入的 PIN 不一致' }),
    }
    setWrong(found)
    if (Object.keys(found).length > 0) return false
    const now =
      attempt?.pin === pin ? attempt : { key: await makeKey(detail.holder, pin), requestId: newId(), pin }
    setAttempt(now)
    onProgress('begun')
    try {
      const made = await call(makeCertificate, {
        params: { id: detail.id },
        body: {
          version: detail.version,
          requestId: now.requestId,
          request: base64(now.key.request),
          device: 'file',
        },
      })
      const text = keyFile(now.key, made.certificatePem, made.chainPem)
      setFile(text)
      onProgress('done')
      save(text, `${detail.loginName}.pem`)
    } catch (error) {
      if (!unanswered(error)) {
        setAttempt(undefined)
        onProgress('choosing')
      }
      throw error
    }
    return undefined
  }

  if (file !== undefined) {
    return (
      <div className={s['fields']}>
        <Notice kind="success">
          电子钥匙文件 {detail.loginName}.pem 已下载。请保存到安全的地方，并记住
          PIN：两者缺一不可，本系统都不保存。
        </Notice>
        <p>没有找到下载的文件？可以在离开本页之前再下载一次。离开后丢失的，只能办理“补办”。</p>
        <div className={s['links']}>
          <Button onClick={() => save(file, `${detail.loginName}.pem`)}>再下载一次</Button>
          <Button type="primary" onClick={onMade}>
            已保存好
          </Button>
        </div>
      </div>
    )
  }
  return (
    <DialogForm submitWords="制作电子钥匙" leaveWords="暂不制作" onSubmit={make} onLeave={onLeave}>
      <div className={s['fields']}>
        {insecure !== undefined && <Notice kind="error">{insecure}</Notice>}
        <Notice kind="info">
          密钥在您的电脑上生成，私钥和 PIN 不会上传。证书将写明：{detail.holder.personName}，
          {detail.holder.enterpriseName}，用户名 {detail.holder.loginName}。
        </Notice>
        <PinInput
          id="new-pin"
          label="设定 PIN"
          value={pin}
          error={wrong.pin}
          hint="8 至 20 位，须含字母和数字"
          onChange={(value) => {
            setPin(value)
            setWrong({})
          }}
        />
        <PinInput
          id="new-pin-again"
          label="再次输入 PIN"
          value={again}
          error={wrong.again}
          onChange={(value) => {
            setAgain(value)
            setWrong({})
          }}
        />
      </div>
    </DialogForm>
  )
}

const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** Hands the text to the browser as a file to keep. */
function save(text: string, name: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
