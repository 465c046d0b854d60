import { useState, type FormEvent } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { z } from 'zod'
import { complete, getCompletion, sendCompletionCodes } from '#api/old-user.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { call } from '#ui/call.ts'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { newId } from '#ui/request-id.ts'
import { meQuery } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { CodeLines } from './CodeLines.tsx'
import { FormLine, idOf } from './FormLine.tsx'
import { Line } from './Line.tsx'
import { OldUsersTable } from './OldUsersTable.tsx'
import { checked, useForm } from './use-form.ts'
import f from '#ui/Field.module.css'
import s from './Register.module.css'

type Asked = z.infer<typeof getCompletion.reply>

/** In place of every page until an old user has a password of the own, confirmed contacts and an enterprise (manual 001). */
export function CompletionPage() {
  const read = useQuery({
    queryKey: ['completion'],
    queryFn: ({ signal }) => call(getCompletion, { signal }),
  })
  return (
    <>
      <PageTitle title="首次登录：补充账号资料" />
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && <Completion asked={read.data} />}
    </>
  )
}

const empty = Object.fromEntries(
  ['oldPassword', 'newPassword', 'repeated', 'personName', 'email', 'mobile', 'emailCode', 'mobileCode']
    .concat(['enterpriseName', 'uscc', 'region', 'city'])
    .map((name) => [name, '']),
)
const contact = { email: '请填写电子邮箱', mobile: '请填写手机号码' }
const password = { newPassword: '请填写新密码', repeated: '请再次填写新密码' }
const enterprise = {
  enterpriseName: '请填写企业名称',
  uscc: '请填写统一社会信用代码',
  region: '请选择所在省（自治区、直辖市）',
}
const codes = { emailCode: '请填写邮箱收到的验证码', mobileCode: '请填写手机收到的验证码' }

function Completion({ asked }: { asked: Asked }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const router = useRouter()
  const form = useForm(empty)
  const [sent, setSent] = useState(false)
  const { values } = form
  const text = (name: string) => (values[name] ?? '').trim()
  const changes = asked.needsPassword || values['newPassword'] !== ''

  const sendCodes = async () => {
    if (!form.complete(contact)) return
    const work = async () => {
      const body = checked(sendCompletionCodes.body, { email: text('email'), mobile: text('mobile') })
      await call(sendCompletionCodes, { body })
    }
    if (await form.send(work)) setSent(true)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const needed = {
      oldPassword: '请填写原密码',
      ...(changes ? password : {}),
      personName: '请填写姓名',
      ...contact,
      ...codes,
      ...(asked.known === null ? enterprise : {}),
    }
    if (!form.complete(needed) || differs) return
    const given = Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => name !== 'repeated' && (name !== 'newPassword' || changes))
        .map(([name, value]) => [name, name.endsWith('Password') ? value : value.trim()]),
    )
    const work = async () => {
      const body = checked(complete.body, { ...given, requestId: newId() })
      await call(complete, { body })
      // What is open now and what comes next stands in the hall.
      void message.success('账号已启用')
    }
    if (!(await form.send(work))) return
    await client.invalidateQueries({ queryKey: meQuery.queryKey })
    await router.navigate({ to: paths.hall() })
  }
  const weak =
    values['newPassword'] === '' ? undefined : passwordProblem(values['newPassword'] ?? '', [asked.loginName])
  const differs = values['repeated'] !== '' && values['repeated'] !== values['newPassword']
  const live = {
    ...form,
    errors: {
      ...(weak === undefined ? {} : { newPassword: weak }),
      ...(differs ? { repeated: '两次填写的密码不同' } : {}),
      ...form.errors,
    },
  }
  return (
    <form className={s['form']} onSubmit={(event) => void submit(event)} noValidate aria-label="补充账号资料">
      <Notice kind="warning">
        您用原系统的密码登录了账号 {asked.loginName}。
        {asked.needsPassword ? '请设置新密码，' : '原密码可以继续使用，也可以设置新密码；请'}
        确认手机和邮箱，登记企业，以后凭这个账号和密码登录；完成以前不能办理业务。
        {asked.entranceLeft < 10 && `原系统入口还可以登录 ${asked.entranceLeft} 次。`}
      </Notice>
      <Section title="合并的原系统用户" note="同一企业、同一把电子钥匙的用户合并为一个账号，权限合在一起">
        <OldUsersTable members={asked.members} />
      </Section>
      <section className={s['part']} aria-label="密码">
        <h2>密码</h2>
        <FormLine
          name="oldPassword"
          label="原密码"
          form={live}
          type="password"
          autoComplete="current-password"
          note={asked.members.length > 1 ? '上面任何一个原用户的密码' : '原系统的登录密码'}
        />
        <FormLine
          name="newPassword"
          label="新密码"
          form={live}
          type="password"
          autoComplete="new-password"
          optional={!asked.needsPassword}
          note="10 至 20 位，含大小写字母和数字，不含空格和 ~"
        />
        <FormLine
          name="repeated"
          label="再次填写新密码"
          form={live}
          type="password"
          autoComplete="new-password"
          optional={!asked.needsPassword}
        />
      </section>
      <section className={s['part']} aria-label="联系人">
        <h2>联系人</h2>
        <FormLine name="personName" label="姓名" form={live} autoComplete="name" />
        <FormLine name="email" label="电子邮箱" form={live} autoComplete="email" mode="email" />
        <FormLine name="mobile" label="手机号码" form={live} autoComplete="tel" mode="numeric" />
        <CodeLines form={live} sent={sent} busy={form.busy} onSend={() => void sendCodes()} />
      </section>
      <section className={s['part']} aria-label="企业">
        <h2>企业</h2>
        {asked.known === null ? (
          <TypedEnterprise asked={asked} live={live} />
        ) : (
          <p className={s['wide']}>
            {asked.known.name}（统一社会信用代码 {asked.known.uscc}，进出口企业代码 {asked.known.code13}
            ）。本企业已在平台核实，您的账号须凭电子钥匙申请材料核实后加入。
          </p>
        )}
      </section>
      {form.failed !== undefined && <Failed error={form.failed} />}
      <div className={s['buttons']}>
        <Button
          type="primary"
          size="large"
          htmlType="submit"
          loading={form.busy}
          disabled={weak !== undefined || differs}
        >
          启用账号
        </Button>
      </div>
    </form>
  )
}

function TypedEnterprise({ asked, live }: { asked: Asked; live: ReturnType<typeof useForm> }) {
  return (
    <>
      <FormLine name="enterpriseName" label="企业名称" form={live} autoComplete="organization" />
      <FormLine
        name="uscc"
        label="统一社会信用代码"
        form={live}
        note={`18 位，第 9 至 17 位为 ${asked.code13.slice(4)}（企业代码 ${asked.code13}）`}
      />
      <Line id={idOf('region')} label="所在省（自治区、直辖市）" error={live.errors['region']}>
        <select
          id={idOf('region')}
          className={f['input']}
          value={live.values['region']}
          onChange={(event) => live.set('region', event.target.value)}
        >
          <option value="">请选择</option>
          {asked.regions.map((region) => (
            <option key={region} value={region}>
              {region}
            </option>
          ))}
        </select>
      </Line>
      <FormLine name="city" label="城市" form={live} optional />
    </>
  )
}
