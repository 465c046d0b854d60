/** A request before the exporter: what may be done, what it asks, what has happened to it. */
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { RequestDetail } from '#api/request.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { PaperNo } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { PageBones } from '../application/Bones.tsx'
import { NotRead } from '../application/NotRead.tsx'
import d from '../application/Detail.module.css'
import { LicenceFacts, Uses } from './LicenceFacts.tsx'
import { performOn, requestQuery, useStale } from './queries.ts'
import { Asked, Comparison, proofUrl, SealFacts } from './Shown.tsx'
import { groupOf, machineOf, requestTone } from './words.ts'
import s from './Request.module.css'

export function RequestPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(requestQuery(id))
  const slow = useSlow(read.isPending)
  if (read.data !== undefined)
    return <Detail key={id} detail={read.data} onRefresh={() => void read.refetch()} />
  return (
    <>
      <PageTitle title="许可证退换申请" />
      {read.error !== null && <NotRead error={read.error} onRetry={() => void read.refetch()} />}
      {slow && <PageBones label="正在读取申请" side={300} />}
    </>
  )
}

function Detail({ detail, onRefresh }: { detail: RequestDetail; onRefresh: () => void }) {
  const navigate = useNavigate()
  const stale = useStale()
  const mayDownload = useMay('licence.download')
  const edits = detail.offered.some(({ action, because }) => action === 'save' && because === undefined)
  return (
    <>
      <PageTitle
        title={detail.kindLabel}
        number={<PaperNo value={detail.licenceNo} what="许可证号" copy />}
        state={<StateWord tone={requestTone(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        {detail.proof && mayDownload && (
          <Button type="primary" href={proofUrl(detail.id)} target="_blank">
            查看证明 PDF
          </Button>
        )}
        {edits && <Button onClick={() => void navigate({ to: paths.requestForm(detail.id) })}>修改</Button>}
        <div className={d['bar']}>
          <ActionBar
            machine={machineOf(detail.kind)}
            offered={detail.offered}
            version={detail.version}
            only={['delete', 'recall', 'submit']}
            primary="submit"
            perform={performOn(detail.id)}
            onDone={(action) => {
              if (action !== 'delete') return void stale()
              // What was deleted must not be read once more by the page that shows it.
              const to = paths.requests(groupOf(detail.kind), 'manage')
              void navigate({ to }).then(() => stale())
            }}
            onRefresh={onRefresh}
          />
        </div>
      </PageTitle>
      <div className={s['stack']}>
        <Outcome detail={detail} />
        {edits && detail.issues.length > 0 && (
          <ErrorSummary
            issues={detail.issues}
            title={`上报前还有 ${detail.issues.length} 项需要修改`}
            onGo={() => void navigate({ to: paths.requestForm(detail.id) })}
          />
        )}
      </div>
      <div className={d['page']}>
        <div>
          <Asked detail={detail} licenceAt={paths.licence} />
          <Comparison detail={detail} />
          <LicenceFacts licence={detail.licence} at={paths.licence(detail.licenceId)} />
          <Uses licence={detail.licence} />
          <SealFacts detail={detail} />
        </div>
        <aside className={d['side']}>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}

/** What the state means for the exporter, and what comes next. */
function Outcome({ detail }: { detail: RequestDetail }) {
  const returned = detail.history.findLast(({ to }) => to === 'returned')
  if (detail.state === 'returned' && returned !== undefined) {
    return (
      <Notice kind="warning">
        {returned.label}：{returned.opinion ?? '没有说明原因'}。修改后可再次上报，不再需要的请删除。
      </Notice>
    )
  }
  if (detail.state === 'awaiting_customs') {
    return <Notice>审核已通过，正在等待海关确认；确认前许可证保持原状，如在海关使用则不能再办理。</Notice>
  }
  if (detail.state !== 'approved') return null
  return (
    <Notice kind="success">
      {
        {
          cancellation: '许可证已删除，占用的配额已退回。',
          write_off: '许可证已核销，未使用的配额已退回；年度已结束的记为失效。',
          amendment: `原证已换证，新证号 ${detail.newLicenceNo}，由发证机构生成电子许可证后可用。`,
          extension: `原证已换证，新证号 ${detail.newLicenceNo}，由发证机构生成电子许可证后可用。`,
          loss: `原证已挂失，新证号 ${detail.newLicenceNo}，由发证机构生成电子许可证后可用。`,
        }[detail.kind]
      }
    </Notice>
  )
}
