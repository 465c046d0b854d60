/** After 31 December what is left of a year is lost: `available` moves to 失效 for every account of a closed year. */
import { sql } from 'kysely'
import { dayOf, yearOf } from '#domain/day.ts'
import { isPositive } from '#domain/decimal.ts'
import type { Context } from '../context.ts'
import { system } from '../door.ts'
import { lockAccount, move } from './ledger.ts'

const perRead = 500

/** Safe to run twice and by two servers at once: under its lock an account has nothing left the second time. */
export async function closeYears(ctx: Context): Promise<void> {
  const now = ctx.clock()
  const year = yearOf(dayOf(now))
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select a.id from quota_account as a cross join lateral (
        select available from quota_entry where account_id = a.id order by seq desc limit 1) as last
      where a.year < ${year} and last.available > 0 and a.id > ${after}::uuid order by a.id limit ${perRead}`.execute(
      ctx.db,
    )
    for (const { id } of rows) await lapse(ctx, id, now)
    const last = rows.at(-1)
    if (last === undefined || rows.length < perRead) return
    after = last.id
  }
}

/** One account, one transaction: the year's submissions of others wait for nothing. */
async function lapse(ctx: Context, id: string, now: Date) {
  await ctx.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, id)
    const { available: quantity } = account.balances
    if (!isPositive(quantity)) return
    const entry = { kind: 'lapse', from: 'available', to: 'lapsed', quantity } as const
    await move(tx, account, entry, { actor: system, now, note: `${account.row.year} 年度结束` })
  })
}
