import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { ownEnterpriseQuery } from '../application/queries.ts'
import { existing, menuOf } from '../menu.ts'
import { Reminders } from './Reminders.tsx'
import { waitingFor, type Waiting } from './waiting.ts'
import s from './HomePage.module.css'

/** Hall and desk home: a tile for each thing one can do, and below what waits for oneself, with counts. */
export function HomePage() {
  const me = useMe()
  const router = useRouter()
  const groups = existing(menuOf(me), router)
  return (
    <>
      <PageTitle title="首页" note={`数据范围：${me.dataScope.label}`} />
      {typeof me.enterprise?.withheld === 'string' && (
        <section className={s['group']} aria-label="应用">
          <Notice kind="warning" action={<Link to={paths.hall()}>打开业务大厅</Link>}>
            {me.enterprise.withheld}
          </Notice>
        </section>
      )}
      {me.enterprise !== null && <Barred />}
      <WaitingList me={me} />
      <Reminders />
      {groups.map((group) => (
        <section key={group.label} className={s['group']} aria-label={group.label}>
          <h2>{group.label}</h2>
          <ul className={s['tiles']}>
            {group.entries.map((entry) => (
              <li key={entry.to}>
                <Link to={entry.to} className={s['tile'] ?? ''}>
                  <strong>{entry.label}</strong>
                  <span>{entry.line}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

/** Applications of the enterprise are not accepted for now: said before anything is typed. */
function Barred() {
  const { data } = useQuery(ownEnterpriseQuery)
  const barred = data?.barred ?? null
  if (barred === null) return null
  return (
    <section className={s['group']} aria-label="通知">
      <Notice kind="error">{barred.words}</Notice>
    </section>
  )
}

/** 待办: what waits for the person, by kind; kinds with nothing in them say so with a nought. */
function WaitingList({ me }: { me: Me }) {
  const read = useQuery({
    queryKey: ['waiting', me.account.id],
    queryFn: ({ signal }) => waitingFor(me, signal),
    refetchInterval: 60_000,
  })
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  const rows: readonly Waiting[] = read.data ?? []
  if (rows.length === 0) return null
  return (
    <section className={s['group']} aria-label="待办">
      <h2>待办</h2>
      <ul className={s['waiting']}>
        {rows.map((row) => (
          <li key={row.label}>
            <Link to={row.to} search={row.search} className={s['count'] ?? ''}>
              <span className={s['figure']}>{row.count}</span>
              <span>{row.label}</span>
              {row.late !== undefined && <span className={s['late']}>{row.late}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
