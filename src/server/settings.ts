/**
 * Table `setting`: what the law or an administrator decides, each value from its day on. Append-only. Which settings
 * there are stands in domain/setting/table.ts. Every read asks the table, inside the caller's transaction where it has
 * one; rules that ask many at once take them with the code tables (`codes.settings`), whose copy is used only after the
 * table has said that nothing changed.
 */
import { sql } from 'kysely'
import type { Day } from '#domain/day.ts'
import { settingNames, valueOf, type SettingName, type SettingValues } from '#domain/setting/table.ts'
import type { Db, Tx } from './db/connect.ts'

/** The value that holds on a day; the usual one where none was ever set for it. */
export async function settingOn<Name extends SettingName>(
  db: Db | Tx,
  name: Name,
  day: Day,
): Promise<SettingValues[Name]> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .where('valid_from', '<=', day)
    .orderBy('valid_from', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return valueOf(name, row?.value)
}

/** Every setting as it holds on a day, in one read. */
export async function settingsOn(db: Db | Tx, day: Day): Promise<SettingValues> {
  const { rows } = await sql<{ name: string; value: unknown }>`
    select distinct on (name) name, value from setting where valid_from <= ${day}
    order by name, valid_from desc, id desc`.execute(db)
  const stored = new Map(rows.map(({ name, value }) => [name, value]))
  const values = settingNames.map((name) => [name, valueOf(name, stored.get(name))])
  // Each name with a value of its own type.
  return Object.fromEntries(values) as SettingValues
}

export interface SettingChange {
  id: string
  validFrom: Day
  /** What held on that day before; null where nothing had been set. */
  before: unknown
  value: unknown
  reason: string
  changedBy: string | null
  changedAt: Date
}

/** Every value that was ever set, the last first; at most 500. */
export async function settingChanges(db: Db | Tx, name: SettingName): Promise<SettingChange[]> {
  const { rows } = await sql<SettingChange>`
    select s.id, s.valid_from as "validFrom", s.value, s.reason, account.person_name as "changedBy",
      s.changed_at as "changedAt",
      (select value from setting as earlier
        where earlier.name = s.name and earlier.id < s.id and earlier.valid_from <= s.valid_from
        order by earlier.valid_from desc, earlier.id desc limit 1) as before
    from setting as s left join account on account.id = s.changed_by
    where s.name = ${name} order by s.id desc limit 500`.execute(db)
  return rows
}

/** Number of the last change, 0 if there was none; holds others off the settings until the end. */
export async function lockSetting(tx: Tx, name: SettingName): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('xuke setting'))`.execute(tx)
  return lastChange(tx, name)
}

export async function lastChange(db: Db | Tx, name: SettingName): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(id), 0)::int as last from setting where name = ${name}`.execute(db)
  return rows[0]?.last ?? 0
}

export async function addSetting(
  tx: Tx,
  added: {
    name: SettingName
    validFrom: Day
    value: unknown
    reason: string
    changedBy: string
    changedAt: Date
    /** Made by the page; the same again is for the caller to find. */
    requestId?: string
  },
): Promise<void> {
  await tx
    .insertInto('setting')
    .values({
      name: added.name,
      valid_from: added.validFrom,
      value: JSON.stringify(added.value),
      reason: added.reason,
      changed_by: added.changedBy,
      changed_at: added.changedAt,
      request_id: added.requestId ?? null,
    })
    .execute()
}
