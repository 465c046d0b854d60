import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { applyForKey, sendApplicantCodes } from '#api/key-entrance.ts'
import { loginNameProblem } from '#domain/account/login-name.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from '../account/Captcha.tsx'
import { EnterpriseLines, requiredOfEnterprise } from '../account/EnterpriseLines.tsx'
import { CodeLines } from '../account/CodeLines.tsx'
import { FormLine } from '../account/FormLine.tsx'
import { OpenPage } from '../account/OpenPage.tsx'
import { checked, useForm } from '../account/use-form.ts'
import { useLetIn } from './KeyEntrancePage.tsx'
import r from '../account/Register.module.css'

const required = {
  ...requiredOfEnterprise,
  loginName: '请填写希望使用的用户名',
  personName: '请填写申请者姓名',
  email: '请填写电子邮箱',
  mobile: '请填写手机号码',
}
const empty = Object.fromEntries(
  [...Object.keys(required), 'city', 'department', 'answer', 'emailCode', 'mobileCode'].map((name) => [
    name,
    '',
  ]),
)

/** 新申请电子钥匙 of somebody without an account: enterprise, applicant, wanted user name; then the request as any other. */
export function KeyApplicantPage() {
  const form = useForm(empty)
  const captcha = useCaptcha()
  const [sent, setSent] = useState(false)
  const letIn = useLetIn()
  const text = (name: string) => (form.values[name] ?? '').trim()

  const sendCodes = async () => {
    const wanted = { email: required.email, mobile: required.mobile, answer: '请填写图片或问题的答案' }
    if (!form.complete(wanted)) return
    const body = {
      email: text('email'),
      mobile: text('mobile'),
      captchaId: captcha.id,
      captchaAnswer: text('answer'),
    }
    if (await form.send(async () => void (await call(sendApplicantCodes, { body })))) setSent(true)
    form.set('answer', '')
    captcha.another()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const codes = { emailCode: '请填写邮箱收到的验证码', mobileCode: '请填写手机收到的验证码' }
    if (!form.complete({ ...required, ...codes })) return
    await form.send(async () => {
      const given = Object.fromEntries(
        Object.entries(form.values)
          .filter(([name]) => name !== 'answer')
          .map(([name, value]) => [name, value.trim()]),
      )
      letIn(await call(applyForKey, { body: checked(applyForKey.body, given) }))
    })
  }
  const wrongName = text('loginName') === '' ? undefined : loginNameProblem(text('loginName'))
  const live = {
    ...form,
    errors: { ...(wrongName === undefined ? {} : { loginName: wrongName }), ...form.errors },
  }
  return (
    <OpenPage title="新申请电子钥匙">
      <form
        className={r['form']}
        onSubmit={(event) => void submit(event)}
        noValidate
        aria-label="新申请电子钥匙"
      >
        <Notice>
          用于还没有账号的申请者。登记后填写申请、上传证件并提交；发证机构批准后，凭验证码回到“办理电子钥匙”制作电子钥匙，账号同时开通，一次性密码发到下面的手机。已有账号的请
          <Link to={paths.signIn(paths.keys())}>登录</Link>或
          <Link to={paths.keyEntrance()}>凭验证码办理</Link>。
        </Notice>
        <EnterpriseLines form={live} />
        <section className={r['part']} aria-label="申请者">
          <h2>申请者</h2>
          <FormLine name="personName" label="姓名" form={live} autoComplete="name" note="与证件一致" />
          <FormLine name="department" label="部门" form={live} optional />
          <FormLine
            name="loginName"
            label="希望使用的用户名"
            form={live}
            autoComplete="username"
            note="写入证书，以后用它登录；4 至 30 位字母、数字和 . _ -，以字母开头"
          />
          <FormLine name="email" label="电子邮箱" form={live} autoComplete="email" mode="email" />
          <FormLine name="mobile" label="手机号码" form={live} autoComplete="tel" mode="numeric" />
          <span />
          <div className={r['wide']}>
            <div className={r['narrow']}>
              <CaptchaLine captcha={captcha} form={live} />
            </div>
          </div>
          <CodeLines form={live} sent={sent} busy={form.busy} onSend={() => void sendCodes()} />
        </section>
        {form.failed !== undefined && <Failed error={form.failed} />}
        <div className={r['buttons']}>
          <Button
            type="primary"
            size="large"
            htmlType="submit"
            loading={form.busy}
            disabled={wrongName !== undefined}
          >
            登记并填写申请
          </Button>
        </div>
      </form>
    </OpenPage>
  )
}
