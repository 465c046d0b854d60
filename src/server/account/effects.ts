/** What an action on an account does besides: sessions that end, roles and passwords that change. */
import { sql } from 'kysely'
import {
  colleagueInput,
  dutiesChange,
  officerRolesProblem,
  officerScope,
  type AccountAction,
} from '#domain/account/actions.ts'
import { firstPasswordLifeMs } from '#domain/account/password.ts'
import type { Tx } from '../db/connect.ts'
import type { Effect } from '../door.ts'
import { queueLetter } from '../message/queue.ts'
import { Malformed, Refused } from '../refused.ts'
import type { AccountSet, LockedAccount } from './act.ts'
import { noteChange } from './change.ts'

/** What the caller has made before the lock: a hash takes too long to make under it. */
export interface PreparedAccount {
  set: AccountSet
  /** SHA-256 of the token of the session that stays; absent: all end. */
  keep?: Buffer
}
type AccountEffect = Effect<LockedAccount, AccountSet, PreparedAccount>

const endSessions = (tx: Tx, accountId: string, keep?: Buffer) =>
  tx
    .deleteFrom('session')
    .where('account_id', '=', accountId)
    .$if(keep !== undefined, (query) => query.where('token_digest', '<>', keep ?? Buffer.of()))
    .execute()

/** Whoever knew the old password is out; the person hears of it by every confirmed way. */
const newPassword: AccountEffect = async ({ tx, ctx, subject: { row }, now, prepared }) => {
  if (prepared === undefined) throw new Error('a password is hashed before the lock')
  await endSessions(tx, row.id, prepared.keep)
  const text = `【出口许可证系统】账号 ${row.login_name} 的密码已修改。如非本人操作，请立即用“密码找回”设置新密码，并联系本单位管理员。`
  const letter = { kind: 'password_changed', subject: '账号密码已修改', text } as const
  const about = { accountId: row.id, enterpriseId: row.enterprise_id }
  if (row.email !== null && row.email_confirmed_at !== null) {
    await queueLetter(tx, ctx, { ...letter, ...about, channel: 'email', recipient: row.email })
  }
  if (row.mobile !== null && row.mobile_confirmed_at !== null) {
    await queueLetter(tx, ctx, { ...letter, ...about, channel: 'sms', recipient: row.mobile })
  }
  return {
    set: {
      ...prepared.set,
      must_change_password: false,
      password_until: null,
      password_changed_at: now,
    },
  }
}

const suspend: AccountEffect = async ({ tx, subject: { row }, actor, now, input }) => {
  await endSessions(tx, row.id)
  return {
    set: {
      suspended_at: now,
      suspended_reason: String(input['opinion']),
      suspended_by: actor.permissions.has('users.read') ? 'platform' : 'enterprise',
    },
  }
}

const changeRole: AccountEffect = async ({ tx, subject, actor, now, input }) => {
  const { roles, dataScope, department } = colleagueInput.parse(input)
  const refuse = (words: string) => {
    throw new Refused(409, 'rule', words, { current: { version: subject.version, state: subject.state } })
  }
  const stays = roles.includes('enterprise_administrator')
  if (subject.lastAdministrator && !stays) {
    const who = subject.id === actor.accountId ? '您是' : '这是'
    refuse(`${who}本企业唯一的企业管理员，不能取消该角色；请先设定另一位企业管理员`)
  }
  const consignor = subject.type === 'consignor'
  if (consignor !== (dataScope === 'consignor')) {
    refuse(consignor ? '发货人账号只能查看委托本公司的业务' : '“委托本公司的”只适用于发货人账号')
  }
  if (consignor && roles.some((role) => role === 'preparer' || role === 'sealer')) {
    refuse('发货人账号不能录入或盖章上报')
  }
  const set = { roles, data_scope: dataScope, department: department === '' ? null : department }
  await noteChange(tx, subject.row, set, now)
  return { set }
}

const changeDuties: AccountEffect = async ({ tx, subject, now, input }) => {
  const { personName, authorityCode, roles, duties } = dutiesChange.parse(input)
  if (subject.lastAdministrator && !roles.includes('administrator')) {
    throw new Refused(409, 'rule', '这是唯一的系统管理员，不能取消该角色；请先设定另一位系统管理员')
  }
  await checkDuties(tx, roles, authorityCode)
  const set = {
    person_name: personName,
    authority_code: authorityCode,
    roles,
    data_scope: officerScope(roles),
    duties,
  }
  await noteChange(tx, subject.row, set, now)
  return { set }
}

/** Refuses roles that don't go together and an authority that there is not (422 with the field). */
export async function checkDuties(
  tx: Tx,
  roles: readonly string[],
  authorityCode: string | null,
): Promise<void> {
  const problem = officerRolesProblem(roles, authorityCode)
  if (problem !== undefined) throw malformed('roles', problem)
  if (authorityCode === null) return
  const authority = await tx
    .selectFrom('authority')
    .select('code')
    .where('code', '=', authorityCode)
    .where('active', '=', true)
    .executeTakeFirst()
  if (authority === undefined) throw malformed('authorityCode', '没有这个发证机构，请重新选择')
}

const malformed = (path: string, words: string) => new Malformed(words, [{ path, words, rule: 'form' }])

const resetPassword: AccountEffect = async ({ tx, subject: { row }, prepared }) => {
  if (prepared === undefined) throw new Error('a password is hashed before the lock')
  await endSessions(tx, row.id)
  return { set: { ...prepared.set, must_change_password: true } }
}

/** Old passwords are worth nothing from now on, and whoever came in by one is out. */
const complete: AccountEffect = async ({ tx, subject: { row }, now, prepared }) => {
  if (prepared === undefined) throw new Error('a password is hashed before the lock')
  await endSessions(tx, row.id, prepared.keep)
  return {
    set: { ...prepared.set, must_complete: false, must_change_password: false, password_changed_at: now },
  }
}

const set: AccountEffect = async ({ prepared }) => ({ set: prepared?.set ?? {} })

const leave: AccountEffect = async ({ tx, subject: { row } }) => {
  await endSessions(tx, row.id)
  return { set: { enterprise_id: null, roles: [], data_scope: 'own' } }
}

/** The name goes back: what stands behind `~` can be no login name. Its request keeps the name that was wanted. */
const lapse: AccountEffect = async ({ tx, subject: { row } }) => {
  await endSessions(tx, row.id)
  const login_name = `${row.login_name}~${row.id.slice(-12)}`
  return { set: { login_name, enterprise_id: null, roles: [], data_scope: 'own' } }
}

/** Approved when nobody managed the enterprise yet; whoever makes the key first does, the enterprise being locked. */
async function rolesAtOpening(tx: Tx, row: LockedAccount['row']): Promise<string[]> {
  const manager = await tx
    .selectFrom('account')
    .select('id')
    .where('enterprise_id', '=', row.enterprise_id)
    .where(sql<boolean>`'enterprise_administrator' = any(roles)`)
    .where('active', '=', true)
    .where('suspended_at', 'is', null)
    .executeTakeFirst()
  return manager === undefined ? row.roles : row.roles.filter((role) => role !== 'enterprise_administrator')
}

/** The account begins with a password that was made for it, holds for a short time and must be changed. */
const issueKey: AccountEffect = async ({ tx, subject: { row }, now, prepared }) => {
  if (prepared === undefined) throw new Error('a password is hashed before the lock')
  const until = new Date(now.getTime() + firstPasswordLifeMs)
  return {
    set: {
      ...prepared.set,
      roles: await rolesAtOpening(tx, row),
      must_change_password: true,
      password_until: until,
      password_changed_at: now,
    },
  }
}

export const effects: Partial<Record<AccountAction, AccountEffect>> = {
  change_password: newPassword,
  recover_password: newPassword,
  change_contact: set,
  complete,
  change_role: changeRole,
  suspend,
  change_duties: changeDuties,
  reset_password: resetPassword,
  join: set,
  issue_key: issueKey,
  lapse,
  leave,
}
