/** How an account comes into being, whichever way: its row and the first line of its history. */
import { randomUUIDv7 } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Account } from '../db/types.gen.ts'
import { Malformed } from '../refused.ts'

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
  action: 'register' | 'invite' | 'create_officer' | 'create_at_server' | 'apply_for_key',
  by?: Actor,
  opinion?: string,
): Promise<string> {
  const now = ctx.clock()
  const id = given.id ?? randomUUIDv7()
  const made = await tx
    .insertInto('account')
    .values({ ...given, id, password_changed_at: now, created_at: now, modified_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (made.numInsertedOrUpdatedRows === 0n) {
    const words = '这个登录名已被使用，请换一个'
    throw new Malformed(words, [{ path: 'loginName', words, rule: 'taken' }])
  }
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
