/** Daily warnings about quota: a balance that is nearly used up, and the day until which it may be handed back. */
import { sql } from 'kysely'
import { addDays, compareDays, dayOf, yearOf, type Day } from '#domain/day.ts'
import { canonicalDecimal, type Decimal } from '#domain/decimal.ts'
import { handBackBy } from '#domain/quota/year.ts'
import type { Context } from '../context.ts'
import { tell, type Notice } from '../notice/notices.ts'
import { lowPercent } from './low-percent.ts'

/** Days before the last day of hand-back on which the enterprise is reminded. */
const remindBefore = [30, 7] as const
const perRead = 1000

interface Left {
  id: string
  enterprise_id: string
  doc_no: string
  goods_name: string
  unit_name: string
  available: Decimal
  granted: Decimal
  low: boolean
}

/** Safe to run twice: each warning has a key. Accounts are read in pieces. */
export async function warnOfQuota(ctx: Context): Promise<void> {
  const now = ctx.clock()
  const today = dayOf(now)
  const year = yearOf(today)
  const percent = await lowPercent(ctx.db, today)
  const reminder = reminderOf(year, today)
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<Left>`
      select a.id, a.enterprise_id, a.doc_no, a.goods_name, a.unit_name, last.available, sums.granted,
        last.available * 100 < sums.granted * ${percent}::numeric as low
      from quota_account as a cross join lateral (
        select * from quota_entry where account_id = a.id order by seq desc limit 1) as last
      cross join lateral (select last.available + last.held + last.committed + last.settled + last.lapsed as granted)
        as sums
      where a.year = ${year} and a.id > ${after}::uuid order by a.id limit ${perRead}`.execute(ctx.db)
    await tell(
      ctx.db,
      rows.flatMap((row) => [...lowNotice(row, year), ...handBackNotice(row, reminder)]),
      now,
    )
    const last = rows.at(-1)
    if (last === undefined || rows.length < perRead) return
    after = last.id
  }
}

const isLeft = (row: Left) => canonicalDecimal(row.available) !== '0'

function lowNotice(row: Left, year: number): Notice[] {
  if (!row.low || canonicalDecimal(row.granted) === '0') return []
  const available = canonicalDecimal(row.available)
  const words = `${row.goods_name}配额 ${row.doc_no}（${year} 年度）可用余量只剩 ${available} ${row.unit_name}，下达 ${canonicalDecimal(row.granted)} ${row.unit_name}`
  return [notice(row, 'quota_low', `quota_low/${row.id}`, words)]
}

/** The reminder whose day has come, the nearest first; a machine that was off makes up for it. */
function reminderOf(year: number, today: Day) {
  const by = handBackBy(year)
  if (compareDays(today, by) > 0) return undefined
  const days = remindBefore.toReversed().find((count) => compareDays(today, addDays(by, -count)) >= 0)
  return days === undefined ? undefined : { by, days }
}

function handBackNotice(row: Left, reminder: { by: Day; days: number } | undefined): Notice[] {
  if (reminder === undefined || !isLeft(row)) return []
  const available = canonicalDecimal(row.available)
  const words = `${row.goods_name}配额 ${row.doc_no} 还有 ${available} ${row.unit_name}未使用，不用的部分请在 ${reminder.by} 前交还，否则可能扣减下一年度配额`
  return [notice(row, 'quota_hand_back', `quota_hand_back/${row.id}/${reminder.days}`, words)]
}

const notice = (row: Left, kind: string, key: string, words: string): Notice => ({
  key,
  enterpriseId: row.enterprise_id,
  kind,
  thing: 'quota',
  thingId: row.id,
  words,
})
