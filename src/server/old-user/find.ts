/** Whose name it is that somebody signs in with: an account's, or one that an old user had. */
import type { Selectable } from 'kysely'
import type { Db, Tx } from '../db/connect.ts'
import type { OldAccount, OldUser } from '../db/types.gen.ts'

export interface OldPerson {
  account: Selectable<OldAccount>
  /** All its old users, by name. */
  users: Selectable<OldUser>[]
}

/** The old users whose account has this login name, to the letter; undefined when nobody was imported with it. */
export async function oldPersonOf(db: Db, loginName: string): Promise<OldPerson | undefined> {
  const found = await db
    .selectFrom('old_user')
    .select('old_account_id')
    .where('login_name', '=', loginName)
    .where((on) => on(on.fn<string>('lower', ['login_name']), '=', loginName.toLowerCase()))
    .limit(1)
    .executeTakeFirst()
  return found && (await oldPerson(db, found.old_account_id))
}

/** The old users that an account has taken over, or undefined. */
export async function oldPersonOfAccount(db: Db | Tx, accountId: string): Promise<OldPerson | undefined> {
  const found = await db
    .selectFrom('old_account')
    .select('id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return found && (await oldPerson(db, found.id))
}

async function oldPerson(db: Db | Tx, id: string): Promise<OldPerson> {
  const account = await db
    .selectFrom('old_account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const users = await db
    .selectFrom('old_user')
    .selectAll()
    .where('old_account_id', '=', id)
    .orderBy('login_name')
    .orderBy('created_at')
    .orderBy('line')
    .execute()
  return { account, users }
}

/** The name under which guesses of all its names are counted together. */
export const countedName = ({ users }: OldPerson): string => users[0]?.login_name ?? ''

/** Services that its old users bring along. */
export const servicesOf = ({ users }: OldPerson): string[] => [
  ...new Set(users.flatMap(({ services }) => services)),
]
