/**
 * What a key officer's yes on an enterprise's papers means: the enterprise is verified, its applicant manages it, and
 * whoever else had merely claimed the number has lost it.
 */
import type { Actor } from '#domain/machine.ts'
import {
  actIn as actOnAccount,
  isLastAdministrator,
  type AccountRow,
  type AccountSet,
} from '../account/act.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { system } from '../door.ts'
import { Refused } from '../refused.ts'
import { actIn, type EnterpriseRow } from './act.ts'
import { lockNumber } from './number.ts'

export interface Verified {
  /** The enterprise that the account belongs to now: another row when the number had been verified before. */
  enterpriseId: string
  code13: string
  uscc: string
  name: string
  /** Whether the account is its administrator. */
  administrator: boolean
}

/**
 * Verifies the enterprise that an account has registered, or brings the account into the one of this number that is
 * verified already. The account may seal from now on; it becomes the administrator when nobody else is. Call it for
 * every key that is approved: where everything is as it should be it changes nothing but a missing role.
 *
 * `enterpriseId` is the account's own. Lock order: the number, its enterprises by id, then accounts.
 * Refused (409): the account no longer belongs to it, account or enterprise is suspended, or the number of 13
 * characters belongs to somebody else.
 */
export async function verifyEnterprise(
  tx: Tx,
  ctx: Context,
  at: { enterpriseId: string; accountId: string; officer: Actor },
): Promise<Verified> {
  const claims = await claimsOf(tx, at.enterpriseId)
  const own = claims.find((row) => row.id === at.enterpriseId)
  const account = await tx.selectFrom('account').selectAll().where('id', '=', at.accountId).executeTakeFirst()
  if (own === undefined || account === undefined || account.enterprise_id !== own.id) {
    throw new Refused(409, 'rule', '申请人的账号已不属于该企业，不能核准；请退回，由申请人重新注册后再申请')
  }
  const usable = account.active || account.awaiting_key
  if (own.suspended_at !== null || account.suspended_at !== null || !usable) {
    throw new Refused(409, 'rule', '该企业或申请人的账号已停用，恢复后才能核准')
  }
  const verified = claims.find((row) => row.verified_at !== null)
  if (verified !== undefined && (verified.uscc !== own.uscc || verified.code13 !== own.code13)) {
    throw new Refused(409, 'rule', '该进出口企业代码已由另一企业使用，请核对材料后退回')
  }
  const by = { ...system, personName: at.officer.personName }
  if (verified === undefined) {
    await actIn(tx, ctx, by, own.id, 'verify', 'unversioned')
    for (const other of claims) {
      if (other.id !== own.id && other.uscc === own.uscc) await supersede(tx, ctx, by, other.id)
    }
  }
  const home = verified ?? own
  if (home.suspended_at !== null) throw new Refused(409, 'rule', '该企业已停用，恢复后才能核准')
  const administrator = await join(tx, ctx, by, account, home)
  if (home.id !== own.id) await supersede(tx, ctx, by, own.id)
  const { id: enterpriseId, code13, uscc, name } = home
  return { enterpriseId, code13, uscc, name, administrator }
}

/** All that claim the number of this enterprise and have not lost it, locked. Registering waits for the same lock. */
async function claimsOf(tx: Tx, enterpriseId: string): Promise<EnterpriseRow[]> {
  const own = await tx
    .selectFrom('enterprise')
    .select(['uscc', 'code13'])
    .where('id', '=', enterpriseId)
    .executeTakeFirst()
  if (own === undefined) return []
  await lockNumber(tx, own.uscc)
  return tx
    .selectFrom('enterprise')
    .selectAll()
    .where((on) => on.or([on('uscc', '=', own.uscc), on('code13', '=', own.code13)]))
    .where('superseded_at', 'is', null)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Its people lose it; what they have drafted stays with it, where nobody reaches it. */
async function supersede(tx: Tx, ctx: Context, by: Actor, id: string) {
  const people = await tx
    .selectFrom('account')
    .select(['id', 'awaiting_key'])
    .where('enterprise_id', '=', id)
    .orderBy('id')
    .execute()
  for (const one of people) {
    await actOnAccount(tx, ctx, by, one.id, one.awaiting_key ? 'lapse' : 'leave', 'unversioned')
  }
  await actIn(tx, ctx, by, id, 'supersede', 'unversioned')
}

/** Answers whether the account is the enterprise's administrator afterwards. */
async function join(
  tx: Tx,
  ctx: Context,
  by: Actor,
  account: AccountRow,
  home: EnterpriseRow,
): Promise<boolean> {
  const consignor = account.account_type === 'consignor'
  const keeps = account.enterprise_id === home.id ? account.roles : []
  const wasAdministrator = keeps.includes('enterprise_administrator')
  const first = wasAdministrator || (await isLastAdministrator(tx, asAdministrator(account, home.id)))
  const roles = new Set(keeps)
  // The sealer may all that the preparer may (domain/account/roles.ts).
  roles.delete('preparer')
  roles.add(consignor ? 'viewer' : 'sealer')
  if (first) roles.add('enterprise_administrator')
  const set: AccountSet = {
    enterprise_id: home.id,
    roles: [...roles],
    data_scope: consignor ? 'consignor' : first ? 'enterprise' : account.data_scope,
  }
  const same =
    account.enterprise_id === home.id &&
    roles.size === account.roles.length &&
    account.roles.every((role) => roles.has(role))
  if (!same) await actOnAccount(tx, ctx, by, account.id, 'join', 'unversioned', { set })
  return first
}

/** The account as if it were: asked whether another one is. */
const asAdministrator = (account: AccountRow, enterpriseId: string) => ({
  ...account,
  active: true,
  enterprise_id: enterpriseId,
  roles: ['enterprise_administrator'],
})
