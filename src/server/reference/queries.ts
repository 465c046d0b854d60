/** What is read from and written to the code tables, the rates and the calendar. */
import { sql } from 'kysely'
import type { Day } from '#domain/day.ts'
import type { Decimal } from '#domain/decimal.ts'
import type { CalendarOverride } from '#domain/working-days.ts'
import type { Db, Tx } from '../db/connect.ts'

/**
 * One text that differs whenever the tables, the rates, the calendar or the setting of quantity digits differ
 * from what they were: the condition under which a copy in memory may be used.
 */
export async function versionOfTables(db: Db | Tx, today: Day): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select concat_ws(' ',
      (select md5(string_agg(file || sha256, '' order by file)) from reference_load),
      (select max(id) from exchange_rate),
      (select max(id) from calendar_override_change),
      (select max(id) from goods_management),
      (select string_agg(id::text, ',' order by name) from (
        select distinct on (name) name, id from setting where valid_from <= ${today}
        order by name, valid_from desc, id desc) as held)) as version`.execute(db)
  return rows[0]?.version ?? ''
}

export const listCodeEntries = (db: Db | Tx) =>
  db.selectFrom('code_entry').selectAll().orderBy('list').orderBy('sort').orderBy('code').execute()

export const listCommodities = (db: Db | Tx) =>
  db.selectFrom('commodity').selectAll().orderBy('year').orderBy('hs_code').execute()

export const listCategories = (db: Db | Tx) =>
  db.selectFrom('goods_category').selectAll().orderBy('seq').execute()

export const listAuthorities = (db: Db | Tx) =>
  db.selectFrom('authority').selectAll().orderBy('sort').orderBy('code').execute()

/** A rate as it was given: US dollars for one unit of the currency, from a day on. */
export type Rate = { id: string; currency: string; validFrom: Day; rate: Decimal; source: string }

/** For each currency and day the rate that counts (the newest of that day), newest day first. */
export async function listRates(db: Db | Tx): Promise<Rate[]> {
  const { rows } = await sql<Rate>`
    select distinct on (currency, valid_from)
      id, currency, valid_from as "validFrom", trim_scale(rate)::text as rate, source
    from exchange_rate order by currency, valid_from desc, id desc`.execute(db)
  return rows
}

export type RateChange = Rate & { changedBy: string | null; changedAt: Date }

/** Everything that was ever given for a currency, newest first; at most 200. */
export async function listRateChanges(db: Db, currency: string): Promise<RateChange[]> {
  const { rows } = await sql<RateChange>`
    select exchange_rate.id, currency, valid_from as "validFrom", trim_scale(rate)::text as rate, source,
      account.person_name as "changedBy", exchange_rate.changed_at as "changedAt"
    from exchange_rate left join account on account.id = exchange_rate.changed_by
    where currency = ${currency} order by exchange_rate.id desc limit 200`.execute(db)
  return rows
}

export type NewRate = {
  currency: string
  validFrom: Day
  rate: Decimal
  source: string
  changedBy: string | null
  changedAt: Date
}

/**
 * Adds a rate, unless the rate that counts on that day is the very same already (a double click). Answers
 * whether a row was added.
 */
export async function insertRate(
  tx: Tx,
  { currency, validFrom, rate, source, changedBy, changedAt }: NewRate,
) {
  await sql`select pg_advisory_xact_lock(hashtext('xuke exchange rate'))`.execute(tx)
  const result = await sql`
    insert into exchange_rate (currency, valid_from, rate, source, changed_by, changed_at)
    select ${currency}, ${validFrom}, ${rate}, ${source}, ${changedBy}, ${changedAt}
    where not exists (
      select from (
        select rate, source from exchange_rate where currency = ${currency} and valid_from = ${validFrom}
        order by id desc limit 1) as newest
      where newest.rate = ${rate}::numeric and newest.source = ${source})`.execute(tx)
  return Number(result.numAffectedRows ?? 0) > 0
}

/** How categories are managed in a year where that differs from the catalogue: the newest row of each. */
export async function listManagement(
  db: Db | Tx,
): Promise<{ year: number; categoryCode: string; licenceType: string }[]> {
  const { rows } = await sql<{ year: number; categoryCode: string; licenceType: string }>`
    select distinct on (year, category_code) year, category_code as "categoryCode", licence_type as "licenceType"
    from goods_management order by year, category_code, id desc`.execute(db)
  return rows
}

/** The days an administrator has set, in order, each with the number of the change that set it. */
export async function listOverrides(db: Db | Tx): Promise<(CalendarOverride & { change: number })[]> {
  const { rows } = await sql<CalendarOverride & { change: number }>`
    select day, working, name,
      (select max(id)::int from calendar_override_change as c where c.day = calendar_override.day) as change
    from calendar_override order by day`.execute(db)
  return rows
}

export type CalendarChange = {
  id: string
  day: Day
  /** Null where the day was taken back to the announced calendar. */
  working: boolean | null
  name: string
  changedBy: string | null
  changedAt: Date
}

/** Every change of a year's days, newest first. */
export async function listCalendarChanges(db: Db, year: number): Promise<CalendarChange[]> {
  const { rows } = await sql<CalendarChange>`
    select c.id, day, working, name, account.person_name as "changedBy", c.changed_at as "changedAt"
    from calendar_override_change as c left join account on account.id = c.changed_by
    where day between ${`${year}-01-01`} and ${`${year}-12-31`} order by c.id desc`.execute(db)
  return rows
}

/** Number of the last change of a day, 0 if it never was changed; holds others off the calendar until the end. */
export async function lockDay(tx: Tx, day: Day): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('xuke calendar'))`.execute(tx)
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(id), 0)::int as last from calendar_override_change where day = ${day}`.execute(tx)
  return rows[0]?.last ?? 0
}

export type DayChange = { day: Day; changedBy: string; changedAt: Date }

export async function setOverride(
  tx: Tx,
  change: DayChange & { working: boolean; name: string },
): Promise<void> {
  const { day, working, name, changedBy: changed_by, changedAt: changed_at } = change
  const values = { working, name, changed_by, changed_at }
  await tx
    .insertInto('calendar_override')
    .values({ day, ...values })
    .onConflict((conflict) => conflict.column('day').doUpdateSet(values))
    .execute()
  await tx
    .insertInto('calendar_override_change')
    .values({ day, ...values })
    .execute()
}

/** Takes a day back to the announced calendar. Answers whether it was set. */
export async function removeOverride(tx: Tx, { day, changedBy, changedAt }: DayChange): Promise<boolean> {
  const removed = await tx
    .deleteFrom('calendar_override')
    .where('day', '=', day)
    .returning('name')
    .executeTakeFirst()
  if (removed === undefined) return false
  const who = { changed_by: changedBy, changed_at: changedAt }
  await tx
    .insertInto('calendar_override_change')
    .values({ day, working: null, name: removed.name, ...who })
    .execute()
  return true
}
