/** 调换记录: lists and details of swaps. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { listSwaps, SwapDetail, SwapRow as SwapRowReply } from '#api/swap.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { granted, noBalances } from '#domain/quota/ledger.ts'
import { isState, states, swap } from '#domain/swap/actions.ts'
import { swapsInScope } from '../account/scope.ts'
import { both, countLimit, scopeLabel, totalOf } from '../application/list.ts'
import type { Context } from '../context.ts'
import { nameOr } from '../quota/accounts.ts'
import { balancesOf } from '../quota/ledger.ts'
import type { Codes } from '../reference/codes.ts'
import { notFound } from '../refused.ts'
import { swapState, swapSubject, type SwapRow } from './act.ts'

type Joined = SwapRow & {
  enterprise_name: string
  year: number
  from_goods: string
  from_goods_name: string
  category_code: string
  doc_no: string
  trade_mode: string | null
  country: string | null
  unit_name: string
  to_goods: string | null
  creator: string
  decider: string | null
}

const joined = sql`
  select quota_swap.*, enterprise.name as enterprise_name, a.year, a.goods_key as from_goods,
    a.goods_name as from_goods_name, a.category_code, a.doc_no, a.trade_mode, a.country, a.unit_name,
    (select goods_key from commodity where category_code = quota_swap.to_category_code
      order by year desc limit 1) as to_goods,
    creator.person_name as creator, decider.person_name as decider
  from quota_swap join quota_account as a on a.id = quota_swap.from_account_id
  join enterprise on enterprise.id = quota_swap.enterprise_id
  join account as creator on creator.id = quota_swap.created_by
  left join account as decider on decider.id = quota_swap.decided_by`

type Query = z.output<(typeof listSwaps)['query']>

export async function listSwapsOf(
  ctx: Context,
  actor: Actor,
  query: Query,
): Promise<z.input<(typeof listSwaps)['reply']>> {
  const where = both([
    swapsInScope(actor),
    ...(query.year === undefined
      ? []
      : [
          sql<SqlBool>`exists (select from quota_account where quota_account.id = quota_swap.from_account_id
            and quota_account.year = ${query.year})`,
        ]),
  ])
  const all = Object.keys(states).filter(isState)
  const shown = query.state === undefined ? all : [query.state]
  const offset = (query.page - 1) * query.pageSize
  const [rows, counts] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where quota_swap.state = any(${shown}) and ${where}
          order by quota_swap.created_at desc, quota_swap.id desc
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    sql<{ state: string; count: number }>`
      select state, count(*)::int as count from quota_swap where ${where} group by state`.execute(ctx.db),
  ])
  const counted = all.map((state) => {
    const count = counts.rows.find((one) => one.state === state)?.count ?? 0
    return { state, count: Math.min(count, countLimit), more: count > countLimit }
  })
  return {
    rows: await swapReplies(ctx, actor, rows.rows),
    total: totalOf(counted.filter((one) => shown.includes(one.state))),
    counts: counted.map(({ state, count, more }) => ({
      state,
      label: states[state],
      total: { count, more },
    })),
    scope: scopeLabel(actor),
  }
}

async function swapReplies(ctx: Context, actor: Actor, rows: readonly Joined[]) {
  const codes = await ctx.codes.current()
  const last = await balancesOf(
    ctx.db,
    rows.map((row) => row.from_account_id),
  )
  return rows.map((row) => {
    const balances = last.get(row.from_account_id)?.balances ?? noBalances
    return swapReply(codes, actor, row, canonicalDecimal(balances.available), granted(balances))
  })
}

function swapReply(
  codes: Codes,
  actor: Actor,
  row: Joined,
  unused: string,
  total: string,
): z.input<typeof SwapRowReply> {
  const state = swapState(row.state)
  const toGoods = row.to_goods ?? row.to_category_code
  return {
    id: row.id,
    state,
    stateLabel: states[state],
    version: row.version,
    enterpriseName: row.enterprise_name,
    year: row.year,
    fromAccountId: row.from_account_id,
    fromGoods: row.from_goods,
    fromGoodsName: row.from_goods_name,
    categoryCode: row.category_code,
    docNo: row.doc_no,
    tradeModeName: nameOr(codes, 'licence_trade_mode', row.trade_mode),
    countryName: nameOr(codes, 'country', row.country),
    unit: row.unit_name,
    unused,
    granted: total,
    quantity: canonicalDecimal(row.quantity),
    ratio: canonicalDecimal(row.ratio),
    toGoods,
    toGoodsName: codes.entry('goods_category', toGoods)?.name ?? toGoods,
    toQuantity: canonicalDecimal(row.to_quantity),
    toAccountId: row.to_account_id,
    reason: row.reason,
    createdBy: row.creator,
    createdAt: row.created_at.toISOString(),
    decidedBy: row.decider,
    decidedAt: row.decided_at?.toISOString() ?? null,
    actions: swap.actionNames.filter(
      (name) => swap.actions[name].from.includes(state) && actor.permissions.has(`swap.${name}`),
    ),
  }
}

export async function swapDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof SwapDetail>> {
  const found = await sql<Joined>`${joined} where quota_swap.id = ${id} and ${swapsInScope(actor)}`.execute(
    ctx.db,
  )
  const [row] = found.rows
  const [reply] = await swapReplies(ctx, actor, found.rows)
  if (row === undefined || reply === undefined) throw notFound('配额调换申请')
  const history = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', 'swap')
    .where('thing_id', '=', id)
    .orderBy('id')
    .execute()
  const codes = await ctx.codes.current()
  const place = (code: string) =>
    codes.entry('authority', code)?.name ?? (/^[0-9A-Z]{13}$/.test(code) ? row.enterprise_name : code)
  return {
    ...reply,
    offered: swap.offered(swapSubject(row, row.year, dayOf(ctx.clock())), actor),
    history: history.map((line) => ({
      action: line.action,
      label: swap.isAction(line.action) ? swap.actions[line.action].label : '申请调换',
      from: line.from_state,
      to: line.to_state,
      toLabel: line.to_state === null ? null : states[swapState(line.to_state)],
      who: line.actor_name,
      place: place(line.actor_place),
      opinion: line.opinion,
      certificateSerial: line.certificate_serial,
      at: line.at.toISOString(),
    })),
  }
}
