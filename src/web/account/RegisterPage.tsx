import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import { register, sendRegistrationCodes } from '#api/registration.ts'
import { accountTypes } from '#domain/account/actions.ts'
import { loginNameProblem } from '#domain/account/login-name.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from './Captcha.tsx'
import { EnterpriseLines, requiredOfEnterprise } from './EnterpriseLines.tsx'
import { CodeLines } from './CodeLines.tsx'
import { FormLine } from './FormLine.tsx'
import { NewAccountLines } from './NewAccountLines.tsx'
import { OpenPage } from './OpenPage.tsx'
import { checked, useForm } from './use-form.ts'
import s from './Register.module.css'

type Answer = z.infer<typeof register.reply>
const required = {
  ...requiredOfEnterprise,
  loginName: '请填写登录名',
  password: '请填写密码',
  repeated: '请再次填写密码',
  personName: '请填写联系人姓名',
  email: '请填写电子邮箱',
  mobile: '请填写手机号码',
}
const empty = Object.fromEntries(
  [...Object.keys(required), 'city', 'department', 'answer', 'emailCode', 'mobileCode'].map((name) => [
    name,
    '',
  ]),
)

/** 请注册 (manual 001 新用户注册): the enterprise, the account, the contact confirmed by codes. */
export function RegisterPage() {
  const form = useForm({ ...empty, accountType: 'enterprise' })
  const captcha = useCaptcha()
  const [sent, setSent] = useState(false)
  const [answer, setAnswer] = useState<Answer>()
  const { values } = form
  const text = (name: string) => (values[name] ?? '').trim()

  if (answer !== undefined) return <Registered answer={answer} />

  const sendCodes = async () => {
    const wanted = { email: required.email, mobile: required.mobile, answer: '请填写图片或问题的答案' }
    if (!form.complete(wanted)) return
    const body = {
      email: text('email'),
      mobile: text('mobile'),
      captchaId: captcha.id,
      captchaAnswer: text('answer'),
    }
    if (await form.send(async () => void (await call(sendRegistrationCodes, { body })))) setSent(true)
    form.set('answer', '')
    captcha.another()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const codes = { emailCode: '请填写邮箱收到的验证码', mobileCode: '请填写手机收到的验证码' }
    if (!form.complete({ ...required, ...codes })) return
    await form.send(async () => {
      const given = Object.fromEntries(
        Object.entries(values)
          .filter(([name]) => name !== 'repeated' && name !== 'answer')
          .map(([name, value]) => [name, name === 'password' ? value : value.trim()]),
      )
      setAnswer(await call(register, { body: checked(register.body, given) }))
    })
  }
  const wrongName = text('loginName') === '' ? undefined : loginNameProblem(text('loginName'))
  const wrongPassword =
    values['password'] === '' ? undefined : passwordProblem(values['password'] ?? '', [text('loginName')])
  const differs = values['repeated'] !== '' && values['repeated'] !== values['password']
  const errors: Readonly<Record<string, string>> = {
    ...(wrongName === undefined ? {} : { loginName: wrongName }),
    ...(wrongPassword === undefined ? {} : { password: wrongPassword }),
    ...(differs ? { repeated: '两次填写的密码不同' } : {}),
    ...form.errors,
  }
  const live = { ...form, errors }
  return (
    <OpenPage title="注册">
      <form className={s['form']} onSubmit={(event) => void submit(event)} noValidate aria-label="注册">
        <Notice>
          注册后可以申请电子钥匙、在业务大厅申请开通应用，开通“出口许可证”后可填写申请表草稿；许可证、配额等在电子钥匙核准后开放。本企业已有管理员的，请由其邀请您加入，不必注册。
        </Notice>
        <EnterpriseLines form={live} />
        <section className={s['part']} aria-label="账号">
          <h2>账号</h2>
          <fieldset className={`${s['wide']} ${s['group']}`}>
            <legend>账号类型</legend>
            <div className={s['choices']}>
              {(['enterprise', 'consignor'] as const).map((type) => (
                <label key={type}>
                  <input
                    type="radio"
                    name="accountType"
                    checked={values['accountType'] === type}
                    onChange={() => form.set('accountType', type)}
                  />{' '}
                  {accountTypes[type]}
                </label>
              ))}
            </div>
          </fieldset>
          <NewAccountLines form={live} />
        </section>
        <section className={s['part']} aria-label="联系人">
          <h2>联系人</h2>
          <FormLine name="personName" label="姓名" form={live} autoComplete="name" />
          <FormLine name="department" label="部门" form={live} optional />
          <span />
          <FormLine name="email" label="电子邮箱" form={live} autoComplete="email" mode="email" />
          <FormLine name="mobile" label="手机号码" form={live} autoComplete="tel" mode="numeric" />
          <div className={s['wide']}>
            <div className={s['narrow']}>
              <CaptchaLine captcha={captcha} form={live} />
            </div>
          </div>
          <CodeLines form={live} sent={sent} busy={form.busy} onSend={() => void sendCodes()} />
        </section>
        {form.failed !== undefined && <Failed error={form.failed} />}
        <div className={s['buttons']}>
          <Button
            type="primary"
            size="large"
            htmlType="submit"
            loading={form.busy}
            disabled={wrongName !== undefined || wrongPassword !== undefined || differs}
          >
            注册
          </Button>
        </div>
      </form>
    </OpenPage>
  )
}

function Registered({ answer }: { answer: Answer }) {
  return (
    <OpenPage title="注册成功">
      <div className={s['stack']}>
        <Notice kind={answer.standing === 'contested' ? 'warning' : 'success'}>
          账号 {answer.loginName} 已注册。{answer.words}。
        </Notice>
        <p>
          <Link to={paths.signIn()}>去登录</Link>
        </p>
      </div>
    </OpenPage>
  )
}
