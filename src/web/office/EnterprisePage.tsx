import { useState } from 'react'
import { App } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { actOnEnterprise, type EnterpriseDetail } from '#api/enterprise-office.ts'
import { enterpriseInfoTable } from '#domain/application/form.ts'
import { enterprise } from '#domain/enterprise/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'
import { FormView, Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { Notice, shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../OneThing.tsx'
import { ChangeTable } from '../enterprise/ChangeTable.tsx'
import { CorrectDialog } from './CorrectDialog.tsx'
import { accountTone, enterpriseQuery, standingTone } from './queries.ts'
import s from './Office.module.css'

/** One enterprise for who decides on it. */
export function EnterpriseOfficePage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(enterpriseQuery(id))
  return (
    <OneThing title="企业" read={read} next={<Link to={paths.enterprises()}>打开企业管理</Link>}>
      {(detail, refresh) => <Detail detail={detail} onRefresh={refresh} />}
    </OneThing>
  )
}

function Detail({ detail, onRefresh }: { detail: EnterpriseDetail; onRefresh: () => void }) {
  const client = useQueryClient()
  const { message } = App.useApp()
  const [correcting, setCorrecting] = useState(false)
  const renew = () => void client.invalidateQueries({ queryKey: ['enterprises'] })
  return (
    <>
      <PageTitle
        title={detail.name}
        state={<StateWord tone={standingTone(detail.standing)}>{detail.standingLabel}</StateWord>}
      >
        <ActionBar
          machine={enterprise}
          offered={detail.offered}
          version={detail.version}
          wholeLabels
          opinionWord="原因"
          instead={{ correct: () => setCorrecting(true) }}
          perform={(action, body) => call(actOnEnterprise, { params: { id: detail.id, action }, body })}
          onDone={renew}
          onRefresh={onRefresh}
        />
      </PageTitle>
      {detail.suspended !== null && (
        <Notice kind="warning">
          <Instant at={detail.suspended.at} short /> 停用，全部账号不能登录。原因：{detail.suspended.reason}
        </Notice>
      )}
      {detail.barred !== null && <Notice kind="warning">{detail.barred}</Notice>}
      <div className={s['halves']}>
        <div>
          <Section title="登记信息">
            <dl className={s['facts']}>
              <Pair label="企业名称" wide>
                {detail.name}
              </Pair>
              <Pair label="统一社会信用代码">{detail.uscc}</Pair>
              <Pair label="企业代码">{detail.code13}</Pair>
              <Pair label="所在地">
                {detail.region}
                {detail.city}
              </Pair>
              <Pair label="中央企业">{detail.centralEnterprise ? '是' : '否'}</Pair>
              <Pair label="登记时间">
                <Instant at={detail.createdAt} />
              </Pair>
              <Pair label="核实时间">
                <Instant at={detail.verifiedAt} />
              </Pair>
            </dl>
          </Section>
          <People detail={detail} />
          <Services detail={detail} />
          <Section title="企业资料" note="企业自行填写">
            <FormView table={enterpriseInfoTable} values={detail.info} columns={2} />
          </Section>
          <Section title="变更记录" note="最近 100 次">
            <ChangeTable changes={detail.changes} />
          </Section>
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
      {correcting && (
        <CorrectDialog
          detail={detail}
          onDone={() => {
            setCorrecting(false)
            void message.success('已完成：更正登记')
            renew()
          }}
          onLeave={() => setCorrecting(false)}
          onRefresh={() => {
            setCorrecting(false)
            onRefresh()
          }}
        />
      )}
    </>
  )
}

function People({ detail: { people, accounts, code13 } }: { detail: EnterpriseDetail }) {
  const more = people.length < accounts
  return (
    <Section
      title="账号"
      note={more ? `最早的 ${people.length} 个，共 ${accounts} 个` : `共 ${people.length} 个`}
      action={<Link to={paths.accounts(code13)}>在用户管理中查看</Link>}
    >
      {people.length === 0 ? (
        <p className={s['soft']}>没有账号</p>
      ) : (
        <table className={s['table']}>
          <thead>
            <tr>
              {['登录名', '姓名', '角色', '状态'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <td>
                  <Link to={paths.account(person.id)}>{person.loginName}</Link>
                </td>
                <td>{person.personName}</td>
                <td>{shown(person.roles.join('、'))}</td>
                <td className={s['nowrap']}>
                  <StateWord tone={accountTone(person.state)}>{person.stateLabel}</StateWord>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function Services({ detail: { services } }: { detail: EnterpriseDetail }) {
  const mayOpen = useMay('service_request.read')
  return (
    <Section title="应用">
      {services.length === 0 ? (
        <p className={s['soft']}>没有开通或申请过应用</p>
      ) : (
        <table className={s['table']}>
          <thead>
            <tr>
              {['应用', '状态', '来源', '时间'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <tr key={service.id}>
                <td>
                  {mayOpen ? <Link to={paths.serviceRequest(service.id)}>{service.name}</Link> : service.name}
                </td>
                <td className={s['nowrap']}>{service.stateLabel}</td>
                <td>{service.sourceLabel}</td>
                <td className={s['nowrap']}>
                  <Instant at={service.at} short />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
