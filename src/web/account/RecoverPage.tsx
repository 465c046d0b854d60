import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { recoverPassword, sendRecoveryCode } from '#api/registration.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from './Captcha.tsx'
import { FormLine } from './FormLine.tsx'
import { OpenPage } from './OpenPage.tsx'
import { useForm } from './use-form.ts'
import s from './Register.module.css'

/** 密码找回 (manual 001): a code to the confirmed mobile or e-mail, then a new password. */
export function RecoverPage() {
  const form = useForm({ loginName: '', recipient: '', answer: '', code: '', newPassword: '', repeated: '' })
  const [by, setBy] = useState<'sms' | 'email'>('sms')
  const [sent, setSent] = useState(false)
  const [done, setDone] = useState(false)
  const captcha = useCaptcha()
  const text = (name: string) => (form.values[name] ?? '').trim()
  const place = by === 'sms' ? '手机号码' : '电子邮箱'
  const whose = { loginName: '请填写登录名', recipient: `请填写${place}` }

  const send = async () => {
    if (!form.complete({ ...whose, answer: '请填写图片或问题的答案' })) return
    const body = {
      by,
      loginName: text('loginName'),
      recipient: text('recipient'),
      captchaId: captcha.id,
      captchaAnswer: text('answer'),
    }
    if (await form.send(async () => void (await call(sendRecoveryCode, { body })))) setSent(true)
    form.set('answer', '')
    captcha.another()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (
      !form.complete({
        ...whose,
        code: '请填写验证码',
        newPassword: '请填写新密码',
        repeated: '请再次填写新密码',
      })
    )
      return
    if (differs) return
    const body = {
      by,
      loginName: text('loginName'),
      recipient: text('recipient'),
      code: text('code'),
      newPassword: form.values['newPassword'] ?? '',
    }
    if (await form.send(async () => void (await call(recoverPassword, { body })))) setDone(true)
  }
  const differs = form.values['repeated'] !== '' && form.values['repeated'] !== form.values['newPassword']
  const live = { ...form, errors: { ...(differs ? { repeated: '两次填写的密码不同' } : {}), ...form.errors } }
  if (done) {
    return (
      <OpenPage title="密码找回">
        <div className={s['stack']}>
          <Notice kind="success">新密码已设置，原来的登录全部退出。</Notice>
          <p>
            <Link to={paths.signIn()}>用新密码登录</Link>
          </p>
        </div>
      </OpenPage>
    )
  }
  return (
    <OpenPage title="密码找回">
      <form
        className={`${s['form']} ${s['narrow']}`}
        onSubmit={(event) => void submit(event)}
        noValidate
        aria-label="密码找回"
      >
        <FormLine name="loginName" label="登录名" form={live} autoComplete="username" />
        <fieldset className={s['group']}>
          <legend>验证码发到</legend>
          <div className={s['choices']}>
            {(['sms', 'email'] as const).map((way) => (
              <label key={way}>
                <input type="radio" name="by" checked={by === way} onChange={() => setBy(way)} />{' '}
                {way === 'sms' ? '已确认的手机' : '已确认的邮箱'}
              </label>
            ))}
          </div>
        </fieldset>
        <FormLine name="recipient" label={place} form={live} />
        <CaptchaLine captcha={captcha} form={live} />
        <div>
          <Button onClick={() => void send()} loading={form.busy}>
            {sent ? '重新发送验证码' : '发送验证码'}
          </Button>
        </div>
        {sent && (
          <Notice>
            如果登录名与{place}相符，验证码已经发出，5 分钟内有效。没有收到时，请核对登录名和{place}
            后重新发送。
          </Notice>
        )}
        <FormLine name="code" label="验证码" form={live} autoComplete="one-time-code" mode="numeric" />
        <FormLine
          name="newPassword"
          label="新密码"
          form={live}
          type="password"
          autoComplete="new-password"
          note="10 至 20 位，含大小写字母和数字，不含空格和 ~"
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
          <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
            设置新密码
          </Button>
        </div>
      </form>
    </OpenPage>
  )
}
