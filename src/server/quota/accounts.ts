/** 配额查询: accounts with their balances, as far as a person reaches. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { getQuotaAccount, listQuotaAccounts, QuotaAccountRow, QuotaBalances } from '#api/quota.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal, isPositive } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { granted, noBalances, type Balances } from '#domain/quota/ledger.ts'
import { handBackBy, handBackRefusal } from '#domain/quota/year.ts'
import { swapGoods } from '#domain/swap/actions.ts'
import { quotaInScope } from '../account/scope.ts'
import { both, countLimit, scopeLabel } from '../application/list.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import type { Codes } from '../reference/codes.ts'
import { notFound } from '../refused.ts'
import { balancesOf, type AccountRow } from './ledger.ts'

type Joined = AccountRow & { enterprise_name: string; enterprise_code: string }

const joined = sql`
  select quota_account.*, enterprise.name as enterprise_name, enterprise.code13 as enterprise_code
  from quota_account join enterprise on enterprise.id = quota_account.enterprise_id`

const like = (part: string) => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

type Query = z.output<(typeof listQuotaAccounts)['query']>

export async function listAccounts(
  ctx: Context,
  actor: Actor,
  query: Query,
): Promise<z.input<(typeof listQuotaAccounts)['reply']>> {
  const scope = quotaInScope(actor)
  const where = both([scope, ...filtersOf(query)])
  const offset = (query.page - 1) * query.pageSize
  const from = sql`from quota_account join enterprise on enterprise.id = quota_account.enterprise_id`
  const [rows, counted, years, codes] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where ${where}
          order by quota_account.year desc, quota_account.category_code, quota_account.doc_no, quota_account.id
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    sql<{ count: number }>`select count(*)::int as count from (
      select ${from} where ${where} limit ${countLimit + 1}) as counted`.execute(ctx.db),
    sql<{ year: number }>`select distinct year from quota_account where ${scope} order by year desc`.execute(
      ctx.db,
    ),
    ctx.codes.current(),
  ])
  const count = counted.rows[0]?.count ?? 0
  return {
    rows: await accountReplies(ctx.db, codes, rows.rows),
    total: { count: Math.min(count, countLimit), more: count > countLimit },
    years: years.rows.map(({ year }) => year),
    scope: scopeWords(actor),
  }
}

const scopeWords = (actor: Actor) =>
  actor.permissions.has('quota.grant')
    ? '全部企业'
    : actor.enterpriseId === null
      ? scopeLabel(actor)
      : '本公司'

function filtersOf({ year, q, swappable }: Query): RawBuilder<SqlBool>[] {
  const part = q === undefined || q === '' ? undefined : like(q)
  return [
    ...(year === undefined ? [] : [sql<SqlBool>`quota_account.year = ${year}`]),
    ...(part === undefined
      ? []
      : [
          sql<SqlBool>`(quota_account.category_code like ${part.toUpperCase()} or quota_account.doc_no like ${part}
            or quota_account.goods_name like ${part} or enterprise.code13 like ${part} or enterprise.name like ${part})`,
        ]),
    ...(swappable === undefined ? [] : [sql<SqlBool>`quota_account.goods_key = any(${[...swapGoods]})`]),
  ]
}

/** Rows as they are told, with the balances of this moment. */
export async function accountReplies(
  db: Db,
  codes: Codes,
  rows: readonly Joined[],
): Promise<z.input<typeof QuotaAccountRow>[]> {
  const last = await balancesOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const { balances, seq } = last.get(row.id) ?? { balances: noBalances, seq: 0 }
    const kind = row.kind === 'bidding' ? 'bidding' : 'quota'
    return {
      id: row.id,
      year: row.year,
      kind,
      kindLabel: licenceTypeLabels[kind],
      enterpriseCode: row.enterprise_code,
      enterpriseName: row.enterprise_name,
      categoryCode: row.category_code,
      goodsKey: row.goods_key,
      goodsName: row.goods_name,
      unit: row.unit_name,
      tradeMode: row.trade_mode,
      tradeModeName: nameOr(codes, 'licence_trade_mode', row.trade_mode),
      country: row.country,
      countryName: nameOr(codes, 'country', row.country),
      docNo: row.doc_no,
      seq,
      balances: balancesReply(balances),
    }
  })
}

/** The name of a code; 不限 where the document names none. */
export const nameOr = (codes: Codes, list: string, code: string | null): string =>
  code === null ? '不限' : (codes.entry(list, code)?.name ?? code)

export const balancesReply = (balances: Balances): z.input<typeof QuotaBalances> => ({
  granted: granted(balances),
  available: canonicalDecimal(balances.available),
  held: canonicalDecimal(balances.held),
  committed: canonicalDecimal(balances.committed),
  settled: canonicalDecimal(balances.settled),
  lapsed: canonicalDecimal(balances.lapsed),
})

/** The row if this person may see it; refuses (404) otherwise. */
export async function visibleAccount(ctx: Context, actor: Actor, id: string): Promise<Joined> {
  const found =
    await sql<Joined>`${joined} where quota_account.id = ${id} and ${quotaInScope(actor)}`.execute(ctx.db)
  const row = found.rows[0]
  if (row === undefined) throw notFound('配额账户')
  return row
}

export async function accountDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<(typeof getQuotaAccount)['reply']>> {
  const row = await visibleAccount(ctx, actor, id)
  const [reply] = await accountReplies(ctx.db, await ctx.codes.current(), [row])
  if (reply === undefined) throw notFound('配额账户')
  const own = row.enterprise_id === actor.enterpriseId && actor.permissions.has('quota.hand_back')
  const nothing = isPositive(reply.balances.available) ? undefined : '没有可交还的余量'
  const because = handBackRefusal(row.year, dayOf(ctx.clock())) ?? nothing ?? null
  return { ...reply, handBack: { offered: own, because: own ? because : null, by: handBackBy(row.year) } }
}
