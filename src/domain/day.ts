/** A calendar day in China, 'YYYY-MM-DD', of the years 1900 to 9999. Not an instant. */
export type Day = string

// China has one time zone without summer time; the machine's own zone never matters.
const SHANGHAI_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/

function utcOf(day: Day): Date {
  const match = SHAPE.exec(day)
  const parsed = match ? new Date(`${day}T00:00:00Z`) : undefined
  // V8 takes 2026-02-30 for 2 March, so the round trip decides.
  if (!parsed || Number.isNaN(parsed.getTime()) || dayOfUtc(parsed) !== day) {
    throw new RangeError(`not a day: ${JSON.stringify(day)}`)
  }
  return parsed
}

function dayOfUtc(instant: Date): Day {
  const iso = instant.toISOString()
  if (iso.length !== 24 || iso < '1900') throw new RangeError(`year out of range: ${iso}`)
  return iso.slice(0, 10)
}

/** Whether the text is a day that exists, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  try {
    return utcOf(text) instanceof Date
  } catch {
    return false
  }
}

/** The day in China at an instant: 31 December 16:00 UTC is already 1 January. */
export const dayOf = (instant: Date): Day => dayOfUtc(new Date(instant.getTime() + SHANGHAI_OFFSET_MS))

/** The day `count` days later, or earlier when negative. */
export const addDays = (day: Day, count: number): Day =>
  dayOfUtc(new Date(utcOf(day).getTime() + count * DAY_MS))

/**
 * The same day of the month `count` months later; the last day of that month where it has no such day:
 * 31 August plus six months is 28 (or 29) February.
 */
export function addMonths(day: Day, count: number): Day {
  const start = utcOf(day)
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth() + count
  const year = Math.floor(months / 12)
  const month = months - year * 12
  const lastDate = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return dayOfUtc(new Date(Date.UTC(year, month, Math.min(start.getUTCDate(), lastDate))))
}

export const yearOf = (day: Day): number => utcOf(day).getUTCFullYear()

/** 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: Day): number => utcOf(day).getUTCDay()

/** 31 December of the day's year. */
export const endOfYear = (day: Day): Day => `${day.slice(0, 4)}-12-31`

/** Negative when a is earlier, 0 when equal, positive when later. */
export const compareDays = (a: Day, b: Day): number => utcOf(a).getTime() - utcOf(b).getTime()

/** Whole days from a to b: 0 for the same day, 1 from today to tomorrow, negative when b is earlier. */
export const daysBetween = (a: Day, b: Day): number => (utcOf(b).getTime() - utcOf(a).getTime()) / DAY_MS

/** The instant at which the day begins in China. */
export const startOfDay = (day: Day): Date => new Date(utcOf(day).getTime() - SHANGHAI_OFFSET_MS)

/** An instant for people, China time: 'YYYY-MM-DD HH:mm:ss'. */
export const formatInstant = (instant: Date): string => {
  const iso = new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}
