/** How an account's row is locked, read and moved. What its actions do besides stands in effects.ts. */
import { sql } from 'kysely'
import type { Selectable, Updateable } from 'kysely'
import {
  account,
  accountTypes,
  type AccountAction,
  type AccountSubject,
  type AccountType,
  type State,
} from '#domain/account/actions.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Account } from '../db/types.gen.ts'
import { door, type Thing } from '../door.ts'
import { effects } from './effects.ts'

export type AccountRow = Selectable<Account>
export type AccountSet = Updateable<Account>

export interface LockedAccount extends AccountSubject {
  id: string
  version: number
  lastQuietRequest: null
  row: AccountRow
}

/**
 * Lock order: the enterprise, then its account. Two administrators who put each other out meet at the enterprise, two
 * system administrators at a lock of their own: the second sees what the first has left.
 */
async function lock(tx: Tx, _ctx: Context, id: string) {
  const found = await tx.selectFrom('account').select('enterprise_id').where('id', '=', id).executeTakeFirst()
  if (found === undefined) return undefined
  if (found.enterprise_id === null)
    await sql`select pg_advisory_xact_lock(hashtext('xuke officers'))`.execute(tx)
  else await lockEnterprise(tx, found.enterprise_id)
  const row = await tx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  return accountSubject(row, await isLastAdministrator(tx, row))
}

/** Applications and licences refer to the row meanwhile: they need not wait. */
const lockEnterprise = (tx: Tx, id: string) =>
  tx.selectFrom('enterprise').select('id').where('id', '=', id).forNoKeyUpdate().execute()

/** Whether nobody else who can sign in manages the others: of the enterprise, or of the whole system. */
export async function isLastAdministrator(
  db: Db | Tx,
  row: Pick<AccountRow, 'id' | 'roles' | 'enterprise_id' | 'active' | 'suspended_at'>,
): Promise<boolean> {
  const role = row.enterprise_id === null ? 'administrator' : 'enterprise_administrator'
  if (!row.roles.includes(role) || !row.active || row.suspended_at !== null) return false
  const other = await db
    .selectFrom('account')
    .select('id')
    .where('enterprise_id', 'is not distinct from', row.enterprise_id)
    .where(sql<boolean>`${role}::text = any(roles)`)
    .where('active', '=', true)
    .where('suspended_at', 'is', null)
    .where('id', '<>', row.id)
    .limit(1)
    .executeTakeFirst()
  return other === undefined
}

/** The facts of a row as its rules name them. */
export function accountSubject(row: AccountRow, lastAdministrator: boolean): LockedAccount {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: accountState(row),
    accountId: row.id,
    type: accountType(row.account_type),
    lastAdministrator,
    suspendedBy: suspender(row.suspended_by),
    mustComplete: row.must_complete,
    enterpriseId: row.enterprise_id ?? '',
    department: row.department,
    createdBy: row.id,
    consignorCode: null,
    authorityCode: row.authority_code,
  }
}

export function accountState(row: Pick<AccountRow, 'active' | 'suspended_at' | 'awaiting_key'>): State {
  if (row.awaiting_key) return 'awaiting_key'
  if (!row.active) return 'closed'
  return row.suspended_at === null ? 'active' : 'suspended'
}

const isType = (name: string): name is AccountType => Object.hasOwn(accountTypes, name)
export function accountType(name: string): AccountType {
  if (!isType(name)) throw new Error(`unknown account type ${name}`)
  return name
}

const suspender = (name: string | null) => (name === 'enterprise' || name === 'platform' ? name : null)

const thing: Thing<State, LockedAccount, AccountAction, AccountSet> = {
  lock,
  // The state stands in `active`, `awaiting_key` and `suspended_at`; an effect gives the reason.
  move(tx, { id, state, set, now }) {
    return tx
      .updateTable('account')
      .set((expression) => ({
        ...set,
        ...(state === 'active'
          ? {
              active: true,
              awaiting_key: false,
              suspended_at: null,
              suspended_reason: null,
              suspended_by: null,
            }
          : {}),
        ...(state === 'closed' ? { active: false, awaiting_key: false } : {}),
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('id', '=', id)
  },
}

export const { act, actIn } = door(account, thing, effects)
