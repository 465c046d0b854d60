import { useEffect, useRef, type KeyboardEvent } from 'react'
import { addDays, addMonths, isDay, weekdayOf, type Day } from '#domain/day.ts'
import { classes } from './field-parts.ts'
import { useToday } from './session.ts'
import s from './Calendar.module.css'

const weekdays = ['一', '二', '三', '四', '五', '六', '日']

/** Days of the six weeks around a month, weeks starting on Monday. */
function weeksOf(day: Day): Day[][] {
  const first = `${day.slice(0, 7)}-01`
  const start = addDays(first, -((weekdayOf(first) + 6) % 7))
  return Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (__, index) => addDays(start, week * 7 + index)),
  )
}

const moves: Record<string, (day: Day) => Day> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
  Home: (day) => addDays(day, -((weekdayOf(day) + 6) % 7)),
  End: (day) => addDays(day, 6 - ((weekdayOf(day) + 6) % 7)),
}

/**
 * A month to choose a day from: arrows move by day and week, PageUp/PageDown by month, Enter chooses.
 * `day` is the day the cursor stands on; `chosen` the value of the field.
 */
export function Calendar({
  day,
  chosen,
  onMove,
  onChoose,
}: {
  day: Day
  chosen: string
  onMove: (day: Day) => void
  onChoose: (day: Day) => void
}) {
  const today = useToday()
  const cursor = useRef<HTMLButtonElement>(null)
  // The cursor follows the keys; whoever turns months with the mouse stays on the button.
  const follow = useRef(true)
  useEffect(() => {
    if (follow.current) cursor.current?.focus()
    follow.current = false
  }, [day])
  const keys = (event: KeyboardEvent) => {
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    const to = move(day)
    follow.current = isDay(to)
    if (isDay(to)) onMove(to)
  }
  const month = (count: number, words: string, sign: string) => (
    <button
      type="button"
      className={s['turn']}
      aria-label={words}
      onClick={() => onMove(addMonths(day, count))}
    >
      {sign}
    </button>
  )
  return (
    <div className={s['calendar']}>
      <div className={s['head']}>
        {month(-12, '上一年', '«')}
        {month(-1, '上一月', '‹')}
        <span className={s['month']} aria-live="polite">
          {day.slice(0, 4)} 年 {Number(day.slice(5, 7))} 月
        </span>
        {month(1, '下一月', '›')}
        {month(12, '下一年', '»')}
      </div>
      <table role="grid" onKeyDown={keys}>
        <thead>
          <tr>
            {weekdays.map((name) => (
              <th key={name} scope="col" abbr={`星期${name}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(day).map((week) => (
            <tr key={week[0]}>
              {week.map((each) => (
                <td key={each} aria-selected={each === chosen}>
                  <button
                    type="button"
                    ref={each === day ? cursor : undefined}
                    tabIndex={each === day ? 0 : -1}
                    aria-label={each}
                    aria-current={each === today ? 'date' : undefined}
                    className={classes(
                      s['day'],
                      each.slice(0, 7) !== day.slice(0, 7) && s['other'],
                      each === chosen && s['chosen'],
                      each === today && s['today'],
                    )}
                    onClick={() => onChoose(each)}
                  >
                    {Number(each.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className={s['now']} onClick={() => onChoose(today)}>
        今天 {today}
      </button>
    </div>
  )
}
