/**
 * One application before an officer: papers on the left, content with the checks' marks on the right, and for those
 * who decide the opinion and the buttons. Whoever may only read sees the same without them.
 */
import { useMemo, useState } from 'react'
import { App } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { application, queues, type QueueName } from '#domain/application/actions.ts'
import { formatDecimal } from '#domain/decimal.ts'
import { CallFailed } from '#ui/call.ts'
import { FileTabs } from '#ui/document/FileTabs.tsx'
import { Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Failed, Notice, shown } from '#ui/Words.tsx'
import { queueNames } from '../queue-names.ts'
import { findNext, markStale, watchedApplicationQuery } from '../queries.ts'
import { Earlier, History, Papers, SealFacts } from './Around.tsx'
import { CheckSummary } from './CheckSummary.tsx'
import { checksOf, type Checked } from './checks.ts'
import { ClaimBanner, ClaimLine } from './ClaimLine.tsx'
import { Decision, type Done } from './Decision.tsx'
import { printedForm, tabsOf } from './files.ts'
import { dropKept } from './kept.ts'
import { ReviewHead } from './ReviewHead.tsx'
import { sheetOf } from './sheet.ts'
import { SheetView } from './SheetView.tsx'
import { useClaim } from './use-claim.ts'
import { useTypeNames } from './use-type-names.ts'
import s from './Review.module.css'

export function ReviewPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(watchedApplicationQuery(id))
  const slow = useSlow(read.isPending)
  if (read.data !== undefined) {
    return <Review key={id} detail={read.data} onRefresh={() => void read.refetch()} />
  }
  if (read.error !== null) return <NotRead error={read.error} onRetry={() => void read.refetch()} />
  return slow ? <Bones /> : null
}

function NotRead({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const gone = error instanceof CallFailed && error.status === 404
  return (
    <>
      <PageTitle title="申请表" />
      {gone ? (
        <Notice kind="warning" action={<Link to={paths.authorityApplications()}>到申请查询中查找</Link>}>
          {error.failure.words}。可能网址不完整，或不在您的数据范围内。
        </Notice>
      ) : (
        <Failed error={error} onRetry={onRetry} />
      )}
    </>
  )
}

/** The queue an application waits in, if any. */
const queueOf = (detail: ApplicationDetail): QueueName | undefined =>
  queueNames.find((name) => queues[name].states.some((state) => state === detail.state))

/** Permission for one decision of each queue stands for the rest of it. */
const decides = {
  first_review: 'application.pass_first',
  second_review: 'application.pass_second',
  withdrawing: 'application.agree_withdrawal',
} as const satisfies Record<QueueName, string>

const unchecked: Checked = { differences: [], agreements: [], issues: [], warnings: [] }

function Review({ detail, onRefresh }: { detail: ApplicationDetail; onRefresh: () => void }) {
  const [openedAs] = useState(detail.state)
  const waiting = queueOf(detail)
  const may = useMay(...(waiting === undefined ? [] : [decides[waiting]]))
  const queue = may ? waiting : undefined
  const client = useQueryClient()
  const changed = () => void markStale(client)
  const claim = useClaim(detail, queue !== undefined)
  const finish = useFinish(detail, queue)
  const nameOf = useTypeNames()
  const sheet = useMemo(() => sheetOf(detail), [detail])
  // What is decided is no more judged by the rules of today.
  const checks = useMemo(
    () => checksOf(waiting === undefined ? unchecked : detail, sheet),
    [detail, sheet, waiting],
  )
  const files = [...tabsOf(detail, nameOf), printedForm(detail)]
  return (
    <div className={s['desk']}>
      <ReviewHead detail={detail} queue={queue} waiting={waiting !== undefined} onMoveOn={claim.moveOn} />
      <div className={s['about']}>
        <p className={s['what']}>
          <strong>{detail.filled.exporterName}</strong>
          <span>
            {shown(detail.filled.goodsName)} ·{' '}
            <Quantity value={detail.filled.totalQuantity} unit={detail.filled.goodsUnit} /> · 出口至
            {shown(detail.names['destinationCountry'])}
          </span>
        </p>
        {queue !== undefined && <ClaimLine detail={detail} claim={claim} onChanged={changed} />}
        {detail.licence !== null && (
          <span className={s['claim']}>
            许可证 <Link to={paths.authorityLicence(detail.licence.id)}>{detail.licence.licenceNo}</Link>
            {detail.licence.stateLabel}
          </span>
        )}
      </div>
      {detail.state !== openedAs && (
        <Notice kind="warning">
          打开后有变化：这份申请表已由“{application.states[openedAs]}”转为“{detail.stateLabel}
          ”，以下为最新内容。
        </Notice>
      )}
      {queue !== undefined && <ClaimBanner detail={detail} onChanged={changed} />}
      <div className={s['halves']}>
        <section className={s['left']} aria-label="附件">
          {files.length > 0 ? <FileTabs files={files} /> : <p className={s['none']}>这份申请表没有附件。</p>}
        </section>
        <section className={s['right']} aria-label="申请表内容">
          {waiting !== undefined && <CheckSummary checks={checks} />}
          <div className={s['scroll']} data-scrolls="" tabIndex={0} role="region" aria-label="申请表各栏">
            <WithdrawalReason detail={detail} />
            <QuotaOfDetail detail={detail} />
            <SheetView sheet={sheet} checks={checks} />
            <Papers detail={detail} marks={checks.at('attachments')} />
            <SealFacts detail={detail} />
            <Earlier detail={detail} />
            <History detail={detail} />
          </div>
          {queue !== undefined && (
            <Decision
              key={queue}
              detail={detail}
              queue={queue}
              claiming={claim.pending}
              onDone={finish}
              onRefresh={onRefresh}
            />
          )}
        </section>
      </div>
    </div>
  )
}

/** The quota it holds or lacks, beside what is left to the exporter. */
function QuotaOfDetail({ detail }: { detail: ApplicationDetail }) {
  const { quota } = detail
  if (quota === null) return null
  const number = (value: string) => formatDecimal(value, { grouping: true })
  const left = quota.available === null ? '' : `，账户可用余量 ${number(quota.available)} ${quota.unit}`
  return (
    <Notice
      kind={quota.refusal === null ? 'info' : 'warning'}
      action={
        quota.accountId !== null && <Link to={paths.authorityQuotaAccount(quota.accountId)}>明细账</Link>
      }
    >
      <strong>配额</strong> {shown(quota.docNo)}：
      {quota.refusal ??
        (quota.holds === null
          ? `需要 ${number(quota.needed)} ${quota.unit}${left}`
          : `本申请表占用 ${number(quota.holds)} ${quota.unit}${left}`)}
    </Notice>
  )
}

/** Why the exporter wants it back: what is decided on. */
function WithdrawalReason({ detail }: { detail: ApplicationDetail }) {
  if (detail.state !== 'withdrawing') return null
  const asked = detail.history.findLast(({ action }) => action === 'withdraw')
  return (
    <Notice kind="info">
      <strong>企业申请撤销</strong>，原因：{shown(asked?.opinion)}
    </Notice>
  )
}

/** After a decision: says what was done, with the way back to it, and opens what comes next in the queue. */
function useFinish(detail: ApplicationDetail, queue: QueueName | undefined) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const { id } = detail
  const number = detail.applicationNo ?? detail.windowNo
  return ({ action, stateLabel, licenceNo }: Done) => {
    dropKept(id)
    void message.success({
      duration: 6,
      content: (
        <span className={s['done']}>
          {number} {doneWords(application.actions[action].label, stateLabel)}
          {licenceNo !== null && `，许可证号 ${licenceNo}`}
          <Link to={paths.review(id)}>查看</Link>
        </span>
      ),
    })
    const goOn = async () => {
      const next = queue === undefined ? null : await findNext(queue, id).catch(() => null)
      const to =
        next !== null ? paths.review(next) : queue === undefined ? paths.authority() : paths.queue(queue)
      await navigate({ to, replace: true })
      void markStale(client)
    }
    void goOn()
  }
}

const doneWords = (label: string, stateLabel: string) =>
  label === stateLabel ? label : `${label}，转为${stateLabel}`

/** The shape of the page while it is waited for. */
function Bones() {
  return (
    <div className={s['desk']} aria-busy="true" aria-label="正在读取申请表">
      <div className={s['boneHead']} />
      <div className={s['halves']}>
        <div className={s['left']}>
          <p className={s['waiting']}>正在读取申请表…</p>
        </div>
        <div className={s['right']} />
      </div>
    </div>
  )
}
