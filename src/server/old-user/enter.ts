/** An old user comes in: the account is made at the first sign-in, and the old entrance counts each. */
import { passwordProblem } from '#domain/account/password.ts'
import { entranceLimit, isOldSystem, oldSystemOf, type OldSystemCode } from '#domain/old-user/systems.ts'
import { makeAccount, shareLoginNames } from '../account/make-account.ts'
import { noPassword } from '../account/password.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { OldPerson } from './find.ts'

export const entranceClosed = (loginName: string): string =>
  `原系统入口已登录满 ${entranceLimit} 次，已关闭。请从统一平台登录，账号为 ${loginName}，密码不变`

interface Entering {
  old: OldPerson
  given: { loginName: string; password: string }
  /** Whether an old password was looked at. */
  byOld: boolean
  entrance: OldSystemCode | undefined
}

/**
 * The account of an old user whose password was right, made if this is the first time. Under the lock of its row: of
 * two at once the second finds the account of the first. `completed`: the password that was looked at has been replaced
 * meanwhile. `entrance closed`: the old entrance has been used up.
 */
export async function enterAsOld(
  tx: Tx,
  ctx: Context,
  { old, given, byOld, entrance }: Entering,
): Promise<{ accountId: string } | 'completed' | 'entrance closed'> {
  if (old.account.account_id === null) await shareLoginNames(tx)
  const row = await tx
    .selectFrom('old_account')
    .selectAll()
    .where('id', '=', old.account.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (byOld && row.completed_at !== null) return 'completed'
  if (entrance !== undefined) {
    if (row.entrance_count >= entranceLimit) return 'entrance closed'
    await tx
      .updateTable('old_account')
      .set({ entrance_count: row.entrance_count + 1 })
      .where('id', '=', row.id)
      .execute()
  }
  if (row.account_id !== null) return { accountId: row.account_id }
  const now = ctx.clock()
  const accountId = await makeAccount(
    tx,
    ctx,
    {
      login_name: given.loginName,
      // Until its person says the own name.
      person_name: old.users.find((user) => user.login_name === given.loginName)?.old_name ?? given.loginName,
      password_hash: noPassword,
      account_type: 'enterprise',
      roles: [],
      data_scope: 'own',
      enterprise_id: null,
      must_complete: true,
      must_change_password: !mayKeep(old, given.password),
    },
    'take_over',
  )
  await tx
    .updateTable('old_account')
    .set({ account_id: accountId, signed_in_at: now })
    .where('id', '=', row.id)
    .execute()
  return { accountId }
}

/** A password stays where the manual lets it, unless it is weak; several passwords can't all stay. */
export function mayKeep({ users }: OldPerson, password: string): boolean {
  const keeps = users.every(({ system }) => isOldSystem(system) && oldSystemOf(system).keepsPassword === true)
  const known = users.flatMap(({ old_name, login_name }) => [old_name, login_name])
  return users.length === 1 && keeps && passwordProblem(password, known) === undefined
}
