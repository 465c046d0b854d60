/** Due dates in words: how long there is left, or for how long it is past. */
import { daysBetween, type Day } from '#domain/day.ts'

export interface Due {
  words: string
  late: boolean
}

/** `overdue` is the server's judgement: past its day and still with the authority. */
export function dueWords(dueOn: Day | null, overdue: boolean, today: Day): Due | undefined {
  if (dueOn === null) return undefined
  const days = daysBetween(today, dueOn)
  if (overdue) return { words: `已超期 ${-days} 天`, late: true }
  if (days < 0) return undefined
  return { words: days === 0 ? '今天到期' : `还有 ${days} 天`, late: false }
}
