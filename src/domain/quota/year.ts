/** What the calendar decides about quota: until when it may be handed back, and where quota of a closed year goes. */
import { compareDays, type Day } from '../day.ts'

/** Unused quota is to be handed back by this day, else next year's may be cut (货物进出口管理条例 第四十二条). */
export const handBackBy = (year: number): Day => `${year}-10-31`

/** The year of an account is over: nothing of it can be used any more. */
export const isClosed = (year: number, today: Day): boolean => compareDays(today, `${year}-12-31`) > 0

/** Where quota that comes free goes: back to the balance, or to 失效 once its year is closed. */
export const freeBucket = (year: number, today: Day): 'available' | 'lapsed' =>
  isClosed(year, today) ? 'lapsed' : 'available'

/** Words why quota can't be handed back on a day, or nothing. */
export function handBackRefusal(year: number, today: Day): string | undefined {
  const last = handBackBy(year)
  if (compareDays(today, last) <= 0) return undefined
  return `${year} 年度配额的交还截止日为 ${last}，已经超过；未用部分年底失效，并计入下一年度的扣减参考`
}
