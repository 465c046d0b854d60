/** Lists of requests: the enterprise's management and query lists (manual 000), the authority's queue. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { Group, listRequestQueue, listRequests, RequestRow as RowReply } from '#api/request.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { amendmentKinds, kinds, states, type Kind, type State } from '#domain/request/states.ts'
import { requestsInScope } from '../account/scope.ts'
import { both, countLimit, scopeLabel, totalOf, type Counted } from '../application/list.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { machineNameOf, machineOf } from './act.ts'
import { shownTo } from './as-submitted.ts'
import { kindOf, requestState, type RequestRow } from './record.ts'

export const groupKinds: Record<Group, readonly Kind[]> = {
  cancellation: ['cancellation'],
  write_off: ['write_off'],
  amendment: amendmentKinds,
}
export const groupLabels: Record<Group, string> = {
  cancellation: kinds.cancellation,
  write_off: kinds.write_off,
  amendment: '更改申请',
}

/** 申请表管理 (manual 000): what waits to be submitted, and what came back. */
const managed = ['ready', 'returned'] as const satisfies readonly State[]
const waiting = ['reviewing', 'second_review'] as const satisfies readonly State[]

export type Joined = RequestRow & {
  exporter_name: string
  goods_name: string
  goods_unit: string
  quantity: string
  used_quantity: string
  issued_on: string | null
  expiry_date: string | null
  new_licence_no: string | null
}

const joined = sql`
  select licence_request.*, enterprise.name as exporter_name, licence.goods_name, licence.goods_unit,
    licence.quantity, licence.used_quantity, licence.issued_on, licence.expiry_date,
    made.licence_no as new_licence_no
  from licence_request
  join licence on licence.id = licence_request.licence_id
  join enterprise on enterprise.id = licence_request.enterprise_id
  left join licence as made on made.id = licence_request.new_licence_id`

type Condition = RawBuilder<SqlBool>
const kindIs = (group: Group): Condition =>
  sql<SqlBool>`licence_request.kind = any(${[...groupKinds[group]]})`
const like = (part: string) => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
const numberLike = (q: string | undefined): Condition[] =>
  q === undefined || q === '' ? [] : [sql<SqlBool>`licence_request.licence_no like ${like(q.toUpperCase())}`]

async function countStates(db: Db, listed: readonly string[], where: Condition): Promise<Counted[]> {
  const found = await sql<{ state: string; count: string }>`
    select wanted.state, (select count(*) from (
      select from licence_request join licence on licence.id = licence_request.licence_id
      where licence_request.state = wanted.state and ${where} limit ${countLimit + 1}
    ) as counted) as count
    from unnest(${[...listed]}::text[]) with ordinality as wanted(state, place) order by place`.execute(db)
  return found.rows.map(({ state, count }) => ({
    state,
    count: Math.min(Number(count), countLimit),
    more: Number(count) > countLimit,
  }))
}

/** Days of 上报 are days in China: the whole of the last one counts. */
const submittedDay = sql`(licence_request.submitted_at at time zone 'Asia/Shanghai')::date`

export async function listRequestsOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listRequests)['query']>,
): Promise<z.input<(typeof listRequests)['reply']>> {
  const everyState = Object.keys(states).filter((state) => state !== 'deleted')
  const listed: readonly string[] = query.list === 'manage' ? managed : everyState
  const { submittedFrom, submittedTo, issuedFrom, issuedTo } = query
  const where = both([
    requestsInScope(actor),
    kindIs(query.kind),
    ...numberLike(query.q),
    ...(submittedFrom === undefined ? [] : [sql<SqlBool>`${submittedDay} >= ${submittedFrom}`]),
    ...(submittedTo === undefined ? [] : [sql<SqlBool>`${submittedDay} <= ${submittedTo}`]),
    ...(issuedFrom === undefined ? [] : [sql<SqlBool>`licence.issued_on >= ${issuedFrom}`]),
    ...(issuedTo === undefined ? [] : [sql<SqlBool>`licence.issued_on <= ${issuedTo}`]),
  ])
  const shown = query.state === undefined ? listed : listed.filter((state) => state === query.state)
  const offset = (query.page - 1) * query.pageSize
  const direction = query.order === 'asc' ? sql`asc` : sql`desc`
  const [rows, counts] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where licence_request.state = any(${[...shown]}) and ${where}
          order by licence_request.licence_no ${direction}, licence_request.created_at ${direction}
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    countStates(ctx.db, listed, where),
  ])
  const today = dayOf(ctx.clock())
  return {
    rows: rows.rows.map((row) => rowReply(shownTo(actor, row), actor, today)),
    total: totalOf(counts.filter((one) => shown.includes(one.state))),
    counts: counts.map(({ state, count, more }) => {
      const known = requestState(state)
      return { state: known, label: states[known], total: { count, more } }
    }),
    scope: scopeLabel(actor),
  }
}

/** What waits for the authority, the nearest due day first. */
export async function requestQueueOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listRequestQueue)['query']>,
): Promise<z.input<(typeof listRequestQueue)['reply']>> {
  const today = dayOf(ctx.clock())
  const scope = requestsInScope(actor)
  const where = both([scope, kindIs(query.kind), ...numberLike(query.q)])
  const offset = (query.page - 1) * query.pageSize
  const groups = Object.keys(groupKinds).filter((name): name is Group => Object.hasOwn(groupKinds, name))
  const [rows, total, counts] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where licence_request.state = any(${[...waiting]}) and ${where}
          order by licence_request.due_on, licence_request.submitted_at, licence_request.id
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    countStates(ctx.db, waiting, where),
    Promise.all(
      groups.map(async (kind) => {
        const late = sql<SqlBool>`licence_request.due_on < ${today}`
        const [all, overdue] = await Promise.all([
          countStates(ctx.db, waiting, both([scope, kindIs(kind)])),
          countStates(ctx.db, waiting, both([scope, kindIs(kind), late])),
        ])
        return { kind, label: groupLabels[kind], total: totalOf(all), overdue: totalOf(overdue).count }
      }),
    ),
  ])
  return {
    rows: rows.rows.map((row) => rowReply(row, actor, today)),
    total: totalOf(total),
    counts,
    scope: scopeLabel(actor),
  }
}

/** One request of those the person reaches, with what its row shows. */
export async function visibleRequest(ctx: Context, actor: Actor, id: string): Promise<Joined | undefined> {
  const found =
    await sql<Joined>`${joined} where licence_request.id = ${id} and ${requestsInScope(actor)}`.execute(
      ctx.db,
    )
  const row = found.rows[0]
  return row === undefined ? undefined : shownTo(actor, row)
}

/** Past its due day and still with the authority. */
export const isOverdue = (state: State, dueOn: string | null, today: string): boolean =>
  dueOn !== null && dueOn < today && waiting.some((one) => one === state)

export function rowReply(row: Joined, actor: Actor, today: string): z.input<typeof RowReply> {
  const kind = kindOf(row.kind)
  const state = requestState(row.state)
  return {
    id: row.id,
    kind,
    kindLabel: kinds[kind],
    state,
    stateLabel: states[state],
    version: row.version,
    licenceId: row.licence_id,
    licenceNo: row.licence_no,
    exporterName: row.exporter_name,
    goodsName: row.goods_name,
    goodsUnit: row.goods_unit,
    quantity: canonicalDecimal(row.quantity),
    usedQuantity: canonicalDecimal(row.used_quantity),
    writeOffQuantity: row.write_off_quantity === null ? null : canonicalDecimal(row.write_off_quantity),
    issuedOn: row.issued_on,
    expiryDate: row.expiry_date,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    dueOn: row.due_on,
    overdue: isOverdue(state, row.due_on, today),
    newLicenceNo: row.new_licence_no,
    actions: rowActions(kind, state, actor),
  }
}

/** Actions a row offers as far as state and permission tell; rules are judged with the detail and at the door. */
function rowActions(kind: Kind, state: State, actor: Actor): string[] {
  const { actions } = machineOf(kind)
  return Object.entries(actions).flatMap(([name, action]) =>
    action.side !== 'system' &&
    action.from.some((from) => from === state) &&
    actor.permissions.has(`${machineNameOf(kind)}.${name}`)
      ? [name]
      : [],
  )
}
