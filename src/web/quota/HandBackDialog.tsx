import { useState } from 'react'
import { App } from 'antd'
import { handBackQuota, type QuotaAccountRow } from '#api/quota.ts'
import { figure } from '#domain/decimal.ts'
import { quantityLimits, quantityProblem } from '#domain/quota/grant.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import s from './Quota.module.css'

const quantityField = { kind: 'decimal', label: '交还数量', required: true, ...quantityLimits } as const
const noteField = { kind: 'text', label: '说明', max: 200 } as const

/** 交还: unused quota goes back to the authority; it can't be taken back. */
export function HandBackDialog({
  account,
  onDone,
  onLeave,
  onRefresh,
}: {
  account: QuotaAccountRow & { handBack: { by: string } }
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const { message } = App.useApp()
  const [tries] = useState<Attempts>(() => attempts())
  const [quantity, setQuantity] = useState('')
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<string>()

  async function submit() {
    const problem = quantityProblem(quantity)
    setWrong(problem)
    if (problem !== undefined) {
      goToField('handBack.quantity')
      return false
    }
    const body = { seq: account.seq, quantity, note }
    await tries.run(body, (requestId) =>
      call(handBackQuota, { params: { id: account.id }, body: { ...body, requestId } }),
    )
    void message.success(`已交还 ${figure(quantity)} ${account.unit}`)
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="交还配额"
      submitWords="交还配额"
      leaveWords="暂不交还"
      danger
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={onRefresh}
    >
      <div className={s['fields']}>
        <Notice kind="warning">
          可用余量 {figure(account.balances.available)} {account.unit}。交还后不能收回；{account.handBack.by}{' '}
          前交还的不影响下一年度配额。
        </Notice>
        <Field
          field={quantityField}
          path="handBack.quantity"
          value={quantity}
          unit={account.unit}
          error={wrong}
          onChange={(value) => {
            setQuantity(value)
            setWrong(undefined)
          }}
        />
        <Field field={noteField} path="handBack.note" value={note} onChange={setNote} />
      </div>
    </FormDialog>
  )
}
