import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createOfficer, officerInput } from '#api/account-office.ts'
import { call } from '#ui/call.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { paths } from '#ui/paths.ts'
import { newId } from '#ui/request-id.ts'
import { Failed } from '#ui/Words.tsx'
import { FormLine } from '../account/FormLine.tsx'
import { checked, useForm } from '../account/use-form.ts'
import { DutyFields, dutiesOf } from './DutyFields.tsx'
import { PasswordDialog } from './PasswordDialog.tsx'
import s from './Office.module.css'

/** 新建管理机构用户; then the first password, then the person's page. */
export function NewOfficerDialog({ onLeave }: { onLeave: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [id] = useState(newId)
  const [made, setMade] = useState<{ loginName: string; password?: string | undefined }>()
  const form = useForm({
    loginName: '',
    personName: '',
    authorityCode: '',
    roles: '',
    duties: '',
    email: '',
    mobile: '',
  })
  if (made !== undefined) {
    return (
      <PasswordDialog
        loginName={made.loginName}
        password={made.password}
        onLeave={() => {
          onLeave()
          void navigate({ to: paths.account(id) })
        }}
      />
    )
  }
  const given = (name: 'email' | 'mobile') => {
    const value = (form.values[name] ?? '').trim()
    return value === '' ? {} : { [name]: value }
  }
  return (
    <FormDialog
      title="新建管理机构用户"
      submitWords="新建用户"
      leaveWords="暂不新建"
      width={640}
      onLeave={onLeave}
      onSubmit={async () => {
        const { loginName } = form.values
        await form.send(async () => {
          const body = checked(officerInput, {
            id,
            loginName,
            ...dutiesOf(form),
            ...given('email'),
            ...given('mobile'),
          })
          setMade(await call(createOfficer, { body }))
          void client.invalidateQueries({ queryKey: ['accounts'] })
        })
      }}
    >
      <div className={s['form']}>
        <FormLine name="loginName" label="登录名" form={form} note="4 至 30 位，以字母开头" />
        <DutyFields form={form} />
        <FormLine name="email" label="电子邮箱" form={form} mode="email" optional />
        <FormLine name="mobile" label="手机" form={form} mode="numeric" optional />
        {form.failed !== undefined && (
          <div className={s['wide']}>
            <Failed error={form.failed} />
          </div>
        )}
      </div>
    </FormDialog>
  )
}
