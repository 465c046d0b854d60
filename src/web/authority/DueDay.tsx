import type { Day } from '#domain/day.ts'
import { classes } from '#ui/field-parts.ts'
import { DayText } from '#ui/Numbers.tsx'
import { useToday } from '#ui/session.ts'
import { dueWords } from './due.ts'
import s from './authority.module.css'

/** A due date with what it means today; past ones in red and in words. */
export function DueDay({ dueOn, overdue }: { dueOn: Day | null; overdue: boolean }) {
  const due = dueWords(dueOn, overdue, useToday())
  return (
    <span className={classes(s['due'], due?.late === true && s['late'])}>
      <DayText day={dueOn} />
      {due !== undefined && <span>{due.words}</span>}
    </span>
  )
}
