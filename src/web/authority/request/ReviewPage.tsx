/** A request before an officer: licence, uses, old and new side by side, and the opinion with its buttons (P, R). */
import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { RequestDetail } from '#api/request.ts'
import { states } from '#domain/request/states.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { classes } from '#ui/field-parts.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { TextInput } from '#ui/TextInput.tsx'
import { Timeline } from '#ui/Timeline.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { PageBones } from '../../application/Bones.tsx'
import { NotRead } from '../../application/NotRead.tsx'
import d from '../../application/Detail.module.css'
import { LicenceFacts, Uses } from '../../request/LicenceFacts.tsx'
import { performOn, requestQuery, useStale } from '../../request/queries.ts'
import { Asked, Comparison, proofUrl, SealFacts } from '../../request/Shown.tsx'
import { groupOf, machineOf, requestTone } from '../../request/words.ts'
import { DueDay } from '../DueDay.tsx'
import f from '#ui/Field.module.css'
import s from '../../request/Request.module.css'

export function RequestReviewPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery({ ...requestQuery(id), refetchInterval: 30_000 })
  const slow = useSlow(read.isPending)
  if (read.data !== undefined) {
    return <Review key={id} detail={read.data} onRefresh={() => void read.refetch()} />
  }
  return (
    <>
      <PageTitle title="退换申请审核" />
      {read.error !== null && (
        <NotRead
          error={read.error}
          onRetry={() => void read.refetch()}
          next={<Link to={paths.requestQueue()}>打开待审退换</Link>}
        />
      )}
      {slow && <PageBones label="正在读取申请" side={360} />}
    </>
  )
}

const waiting = new Set(['reviewing', 'second_review'])
/** Where an officer may have something to do; customs' answer may have become impossible to apply. */
const decided = new Set(['reviewing', 'second_review', 'awaiting_customs'])

function Review({ detail, onRefresh }: { detail: RequestDetail; onRefresh: () => void }) {
  const [openedAs] = useState(detail.state)
  const mayDownload = useMay('licence.download')
  const due = waiting.has(detail.state)
  return (
    <>
      <PageTitle
        title={detail.kindLabel}
        number={<PaperNo value={detail.licenceNo} what="许可证号" copy />}
        state={<StateWord tone={requestTone(detail.state)}>{detail.stateLabel}</StateWord>}
        note={due ? <DueDay dueOn={detail.dueOn} overdue={detail.overdue} /> : undefined}
      >
        {detail.proof && mayDownload && (
          <Button href={proofUrl(detail.id)} target="_blank">
            查看证明 PDF
          </Button>
        )}
      </PageTitle>
      {detail.state !== openedAs && (
        <div className={s['stack']}>
          <Notice kind="warning">
            打开后有变化：这份申请已由“{states[openedAs]}”转为“{detail.stateLabel}”，以下为最新内容。
          </Notice>
        </div>
      )}
      <div className={d['page']}>
        <div>
          <Asked detail={detail} licenceAt={paths.authorityLicence} />
          <Comparison detail={detail} />
          <Uses licence={detail.licence} />
          <LicenceFacts licence={detail.licence} at={paths.authorityLicence(detail.licenceId)} />
          <SealFacts detail={detail} />
        </div>
        <aside className={d['side']}>
          {decided.has(detail.state) && <Decision key={detail.state} detail={detail} onRefresh={onRefresh} />}
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}

/** The decisions of each stage, in the order of the buttons; letters as on the review desk. */
const decisions = ['stop_waiting', 'return', 'return_second', 'pass', 'pass_first', 'pass_second'] as const
const shortcuts = { return: 'r', return_second: 'r', pass: 'p', pass_first: 'p', pass_second: 'p' }
const mostLetters = 500
const boxId = 'request-opinion'

function Decision({ detail, onRefresh }: { detail: RequestDetail; onRefresh: () => void }) {
  const [opinion, setOpinion] = useState('')
  const [missing, setMissing] = useState(false)
  const [over, setOver] = useState(false)
  const navigate = useNavigate()
  const stale = useStale()
  const { message } = App.useApp()
  const machine = machineOf(detail.kind)
  const offered = detail.offered.filter(
    ({ action, because }) =>
      decisions.some((one) => one === action) && (action !== 'stop_waiting' || because === undefined),
  )
  if (offered.length === 0) return null
  const tooLong = [...opinion].length > mostLetters
  const primary = offered.find(({ action }) => action.startsWith('pass'))?.action
  return (
    <Section title="审批">
      <div className={classes(f['field'], (missing || tooLong) && f['wrong'])}>
        <div className={f['head']}>
          <label htmlFor={boxId}>审批意见</label>
          <span id={`${boxId}-error`} role="alert" className={f['error']}>
            {missing && '请先填写意见'}
            {tooLong && `最多 ${mostLetters} 字`}
          </span>
        </div>
        <TextInput
          id={boxId}
          multiline
          rows={3}
          value={opinion}
          wrong={missing || tooLong}
          describedBy={`${boxId}-error`}
          onChange={(value) => {
            setOpinion(value)
            setMissing(false)
          }}
        />
      </div>
      <p className={s['rule']}>通过可不填，退回须填</p>
      <ActionBar
        machine={machine}
        offered={offered}
        version={detail.version}
        only={decisions}
        primary={primary}
        shortcuts={shortcuts}
        perform={performOn(detail.id)}
        busy={tooLong || over}
        quiet
        opinion={{
          value: opinion,
          onMissing: () => {
            setMissing(true)
            document.getElementById(boxId)?.focus()
          },
        }}
        onDone={(action) => {
          setOver(true)
          void message.success({
            duration: 6,
            content: (
              <span>
                {detail.licenceNo} {detail.kindLabel}：{machine.actions[action]?.label}{' '}
                <Link to={paths.requestReview(detail.id)}>查看</Link>
              </span>
            ),
          })
          const search = { tab: groupOf(detail.kind) }
          void navigate({ to: paths.requestQueue(), search, replace: true }).then(() => stale())
        }}
        onRefresh={onRefresh}
      />
    </Section>
  )
}
