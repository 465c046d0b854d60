import { useState } from 'react'
import type { AccountDetail } from '#api/account-office.ts'
import { actOnAccount } from '#api/colleague.ts'
import { dutiesChange } from '#domain/account/actions.ts'
import { call } from '#ui/call.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts } from '#ui/request-id.ts'
import { Failed } from '#ui/Words.tsx'
import { FormLine } from '../account/FormLine.tsx'
import { checked, useForm } from '../account/use-form.ts'
import { DutyFields, dutiesOf } from './DutyFields.tsx'
import s from './Office.module.css'

/** 调整职责 of an officer, with the reason. */
export function DutiesDialog({
  detail,
  onDone,
  onLeave,
  onRefresh,
}: {
  detail: AccountDetail
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const [tries] = useState(() => attempts())
  const form = useForm({
    personName: detail.personName,
    authorityCode: detail.authority?.code ?? '',
    roles: detail.roles.map(({ name }) => name).join(','),
    duties: detail.duties,
    opinion: '',
  })
  return (
    <FormDialog
      title={`调整职责：${detail.loginName}`}
      submitWords="调整职责"
      leaveWords="暂不调整"
      width={640}
      onLeave={onLeave}
      onSubmit={async () => {
        const sent = await form.send(async () => {
          const input = checked(dutiesChange, { ...dutiesOf(form), opinion: form.values['opinion'] })
          const given = { version: detail.version, input }
          await tries.run(given, (requestId) =>
            call(actOnAccount, {
              params: { id: detail.id, action: 'change_duties' },
              body: { ...given, requestId },
            }),
          )
        })
        if (sent) onDone()
      }}
    >
      <div className={s['form']}>
        <DutyFields form={form} />
        <div className={s['wide']}>
          <FormLine name="opinion" label="原因" form={form} />
        </div>
        {form.failed !== undefined && (
          <div className={s['wide']}>
            <Failed error={form.failed} onRefresh={onRefresh} />
          </div>
        )}
      </div>
    </FormDialog>
  )
}
