import { useState } from 'react'
import { App } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { AccountDetail } from '#api/account-office.ts'
import { actOnAccount } from '#api/colleague.ts'
import { account, type AccountAction } from '#domain/account/actions.ts'
import { ActionBar, type ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'
import { Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { Notice, shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../OneThing.tsx'
import { DutiesDialog } from './DutiesDialog.tsx'
import { PasswordDialog } from './PasswordDialog.tsx'
import { accountQuery, accountTone } from './queries.ts'
import s from './Office.module.css'

/** One user for who decides on accounts. */
export function AccountPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(accountQuery(id))
  return (
    <OneThing title="用户" read={read} next={<Link to={paths.accounts()}>打开用户管理</Link>}>
      {(detail, refresh) => <Detail detail={detail} onRefresh={refresh} />}
    </OneThing>
  )
}

function Detail({ detail, onRefresh }: { detail: AccountDetail; onRefresh: () => void }) {
  const client = useQueryClient()
  const { message } = App.useApp()
  const [changing, setChanging] = useState(false)
  const [reset, setReset] = useState<{ password: string | undefined }>()
  const renew = () => void client.invalidateQueries({ queryKey: ['accounts'] })
  const perform = async (action: AccountAction, body: ActionRequest) => {
    const done = await call(actOnAccount, { params: { id: detail.id, action }, body })
    if (action === 'reset_password') setReset({ password: done.password })
  }
  return (
    <>
      <PageTitle
        title={`用户：${detail.personName}`}
        state={<StateWord tone={accountTone(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        <ActionBar
          machine={account}
          offered={detail.offered}
          version={detail.version}
          wholeLabels
          opinionWord="原因"
          instead={{ change_duties: () => setChanging(true) }}
          perform={perform}
          onDone={renew}
          onRefresh={onRefresh}
        />
      </PageTitle>
      {detail.suspended !== null && (
        <Notice kind="warning">
          {detail.suspended.byLabel}于 <Instant at={detail.suspended.at} short /> 停用，原因：
          {detail.suspended.reason}
        </Notice>
      )}
      <div className={s['halves']}>
        <div>
          <Facts detail={detail} />
          <SignIns detail={detail} />
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
      {changing && (
        <DutiesDialog
          detail={detail}
          onDone={() => {
            setChanging(false)
            void message.success('已完成：调整职责')
            renew()
          }}
          onLeave={() => setChanging(false)}
          onRefresh={() => {
            setChanging(false)
            onRefresh()
          }}
        />
      )}
      {reset !== undefined && (
        <PasswordDialog
          loginName={detail.loginName}
          password={reset.password}
          onLeave={() => setReset(undefined)}
        />
      )}
    </>
  )
}

const confirmedWords = (confirmed: boolean) => (confirmed ? '（已确认）' : '（未确认）')

function Facts({ detail }: { detail: AccountDetail }) {
  const { enterprise, authority, email, mobile } = detail
  return (
    <>
      <Section title="资料">
        <dl className={s['facts']}>
          <Pair label="登录名">{detail.loginName}</Pair>
          <Pair label="账号类型">{detail.typeLabel}</Pair>
          {detail.officer ? (
            <Pair label="发证机构">{shown(authority?.name)}</Pair>
          ) : (
            <Pair label="企业">
              {enterprise === null ? (
                '—'
              ) : (
                <Link to={paths.enterpriseOf(enterprise.id)}>{enterprise.name}</Link>
              )}
            </Pair>
          )}
          {!detail.officer && <Pair label="部门">{shown(detail.department)}</Pair>}
          <Pair label="电子邮箱">
            {email === null ? '—' : `${email.address}${confirmedWords(email.confirmed)}`}
          </Pair>
          <Pair label="手机">
            {mobile === null ? '—' : `${mobile.number}${confirmedWords(mobile.confirmed)}`}
          </Pair>
          <Pair label="创建时间">
            <Instant at={detail.createdAt} />
          </Pair>
          <Pair label="密码">
            {detail.mustChangePassword ? '下次登录须修改' : '本人设定'}
            {detail.passwordChangedAt !== null && !detail.mustChangePassword && (
              <>
                ，<Instant at={detail.passwordChangedAt} short />
              </>
            )}
          </Pair>
        </dl>
      </Section>
      <Section title="角色和职责">
        <dl className={s['facts']}>
          <Pair label="角色">{shown(detail.roles.map(({ label }) => label).join('、'))}</Pair>
          <Pair label="数据权限">{detail.dataScopeLabel}</Pair>
          {detail.officer && (
            <Pair label="职责" wide>
              {shown(detail.duties)}
            </Pair>
          )}
        </dl>
      </Section>
    </>
  )
}

function SignIns({ detail: { signIns } }: { detail: AccountDetail }) {
  return (
    <Section title="登录记录" note="最近 20 次">
      {signIns.length === 0 ? (
        <p className={s['soft']}>还没有登录过</p>
      ) : (
        <table className={s['table']}>
          <thead>
            <tr>
              {['时间', '结果', '网络地址'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {signIns.map((row) => (
              <tr key={row.id}>
                <td className={s['nowrap']}>
                  <Instant at={row.at} />
                </td>
                <td>
                  <StateWord
                    tone={
                      row.outcome === 'signed_in' ? 'good' : row.outcome === 'signed_out' ? 'plain' : 'bad'
                    }
                  >
                    {row.outcomeLabel}
                  </StateWord>
                </td>
                <td>{row.address}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
