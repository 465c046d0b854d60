/**
 * The first administrator of a system, and one in place of those who can't sign in any more: made on the server's own
 * machine by whoever runs it (`npm run administrator`), never over HTTP.
 */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import { officerScope } from '#domain/account/actions.ts'
import { loginNameProblem } from '#domain/account/login-name.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { recipientProblem } from '#domain/message/letter.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { queueLetter } from '../message/queue.ts'
import { Malformed } from '../refused.ts'
import { StartError } from '../start-error.ts'
import { makeAccount } from './make-account.ts'
import { firstPassword, hashPassword } from './password.ts'

export const nobodyWords =
  '还没有系统管理员，谁也不能开始管理：npm run administrator -- --login 登录名 --name 姓名'

type Administrator = { id: string; login_name: string; email: string | null; mobile: string | null }

/** Administrators who can sign in; addresses only where they are confirmed. */
export async function administrators(db: Db | Tx): Promise<Administrator[]> {
  const { rows } = await sql<Administrator>`
    select id, login_name, case when email_confirmed_at is not null then email end as email,
      case when mobile_confirmed_at is not null then mobile end as mobile
    from account where active and suspended_at is null and 'administrator' = any(roles) order by created_at`.execute(
    db,
  )
  return rows
}

export interface FirstAdministrator {
  loginName: string
  personName: string
  email?: string | undefined
  /** Typed by the person who runs the command; absent: one is made and answered. */
  password?: string | undefined
  /** Why another one is made although there is one who can sign in. */
  again?: string | undefined
}

/**
 * Makes the account; its password must be changed at the first sign-in. Refused (StartError): malformed names, a weak
 * password, a login name that is taken, an administrator who can sign in and no reason for another. Those who are there
 * are told by every confirmed way.
 */
export async function makeFirstAdministrator(
  at: Pick<Context, 'db' | 'clock'>,
  given: FirstAdministrator,
): Promise<{ password: string | undefined }> {
  refuseMalformed(given)
  const made =
    given.password === undefined
      ? await firstPassword()
      : { password: undefined, hash: await hashPassword(given.password) }
  await at.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke officers'))`.execute(tx)
    const there = await administrators(tx)
    if (there.length > 0 && given.again === undefined) {
      const names = there.map((one) => one.login_name).join('、')
      throw new StartError(
        `已有系统管理员（${names}），请由其在“用户管理”中新建。都不能登录时，请加 --again 原因，另建一个。`,
      )
    }
    await makeOne(tx, at, given, made.hash)
    for (const one of there) await tellOf(tx, at, one, given)
  })
  return { password: made.password }
}

/** What can be said before the database is asked. */
export function refuseMalformed({ loginName, personName, email, password, again }: FirstAdministrator) {
  const name = [...personName]
  const problem =
    loginNameProblem(loginName) ??
    (name.length === 0 || name.length > 30 ? '姓名应为 1 至 30 字' : undefined) ??
    (email === undefined ? undefined : recipientProblem('email', email)) ??
    (password === undefined ? undefined : passwordProblem(password)) ??
    (again !== undefined && (again.trim() === '' || again.length > 200) ? '原因应为 1 至 200 字' : undefined)
  if (problem !== undefined) throw new StartError(`${problem}。`)
}

async function makeOne(tx: Tx, at: Pick<Context, 'clock'>, given: FirstAdministrator, hash: string) {
  const id = randomUUIDv7()
  const roles = ['administrator']
  const { loginName, personName } = given
  try {
    await makeAccount(
      tx,
      at,
      {
        id,
        login_name: loginName,
        person_name: personName,
        password_hash: hash,
        must_change_password: true,
        account_type: 'officer',
        roles,
        data_scope: officerScope(roles),
        duties: '系统管理',
        email: given.email?.trim().toLowerCase() ?? null,
      },
      'create_at_server',
      undefined,
      given.again?.trim() ?? '第一个系统管理员',
    )
  } catch (error) {
    if (error instanceof Malformed) throw new StartError(`${error.message}。`, { cause: error })
    throw error
  }
  await tx
    .insertInto('sign_in_event')
    .values({ at: at.clock(), login_name: loginName, account_id: id, address: '', outcome: 'made_at_server' })
    .execute()
}

/** Somebody who got onto the machine can't become an administrator unseen. */
async function tellOf(tx: Tx, at: Pick<Context, 'clock'>, to: Administrator, made: FirstAdministrator) {
  const text = `【出口许可证系统】服务器上新建了系统管理员 ${made.loginName}（${made.personName}），原因：${made.again ?? ''}。如不知情，请立即停用该账号并检查服务器。`
  const letter = { kind: 'password_changed', subject: '新建了系统管理员', text, accountId: to.id } as const
  if (to.email !== null) await queueLetter(tx, at, { ...letter, channel: 'email', recipient: to.email })
  if (to.mobile !== null) await queueLetter(tx, at, { ...letter, channel: 'sms', recipient: to.mobile })
}
