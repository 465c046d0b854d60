/** The business hall of an enterprise, and the officers' queue. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type * as api from '#api/hall.ts'
import { standings } from '#domain/enterprise/standing.ts'
import type { Actor } from '#domain/machine.ts'
import { isState, openStates, serviceRequest, states } from '#domain/hall/actions.ts'
import { serviceCodes, serviceOf } from '#domain/hall/catalogue.ts'
import { both, countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, totalFrom } from '../customs/list.ts'
import { like } from '../db/like.ts'
import { infoOf } from '../enterprise/queries.ts'
import { standingOf } from '../enterprise/status.ts'
import { notFound } from '../refused.ts'
import { requestState, requestSubject, serviceCode, type RequestRow } from './act.ts'
import { addresses } from './address.ts'

type Joined = RequestRow & {
  enterprise_name: string
  code13: string
  uscc: string
  region: string
  city: string | null
  info: unknown
  verified_at: Date | null
  contested: boolean
  requester: string | null
}

const columns = sql`service_request.*, enterprise.name as enterprise_name, enterprise.code13, enterprise.uscc,
  enterprise.region, enterprise.city, enterprise.info, enterprise.verified_at, enterprise.contested,
  account.person_name as requester`
const tables = sql`service_request join enterprise on enterprise.id = service_request.enterprise_id
  left join account on account.id = service_request.requested_by`
const newest = sql`service_request.created_at desc, service_request.id desc`
const offices = serviceCodes.filter((code) => serviceOf(code).office === true)

/** Whose requests a person reaches; agrees with `reachesServiceRequest`. */
function inScope(actor: Actor) {
  if (actor.permissions.has('service_request.read')) {
    if (actor.permissions.has('service_request.grant')) return sql<SqlBool>`true`
    return sql<SqlBool>`service_request.service in (${sql.join(offices)})`
  }
  return sql<SqlBool>`service_request.enterprise_id = ${actor.enterpriseId}::uuid`
}

const sources: Record<string, string> = { asked: '企业申请', key: '随电子钥匙申请', before: '原有权限' }
/** How a request came about, in words. */
export const sourceLabel = (source: string) => sources[source] ?? source

function reply(actor: Actor, row: Joined): z.input<typeof api.ServiceRequestRow> {
  const state = requestState(row.state)
  const code = serviceCode(row.service)
  return {
    id: row.id,
    version: row.version,
    service: code,
    serviceName: serviceOf(code).name,
    state,
    stateLabel: states[state],
    enterpriseName: row.enterprise_name,
    code13: row.code13,
    standingLabel: standings[standingOf({ verifiedAt: row.verified_at, contested: row.contested })],
    sourceLabel: sourceLabel(row.source),
    purpose: row.purpose,
    requestedBy: row.requester,
    createdAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decision: row.decision,
    offered: serviceRequest.offered(requestSubject(row, row.info), actor),
  }
}

export async function hallOf(ctx: Context, actor: Actor): Promise<z.input<(typeof api.hall)['reply']>> {
  if (actor.enterpriseId === null) return { tiles: [], askable: [], requests: [] }
  const [at, { rows }, open] = await Promise.all([
    addresses(ctx.db),
    sql<Joined>`select ${columns} from ${tables} where service_request.enterprise_id = ${actor.enterpriseId}::uuid
      order by ${newest} limit 100`.execute(ctx.db),
    ctx.db
      .selectFrom('service_request')
      .select(['service', 'state'])
      .where('enterprise_id', '=', actor.enterpriseId)
      .where('state', 'in', openStates)
      .execute(),
  ])
  const held = new Map(open.map((row) => [row.service, row.state]))
  const shown = serviceCodes.filter((code) => serviceOf(code).here === true || at.has(code))
  const mayAsk = actor.permissions.has('service_request.request')
  return {
    tiles: shown
      .filter((code) => held.get(code) === 'granted')
      .map((code) => {
        const { name, group, line, here } = serviceOf(code)
        return { code, name, group, line, address: here === true ? null : (at.get(code) ?? null) }
      }),
    askable: shown
      .filter((code) => mayAsk && !held.has(code))
      .map((code) => {
        const { name, group, line, office } = serviceOf(code)
        return { code, name, group, line, office: office === true }
      }),
    requests: rows.map((row) => reply(actor, row)),
  }
}

export async function listRequests(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof api.listServiceRequests)['query']>,
): Promise<z.input<(typeof api.listServiceRequests)['reply']>> {
  const { enterprise } = query
  const base = [
    inScope(actor),
    ...(query.service === undefined ? [] : [sql<SqlBool>`service_request.service = ${query.service}`]),
    ...(enterprise === undefined || enterprise === ''
      ? []
      : [
          sql<SqlBool>`(enterprise.name like ${like(enterprise)} or enterprise.code13 = ${enterprise.toUpperCase()}
          or enterprise.uscc = ${enterprise.toUpperCase()})`,
        ]),
  ]
  const where = both([
    ...base,
    ...(query.state === undefined ? [] : [sql<SqlBool>`service_request.state = ${query.state}`]),
  ])
  const all = Object.keys(states).filter(isState)
  const [{ rows, total }, counts] = await Promise.all([
    paged<Joined>(ctx, { select: columns, from: tables, where, order: newest }, query),
    sql<{ state: string; n: number }>`select wanted.state, (select count(*)::int from (select from ${tables}
        where service_request.state = wanted.state and ${both(base)} limit ${countLimit + 1}) as counted) as n
      from unnest(${all}::text[]) with ordinality as wanted(state, place) order by place`.execute(ctx.db),
  ])
  return {
    rows: rows.map((row) => reply(actor, row)),
    total,
    counts: counts.rows.map(({ state, n }) => {
      const name = requestState(state)
      return { state: name, label: states[name], total: totalFrom(n) }
    }),
  }
}

/** Somebody's request with the enterprise's data and history; 404 out of reach. */
export async function requestDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof api.ServiceRequestDetail>> {
  const { rows } = await sql<Joined>`select ${columns} from ${tables}
    where service_request.id = ${id}::uuid and ${inScope(actor)}`.execute(ctx.db)
  const [row] = rows
  if (row === undefined) throw notFound(serviceRequest.word)
  const history = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', 'service_request')
    .where('thing_id', '=', id)
    .orderBy('id')
    .execute()
  const codes = await ctx.codes.current()
  return {
    ...reply(actor, row),
    uscc: row.uscc,
    region: row.region,
    city: row.city,
    info: infoOf(row.info),
    history: history.map((line) => ({
      action: line.action,
      label: serviceRequest.isAction(line.action) ? serviceRequest.actions[line.action].label : '申请',
      from: line.from_state,
      to: line.to_state,
      toLabel: line.to_state === null ? null : states[requestState(line.to_state)],
      who: line.actor_name,
      place:
        line.actor_place === row.code13
          ? row.enterprise_name
          : (codes.entry('authority', line.actor_place)?.name ?? line.actor_place),
      opinion: line.opinion,
      certificateSerial: null,
      at: line.at.toISOString(),
    })),
  }
}
