/**
 * Grants and awards: one batch is one transaction, written whole or not at all. Lock order: totals by year and category,
 * then accounts by id.
 */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { grantQuota } from '#api/quota.ts'
import { dayOf } from '#domain/day.ts'
import { add, canonicalDecimal, compare, figure, subtract, sum, type Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import type { GrantRow } from '#domain/quota/grant.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { Malformed, Refused } from '../refused.ts'
import { accountIds, judgeRows, resolvedKey, type Judged, type Resolved } from './judge.ts'
import { lockAccounts, move } from './ledger.ts'

type Body = z.output<(typeof grantQuota)['body']>

/** Writes a batch. Refuses (422) with every wrong row, and (409) where a year's total would be exceeded. */
export async function writeBatch(
  ctx: Context,
  actor: Actor,
  body: Body,
): Promise<z.input<(typeof grantQuota)['reply']>> {
  const codes = await ctx.codes.current()
  const now = ctx.clock()
  return ctx.db.transaction().execute(async (tx) => {
    const { id, kind } = body
    if (!(await isNew(tx, actor, body, now))) return { id, rows: body.rows.length, repeated: true }
    const rows = resolvedOf(await judgeRows(tx, codes, kind, body.rows, dayOf(now)))
    await keepWithinTotals(tx, rows)
    const accounts = await accountsFor(tx, rows, now)
    const locked = await lockAccounts(tx, [...accounts.values()])
    for (const row of rows) {
      const account = locked.get(accounts.get(resolvedKey(row)) ?? '')
      if (account === undefined) throw new Error('an account of the batch is missing')
      const entry = { kind, from: 'pool', to: 'available', quantity: row.quantity } as const
      await move(tx, account, entry, { actor, now, batchId: id })
    }
    return { id, rows: rows.length, repeated: false }
  })
}

/** False when the very same batch was written before; another under the same id is refused. */
async function isNew(tx: Tx, actor: Actor, body: Body, now: Date): Promise<boolean> {
  const written = await tx
    .insertInto('quota_batch')
    .values({
      id: body.id,
      kind: body.kind,
      file_name: body.fileName,
      rows: body.rows.length,
      authority_code: actor.authorityCode,
      created_by: actor.accountId,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  if (written.numInsertedOrUpdatedRows === 1n) return true
  const there = await tx.selectFrom('quota_batch').selectAll().where('id', '=', body.id).executeTakeFirst()
  if (there?.created_by === actor.accountId && there.kind === body.kind && there.rows === body.rows.length) {
    return false
  }
  throw new Refused(409, 'rule', '批号已用于另一批下达，请刷新页面后重新操作')
}

function resolvedOf(judged: readonly Judged[]): Resolved[] {
  const issues = judged.flatMap(({ row, shown }) =>
    shown.problems.map((words) => ({
      path: pathOf(row),
      words: `第 ${row.line} 行：${words}`,
      rule: 'grant',
    })),
  )
  if (issues.length > 0) {
    const more = issues.length > 1 ? `（共 ${issues.length} 处，整批未写入）` : '（整批未写入）'
    throw new Malformed(`${issues[0]?.words ?? ''}${more}`, issues)
  }
  return judged.flatMap(({ resolved }) => resolved ?? [])
}

const pathOf = (row: GrantRow) => `rows.${row.line}`

/** Grants of a category and year, less what was handed back; swaps are no grants. The caller has locked the total. */
export async function grantedSoFar(db: Db | Tx, year: number, categoryCode: string): Promise<Decimal> {
  const { rows } = await sql<{ granted: Decimal }>`
    select coalesce(sum(case when kind = 'hand_back' then -quantity else quantity end), 0) as granted
    from quota_entry where kind in ('grant', 'award', 'hand_back')
      and account_id in (select id from quota_account where year = ${year} and category_code = ${categoryCode})`.execute(
    db,
  )
  return canonicalDecimal(rows[0]?.granted ?? '0')
}

async function keepWithinTotals(tx: Tx, rows: readonly Resolved[]) {
  const groups = [...Map.groupBy(rows, (row) => `${row.year} ${row.categoryCode}`)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  for (const [, group] of groups) {
    const [first] = group
    if (first === undefined) continue
    const { year, categoryCode, goodsName, unit } = first
    const total = await lockTotal(tx, year, categoryCode)
    if (total === undefined) {
      throw new Refused(409, 'rule', `${year} 年度${goodsName}还没有设定配额总量，请先在“配额总量”中设定`)
    }
    const wanted = sum(group.map(({ quantity }) => quantity))
    const granted = await grantedSoFar(tx, year, categoryCode)
    const left = subtract(total.quantity, granted)
    if (compare(wanted, left) > 0) {
      throw new Refused(
        409,
        'quota',
        `${year} 年度${goodsName}配额总量 ${figure(total.quantity)} ${unit}，已下达 ${figure(granted)}，本批 ${figure(wanted)}，合计 ${figure(add(granted, wanted))}，超出 ${figure(subtract(wanted, left))} ${unit}`,
      )
    }
  }
}

/** The total's row, locked; undefined when none was set. */
export const lockTotal = (tx: Tx, year: number, categoryCode: string) =>
  tx
    .selectFrom('quota_total')
    .selectAll()
    .where('year', '=', year)
    .where('category_code', '=', categoryCode)
    .forUpdate()
    .executeTakeFirst()

/** Ids of the accounts of all rows, made where they are missing. */
async function accountsFor(tx: Tx, rows: readonly Resolved[], now: Date) {
  await tx
    .insertInto('quota_account')
    .values(rows.map((row) => accountValues(row, now)))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return accountIds(tx, rows)
}

export const accountValues = (row: Omit<Resolved, 'quantity'>, now: Date) => ({
  id: randomUUIDv7(),
  year: row.year,
  enterprise_id: row.enterpriseId,
  kind: row.kind,
  category_code: row.categoryCode,
  goods_key: row.goodsKey,
  goods_name: row.goodsName,
  unit_name: row.unit,
  trade_mode: row.tradeMode,
  country: row.country,
  doc_no: row.docNo,
  created_at: now,
})
