import { classes } from '#ui/field-parts.ts'
import f from '#ui/Field.module.css'

/** A PIN: never shown, never offered to be remembered. */
export function PinInput({
  id,
  label,
  value,
  error,
  hint,
  onChange,
}: {
  id: string
  label: string
  value: string
  error?: string | undefined
  hint?: string
  onChange: (value: string) => void
}) {
  return (
    <div className={classes(f['field'], f['required'], error !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label className={f['label']} htmlFor={id}>
          {label}
          <span className={f['star']} aria-hidden="true">
            *
          </span>
        </label>
        {hint !== undefined && <span className={f['hint']}>{hint}</span>}
      </div>
      <input
        id={id}
        type="password"
        className={f['input']}
        value={value}
        autoComplete="off"
        aria-required
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className={f['messages']}>
        <span id={`${id}-error`} role="alert" className={f['error']}>
          {error}
        </span>
      </div>
    </div>
  )
}
