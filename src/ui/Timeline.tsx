import { Instant } from './Numbers.tsx'
import s from './Timeline.module.css'

/** One line of the history of a thing, as the server tells it; newest last. */
export interface HistoryEntry {
  label: string
  from: string | null
  to: string | null
  toLabel: string | null
  who: string
  place: string
  opinion: string | null
  certificateSerial: string | null
  at: string
}

/** 经过: who did what, when, to which state, with the opinion. The newest stands on top. */
export function Timeline({ entries, label = '经过' }: { entries: readonly HistoryEntry[]; label?: string }) {
  if (entries.length === 0) return <p className={s['none']}>还没有操作记录</p>
  return (
    <ol aria-label={label} className={s['line']}>
      {entries
        .map((entry, index) => ({ entry, index }))
        .toReversed()
        .map(({ entry, index }) => (
          <li key={index} className={s['entry']}>
            <p className={s['what']}>
              <strong>{entry.label}</strong>
              {entry.toLabel !== null && entry.from !== entry.to && (
                <span className={s['to']}>{entry.toLabel}</span>
              )}
            </p>
            <p className={s['who']}>
              <Instant at={entry.at} /> · {entry.who}
              {entry.place !== '' && entry.place !== entry.who && ` · ${entry.place}`}
            </p>
            {entry.opinion !== null && entry.opinion !== '' && (
              <p className={s['opinion']}>{entry.opinion}</p>
            )}
            {entry.certificateSerial !== null && (
              <p className={s['who']}>电子钥匙证书 {entry.certificateSerial}</p>
            )}
          </li>
        ))}
    </ol>
  )
}
