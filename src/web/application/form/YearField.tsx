import { applicationTable } from '#domain/application/form.ts'
import { openYears } from '#domain/licence/validity.ts'
import { classes } from '#ui/field-parts.ts'
import { fieldId } from '#ui/field-id.ts'
import { FilledField } from './FormField.tsx'
import { useForm, useKnown, usePart, useText } from './store.ts'
import f from '#ui/Field.module.css'

/** 年度: this year, or the next from 10 December; not to be changed once a number was reserved for it. */
export function YearField({ locked }: { locked: boolean }) {
  const store = useForm()
  const year = useText('quotaYear')
  const { today } = useKnown()
  const error = usePart((it) => it.issueAt('quotaYear'))
  const open = openYears(today).map(String)
  if (locked || (open.length === 1 && open[0] === year)) {
    return <FilledField name="quotaYear" label="年度" value={year} />
  }
  return (
    <YearSelect
      years={[...new Set([year, ...open])].filter((it) => it !== '')}
      value={year}
      error={error}
      onChange={(next) => store.set('quotaYear', next)}
    />
  )
}

export function YearSelect({
  years,
  value,
  error,
  onChange,
}: {
  years: readonly string[]
  value: string
  error: string | undefined
  onChange: (year: string) => void
}) {
  const id = fieldId('quotaYear')
  return (
    <div className={classes(f['field'], f['required'], error !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label className={f['label']} htmlFor={id}>
          {applicationTable['quotaYear']?.label}
          <span className={f['star']} aria-hidden="true">
            *
          </span>
        </label>
      </div>
      <select
        id={id}
        className={f['input']}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
        onChange={(event) => onChange(event.target.value)}
      >
        {years.map((year) => (
          <option key={year} value={year}>
            {year}
          </option>
        ))}
      </select>
      <div className={f['messages']}>
        {error !== undefined && (
          <span id={`${id}-error`} className={f['error']}>
            {error}
          </span>
        )}
      </div>
    </div>
  )
}
