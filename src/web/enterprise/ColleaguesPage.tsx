import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import {
  actOnAccount,
  actOnInvitation,
  inviteColleague,
  listColleagues,
  type ColleagueRow,
} from '#api/colleague.ts'
import { account, colleagueInput, scopesOf } from '#domain/account/actions.ts'
import { enterpriseRoles, roles } from '#domain/account/roles.ts'
import { invitation, invitationInput } from '#domain/invitation/actions.ts'
import { call } from '#ui/call.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { Empty, Failed, shown, StateWord } from '#ui/Words.tsx'
import { newId } from '#ui/request-id.ts'
import { FormLine } from '../account/FormLine.tsx'
import { checked, useForm } from '../account/use-form.ts'
import s from '../account/Register.module.css'
import t from '../account/SignIn.module.css'

type Open =
  | { kind: 'invite' }
  | { kind: 'role'; row: ColleagueRow }
  | { kind: 'reason'; row: ColleagueRow; action: 'suspend' | 'restore' }

/** 企业用户管理: who works for the enterprise here, with which role, and who is invited. */
export function ColleaguesPage() {
  const { message } = App.useApp()
  const read = useQuery({
    queryKey: ['colleagues'],
    queryFn: ({ signal }) => call(listColleagues, { signal }),
  })
  const [open, setOpen] = useState<Open>()
  const [failed, setFailed] = useState<unknown>()
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  if (read.data === undefined) return <PageTitle title="企业用户管理" />
  const done = (words: string) => {
    setOpen(undefined)
    void message.success(words)
    void read.refetch()
  }
  const onInvitation = async (id: string, action: string, version: number) => {
    setFailed(undefined)
    try {
      await call(actOnInvitation, { params: { id, action }, body: { version, requestId: newId() } })
      done(action === 'resend' ? '新的链接已发出，原链接失效' : '邀请已撤回')
    } catch (error) {
      setFailed(error)
      void read.refetch()
    }
  }
  return (
    <>
      <PageTitle title="企业用户管理">
        <Button type="primary" onClick={() => setOpen({ kind: 'invite' })}>
          邀请同事
        </Button>
      </PageTitle>
      {failed !== undefined && <Failed error={failed} />}
      <Section title="账号" note={`共 ${read.data.rows.length} 个`}>
        <table className={t['accounts']}>
          <thead>
            <tr>
              {['登录名', '姓名', '部门', '角色', '数据权限', '状态', '最近登录', '操作'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {read.data.rows.map((row) => (
              <tr key={row.id}>
                <td>{row.loginName}</td>
                <td>
                  {row.personName}
                  {row.self && '（本人）'}
                </td>
                <td>{shown(row.department)}</td>
                <td>{shown(row.roles.map(({ label }) => label).join('、'))}</td>
                <td>{row.dataScope.label}</td>
                <td>
                  <StateWord tone={row.state === 'active' ? 'good' : 'bad'}>{row.stateLabel}</StateWord>
                  {row.suspendedReason !== null && <div className={s['note']}>{row.suspendedReason}</div>}
                </td>
                <td>{row.lastSignedInAt === null ? '—' : <Instant at={row.lastSignedInAt} short />}</td>
                <td>
                  <ColleagueActions row={row} onOpen={setOpen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title="邀请">
        {read.data.invitations.length === 0 ? (
          <Empty words="还没有邀请过同事" />
        ) : (
          <table className={t['accounts']}>
            <thead>
              <tr>
                {['姓名', '邮箱', '角色', '状态', '有效至', '邀请人', '操作'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {read.data.invitations.map((row) => (
                <tr key={row.id}>
                  <td>{row.personName}</td>
                  <td>{row.email}</td>
                  <td>{row.roles.map(({ label }) => label).join('、')}</td>
                  <td>{row.stateLabel}</td>
                  <td>
                    <Instant at={row.expiresAt} short />
                  </td>
                  <td>{row.invitedBy}</td>
                  <td>
                    <div className={s['buttons']}>
                      {row.offered.length === 0 && '—'}
                      {row.offered.map(
                        ({ action, because }) =>
                          because === undefined &&
                          invitation.isAction(action) && (
                            <Button
                              key={action}
                              size="small"
                              onClick={() => void onInvitation(row.id, action, row.version)}
                            >
                              {invitation.actions[action].label}
                            </Button>
                          ),
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {open?.kind === 'invite' && (
        <InviteDialog onDone={() => done('邀请已发出，链接 7 天内有效')} onLeave={() => setOpen(undefined)} />
      )}
      {open?.kind === 'role' && (
        <RoleDialog row={open.row} onDone={() => done('角色已设定')} onLeave={() => setOpen(undefined)} />
      )}
      {open?.kind === 'reason' && (
        <ReasonDialog
          row={open.row}
          action={open.action}
          onDone={() => done(open.action === 'suspend' ? '账号已停用' : '账号已恢复')}
          onLeave={() => setOpen(undefined)}
        />
      )}
    </>
  )
}

function ColleagueActions({ row, onOpen }: { row: ColleagueRow; onOpen: (open: Open) => void }) {
  return (
    <>
      <div className={s['buttons']}>
        {row.offered.map(({ action, because }) => {
          if (action === 'change_role') {
            return (
              <Button key={action} size="small" onClick={() => onOpen({ kind: 'role', row })}>
                设定角色
              </Button>
            )
          }
          if (action !== 'suspend' && action !== 'restore') return null
          return (
            <Button
              key={action}
              size="small"
              danger={action === 'suspend'}
              disabled={because !== undefined}
              onClick={() => onOpen({ kind: 'reason', row, action })}
            >
              {account.actions[action].label}
            </Button>
          )
        })}
      </div>
      {row.offered.map(({ action, because }) =>
        because === undefined ? null : (
          <div key={action} className={s['note']}>
            {because}
          </div>
        ),
      )}
    </>
  )
}

interface Duty {
  roles: string[]
  dataScope: string
}

function DutyFields({
  duty,
  onChange,
  consignor,
  error,
}: {
  duty: Duty
  onChange: (duty: Duty) => void
  consignor: boolean
  error: string | undefined
}) {
  const offered = enterpriseRoles.filter((role) => !consignor || (role !== 'preparer' && role !== 'sealer'))
  return (
    <>
      <fieldset className={s['group']}>
        <legend>角色</legend>
        <div className={s['choices']}>
          {offered.map((role) => (
            <label key={role}>
              <input
                type="checkbox"
                checked={duty.roles.includes(role)}
                onChange={(event) =>
                  onChange({
                    ...duty,
                    roles: event.target.checked
                      ? [...duty.roles, role]
                      : duty.roles.filter((one) => one !== role),
                  })
                }
              />{' '}
              {roles[role].label}
            </label>
          ))}
        </div>
        {error !== undefined && <p role="alert">{error}</p>}
      </fieldset>
      <fieldset className={s['group']}>
        <legend>数据权限</legend>
        <div className={s['choices']}>
          {scopesOf(consignor ? 'consignor' : 'enterprise').map(({ name, label }) => (
            <label key={name}>
              <input
                type="radio"
                name="dataScope"
                checked={duty.dataScope === name}
                onChange={() => onChange({ ...duty, dataScope: name })}
              />{' '}
              {label}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  )
}

function InviteDialog({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const form = useForm({ personName: '', email: '', department: '' })
  const [id] = useState(newId)
  const [duty, setDuty] = useState<Duty>({ roles: ['preparer'], dataScope: 'own' })
  return (
    <FormDialog
      title="邀请同事"
      submitWords="发出邀请"
      leaveWords="暂不邀请"
      onLeave={onLeave}
      onSubmit={async () => {
        if (!form.complete({ personName: '请填写姓名', email: '请填写电子邮箱' })) return false
        const sent = await form.send(async () => {
          const parsed = checked(invitationInput, { id, ...form.values, ...duty })
          await call(inviteColleague, { body: parsed })
        })
        if (!sent) return false
        onDone()
        return undefined
      }}
    >
      <div className={s['stack']}>
        <FormLine name="personName" label="姓名" form={form} />
        <FormLine name="email" label="电子邮箱" form={form} mode="email" note="一次性链接发到这个邮箱" />
        <FormLine name="department" label="部门" form={form} optional />
        <DutyFields duty={duty} onChange={setDuty} consignor={false} error={undefined} />
        {form.failed !== undefined && <Failed error={form.failed} />}
      </div>
    </FormDialog>
  )
}

function RoleDialog({
  row,
  onDone,
  onLeave,
}: {
  row: ColleagueRow
  onDone: () => void
  onLeave: () => void
}) {
  const form = useForm({ department: row.department ?? '' })
  const [duty, setDuty] = useState<Duty>({
    roles: row.roles.map(({ name }) => name),
    dataScope: row.dataScope.name,
  })
  const [wrong, setWrong] = useState<string>()
  return (
    <FormDialog
      title={`设定角色：${row.personName}`}
      submitWords="设定角色"
      leaveWords="不改"
      onLeave={onLeave}
      onSubmit={async () => {
        const parsed = colleagueInput.safeParse({ ...duty, department: form.values['department'] ?? '' })
        setWrong(parsed.success ? undefined : parsed.error.issues[0]?.message)
        if (!parsed.success) return false
        const body = { version: row.version, requestId: newId(), input: { ...parsed.data } }
        await call(actOnAccount, { params: { id: row.id, action: 'change_role' }, body })
        onDone()
        return undefined
      }}
    >
      <div className={s['stack']}>
        <FormLine name="department" label="部门" form={form} optional />
        <DutyFields duty={duty} onChange={setDuty} consignor={row.type === 'consignor'} error={wrong} />
      </div>
    </FormDialog>
  )
}

function ReasonDialog({
  row,
  action,
  onDone,
  onLeave,
}: {
  row: ColleagueRow
  action: 'suspend' | 'restore'
  onDone: () => void
  onLeave: () => void
}) {
  const form = useForm({ opinion: '' })
  const { label } = account.actions[action]
  return (
    <FormDialog
      title={`${label}：${row.personName}`}
      submitWords={label}
      leaveWords="不改"
      danger={action === 'suspend'}
      onLeave={onLeave}
      onSubmit={async () => {
        if (!form.complete({ opinion: '请填写原因' })) return false
        const body = { version: row.version, requestId: newId(), input: { opinion: form.values['opinion'] } }
        await call(actOnAccount, { params: { id: row.id, action }, body })
        onDone()
        return undefined
      }}
    >
      <div className={s['stack']}>
        {action === 'suspend' && <p>{account.actions.suspend.confirm}</p>}
        <FormLine name="opinion" label="原因" form={form} />
      </div>
    </FormDialog>
  )
}
