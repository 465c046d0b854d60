/** A form as it is read: the field table's labels with the values in words; nothing is left blank. */
import type { ReactNode } from 'react'
import type { FieldTable } from '#domain/fields.ts'
import { classes } from './field-parts.ts'
import { inWords } from './in-words.ts'
import s from './FormView.module.css'

export interface FormViewProps {
  table: FieldTable
  values: Record<string, unknown>
  /** Which fields, in which order; all of the table but rows without it. */
  only?: readonly string[]
  /** Code → name by path, as the server gives it. */
  names?: Readonly<Record<string, string>>
  /** Put before each name to make its path, e.g. `contractSheet.`. */
  prefix?: string
  /** Columns of the grid; long texts take a whole line. */
  columns?: 1 | 2 | 3 | 4
  /** What stands after a value, e.g. the mark of a check. */
  after?: (path: string) => ReactNode
  /** Facts beside the table's own: label and value. */
  extra?: readonly { label: string; value: ReactNode }[]
}

export function FormView(props: FormViewProps) {
  const { table, values, names = {}, prefix = '', columns = 3, after, extra = [] } = props
  const only = props.only ?? Object.keys(table).filter((name) => table[name]?.kind !== 'rows')
  return (
    <dl className={s['view']} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {only.map((name) => {
        const field = table[name]
        if (field === undefined) return null
        const path = prefix + name
        const mark = after?.(path)
        return (
          <Pair key={name} label={field.label} wide={field.kind === 'text' && field.multiline === true}>
            {inWords(field, values[name], names[path])}
            {mark !== undefined && <div>{mark}</div>}
          </Pair>
        )
      })}
      {extra.map(({ label, value }) => (
        <Pair key={label} label={label}>
          {value}
        </Pair>
      ))}
    </dl>
  )
}

/** One label with its value. */
export function Pair({
  label,
  wide = false,
  children,
}: {
  label: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <div className={classes(s['pair'], wide && s['wide'])}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
