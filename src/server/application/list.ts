/**
 * Lists of applications. A page is read state by state along the index and merged, so that the first page costs the
 * same among a thousand rows or a million; totals are counted to 10,000 and no further.
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { ApplicationRow, listApplications, listQueue } from '#api/application.ts'
import {
  application,
  lists,
  queues,
  type ListName,
  type QueueName,
  type State,
} from '#domain/application/actions.ts'
import { dataScopes } from '#domain/account/data-scope.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { applicationsInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import type { Codes } from '../reference/codes.ts'
import { stateOf } from './act.ts'
import { rowsShown } from './as-submitted.ts'

/** Totals are exact up to here; a page beyond it does not exist. */
export const countLimit = 10_000

type Condition = RawBuilder<SqlBool>
export const both = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(conditions, sql` and `)}`

interface Filter {
  q?: string | undefined
  quotaYear?: number | undefined
  hsCode?: string | undefined
  tradeMode?: string | undefined
  destinationCountry?: string | undefined
  customsPort?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const like = (part: string) => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

function filterConditions(filter: Filter): Condition[] {
  const found: Condition[] = []
  if (filter.q !== undefined && filter.q !== '') {
    const part = like(filter.q)
    found.push(sql<SqlBool>`(application.application_no like ${part} or application.window_no like ${part}
      or application.contract_no like ${part} or application.goods_name like ${part}
      or exists (select from enterprise where enterprise.id = application.enterprise_id and enterprise.name like ${part})
      or exists (select from licence where licence.application_id = application.id and licence.licence_no like ${part}))`)
  }
  if (filter.quotaYear !== undefined) found.push(sql<SqlBool>`application.quota_year = ${filter.quotaYear}`)
  if (filter.hsCode !== undefined) found.push(sql<SqlBool>`application.hs_code like ${`${filter.hsCode}%`}`)
  if (filter.tradeMode) found.push(sql<SqlBool>`application.trade_mode = ${filter.tradeMode}`)
  if (filter.destinationCountry) {
    found.push(sql<SqlBool>`application.destination_country = ${filter.destinationCountry}`)
  }
  if (filter.customsPort) found.push(sql<SqlBool>`application.customs_port = ${filter.customsPort}`)
  if (filter.from !== undefined) found.push(sql<SqlBool>`application.apply_date >= ${filter.from}`)
  if (filter.to !== undefined) found.push(sql<SqlBool>`application.apply_date <= ${filter.to}`)
  return found
}

export interface StoredRow {
  id: string
  window_no: string
  application_no: string | null
  state: string
  version: number
  exporter_name: string
  hs_code: string
  goods_name: string
  goods_unit: string
  total_quantity: string
  total_amount_usd: string | null
  trade_mode: string | null
  destination_country: string | null
  customs_port: string | null
  contract_no: string | null
  apply_date: string
  modified_at: Date
  due_on: string | null
  printed_at: Date | null
  claimed_by: string | null
  claimed_by_name: string | null
  licence_id: string | null
  licence_no: string | null
}

interface PageQuery {
  states: readonly string[]
  where: Condition
  order: { column: 'sort_no' | 'due_on'; direction: 'asc' | 'desc' }
  limit: number
  offset: number
}

/** One page of rows with what their columns show, in one round trip. */
export async function readPage(db: Db, page: PageQuery): Promise<StoredRow[]> {
  const direction = page.order.direction === 'asc' ? sql`asc` : sql`desc`
  const column = page.order.column === 'due_on' ? sql`due_on` : sql`sort_no`
  const found = await sql<StoredRow>`
    select application.id, window_no, application_no, application.state, application.version,
      enterprise.name as exporter_name, application.hs_code, application.goods_name, application.goods_unit,
      total_quantity, total_amount_usd, application.trade_mode, application.destination_country,
      application.customs_port, application.contract_no, apply_date, application.modified_at, due_on, printed_at,
      claimed_by, claimer.person_name as claimed_by_name, licence.id as licence_id, licence.licence_no
    from (
      select part.id, part.${column} as sort_key
      from unnest(${[...page.states]}::text[]) as wanted(state)
      cross join lateral (
        select application.id, application.${column} from application
        where application.state = wanted.state and ${page.where}
        order by application.${column} ${direction}, application.id ${direction}
        limit ${page.limit + page.offset}
      ) as part
      order by sort_key ${direction}, part.id ${direction}
      limit ${page.limit} offset ${page.offset}
    ) as page
    join application on application.id = page.id
    join enterprise on enterprise.id = application.enterprise_id
    left join licence on licence.application_id = application.id and licence.replaces_id is null
    left join account as claimer on claimer.id = application.claimed_by
    order by page.sort_key ${direction}, page.id ${direction}`.execute(db)
  return found.rows
}

export interface Counted {
  state: string
  count: number
  more: boolean
}

/** Rows in each state, each counted to the limit. */
export async function countStates(db: Db, states: readonly string[], where: Condition): Promise<Counted[]> {
  const found = await sql<{ state: string; count: string }>`
    select wanted.state, (select count(*) from (
      select from application where application.state = wanted.state and ${where} limit ${countLimit + 1}
    ) as counted) as count
    from unnest(${[...states]}::text[]) with ordinality as wanted(state, place) order by place`.execute(db)
  return found.rows.map((row) => limited(row.state, Number(row.count)))
}

const limited = (state: string, count: number): Counted => ({
  state,
  count: Math.min(count, countLimit),
  more: count > countLimit,
})

/** The sum of counts as a total of its own. */
export function totalOf(counts: readonly Counted[]): { count: number; more: boolean } {
  const sum = counts.reduce((so, one) => so + one.count, 0)
  return { count: Math.min(sum, countLimit), more: sum > countLimit || counts.some((one) => one.more) }
}

const everyState = Object.keys(application.states).filter((state) => state !== 'deleted')

/** The enterprise's lists (and, for auditors and authorities, all they may see), by number up or down. */
export async function listOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listApplications)['query']>,
): Promise<z.input<(typeof listApplications)['reply']>> {
  const list =
    query.list === 'all' ? { states: everyState, printed: null } : lists[query.list satisfies ListName]
  const where = both([
    applicationsInScope(actor),
    ...(list.printed === null
      ? []
      : [
          list.printed
            ? sql<SqlBool>`application.printed_at is not null`
            : sql<SqlBool>`application.printed_at is null`,
        ]),
    ...filterConditions(query),
  ])
  const states: readonly string[] = list.states
  const shown = query.state === undefined ? states : states.filter((state) => state === query.state)
  const offset = (query.page - 1) * query.pageSize
  const [rows, counts, codes] = await Promise.all([
    offset >= countLimit
      ? []
      : readPage(ctx.db, {
          states: shown,
          where,
          order: { column: 'sort_no', direction: query.order },
          limit: query.pageSize,
          offset,
        }),
    countStates(ctx.db, states, where),
    ctx.codes.current(),
  ])
  return {
    rows: (await rowsShown(ctx.db, actor, rows)).map((row) =>
      rowReply(row, actor, codes, dayOf(ctx.clock())),
    ),
    total: totalOf(counts.filter((one) => shown.includes(one.state))),
    counts: counts.map(({ state, count, more }) => {
      const known = stateOf(state)
      return { state: known, label: application.states[known], total: { count, more } }
    }),
    scope: scopeLabel(actor),
  }
}

export const scopeLabel = (actor: Actor) => (actor.scope === 'system' ? '' : dataScopes[actor.scope])

/** A queue of the authority, the nearest due date first. */
export async function queueOf(
  ctx: Context,
  actor: Actor,
  queue: QueueName,
  query: z.output<(typeof listQueue)['query']>,
): Promise<z.input<(typeof listQueue)['reply']>> {
  const today = dayOf(ctx.clock())
  const scope = applicationsInScope(actor)
  const late = sql<SqlBool>`application.due_on < ${today}`
  const where = both([
    scope,
    ...(query.mine === 'yes' ? [sql<SqlBool>`application.claimed_by = ${actor.accountId}::uuid`] : []),
    ...(query.overdue === 'yes' ? [late] : []),
    ...filterConditions(query),
  ])
  const states: readonly State[] = queues[queue].states
  const allStates = Object.values(queues).flatMap((one) => [...one.states])
  const offset = (query.page - 1) * query.pageSize
  const [rows, total, counts, overdue, codes] = await Promise.all([
    offset >= countLimit
      ? []
      : readPage(ctx.db, {
          states,
          where,
          order: { column: 'due_on', direction: 'asc' },
          limit: query.pageSize,
          offset,
        }),
    countStates(ctx.db, states, where),
    countStates(ctx.db, allStates, scope),
    countStates(ctx.db, allStates, both([scope, late])),
    ctx.codes.current(),
  ])
  const countOf = (counted: readonly Counted[], name: QueueName) =>
    totalOf(counted.filter((one) => queues[name].states.some((state) => state === one.state)))
  const names = Object.keys(queues).filter((name): name is QueueName => Object.hasOwn(queues, name))
  return {
    rows: rows.map((row) => rowReply(row, actor, codes, today)),
    total: totalOf(total),
    counts: names.map((name) => ({
      queue: name,
      label: queues[name].label,
      total: countOf(counts, name),
      overdue: countOf(overdue, name),
    })),
    scope: scopeLabel(actor),
  }
}

/** Actions a row offers as far as state and permission tell; rules are judged with the detail and at the door. */
function rowActions(actor: Actor, state: State): string[] {
  return application.actionNames.filter(
    (name) =>
      application.actions[name].side !== 'system' &&
      application.actions[name].from.includes(state) &&
      actor.permissions.has(`application.${name}`),
  )
}

export function rowReply(
  row: StoredRow,
  actor: Actor,
  codes: Codes,
  today: string,
): z.input<typeof ApplicationRow> {
  const name = (list: string, code: string | null) =>
    code === null || code === '' ? '' : (codes.entry(list, code)?.name ?? code)
  const state = stateOf(row.state)
  return {
    id: row.id,
    windowNo: row.window_no,
    applicationNo: row.application_no,
    state,
    stateLabel: application.states[state],
    version: row.version,
    exporterName: row.exporter_name,
    hsCode: row.hs_code,
    goodsName: row.goods_name,
    totalQuantity: canonicalDecimal(row.total_quantity),
    goodsUnit: row.goods_unit,
    totalAmountUsd: row.total_amount_usd === null ? null : canonicalDecimal(row.total_amount_usd),
    tradeModeName: name('licence_trade_mode', row.trade_mode),
    destinationName: name('country', row.destination_country),
    customsPortName: name('customs_port', row.customs_port),
    contractNo: row.contract_no ?? '',
    applyDate: row.apply_date,
    modifiedAt: row.modified_at.toISOString(),
    licenceId: row.licence_id,
    licenceNo: row.licence_no,
    dueOn: row.due_on,
    overdue: isOverdue(state, row.due_on, today),
    claimedByName: row.claimed_by_name,
    claimedBySelf: row.claimed_by === actor.accountId,
    printedAt: row.printed_at?.toISOString() ?? null,
    actions: rowActions(actor, state),
  }
}

/** Past its due day and still with the authority. */
export const isOverdue = (state: State, dueOn: string | null, today: string): boolean =>
  dueOn !== null && dueOn < today && lists.under_review.states.some((one) => one === state)
