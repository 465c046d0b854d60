/** Numbers as they are shown everywhere: tabular figures, grouped, right-aligned with their unit; “—” when empty. */
import { useEffect, useState } from 'react'
import { formatInstant } from '#domain/day.ts'
import { formatDecimal } from '#domain/decimal.ts'
import { shown } from './Words.tsx'
import s from './Numbers.module.css'

/** A quantity with its unit: `1234.5000`, 千克 → 1,234.5 千克. */
export function Quantity({
  value,
  unit = '',
}: {
  value: string | null | undefined
  unit?: string | undefined
}) {
  return <Figure value={value} after={unit} />
}

/** An amount of money with its currency code: `1234.5`, USD → USD 1,234.50. */
export function Money({
  value,
  currency,
  places = 2,
}: {
  value: string | null | undefined
  currency?: string | undefined
  places?: number
}) {
  return <Figure value={value} before={currency} places={places} />
}

function Figure({
  value,
  before = '',
  after = '',
  places,
}: {
  value: string | null | undefined
  before?: string | undefined
  after?: string | undefined
  places?: number
}) {
  if (value === null || value === undefined || value === '') return <span>—</span>
  return (
    <span className={s['figure']}>
      {before !== '' && <span className={s['unit']}>{before} </span>}
      {formatDecimal(value, { grouping: true, ...(places === undefined ? {} : { places }) })}
      {after !== '' && <span className={s['unit']}> {after}</span>}
    </span>
  )
}

/** A number of a paper (申请表号, 许可证号 …) in a fixed-width face. `copy` adds a button; `what` names it. */
export function PaperNo({
  value,
  what = '编号',
  copy = false,
}: {
  value: string | null | undefined
  what?: string
  copy?: boolean
}) {
  if (value === null || value === undefined || value === '') return <span>—</span>
  return (
    <span className={s['paper']}>
      <span className={s['no']}>{value}</span>
      {copy && <CopyButton text={value} what={what} />}
    </span>
  )
}

/** Copies a text and says so for two seconds. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [words, setWords] = useState('复制')
  useEffect(() => {
    if (words === '复制') return
    const timer = setTimeout(() => setWords('复制'), 2000)
    return () => clearTimeout(timer)
  }, [words])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setWords('已复制')
    } catch {
      setWords('未能复制')
    }
  }
  return (
    <button
      type="button"
      className={s['copy']}
      aria-label={`${words}${what}`}
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
    >
      {words}
    </button>
  )
}

/** An instant (ISO) in China time, to the second or, with `short`, to the minute. */
export function Instant({ at, short = false }: { at: string | null | undefined; short?: boolean }) {
  if (at === null || at === undefined || at === '') return <span>—</span>
  return (
    <time dateTime={at} className={s['day']}>
      {inChina(at).slice(0, short ? 16 : 19)}
    </time>
  )
}

const inChina = (at: string) => {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? shown(at) : formatInstant(time)
}

/** A day as it is kept, 2026-11-21, which never breaks over lines. */
export const DayText = ({ day }: { day: string | null | undefined }) => (
  <span className={s['day']}>{shown(day)}</span>
)
