/** The ratio table of swaps: append-only, of several rows for a day the newest counts. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { addSwapRatio, RatioRow } from '#api/swap.ts'
import { compareDays, dayOf, type Day } from '#domain/day.ts'
import { canonicalDecimal, type Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { isSwapGoods } from '#domain/swap/actions.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { Refused } from '../refused.ts'

/** The ratio that holds on a day, or undefined. */
export async function ratioOn(db: Db | Tx, from: string, to: string, day: Day): Promise<Decimal | undefined> {
  const row = await db
    .selectFrom('quota_swap_ratio')
    .select('ratio')
    .where('from_goods', '=', from)
    .where('to_goods', '=', to)
    .where('valid_from', '<=', day)
    .orderBy('valid_from', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row === undefined ? undefined : canonicalDecimal(row.ratio)
}

interface Stored {
  id: string
  from_goods: string
  to_goods: string
  ratio: Decimal
  valid_from: Day
  source: string
  changed_by: string | null
  changed_at: Date
}

/** Every ratio that was ever given, by goods, newest first. */
export async function ratioRows(ctx: Context): Promise<z.input<typeof RatioRow>[]> {
  const { rows } = await sql<Stored>`
    select r.*, account.person_name as changed_by from quota_swap_ratio as r
    left join account on account.id = r.changed_by
    order by r.from_goods, r.to_goods, r.valid_from desc, r.id desc limit 500`.execute(ctx.db)
  const codes = await ctx.codes.current()
  const today = dayOf(ctx.clock())
  const seen = new Set<string>()
  return rows.flatMap((row) => {
    const { from_goods: from, to_goods: to } = row
    if (!isSwapGoods(from) || !isSwapGoods(to)) return []
    const key = `${from}>${to}`
    const holds = compareDays(row.valid_from, today) <= 0 && !seen.has(key)
    if (holds) seen.add(key)
    return [
      {
        id: row.id,
        from,
        fromName: codes.entry('goods_category', from)?.name ?? from,
        to,
        toName: codes.entry('goods_category', to)?.name ?? to,
        ratio: canonicalDecimal(row.ratio),
        validFrom: row.valid_from,
        source: row.source,
        changedBy: row.changed_by,
        changedAt: row.changed_at.toISOString(),
        holds,
      },
    ]
  })
}

/** Adds a ratio from a day on; refuses the same goods on both sides and days before today. */
export async function addRatio(ctx: Context, actor: Actor, body: z.output<(typeof addSwapRatio)['body']>) {
  const now = ctx.clock()
  const today = dayOf(now)
  if (body.from === body.to) throw new Refused(409, 'rule', '调出和调入的产品相同，请另选')
  if (compareDays(body.validFrom, today) < 0) {
    throw new Refused(409, 'rule', `调换比例不能从过去的日子起适用，请选择 ${today} 或以后的日期`)
  }
  await ctx.db
    .insertInto('quota_swap_ratio')
    .values({
      from_goods: body.from,
      to_goods: body.to,
      ratio: canonicalDecimal(body.ratio),
      valid_from: body.validFrom,
      source: body.source,
      changed_by: actor.accountId,
      changed_at: now,
    })
    .execute()
  return { rows: await ratioRows(ctx) }
}
