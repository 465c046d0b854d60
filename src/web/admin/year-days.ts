/** The days of a year as the calendar page shows them: what the announced or set days say, else the plain week. */
import { addDays, weekdayOf, type Day } from '#domain/day.ts'
import type { CalendarDay } from '#api/reference.ts'

export interface YearDay {
  day: Day
  working: boolean
  /** 国庆节, 调休上班 …; '' for a plain day of the week. */
  name: string
  /** By an administrator. */
  set: boolean
  /** Number of the change that was seen, sent along with the next one. */
  change: number
}

/** The twelve months of a year, each a list of its days. */
export function monthsOf(year: number, special: readonly CalendarDay[]): YearDay[][] {
  const byDay = new Map(special.map((it) => [it.day, it]))
  return Array.from({ length: 12 }, (_, index) => {
    const month = `${year}-${String(index + 1).padStart(2, '0')}`
    const days: YearDay[] = []
    for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) {
      days.push(byDay.get(day) ?? plain(day))
    }
    return days
  })
}

const plain = (day: Day): YearDay => {
  const weekday = weekdayOf(day)
  return { day, working: weekday !== 0 && weekday !== 6, name: '', set: false, change: 0 }
}

/** Empty places before the first of a month, in weeks that begin on Monday. */
export const placesBefore = (day: Day): number => (weekdayOf(day) + 6) % 7

/** A day in words, for its button: 2026-10-01 休息 国庆节. */
export const wordsOfDay = ({ day, working, name, set }: YearDay): string =>
  [day, working ? '上班' : '休息', name, set ? '（管理员设定）' : ''].filter((part) => part !== '').join(' ')
