/** 配额总量: the total of a category and year, and what has become of it. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { setQuotaTotal, TotalRow } from '#api/quota.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { canonicalDecimal, compare, figure, subtract, type Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { notFound, Refused } from '../refused.ts'
import { categoriesOf } from './categories.ts'
import { grantedSoFar, lockTotal } from './grant.ts'

interface Sums {
  category_code: string
  accounts: number
  granted: Decimal
  swapped: Decimal
  available: Decimal
  held: Decimal
  committed: Decimal
  settled: Decimal
  lapsed: Decimal
}

/** Sums by category over the last entry of each account. */
async function sumsOf(db: Db, year: number): Promise<ReadonlyMap<string, Sums>> {
  const { rows } = await sql<Sums>`
    select a.category_code, count(*)::int as accounts,
      coalesce(sum(given.granted), 0) as granted, coalesce(sum(given.swapped), 0) as swapped,
      coalesce(sum(last.available), 0) as available, coalesce(sum(last.held), 0) as held,
      coalesce(sum(last.committed), 0) as committed, coalesce(sum(last.settled), 0) as settled,
      coalesce(sum(last.lapsed), 0) as lapsed
    from quota_account as a
    left join lateral (select * from quota_entry where account_id = a.id order by seq desc limit 1) as last on true
    left join lateral (
      select sum(case kind when 'hand_back' then -quantity when 'grant' then quantity when 'award' then quantity
          else 0 end) as granted,
        sum(case kind when 'swap_in' then quantity when 'swap_out' then -quantity else 0 end) as swapped
      from quota_entry where account_id = a.id
        and kind in ('grant', 'award', 'hand_back', 'swap_in', 'swap_out')) as given on true
    where a.year = ${year} group by a.category_code`.execute(db)
  return new Map(rows.map((row) => [row.category_code, row]))
}

/** Every category of the year that is under quota or bidding, has a total, or has accounts. */
export async function totalsOf(ctx: Context, year: number): Promise<z.input<typeof TotalRow>[]> {
  const [sums, totals, codes] = await Promise.all([
    sumsOf(ctx.db, year),
    ctx.db.selectFrom('quota_total').selectAll().where('year', '=', year).execute(),
    ctx.codes.current(),
  ])
  const categories = categoriesOf(codes, year)
  const set = new Map(totals.map((row) => [row.category_code, row]))
  const managed = [...categories.values()].flatMap(({ categoryCode, licenceType }) =>
    licenceType === 'licence' ? [] : [categoryCode],
  )
  const shown = new Set([...managed, ...set.keys(), ...sums.keys()])
  return [...shown].toSorted().map((code) => {
    const category = categories.get(code)
    const total = set.get(code)
    const sum = sums.get(code)
    const quantity = total === undefined ? null : canonicalDecimal(total.quantity)
    const granted = canonicalDecimal(sum?.granted ?? '0')
    return {
      year,
      categoryCode: code,
      goodsName: category?.goodsName ?? code,
      unit: total?.unit_name ?? category?.unit ?? '',
      licenceType: category?.licenceType ?? 'licence',
      version: total?.version ?? 0,
      quantity,
      granted,
      swapped: canonicalDecimal(sum?.swapped ?? '0'),
      unallotted: quantity === null ? null : subtract(quantity, granted),
      accounts: sum?.accounts ?? 0,
      available: canonicalDecimal(sum?.available ?? '0'),
      held: canonicalDecimal(sum?.held ?? '0'),
      committed: canonicalDecimal(sum?.committed ?? '0'),
      settled: canonicalDecimal(sum?.settled ?? '0'),
      lapsed: canonicalDecimal(sum?.lapsed ?? '0'),
    }
  })
}

type Given = z.output<(typeof setQuotaTotal)['params']> & z.output<(typeof setQuotaTotal)['body']>

/** Sets a total. Refuses goods under plain licence, a version that is not the newest, and less than was granted. */
export async function setTotal(
  ctx: Context,
  actor: Actor,
  given: Given,
): Promise<z.input<(typeof setQuotaTotal)['reply']>> {
  const { year, categoryCode, version, quantity } = given
  const category = categoriesOf(await ctx.codes.current(), year).get(categoryCode)
  if (category === undefined) throw notFound('商品大类')
  if (category.licenceType === 'licence') {
    const words = `${category.goodsName} ${year} 年度按“${licenceTypeLabels.licence}”管理，没有配额总量；如有变化请先在“管理方式”中设定`
    throw new Refused(409, 'rule', words)
  }
  await ctx.db.transaction().execute(async (tx) => {
    const by = { changed_by: actor.accountId, changed_at: ctx.clock() }
    const there = await lockTotal(tx, year, categoryCode)
    const current = { version: there?.version ?? 0, state: '' }
    const stale = () => new Refused(409, 'stale', '配额总量已被他人修改，请刷新后再操作', { current })
    if (current.version !== version) throw stale()
    const granted = await grantedSoFar(tx, year, categoryCode)
    if (compare(quantity, granted) < 0) {
      const words = `总量不能低于已下达的 ${figure(granted)} ${category.unit}`
      throw new Refused(409, 'rule', words, { current })
    }
    if (there === undefined) {
      const made = await tx
        .insertInto('quota_total')
        .values({ year, category_code: categoryCode, quantity, unit_name: category.unit, ...by })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (made.numInsertedOrUpdatedRows === 0n) throw stale()
      return
    }
    await tx
      .updateTable('quota_total')
      .set({ quantity, version: version + 1, ...by })
      .where('year', '=', year)
      .where('category_code', '=', categoryCode)
      .execute()
  })
  const row = (await totalsOf(ctx, year)).find((one) => one.categoryCode === categoryCode)
  if (row === undefined) throw notFound('商品大类')
  return row
}
