import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import type { z } from 'zod'
import { oldEntrance } from '#api/old-user.ts'
import {
  entranceLimit,
  isOldSystem,
  oldSystemCodes,
  oldSystemOf,
  platformName,
} from '#domain/old-user/systems.ts'
import { call, CallFailed } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { meQuery, remembered } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from './Captcha.tsx'
import { FormLine, idOf } from './FormLine.tsx'
import { Line } from './Line.tsx'
import { OpenPage } from './OpenPage.tsx'
import { useForm } from './use-form.ts'
import f from '#ui/Field.module.css'
import s from './Register.module.css'

type Entered = z.infer<typeof oldEntrance.reply>
const empty = { system: '', code13: '', oldName: '', password: '', answer: '' }

/** 原系统入口 (manual 001): ten sign-ins as the old systems took them, then only the platform's own. */
export function OldEntrancePage() {
  const form = useForm(empty)
  const captcha = useCaptcha()
  const client = useQueryClient()
  const [entered, setEntered] = useState<Entered>()
  const { values } = form
  const system = values['system'] ?? ''
  const code13 = (values['code13'] ?? '').trim().toUpperCase()
  const oldName = (values['oldName'] ?? '').trim()
  const own = isOldSystem(system) && oldSystemOf(system).ownName === true

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const needed = {
      system: '请选择原系统',
      ...(own ? {} : { code13: '请填写企业代码' }),
      oldName: '请填写原用户名',
      password: '请填写密码',
      answer: '请填写图片或问题的答案',
    }
    if (!form.complete(needed) || !isOldSystem(system)) return
    const body = {
      system,
      code13: own ? '' : code13,
      oldName,
      password: values['password'] ?? '',
      captchaId: captcha.id,
      captchaAnswer: (values['answer'] ?? '').trim(),
    }
    const done = await form.send(async () => {
      const answer = await call(oldEntrance, { body })
      client.clear()
      client.setQueryData(meQuery.queryKey, remembered(answer.me))
      setEntered(answer)
    })
    if (done) return
    form.fill({ answer: '', password: '' })
    captcha.another()
  }
  if (entered !== undefined) return <Entered entered={entered} />
  const closed = form.failed instanceof CallFailed && form.failed.failure.code === 'entrance_closed'
  return (
    <OpenPage title="原系统入口">
      <form
        className={`${s['form']} ${s['narrow']}`}
        onSubmit={(event) => void submit(event)}
        noValidate
        aria-label="原系统入口"
      >
        <Notice>
          各许可证系统已并入统一平台。每个账号从这里最多可登录 {entranceLimit} 次，以后请从
          <Link to={paths.signIn()}>统一平台登录</Link>。
        </Notice>
        <Line id={idOf('system')} label="原系统" error={form.errors['system']}>
          <select
            id={idOf('system')}
            className={f['input']}
            value={system}
            onChange={(event) => form.set('system', event.target.value)}
          >
            <option value="">请选择</option>
            {oldSystemCodes.map((code) => (
              <option key={code} value={code}>
                {oldSystemOf(code).name}
              </option>
            ))}
          </select>
        </Line>
        {!own && (
          <FormLine name="code13" label="进出口企业代码" form={form} note="13 位，后 9 位为组织机构代码" />
        )}
        <FormLine
          name="oldName"
          label="原用户名"
          form={form}
          autoComplete="username"
          note={
            isOldSystem(system) && oldName !== '' && (own || code13.length === 13)
              ? `统一平台账号：${platformName(system, code13, oldName)}`
              : '原系统的登录名'
          }
        />
        <FormLine
          name="password"
          label="密码"
          form={form}
          type="password"
          autoComplete="current-password"
          note="原系统的密码；账号已启用的，用新密码"
        />
        <CaptchaLine captcha={captcha} form={form} />
        {form.failed !== undefined && <Failed error={form.failed} />}
        <div className={s['buttons']}>
          <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
            登录
          </Button>
          {closed && (
            <Link to={paths.signIn()} className={s['onward']}>
              去统一平台登录
            </Link>
          )}
        </div>
        <p className={s['note']}>
          忘记原密码的，请<Link to={paths.register()}>注册</Link>新账号，凭电子钥匙申请材料核实企业。
        </p>
      </form>
    </OpenPage>
  )
}

/** How often one may still come in here, before going on. */
function Entered({ entered: { left, loginName, me } }: { entered: Entered }) {
  const router = useRouter()
  return (
    <OpenPage title="原系统入口" home>
      <div className={`${s['stack']} ${s['narrow']}`}>
        <Notice kind={left > 3 ? 'success' : 'warning'}>
          已登录。{left > 0 ? `还可以从这里登录 ${left} 次。` : '这是最后一次从这里登录，原系统入口已关闭。'}
          以后请从统一平台登录，账号为 {loginName}。
        </Notice>
        <div className={s['buttons']}>
          <Button
            type="primary"
            size="large"
            onClick={() =>
              void router.navigate({ to: me.account.mustComplete ? paths.home() : paths.hall() })
            }
          >
            {me.account.mustComplete ? '补充账号资料' : '进入业务大厅'}
          </Button>
        </div>
      </div>
    </OpenPage>
  )
}
