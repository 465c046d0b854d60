/** Beside an application: due day, licence, printing, and what the authority said. */
import { Link } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { Pair } from '#ui/FormView.tsx'
import { DayText, Instant, PaperNo } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { shown } from '#ui/Words.tsx'
import s from './Detail.module.css'

const underReview = ['first_review', 'second_review', 'withdrawing']

/** Due day, licence, who entered it, printing. */
export function Around({ detail }: { detail: ApplicationDetail }) {
  const exporter = useMe().enterprise !== null
  return (
    <Section title="办理情况">
      <dl className={s['facts']}>
        {underReview.includes(detail.state) && (
          <Pair label="办理期限">
            <DayText day={detail.dueOn} />
            {detail.overdue && <span className={s['late']}> 已超期</span>}
          </Pair>
        )}
        {detail.licence !== null && (
          <Pair label="许可证">
            <Link to={(exporter ? paths.licence : paths.authorityLicence)(detail.licence.id)}>
              <PaperNo value={detail.licence.licenceNo} />
            </Link>{' '}
            {detail.licence.stateLabel}
          </Pair>
        )}
        <Pair label="录入">
          {detail.createdByName} · <Instant at={detail.createdAt} short />
        </Pair>
        <Pair label="上报">
          <Instant at={detail.submittedAt} short />
        </Pair>
        {detail.state === 'approved' && (
          <Pair label="打印">
            {detail.printCount === 0 ? (
              '还没有打印'
            ) : (
              <>
                {detail.printCount} 次，首次 <Instant at={detail.printedAt} short />
              </>
            )}
          </Pair>
        )}
      </dl>
    </Section>
  )
}

const reviews = [
  'pass_first',
  'return',
  'pass_second',
  'reject',
  'send_back',
  'agree_withdrawal',
  'refuse_withdrawal',
  'hand_back',
]

/** 审批意见, open from the first decision on (manual 004 查看审批意见). */
export function Opinions({ detail }: { detail: ApplicationDetail }) {
  const said = detail.history.filter(({ action }) => reviews.includes(action))
  if (said.length === 0) return null
  return (
    <Section title="审批意见">
      <dl className={s['facts']}>
        {said.toReversed().map((entry) => (
          <Pair key={`${entry.at} ${entry.action}`} label={`${entry.label} · ${entry.who}`}>
            <span className={s['opinion']}>{shown(entry.opinion)}</span>
          </Pair>
        ))}
      </dl>
    </Section>
  )
}
