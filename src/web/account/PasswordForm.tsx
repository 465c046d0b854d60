import { type FormEvent } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { changePassword } from '#api/own-account.ts'
import { call } from '#ui/call.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { meQuery } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { newId } from '#ui/request-id.ts'
import { FormLine } from './FormLine.tsx'
import { useForm } from './use-form.ts'
import s from './Register.module.css'

const empty = { oldPassword: '', newPassword: '', repeated: '' }

/** 旧密码, 新密码, 重复 (manual 001). */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const form = useForm(empty)
  const differs = form.values['repeated'] !== '' && form.values['repeated'] !== form.values['newPassword']
  const live = { ...form, errors: { ...(differs ? { repeated: '两次填写的密码不同' } : {}), ...form.errors } }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const needed = { oldPassword: '请填写原密码', newPassword: '请填写新密码', repeated: '请再次填写新密码' }
    if (!form.complete(needed) || differs) return
    const body = {
      requestId: newId(),
      oldPassword: form.values['oldPassword'] ?? '',
      newPassword: form.values['newPassword'] ?? '',
    }
    if (!(await form.send(async () => void (await call(changePassword, { body }))))) return
    form.fill(empty)
    void message.success('密码已修改，其他登录已退出')
    await client.invalidateQueries({ queryKey: meQuery.queryKey })
    onDone?.()
  }
  return (
    <form
      className={`${s['form']} ${s['narrow']}`}
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-label="修改密码"
    >
      <FormLine
        name="oldPassword"
        label="原密码"
        form={live}
        type="password"
        autoComplete="current-password"
      />
      <FormLine
        name="newPassword"
        label="新密码"
        form={live}
        type="password"
        autoComplete="new-password"
        note="10 至 20 位，含大小写字母和数字，不含空格和 ~，不用常见的密码"
      />
      <FormLine
        name="repeated"
        label="再次填写新密码"
        form={live}
        type="password"
        autoComplete="new-password"
      />
      {form.failed !== undefined && <Failed error={form.failed} />}
      <div className={s['buttons']}>
        <Button type="primary" htmlType="submit" loading={form.busy}>
          修改密码
        </Button>
      </div>
    </form>
  )
}

/** In place of every page until the person has a password of the own. */
export function FirstPassword() {
  return (
    <>
      <PageTitle title="请设置自己的密码" />
      <div className={s['stack']}>
        <Notice kind="warning">现在的密码是初始密码，或不够安全。设置新密码以后才能办理业务。</Notice>
        <PasswordForm />
      </div>
    </>
  )
}
