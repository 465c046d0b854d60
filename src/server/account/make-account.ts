/** How an account comes into being, whichever way: its row and the first line of its history. */
import { randomUUIDv7 } from 'node:crypto'
import { sql, type Insertable } from 'kysely'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Account } from '../db/types.gen.ts'
import { Malformed } from '../refused.ts'

/** One lock for who makes a login name, taken before rows of old users: accounts share it, an import has it alone. */
const loginNames = sql`hashtext('xuke login names')`
export const shareLoginNames = (tx: Tx) => sql`select pg_advisory_xact_lock_shared(${loginNames})`.execute(tx)
export const holdLoginNames = (tx: Tx) => sql`select pg_advisory_xact_lock(${loginNames})`.execute(tx)

const isOldName = async (tx: Tx, loginName: string) =>
  (await tx
    .selectFrom('old_user')
    .select('id')
    .where(sql`lower(login_name)`, '=', loginName.toLowerCase())
    .limit(1)
    .executeTakeFirst()) !== undefined

/** `id` only where the client made it. */
export type NewAccount = Omit<Insertable<Account>, 'id' | 'created_at' | 'modified_at'> & { id?: string }

/**
 * Makes an account and answers its id. `by`: who made it; absent when the person did. `opinion`: why, where that is asked. Refused (422, path `loginName`)
 * when the name is taken, in capitals or not.
 */
export async function makeAccount(
  tx: Tx,
  ctx: Pick<Context, 'clock'>,
  given: NewAccount,
  action: 'register' | 'invite' | 'create_officer' | 'create_at_server' | 'apply_for_key' | 'take_over',
  by?: Actor,
  opinion?: string,
): Promise<string> {
  const now = ctx.clock()
  const id = given.id ?? randomUUIDv7()
  const taken = () => {
    const words = '这个登录名已被使用，请换一个'
    return new Malformed(words, [{ path: 'loginName', words, rule: 'taken' }])
  }
  // An old user's name is kept for its first sign-in; an import waits until this one is done, or this one for it.
  await shareLoginNames(tx)
  if (action !== 'take_over' && (await isOldName(tx, given.login_name))) throw taken()
  const made = await tx
    .insertInto('account')
    .values({ ...given, id, password_changed_at: now, created_at: now, modified_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (made.numInsertedOrUpdatedRows === 0n) throw taken()
  await tx
    .insertInto('history')
    .values({
      thing: 'account',
      thing_id: id,
      action,
      to_state: given.awaiting_key === true ? 'awaiting_key' : 'active',
      account_id: by?.accountId ?? id,
      actor_name: by?.personName ?? given.person_name,
      actor_place: by === undefined ? '' : (by.authorityCode ?? by.code13 ?? ''),
      opinion: opinion ?? null,
      at: now,
    })
    .execute()
  return id
}
