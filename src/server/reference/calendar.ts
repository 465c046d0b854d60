/** The calendar of working days: announced days, and those an administrator sets, changes and takes back. */
import type { CalendarDay } from '#api/reference.ts'
import type { Day } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { announcedDays, calendarFrom } from '#domain/working-days.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { Refused } from '../refused.ts'
import { listOverrides, lockDay, removeOverride, setOverride } from './queries.ts'

/** The days of a year that differ from its plain weeks, in order; a day that was set stands for the announced one. */
export async function calendarOf(db: Db, year: number) {
  const overrides = await listOverrides(db)
  const days = new Map<Day, CalendarDay>(
    announcedDays(year).map((announced) => [announced.day, { ...announced, set: false, change: 0 }]),
  )
  for (const override of overrides) {
    if (override.day.startsWith(`${year}-`)) days.set(override.day, { ...override, set: true })
  }
  return {
    year,
    announced: calendarFrom(overrides).isAnnounced(year),
    days: [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  }
}

/** Locks the calendar and refuses when somebody changed the day after the page was shown. */
async function lockUnchanged(tx: Tx, day: Day, seen: number): Promise<void> {
  const last = await lockDay(tx, day)
  // A day that was set and taken back looks like one that was never set.
  if (last !== seen && !(seen === 0 && (await isAsAnnounced(tx, day)))) {
    throw new Refused(409, 'stale', `${day} 的设定刚被他人修改，请刷新后再改`)
  }
}

async function isAsAnnounced(tx: Tx, day: Day): Promise<boolean> {
  return !(await listOverrides(tx)).some((override) => override.day === day)
}

type SetDay = { day: Day; working: boolean; name: string; change: number }

/** Sets a day as worked or free. */
export async function setDay(
  ctx: Context,
  actor: Actor,
  { day, working, name, change }: SetDay,
): Promise<CalendarDay> {
  const set = await ctx.db.transaction().execute(async (tx) => {
    await lockUnchanged(tx, day, change)
    await setOverride(tx, { day, working, name, changedBy: actor.accountId, changedAt: ctx.clock() })
    return { day, working, name, set: true, change: await lockDay(tx, day) }
  })
  ctx.codes.changed()
  return set
}

/** Takes a day back to the announced calendar; one that is not set stays as it is. */
export async function removeDay(
  ctx: Context,
  actor: Actor,
  given: { day: Day; change: number },
): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    await lockUnchanged(tx, given.day, given.change)
    await removeOverride(tx, { day: given.day, changedBy: actor.accountId, changedAt: ctx.clock() })
  })
  ctx.codes.changed()
}
