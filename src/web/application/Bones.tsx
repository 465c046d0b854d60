import { classes } from '#ui/field-parts.ts'
import s from './Bones.module.css'

/** The shape of a form or of its reading page while it is waited for: blocks of fields, and what stands beside them. */
export function PageBones({ label, side }: { label: string; side: number }) {
  return (
    <div
      className={s['page']}
      style={{ gridTemplateColumns: `minmax(0, 1fr) ${side}px` }}
      aria-busy="true"
      aria-label={label}
    >
      <div aria-hidden="true">
        <Block rows={6} />
        <Block rows={3} />
      </div>
      <div aria-hidden="true">
        <Block rows={5} narrow />
      </div>
    </div>
  )
}

function Block({ rows, narrow = false }: { rows: number; narrow?: boolean }) {
  return (
    <div className={s['block']}>
      <span className={s['title']} />
      {Array.from({ length: rows }, (_, row) => (
        <div key={String(row)} className={classes(s['row'], narrow && s['narrow'])}>
          {Array.from({ length: narrow ? 1 : 3 }, (__, cell) => (
            <span key={String(cell)} style={{ width: `${60 + ((row * 13 + cell * 17) % 35)}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}
