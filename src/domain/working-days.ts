import announced from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import { addDays, type Day, weekdayOf, yearOf } from '#domain/day.ts'

/** Which days are worked in China: weekends, public holidays and 调休 considered. */
export type Calendar = {
  readonly isWorking: (day: Day) => boolean
  /**
   * Whether the holidays of a year have been announced (the State Council does so in autumn for the next
   * year). In a year that is not, weekdays count as working: a due date there is provisional and says so.
   */
  readonly isAnnounced: (year: number) => boolean
}

/** A day on which an administrator says otherwise: 临时放假 or 补班. */
export type CalendarOverride = { readonly day: Day; readonly working: boolean; readonly name: string }

// The tables of chinese-days, not its functions: those read the machine's local time and are a day off west
// of Greenwich.
const publicHolidays = new Set(Object.keys(announced.holidays))
const workedWeekendDays = new Set(Object.keys(announced.workdays))

/**
 * The days of a year that differ from its plain weeks as announced: public holidays and worked weekend days,
 * in order. Empty for a year that is not announced.
 */
export function announcedDays(year: number): CalendarOverride[] {
  const of = (days: Readonly<Record<string, string>>, working: boolean) =>
    Object.entries(days)
      .filter(([day]) => day.startsWith(`${year}-`))
      .map(([day, names]) => ({ day, working, name: working ? '调休上班' : (names.split(',')[1] ?? names) }))
  return [...of(announced.holidays, false), ...of(announced.workdays, true)].toSorted((a, b) =>
    a.day < b.day ? -1 : 1,
  )
}

const isWeekend = (day: Day) => [0, 6].includes(weekdayOf(day))

const isWorkedByAnnouncement = (day: Day) =>
  workedWeekendDays.has(day) || (!isWeekend(day) && !publicHolidays.has(day))

/**
 * The calendar of the announced years (chinese-days), with an administrator's days first. A year counts as
 * announced when the library knows its 1 January, always a public holiday, or an administrator has entered it.
 */
export function calendarFrom(overrides: readonly CalendarOverride[]): Calendar {
  const workingByDay = new Map(overrides.map(({ day, working }) => [day, working]))
  return {
    isWorking: (day) => workingByDay.get(day) ?? isWorkedByAnnouncement(day),
    isAnnounced: (year) => workingByDay.has(`${year}-01-01`) || publicHolidays.has(`${year}-01-01`),
  }
}

/**
 * The n-th working day after `day`, which itself does not count: a complete application received on a
 * Friday with a term of three working days is due on Wednesday. With n = 0 it is `day` itself.
 * Throws RangeError when n is not a whole number from 0 up.
 */
export function addWorkingDays(day: Day, n: number, calendar: Calendar): Day {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`not a number of working days: ${n}`)
  let reached = day
  // A year of days without a single working one can only come from a broken calendar.
  for (let left = n, idle = 0; left > 0;) {
    reached = addDays(reached, 1)
    if (calendar.isWorking(reached)) {
      left -= 1
      idle = 0
    } else if ((idle += 1) > 366) throw new RangeError(`no working day within a year after ${day}`)
  }
  return reached
}

/** The years between two days (both included) whose holidays are not announced yet. */
export const unannouncedYears = (from: Day, to: Day, calendar: Calendar): number[] => {
  const years = []
  for (let year = yearOf(from); year <= yearOf(to); year += 1)
    if (!calendar.isAnnounced(year)) years.push(year)
  return years
}
