import { useState } from 'react'
import { App } from 'antd'
import { revokeKey, type KeyRow } from '#api/key.ts'
import { revocationCodes, type RevocationCode } from '#domain/certificate/kinds.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { Choice } from '../quota/Choice.tsx'
import s from './Key.module.css'

const reasonField = { kind: 'text', label: '说明', max: 200, required: true, multiline: true } as const
const codes = Object.entries(revocationCodes).flatMap(([value, words]) =>
  isCode(value) ? [{ value, words }] : [],
)
function isCode(name: string): name is RevocationCode {
  return Object.hasOwn(revocationCodes, name)
}

/** 吊销: why, in a word for the list and in words for the record. */
export function RevokeDialog({
  row,
  office,
  onDone,
  onLeave,
}: {
  row: KeyRow
  office: boolean
  onDone: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const [tries] = useState<Attempts>(() => attempts())
  const [code, setCode] = useState<RevocationCode | ''>('')
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<{ code?: string; reason?: string }>({})

  async function submit() {
    const found = {
      ...(code === '' ? { code: '请选择吊销原因' } : {}),
      ...(reason.trim() === '' ? { reason: '请填写说明' } : {}),
    }
    setWrong(found)
    if (code === '' || Object.keys(found).length > 0) return false
    const body = { code, reason: reason.trim() }
    await tries.run({ ...body, of: row.fingerprint }, (id) =>
      call(revokeKey, { params: { fingerprint: row.fingerprint }, body: { ...body, id } }),
    )
    void message.success('电子钥匙已吊销')
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="吊销电子钥匙"
      submitWords="吊销电子钥匙"
      leaveWords="保留"
      danger
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        <Notice kind="warning">
          {row.holder} 的电子钥匙（序列号 {row.serial}
          ）吊销后立即失效，不能恢复。已经上报的申请不受影响，已盖章未上报的须重新盖章。
        </Notice>
        <Choice
          label="吊销原因"
          path="revoke.code"
          value={code}
          error={wrong.code}
          choices={codes.filter(({ value }) => office || value !== 'privilegeWithdrawn')}
          onChange={(value) => {
            setCode(value)
            setWrong({})
          }}
        />
        <Field
          field={reasonField}
          path="revoke.reason"
          value={reason}
          error={wrong.reason}
          onChange={(value) => {
            setReason(value)
            setWrong({})
          }}
        />
      </div>
    </FormDialog>
  )
}
