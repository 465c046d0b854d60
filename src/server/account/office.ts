/** 用户: the list and the page of the platform officer and the administrator. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type * as api from '#api/account-office.ts'
import { account, accountTypes, states, type State } from '#domain/account/actions.ts'
import { dataScopes, isDataScope } from '#domain/account/data-scope.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import type { Actor } from '#domain/machine.ts'
import { both, countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, totalFrom } from '../customs/list.ts'
import { like } from '../db/like.ts'
import { notFound } from '../refused.ts'
import { changesOf } from './change.ts'
import { accountState, accountSubject, accountType, isLastAdministrator, type AccountRow } from './act.ts'
import { signInsOf } from './own-account.ts'

type Joined = AccountRow & {
  enterprise_name: string | null
  code13: string | null
  authority_name: string | null
  last_at: Date | null
}

const columns = sql`account.*, enterprise.name as enterprise_name, enterprise.code13,
  authority.name as authority_name,
  (select sign_in_event.at from sign_in_event where sign_in_event.account_id = account.id
    and sign_in_event.outcome = 'signed_in' order by sign_in_event.id desc limit 1) as last_at`
const tables = sql`account left join enterprise on enterprise.id = account.enterprise_id
  left join authority on authority.code = account.authority_code`
const newest = sql`account.created_at desc, account.id`

/** Agrees with `reachesAccount`, but for the own account: that has a page of its own. */
const inScope = (actor: Actor) =>
  actor.permissions.has('officers.read')
    ? sql<SqlBool>`true`
    : sql<SqlBool>`account.account_type <> 'officer'`
const scopeWords = (actor: Actor) => (actor.permissions.has('officers.read') ? '全部用户' : '企业用户')

const stateNames: readonly State[] = ['active', 'suspended', 'awaiting_key', 'closed']
const stateWhere = (state: State) =>
  ({
    active: sql<SqlBool>`(account.active and account.suspended_at is null)`,
    suspended: sql<SqlBool>`(account.active and account.suspended_at is not null)`,
    awaiting_key: sql<SqlBool>`account.awaiting_key`,
    closed: sql<SqlBool>`(not account.active and not account.awaiting_key)`,
  })[state]

type Query = z.output<typeof api.listAccounts.query>

const given = (text: string | undefined): text is string => text !== undefined && text !== ''

function conditions(query: Query) {
  const { loginName, personName, enterprise, role, authority } = query
  const number = enterprise?.toUpperCase()
  return [
    ...(given(loginName)
      ? [sql<SqlBool>`lower(account.login_name) like ${like(loginName.toLowerCase()).slice(1)}`]
      : []),
    ...(given(personName) ? [sql<SqlBool>`account.person_name like ${like(personName)}`] : []),
    ...(given(enterprise)
      ? [
          sql<SqlBool>`(enterprise.name like ${like(enterprise)} or enterprise.code13 = ${number}
            or enterprise.uscc = ${number})`,
        ]
      : []),
    ...(role === undefined ? [] : [sql<SqlBool>`${role}::text = any(account.roles)`]),
    ...(authority === undefined ? [] : [sql<SqlBool>`account.authority_code = ${authority}`]),
  ]
}

export async function listAccounts(
  ctx: Context,
  actor: Actor,
  query: Query,
): Promise<z.input<typeof api.listAccounts.reply>> {
  const base = [inScope(actor), ...conditions(query)]
  const where = both([...base, ...(query.state === undefined ? [] : [stateWhere(query.state)])])
  const [{ rows, total }, ...counts] = await Promise.all([
    paged<Joined>(ctx, { select: columns, from: tables, where, order: newest }, query),
    ...stateNames.map(async (state) => {
      const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from (select from ${tables}
        where ${both([...base, stateWhere(state)])} limit ${countLimit + 1}) as counted`.execute(ctx.db)
      return { state, label: states[state], total: totalFrom(counted[0]?.n ?? 0) }
    }),
  ])
  return { rows: rows.map(reply), total, counts, scope: scopeWords(actor) }
}

function reply(row: Joined): z.input<typeof api.AccountRow> {
  const state = accountState(row)
  const { enterprise_id: id, enterprise_name: name, code13, authority_code: code } = row
  return {
    id: row.id,
    version: row.version,
    loginName: row.login_name,
    personName: row.person_name,
    typeLabel: accountTypes[accountType(row.account_type)],
    roles: row.roles.filter(isRole).map((role) => ({ name: role, label: roles[role].label })),
    enterprise: id === null || name === null || code13 === null ? null : { id, name, code13 },
    department: row.department,
    authority: code === null ? null : { code, name: row.authority_name ?? code },
    state,
    stateLabel: states[state],
    lastSignedInAt: row.last_at === null ? null : new Date(row.last_at).toISOString(),
  }
}

/** What others than its person do with an account; the rest is done on one's own page or by the system. */
const ofOthers: readonly string[] = ['suspend', 'restore', 'change_duties', 'reset_password']

/** How an account came about, as its history says. */
const beginnings: Record<string, string> = {
  register: '注册',
  invite: '接受邀请',
  create_officer: '新建',
  apply_for_key: '申请电子钥匙',
  create_at_server: '在服务器上新建',
  take_over: '原系统用户首次登录',
}

/** One account for who decides on it; 404 out of reach. */
export async function accountDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof api.AccountDetail>> {
  const { rows } = await sql<Joined>`select ${columns} from ${tables}
    where account.id = ${id}::uuid and ${inScope(actor)}`.execute(ctx.db)
  const [row] = rows
  if (row === undefined) throw notFound(account.word)
  const scope = isDataScope(row.data_scope) ? row.data_scope : 'own'
  const at = (instant: Date | null) => instant?.toISOString() ?? null
  return {
    ...reply(row),
    officer: row.account_type === 'officer',
    dataScopeLabel: dataScopes[scope],
    duties: row.duties,
    email: row.email === null ? null : { address: row.email, confirmed: row.email_confirmed_at !== null },
    mobile: row.mobile === null ? null : { number: row.mobile, confirmed: row.mobile_confirmed_at !== null },
    mustChangePassword: row.must_change_password,
    passwordChangedAt: at(row.password_changed_at),
    createdAt: row.created_at.toISOString(),
    suspended:
      row.suspended_at === null
        ? null
        : {
            at: row.suspended_at.toISOString(),
            reason: row.suspended_reason ?? '',
            byLabel: row.suspended_by === 'enterprise' ? '企业管理员' : '平台',
          },
    signIns: await signInsOf(ctx.db, id),
    history: await historyOf(ctx, row),
    offered: account
      .offered(accountSubject(row, await isLastAdministrator(ctx.db, row)), actor)
      .filter(({ action }) => ofOthers.includes(action)),
  }
}

/** Actions whose line says from what to what. */
const changing: ReadonlySet<string> = new Set(['change_duties', 'change_role'])

/** The newest lines, the oldest of them first; people who change their password often have many. */
const shownLines = 200

async function historyOf(ctx: Context, row: Joined) {
  const lines = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', 'account')
    .where('thing_id', '=', row.id)
    .orderBy('id', 'desc')
    .limit(shownLines)
    .execute()
  const codes = await ctx.codes.current()
  const authority = (code: string) => codes.entry('authority', code)?.name
  const changes = await changesOf(ctx.db, row.id, (code) => authority(code) ?? code)
  const opinion = (line: { action: string; at: Date; opinion: string | null }) => {
    const changed = changing.has(line.action) ? changes.get(line.at.getTime())?.shift() : undefined
    if (changed === undefined || changed === '') return line.opinion
    return line.opinion === null ? changed : `${changed}。原因：${line.opinion}`
  }
  return lines.toReversed().map((line) => ({
    action: line.action,
    label: account.isAction(line.action)
      ? account.actions[line.action].label
      : (beginnings[line.action] ?? line.action),
    from: line.from_state,
    to: line.to_state,
    toLabel: line.to_state === null ? null : wordsOf(line.to_state),
    who: line.actor_name,
    place:
      line.actor_place !== '' && line.actor_place === row.code13
        ? (row.enterprise_name ?? '')
        : (authority(line.actor_place) ?? line.actor_place),
    opinion: opinion(line),
    certificateSerial: null,
    at: line.at.toISOString(),
  }))
}

const isState = (name: string): name is State => Object.hasOwn(states, name)
const wordsOf = (name: string) => (isState(name) ? states[name] : name)
