import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { changeContact, endOtherSessions, endSession, ownAccount, sendContactCode } from '#api/own-account.ts'
import { ownOldUsers } from '#api/old-user.ts'
import { call } from '#ui/call.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { Empty, Failed, Notice } from '#ui/Words.tsx'
import { newId } from '#ui/request-id.ts'
import { FormLine } from './FormLine.tsx'
import { OldUsersTable } from './OldUsersTable.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { useForm } from './use-form.ts'
import s from './Register.module.css'
import t from './SignIn.module.css'

/** 我的账号: contact, password, where I am signed in, my sign-ins. */
export function OwnAccountPage() {
  const { message } = App.useApp()
  const read = useQuery({ queryKey: ['own-account'], queryFn: ({ signal }) => call(ownAccount, { signal }) })
  const [moving, setMoving] = useState<'email' | 'sms'>()
  const [failed, setFailed] = useState<unknown>()
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  if (read.data === undefined) return <PageTitle title="我的账号" />
  const me = read.data
  const end = async (work: () => Promise<unknown>, words: string) => {
    setFailed(undefined)
    try {
      await work()
      void message.success(words)
    } catch (error) {
      setFailed(error)
    }
    void read.refetch()
  }
  const others = me.sessions.filter(({ own }) => !own).length
  return (
    <>
      <PageTitle title="我的账号" />
      {failed !== undefined && <Failed error={failed} />}
      <Section title="账号">
        <dl className={s['choices']}>
          <Pair label="登录名">{me.loginName}</Pair>
          <Pair label="姓名">{me.personName}</Pair>
          <Pair label="账号类型">{me.typeLabel}</Pair>
          <Pair label="电子邮箱">
            {me.email?.address ?? '—'}{' '}
            <Button size="small" onClick={() => setMoving('email')}>
              更换邮箱
            </Button>
          </Pair>
          <Pair label="手机">
            {me.mobile?.number ?? '—'}{' '}
            <Button size="small" onClick={() => setMoving('sms')}>
              更换手机
            </Button>
          </Pair>
        </dl>
      </Section>
      <OldUsers />
      <Section
        title="修改密码"
        note={
          me.passwordChangedAt === null ? undefined : (
            <>
              上次修改 <Instant at={me.passwordChangedAt} short />
            </>
          )
        }
      >
        <PasswordForm onDone={() => void read.refetch()} />
      </Section>
      <Section title="正在使用的登录" note="不认识的登录请立即退出，并修改密码">
        <table className={t['accounts']}>
          <thead>
            <tr>
              <th scope="col">设备</th>
              <th scope="col">网络地址</th>
              <th scope="col">登录时间</th>
              <th scope="col">最近使用</th>
              <th scope="col">操作</th>
            </tr>
          </thead>
          <tbody>
            {me.sessions.map((one) => (
              <tr key={one.id}>
                <td>{one.device}</td>
                <td>{one.address}</td>
                <td>
                  <Instant at={one.createdAt} />
                </td>
                <td>
                  <Instant at={one.lastSeenAt} />
                </td>
                <td>
                  {one.own ? (
                    '当前登录'
                  ) : (
                    <Button
                      size="small"
                      onClick={() => void end(() => call(endSession, { params: { id: one.id } }), '已退出')}
                    >
                      退出
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {others > 0 && (
          <p>
            <Button onClick={() => void end(() => call(endOtherSessions, {}), '其他登录已全部退出')}>
              退出其他
            </Button>
          </p>
        )}
      </Section>
      <Section title="登录记录" note="最近 20 次，包括密码错误的尝试">
        {me.signIns.length === 0 ? (
          <Empty words="还没有登录记录" />
        ) : (
          <table className={t['accounts']}>
            <thead>
              <tr>
                <th scope="col">时间</th>
                <th scope="col">网络地址</th>
                <th scope="col">结果</th>
              </tr>
            </thead>
            <tbody>
              {me.signIns.map((one) => (
                <tr key={one.id}>
                  <td>
                    <Instant at={one.at} />
                  </td>
                  <td>{one.address}</td>
                  <td>{one.outcomeLabel}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {moving !== undefined && (
        <ContactDialog
          by={moving}
          onDone={() => {
            setMoving(undefined)
            void message.success(moving === 'email' ? '邮箱已更换' : '手机已更换')
            void read.refetch()
          }}
          onLeave={() => setMoving(undefined)}
        />
      )}
    </>
  )
}

/** What the account has taken over from the old systems; nothing for most people. */
function OldUsers() {
  const read = useQuery({
    queryKey: ['own-account', 'old-users'],
    queryFn: ({ signal }) => call(ownOldUsers, { signal }),
  })
  if (read.data === undefined || read.data.members.length === 0) return null
  const { members, entranceLeft } = read.data
  return (
    <Section
      title="合并的原系统用户"
      note={entranceLeft > 0 ? `还可以从原系统入口登录 ${entranceLeft} 次` : '原系统入口已关闭'}
    >
      <OldUsersTable members={members} />
    </Section>
  )
}

function ContactDialog({
  by,
  onDone,
  onLeave,
}: {
  by: 'email' | 'sms'
  onDone: () => void
  onLeave: () => void
}) {
  const form = useForm({ recipient: '', code: '', password: '' })
  const [sent, setSent] = useState(false)
  const place = by === 'email' ? '新的电子邮箱' : '新的手机号码'
  const recipient = (form.values['recipient'] ?? '').trim()
  const send = async () => {
    if (!form.complete({ recipient: `请填写${place}` })) return
    if (await form.send(async () => void (await call(sendContactCode, { body: { by, recipient } }))))
      setSent(true)
  }
  return (
    <FormDialog
      title={by === 'email' ? '更换邮箱' : '更换手机'}
      submitWords="更换"
      leaveWords="暂不更换"
      onLeave={onLeave}
      onSubmit={async () => {
        const needed = { recipient: `请填写${place}`, code: '请填写验证码', password: '请填写密码' }
        if (!form.complete(needed)) return false
        const body = {
          requestId: newId(),
          by,
          recipient,
          code: (form.values['code'] ?? '').trim(),
          password: form.values['password'] ?? '',
        }
        if (!(await form.send(async () => void (await call(changeContact, { body }))))) return false
        onDone()
        return undefined
      }}
    >
      <div className={s['stack']}>
        <FormLine name="recipient" label={place} form={form}>
          <Button onClick={() => void send()}>{sent ? '重新发送' : '发送验证码'}</Button>
        </FormLine>
        {sent && <Notice>验证码已发出，5 分钟内有效。</Notice>}
        <FormLine name="code" label="验证码" form={form} autoComplete="one-time-code" mode="numeric" />
        <FormLine
          name="password"
          label="登录密码"
          form={form}
          type="password"
          autoComplete="current-password"
        />
        {form.failed !== undefined && <Failed error={form.failed} />}
      </div>
    </FormDialog>
  )
}
