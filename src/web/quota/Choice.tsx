import { classes } from '#ui/field-parts.ts'
import { fieldId } from '#ui/field-id.ts'
import f from '#ui/Field.module.css'

/** One of a few answers, laid out as the other fields of a form. */
export function Choice<Value extends string>({
  label,
  path,
  value,
  choices,
  error,
  none = '请选择',
  onChange,
}: {
  label: string
  path: string
  value: Value | ''
  choices: readonly { value: Value; words: string }[]
  error?: string | undefined
  /** Words while nothing is chosen; null: something always is. */
  none?: string | null
  onChange: (value: Value | '') => void
}) {
  const id = fieldId(path)
  return (
    <div className={classes(f['field'], none !== null && f['required'], error !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label className={f['label']} htmlFor={id}>
          {label}
          {none !== null && (
            <span className={f['star']} aria-hidden="true">
              *
            </span>
          )}
        </label>
      </div>
      <select
        id={id}
        className={f['input']}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
        onChange={(event) =>
          onChange(choices.find((choice) => choice.value === event.target.value)?.value ?? '')
        }
      >
        {none !== null && <option value="">{none}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
      <div className={f['messages']} id={`${id}-error`}>
        {error !== undefined && (
          <span className={f['error']} role="alert">
            {error}
          </span>
        )}
      </div>
    </div>
  )
}

/** Years around today, to choose from. */
export function YearChoice({
  today,
  value,
  onChange,
}: {
  today: string
  value: number
  onChange: (year: number) => void
}) {
  const now = Number(today.slice(0, 4))
  const years = [now + 1, now, now - 1, now - 2, now - 3].map((year) => String(year))
  return (
    <Choice
      label="年度"
      path="quota.year"
      none={null}
      value={String(value)}
      choices={years.map((year) => ({ value: year, words: `${year} 年度` }))}
      onChange={(year) => onChange(Number(year))}
    />
  )
}
