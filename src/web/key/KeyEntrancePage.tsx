import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { enterKeyOffice, sendEntranceCode } from '#api/key-entrance.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { meQuery, remembered } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from '../account/Captcha.tsx'
import { FormLine } from '../account/FormLine.tsx'
import { OpenPage } from '../account/OpenPage.tsx'
import { useForm } from '../account/use-form.ts'
import r from '../account/Register.module.css'
import s from './Entrance.module.css'

/** Goes on inside, as the person that the answer names. */
export function useLetIn() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return (me: Me) => {
    client.clear()
    client.setQueryData(meQuery.queryKey, remembered(me))
    void navigate({ to: paths.keys() })
  }
}

/** 办理电子钥匙 without a password (manual 003 用户登录): 企业代码, 登录名, captcha, then a code to a confirmed contact. */
export function KeyEntrancePage() {
  const form = useForm({ uscc: '', loginName: '', answer: '', code: '' })
  const [by, setBy] = useState<'sms' | 'email'>('sms')
  const [sent, setSent] = useState(false)
  const captcha = useCaptcha()
  const letIn = useLetIn()
  const text = (name: string) => (form.values[name] ?? '').trim()
  const place = by === 'sms' ? '手机' : '邮箱'
  const whom = { uscc: '请填写企业代码', loginName: '请填写登录名' }
  const given = () => ({ by, uscc: text('uscc'), loginName: text('loginName') })

  const send = async () => {
    if (!form.complete({ ...whom, answer: '请填写图片或问题的答案' })) return
    const body = { ...given(), captchaId: captcha.id, captchaAnswer: text('answer') }
    if (await form.send(async () => void (await call(sendEntranceCode, { body })))) setSent(true)
    form.set('answer', '')
    captcha.another()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!sent) return send()
    if (!form.complete({ ...whom, code: `请填写${place}收到的验证码` })) return
    await form.send(async () =>
      letIn(await call(enterKeyOffice, { body: { ...given(), code: text('code') } })),
    )
  }
  return (
    <OpenPage title="办理电子钥匙">
      <div className={s['columns']}>
        <form
          className={`${r['form']} ${r['narrow']}`}
          onSubmit={(event) => void submit(event)}
          noValidate
          aria-label="凭验证码办理电子钥匙"
        >
          <FormLine name="uscc" label="企业代码" form={form} note="《营业执照》上的 18 位统一社会信用代码" />
          <FormLine
            name="loginName"
            label="登录名"
            form={form}
            autoComplete="username"
            note="登录名，或注册时确认的电子邮箱"
          />
          <fieldset className={r['group']}>
            <legend>验证码发到</legend>
            <div className={r['choices']}>
              {(['sms', 'email'] as const).map((way) => (
                <label key={way}>
                  <input type="radio" name="by" checked={by === way} onChange={() => setBy(way)} />{' '}
                  {way === 'sms' ? '已确认的手机' : '已确认的邮箱'}
                </label>
              ))}
            </div>
          </fieldset>
          <CaptchaLine captcha={captcha} form={form} />
          <div>
            <Button onClick={() => void send()} loading={form.busy} type={sent ? 'default' : 'primary'}>
              {sent ? '重新发送验证码' : '发送验证码'}
            </Button>
          </div>
          {sent && (
            <Notice>
              如果企业代码与登录名相符，验证码已发到该登录名确认过的{place}，5
              分钟内有效。没有收到的，请核对后重新发送，或改用
              {by === 'sms' ? '邮箱' : '手机'}。
            </Notice>
          )}
          {sent && (
            <FormLine
              name="code"
              label={`${place}验证码`}
              form={form}
              autoComplete="one-time-code"
              mode="numeric"
            />
          )}
          {form.failed !== undefined && <Failed error={form.failed} />}
          {sent && (
            <div className={r['buttons']}>
              <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
                进入
              </Button>
            </div>
          )}
        </form>
        <aside className={s['aside']}>
          <h2>首次申请</h2>
          <p>还没有登录名的，先登记企业和申请者，再填写申请、提交证件。账号在电子钥匙签发时开通。</p>
          <p>
            <Link to={paths.keyApplicant()} className={s['go']}>
              新申请电子钥匙
            </Link>
          </p>
          <h2>已有账号</h2>
          <p>
            用密码<Link to={paths.signIn(paths.keys())}>登录</Link>后也可以在“电子钥匙”中办理。
          </p>
          <h2>办理说明</h2>
          <ul>
            <li>申请、更新、补办、吊销都在这里办理；电子钥匙免费。</li>
            <li>更新须插入需要更新的电子钥匙，用它签署。</li>
            <li>本页只凭发到已确认手机或邮箱的验证码进入，不能办理其他业务。</li>
          </ul>
          <p className={s['links']}>
            <Link to={paths.issuingBodies()}>发证机构地址</Link>
            <Link to={paths.keyCheck()}>钥匙体检</Link>
            <Link to={paths.keyAgent()}>下载驱动/客户端控件</Link>
          </p>
        </aside>
      </div>
    </OpenPage>
  )
}
