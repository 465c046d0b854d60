import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { acceptInvitation, readInvitation, sendInvitationCode } from '#api/colleague.ts'
import { call } from '#ui/call.ts'
import { Instant } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from './Captcha.tsx'
import { FormLine } from './FormLine.tsx'
import { NewAccountLines } from './NewAccountLines.tsx'
import { OpenPage } from './OpenPage.tsx'
import { useForm } from './use-form.ts'
import s from './Register.module.css'

/** Where the link of an invitation leads: login name, password and mobile, then the colleague is in. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1))
  const read = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(readInvitation, { body: { token }, signal }),
    retry: false,
    refetchOnWindowFocus: false,
  })
  const form = useForm({ loginName: '', password: '', repeated: '', mobile: '', answer: '', mobileCode: '' })
  const captcha = useCaptcha()
  const [sent, setSent] = useState(false)
  const [joined, setJoined] = useState<string>()
  const text = (name: string) => (form.values[name] ?? '').trim()
  const differs = form.values['repeated'] !== '' && form.values['repeated'] !== form.values['password']
  const live = { ...form, errors: { ...(differs ? { repeated: '两次填写的密码不同' } : {}), ...form.errors } }

  const send = async () => {
    if (!form.complete({ mobile: '请填写手机号码', answer: '请填写图片或问题的答案' })) return
    const body = { token, mobile: text('mobile'), captchaId: captcha.id, captchaAnswer: text('answer') }
    if (await form.send(async () => void (await call(sendInvitationCode, { body })))) setSent(true)
    form.set('answer', '')
    captcha.another()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const needed = {
      loginName: '请填写登录名',
      password: '请填写密码',
      repeated: '请再次填写密码',
      mobile: '请填写手机号码',
      mobileCode: '请填写手机收到的验证码',
    }
    if (!form.complete(needed) || differs) return
    await form.send(async () => {
      const body = {
        token,
        loginName: text('loginName'),
        password: form.values['password'] ?? '',
        mobile: text('mobile'),
        mobileCode: text('mobileCode'),
      }
      setJoined((await call(acceptInvitation, { body })).loginName)
    })
  }
  if (joined !== undefined) {
    return (
      <OpenPage title="接受邀请">
        <div className={s['stack']}>
          <Notice kind="success">您已加入，登录名 {joined}。</Notice>
          <p>
            <Link to={paths.signIn()}>去登录</Link>
          </p>
        </div>
      </OpenPage>
    )
  }
  return (
    <OpenPage title="接受邀请">
      {read.error !== null && <Failed error={read.error} />}
      {read.data !== undefined && (
        <form
          className={`${s['form']} ${s['narrow']}`}
          onSubmit={(event) => void submit(event)}
          noValidate
          aria-label="接受邀请"
        >
          <Notice>
            {read.data.personName}，{read.data.enterpriseName}邀请您加入，角色：{read.data.roles.join('、')}。
            请在 <Instant at={read.data.expiresAt} short /> 前完成。
          </Notice>
          <NewAccountLines form={live} />
          <FormLine name="mobile" label="手机号码" form={live} autoComplete="tel" mode="numeric" />
          <CaptchaLine captcha={captcha} form={live} />
          <div>
            <Button onClick={() => void send()} loading={form.busy}>
              {sent ? '重新发送验证码' : '发送验证码到手机'}
            </Button>
          </div>
          <FormLine
            name="mobileCode"
            label="手机验证码"
            form={live}
            autoComplete="one-time-code"
            mode="numeric"
          />
          {form.failed !== undefined && <Failed error={form.failed} />}
          <div className={s['buttons']}>
            <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
              加入企业
            </Button>
          </div>
        </form>
      )}
    </OpenPage>
  )
}
