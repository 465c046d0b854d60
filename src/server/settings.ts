/** Values of the table `setting`: what an administrator decides, each from its day on. */
import type { Day } from '#domain/day.ts'
import type { Db, Tx } from './db/connect.ts'

/** The value of a setting on a day, as it was stored; undefined when none was given. */
export async function settingOn(db: Db | Tx, name: string, day: Day): Promise<unknown> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .where('valid_from', '<=', day)
    .orderBy('valid_from', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row?.value
}
