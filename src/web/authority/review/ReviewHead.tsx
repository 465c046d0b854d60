import { useEffect } from 'react'
import { Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { queues, type QueueName } from '#domain/application/actions.ts'
import { totalWords } from '#ui/list-state.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { StateWord } from '#ui/Words.tsx'
import { toneOf } from '../../application/tone.ts'
import { DueDay } from '../DueDay.tsx'
import { applicationQuery, placeQuery } from '../queries.ts'
import { useLetters } from './use-letters.ts'
import s from './Review.module.css'

const titles = {
  first_review: '初审',
  second_review: '复审',
  withdrawing: '撤销审核',
} as const satisfies Record<QueueName, string>

/** Title line: number, state, due date, place in the queue and the ones around it. `queue`: none for those who only read. */
export function ReviewHead({
  detail,
  queue,
  waiting,
  onMoveOn,
}: {
  detail: ApplicationDetail
  queue: QueueName | undefined
  /** With the authority: its due date counts. */
  waiting: boolean
  /** Done before another one is opened. */
  onMoveOn: () => Promise<void>
}) {
  const navigate = useNavigate()
  const client = useQueryClient()
  const { data: place } = useQuery(placeQuery(queue, detail.id))
  const next = place?.next ?? undefined
  const previous = place?.previous ?? undefined

  // The next one is read ahead: going on is then at once.
  useEffect(() => {
    if (next !== undefined) void client.prefetchQuery(applicationQuery(next))
  }, [client, next])

  const open = (id: string | undefined) =>
    id === undefined
      ? undefined
      : () => {
          void onMoveOn().then(() => navigate({ to: paths.review(id), replace: true }))
        }
  const toQueue = () => {
    if (queue !== undefined) void onMoveOn().then(() => navigate({ to: paths.queue(queue) }))
  }
  useLetters({ j: open(next), k: open(previous) })
  return (
    <PageTitle
      title={queue === undefined ? '申请表' : titles[queue]}
      number={<PaperNo value={detail.applicationNo ?? detail.windowNo} what="申请表号" copy />}
      state={<StateWord tone={toneOf(detail.state)}>{detail.stateLabel}</StateWord>}
      note={
        detail.dueOn === null || !waiting ? undefined : (
          <span className={s['due']}>
            办理期限 <DueDay dueOn={detail.dueOn} overdue={detail.overdue} />
          </span>
        )
      }
    >
      {queue === undefined ? (
        <Link to={paths.authorityApplications()}>申请查询</Link>
      ) : (
        <>
          <Button onClick={toQueue}>返回{queues[queue].label}</Button>
          {place !== undefined && place !== null && place.position !== null && (
            <span
              className={s['position']}
              aria-label={`队列中第 ${place.position} 件，共 ${totalWords(place.total)} 件`}
            >
              {place.position} / {totalWords(place.total)}
            </span>
          )}
          <Button disabled={previous === undefined} onClick={open(previous)} title="键 K">
            上一件
          </Button>
          <Button disabled={next === undefined} onClick={open(next)} title="键 J">
            下一件
          </Button>
        </>
      )}
    </PageTitle>
  )
}
