/** 企业: the list and the page of the platform officer and the administrator. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type * as api from '#api/enterprise-office.ts'
import { enterpriseStandings, type EnterpriseStanding } from '#api/enterprise-office.ts'
import { states as accountStates } from '#domain/account/actions.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import { dayOf } from '#domain/day.ts'
import { enterprise, states } from '#domain/enterprise/actions.ts'
import type { Actor } from '#domain/machine.ts'
import { states as serviceStates } from '#domain/hall/actions.ts'
import { serviceOf } from '#domain/hall/catalogue.ts'
import { accountState } from '../account/act.ts'
import { both, countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, totalFrom } from '../customs/list.ts'
import { like } from '../db/like.ts'
import { requestState, serviceCode } from '../hall/act.ts'
import { sourceLabel } from '../hall/list.ts'
import { notFound } from '../refused.ts'
import { enterpriseState, enterpriseSubject, type EnterpriseRow } from './act.ts'
import { barOf, barWords } from './bar.ts'
import { changesOf } from './changes.ts'
import { infoOf } from './queries.ts'
import { standingOf } from './status.ts'

type Counted = EnterpriseRow & { accounts: number }

const columns = sql`enterprise.*, (select count(*)::int from account
  where account.enterprise_id = enterprise.id and account.active) as accounts`
const newest = sql`enterprise.created_at desc, enterprise.id`

const order = Object.keys(enterpriseStandings).filter(isStanding)
function isStanding(name: string): name is EnterpriseStanding {
  return Object.hasOwn(enterpriseStandings, name)
}

/** Agrees with `standing`. */
const standingWhere = (name: EnterpriseStanding) => {
  const working = sql`enterprise.superseded_at is null and enterprise.suspended_at is null`
  return {
    superseded: sql<SqlBool>`enterprise.superseded_at is not null`,
    suspended: sql<SqlBool>`(enterprise.superseded_at is null and enterprise.suspended_at is not null)`,
    verified: sql<SqlBool>`(${working} and enterprise.verified_at is not null)`,
    contested: sql<SqlBool>`(${working} and enterprise.verified_at is null and enterprise.contested)`,
    unverified: sql<SqlBool>`(${working} and enterprise.verified_at is null and not enterprise.contested)`,
  }[name]
}

function standing(row: EnterpriseRow): EnterpriseStanding {
  const state = enterpriseState(row)
  return state === 'active' ? standingOf({ verifiedAt: row.verified_at, contested: row.contested }) : state
}

const begins = (text: string) => like(text.toUpperCase()).slice(1)
const given = (text: string | undefined): text is string => text !== undefined && text !== ''

/** All enterprises: who may read them reaches every one (`reachesEnterprise`). */
export async function listEnterprises(
  ctx: Context,
  query: z.output<typeof api.listEnterprises.query>,
): Promise<z.input<typeof api.listEnterprises.reply>> {
  const { name, uscc, code13 } = query
  const base = [
    sql<SqlBool>`true`,
    ...(given(name) ? [sql<SqlBool>`enterprise.name like ${like(name)}`] : []),
    ...(given(uscc) ? [sql<SqlBool>`enterprise.uscc like ${begins(uscc)}`] : []),
    ...(given(code13) ? [sql<SqlBool>`enterprise.code13 like ${begins(code13)}`] : []),
  ]
  const where = both([...base, ...(query.standing === undefined ? [] : [standingWhere(query.standing)])])
  const from = sql`enterprise`
  const [{ rows, total }, ...counts] = await Promise.all([
    paged<Counted>(ctx, { select: columns, from, where, order: newest }, query),
    ...order.map(async (each) => {
      const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from (select from ${from}
        where ${both([...base, standingWhere(each)])} limit ${countLimit + 1}) as counted`.execute(ctx.db)
      return { standing: each, label: enterpriseStandings[each], total: totalFrom(counted[0]?.n ?? 0) }
    }),
  ])
  return { rows: rows.map(reply), total, counts }
}

function reply(row: Counted): z.input<typeof api.EnterpriseRow> {
  const at = standing(row)
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    uscc: row.uscc,
    code13: row.code13,
    region: row.region,
    city: row.city,
    standing: at,
    standingLabel: enterpriseStandings[at],
    accounts: row.accounts,
    createdAt: row.created_at.toISOString(),
  }
}

/** One enterprise for who decides on it. */
export async function enterpriseDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof api.EnterpriseDetail>> {
  const { rows } = await sql<Counted>`select ${columns} from enterprise
    where enterprise.id = ${id}::uuid`.execute(ctx.db)
  const [row] = rows
  if (row === undefined) throw notFound(enterprise.word)
  const bar = await barOf(ctx.db, id, dayOf(ctx.clock()))
  return {
    ...reply(row),
    centralEnterprise: row.central_enterprise,
    verifiedAt: row.verified_at?.toISOString() ?? null,
    suspended:
      row.suspended_at === null
        ? null
        : { at: row.suspended_at.toISOString(), reason: row.suspended_reason ?? '' },
    barred: bar === null ? null : barWords(bar),
    info: infoOf(row.info),
    people: await peopleOf(ctx, id),
    services: await servicesOf(ctx, id),
    changes: await changesOf(ctx.db, id),
    history: await historyOf(ctx, row),
    offered: enterprise.offered(enterpriseSubject(row), actor),
  }
}

const shownRows = 100

async function peopleOf(ctx: Context, enterpriseId: string) {
  const people = await ctx.db
    .selectFrom('account')
    .select(['id', 'login_name', 'person_name', 'roles', 'active', 'awaiting_key', 'suspended_at'])
    .where('enterprise_id', '=', enterpriseId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(shownRows)
    .execute()
  return people.map((person) => {
    const state = accountState(person)
    return {
      id: person.id,
      loginName: person.login_name,
      personName: person.person_name,
      roles: person.roles.filter(isRole).map((role) => roles[role].label),
      state,
      stateLabel: accountStates[state],
    }
  })
}

async function servicesOf(ctx: Context, enterpriseId: string) {
  const found = await ctx.db
    .selectFrom('service_request')
    .select(['id', 'service', 'state', 'source', 'created_at', 'decided_at'])
    .where('enterprise_id', '=', enterpriseId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(shownRows)
    .execute()
  return found.map((row) => {
    const state = requestState(row.state)
    return {
      id: row.id,
      name: serviceOf(serviceCode(row.service)).name,
      state,
      stateLabel: serviceStates[state],
      sourceLabel: sourceLabel(row.source),
      at: (row.decided_at ?? row.created_at).toISOString(),
    }
  })
}

const otherLines: Record<string, string> = { register: '注册', change: '修改企业资料' }
const isState = (name: string): name is keyof typeof states => Object.hasOwn(states, name)
const shownLines = 200

async function historyOf(ctx: Context, row: EnterpriseRow) {
  const lines = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', 'enterprise')
    .where('thing_id', '=', row.id)
    .orderBy('id', 'desc')
    .limit(shownLines)
    .execute()
  const codes = await ctx.codes.current()
  return lines.toReversed().map((line) => ({
    action: line.action,
    label: enterprise.isAction(line.action)
      ? enterprise.actions[line.action].label
      : (otherLines[line.action] ?? line.action),
    from: line.from_state,
    to: line.to_state,
    toLabel: line.to_state !== null && isState(line.to_state) ? states[line.to_state] : null,
    who: line.actor_name,
    place:
      line.actor_place === row.code13
        ? row.name
        : (codes.entry('authority', line.actor_place)?.name ?? line.actor_place),
    opinion: line.opinion,
    certificateSerial: null,
    at: line.at.toISOString(),
  }))
}
