import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listNotices, type NoticeRow } from '#api/notice.ts'
import { call } from '#ui/call.ts'
import { Instant } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Failed } from '#ui/Words.tsx'
import s from './HomePage.module.css'

/** Pages of what a reminder may be about. */
const addresses: Readonly<Record<string, (id: string) => string>> = {
  quota: paths.quotaAccount,
  licence: paths.licence,
  application: paths.application,
}
const shownAtOnce = 5

/** 提醒: quota that runs low, days that come near; the newest first. Nothing is shown where there are none. */
export function Reminders() {
  const me = useMe()
  const [all, setAll] = useState(false)
  const read = useQuery({
    queryKey: ['notices', me.account.id],
    queryFn: ({ signal }) => call(listNotices, { signal }),
    refetchInterval: 5 * 60_000,
  })
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  const rows = read.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <section className={s['group']} aria-label="提醒">
      <h2>提醒</h2>
      <ul className={s['reminders']}>
        {(all ? rows : rows.slice(0, shownAtOnce)).map((row) => (
          <Reminder key={row.id} row={row} />
        ))}
      </ul>
      {rows.length > shownAtOnce && (
        <Button type="link" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? '收起' : `另有 ${rows.length - shownAtOnce} 条`}
        </Button>
      )}
    </section>
  )
}

function Reminder({ row }: { row: NoticeRow }) {
  const at = addresses[row.thing]
  return (
    <li>
      <span className={s['when']}>
        <Instant at={row.at} short />
      </span>
      <span>{row.words}</span>
      {at !== undefined && row.thingId !== null && <Link to={at(row.thingId)}>查看</Link>}
    </li>
  )
}
