/** Lists of the administrator: imports with their progress, and old users. */
import { sql, type Selectable, type SqlBool } from 'kysely'
import type { z } from 'zod'
import { importStates, type listOldUserImports, type listOldUsers } from '#api/old-user.ts'
import { serviceOf } from '#domain/hall/catalogue.ts'
import { entranceLimit, oldSystemName, oldUserStates, type OldUserState } from '#domain/old-user/systems.ts'
import { both, countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, totalFrom } from '../customs/list.ts'
import { like } from '../db/like.ts'
import type { OldUser, OldUserImport } from '../db/types.gen.ts'
import { serviceCode } from '../hall/act.ts'
import { goneAfterMs, goneWords } from './import.ts'
import { kindWords } from './judge.ts'

type ImportRow = Selectable<OldUserImport> & { who: string; taken: number }

export async function listImports(
  ctx: Context,
  query: z.output<typeof listOldUserImports.query>,
): Promise<z.input<typeof listOldUserImports.reply>> {
  const { rows, total } = await paged<ImportRow>(
    ctx,
    {
      select: sql`i.*, account.person_name as who, (select count(distinct a.id)::int from old_user as u
        join old_account as a on a.id = u.old_account_id
        where u.old_user_import_id = i.id and a.account_id is not null) as taken`,
      from: sql`old_user_import as i join account on account.id = i.created_by`,
      where: sql<SqlBool>`true`,
      order: sql`i.created_at desc, i.id desc`,
    },
    query,
  )
  const goneBefore = ctx.clock().getTime() - goneAfterMs
  return {
    total,
    rows: rows.map((row) => {
      const gone = row.finished_at === null && row.failure === null && row.beat_at.getTime() <= goneBefore
      const failure = row.failure ?? (gone ? goneWords : null)
      const state = row.finished_at !== null ? 'done' : failure === null ? 'wrapping' : 'failed'
      return {
        id: row.id,
        fileName: row.file_name,
        rows: row.rows,
        wrapped: row.wrapped,
        accounts: row.accounts,
        state,
        stateLabel: importStates[state],
        failure,
        who: row.who,
        createdAt: row.created_at.toISOString(),
        finishedAt: row.finished_at?.toISOString() ?? null,
        taken: row.taken,
      }
    }),
  }
}

type Joined = Selectable<OldUser> & {
  key_no: string | null
  signed_in_at: Date | null
  completed_at: Date | null
  entrance_count: number
  account_id: string | null
  account_name: string | null
  person_name: string | null
  others: { system: string; name: string }[] | null
}

const columns = sql`old_user.*, old_account.key_no, old_account.signed_in_at, old_account.completed_at,
  old_account.entrance_count, old_account.account_id, account.login_name as account_name, account.person_name,
  (select json_agg(json_build_object('system', o.system, 'name', o.old_name) order by o.login_name, o.id)
    from old_user as o where o.old_account_id = old_user.old_account_id and o.id <> old_user.id) as others`
const tables = sql`old_user join old_account on old_account.id = old_user.old_account_id
  left join account on account.id = old_account.account_id`
const newest = sql`old_user.created_at desc, old_user.id desc`

/** Agrees with `stateOf`. */
const stateWhere: Record<OldUserState, ReturnType<typeof sql<SqlBool>>> = {
  waiting: sql<SqlBool>`old_account.account_id is null`,
  begun: sql<SqlBool>`(old_account.account_id is not null and old_account.completed_at is null)`,
  taken: sql<SqlBool>`old_account.completed_at is not null`,
}
const stateOf = (row: Joined): OldUserState =>
  row.completed_at !== null ? 'taken' : row.account_id === null ? 'waiting' : 'begun'
const isState = (name: string): name is OldUserState => Object.hasOwn(oldUserStates, name)
const stateNames = Object.keys(oldUserStates).filter(isState)

export async function listOld(
  ctx: Context,
  query: z.output<typeof listOldUsers.query>,
): Promise<z.input<typeof listOldUsers.reply>> {
  const { system, code13, name, import: from, state } = query
  const base = [
    ...(system === undefined ? [] : [sql<SqlBool>`old_user.system = ${system}`]),
    ...(code13 === undefined || code13 === ''
      ? []
      : [sql<SqlBool>`old_user.code13 like ${like(code13.toUpperCase()).slice(1)}`]),
    ...(name === undefined || name === ''
      ? []
      : [sql<SqlBool>`lower(old_user.login_name) like ${like(name.toLowerCase())}`]),
    ...(from === undefined ? [] : [sql<SqlBool>`old_user.old_user_import_id = ${from}::uuid`]),
  ]
  const where = both([...base, ...(state === undefined ? [] : [stateWhere[state]])])
  const [{ rows, total }, ...counts] = await Promise.all([
    paged<Joined>(ctx, { select: columns, from: tables, where, order: newest }, query),
    ...stateNames.map(async (one) => {
      const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from (select from ${tables}
        where ${both([...base, stateWhere[one]])} limit ${countLimit + 1}) as counted`.execute(ctx.db)
      return { state: one, label: oldUserStates[one], total: totalFrom(counted[0]?.n ?? 0) }
    }),
  ])
  return { rows: rows.map(reply), total, counts }
}

function reply(row: Joined): z.input<typeof listOldUsers.reply>['rows'][number] {
  const state = stateOf(row)
  const { account_id: id, account_name: loginName, person_name: personName } = row
  return {
    id: row.id,
    systemName: oldSystemName(row.system),
    code13: row.code13,
    oldName: row.old_name,
    loginName: row.login_name,
    kind: kindWords(row.digest_kind, row.salt_place),
    keyNo: row.key_no,
    services: row.services.map((code) => serviceOf(serviceCode(code)).name),
    state,
    stateLabel: oldUserStates[state],
    account: id === null || loginName === null || personName === null ? null : { id, loginName, personName },
    with: (row.others ?? []).map((other) => `${oldSystemName(other.system)} ${other.name}`),
    entranceLeft: entranceLimit - row.entrance_count,
    importedAt: row.created_at.toISOString(),
    takenAt: row.completed_at?.toISOString() ?? null,
  }
}
