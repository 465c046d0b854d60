import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { actOnServiceRequest, type ServiceRequestDetail } from '#api/hall.ts'
import { enterpriseInfoTable } from '#domain/application/form.ts'
import { serviceRequest } from '#domain/hall/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'
import { FormView, Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../OneThing.tsx'
import { requestQuery, toneOf } from './queries.ts'
import s from './Hall.module.css'

/** One request for a service, for the enterprise and for the officers who decide. */
export function ServiceRequestPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const own = useMe().enterprise !== null
  const read = useQuery(requestQuery(id))
  const next = own ? (
    <Link to={paths.hall()}>打开业务大厅</Link>
  ) : (
    <Link to={paths.services()}>打开应用申请</Link>
  )
  return (
    <OneThing title="应用申请" read={read} next={next}>
      {(detail, refresh) => <Detail detail={detail} onRefresh={refresh} />}
    </OneThing>
  )
}

function Detail({ detail, onRefresh }: { detail: ServiceRequestDetail; onRefresh: () => void }) {
  const client = useQueryClient()
  const own = useMe().enterprise !== null
  return (
    <>
      <PageTitle
        title={`应用申请：${detail.serviceName}`}
        state={<StateWord tone={toneOf(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        <ActionBar
          machine={serviceRequest}
          offered={detail.offered}
          version={detail.version}
          primary={detail.state === 'data_review' ? 'approve_data' : 'grant'}
          perform={(action, body) => call(actOnServiceRequest, { params: { id: detail.id, action }, body })}
          onDone={() => void client.invalidateQueries({ queryKey: ['hall'] })}
          onRefresh={onRefresh}
        />
      </PageTitle>
      <div className={s['halves']}>
        <div>
          <Section title="申请">
            <dl className={s['facts']}>
              <Pair label="应用">{detail.serviceName}</Pair>
              <Pair label="来源">{detail.sourceLabel}</Pair>
              <Pair label="申请人">{shown(detail.requestedBy)}</Pair>
              <Pair label="申请时间">
                <Instant at={detail.createdAt} />
              </Pair>
              <Pair label="申请说明" wide>
                {shown(detail.purpose)}
              </Pair>
              <Pair label="审核说明" wide>
                {shown(detail.decision)}
              </Pair>
            </dl>
          </Section>
          <Section title="企业">
            <dl className={s['facts']}>
              <Pair label="企业名称">{detail.enterpriseName}</Pair>
              <Pair label="核实情况">{detail.standingLabel}</Pair>
              <Pair label="企业代码">{detail.code13}</Pair>
              <Pair label="统一社会信用代码">{detail.uscc}</Pair>
              <Pair label="所在地">
                {detail.region}
                {detail.city}
              </Pair>
            </dl>
          </Section>
          <Section
            title="企业资料"
            action={own ? <Link to={paths.enterprise()}>修改企业资料</Link> : undefined}
          >
            <FormView table={enterpriseInfoTable} values={detail.info} columns={2} />
          </Section>
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}
