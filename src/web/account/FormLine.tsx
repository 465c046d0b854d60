import { Line } from './Line.tsx'
import f from '#ui/Field.module.css'
import s from './Register.module.css'

/** A labelled text input whose value and error stand in maps of the form. */
export function FormLine({
  name,
  label,
  note,
  form,
  type = 'text',
  autoComplete = 'off',
  optional = false,
  mode,
  describedBy,
  lead,
  children,
}: {
  name: string
  label: string
  /** What is expected, under the input. */
  note?: string
  form: FormOf
  type?: 'text' | 'password'
  autoComplete?: string
  optional?: boolean
  mode?: 'numeric' | 'email' | undefined
  /** Id of something else that says what is to be typed. */
  describedBy?: string
  /** Between label and input. */
  lead?: React.ReactNode
  /** Beside the input, such as a button. */
  children?: React.ReactNode
}) {
  const id = idOf(name)
  return (
    <Line id={id} label={optional ? `${label}（选填）` : label} error={form.errors[name]}>
      {lead}
      <div className={s['beside']}>
        <input
          id={id}
          className={f['input']}
          type={type}
          value={form.values[name] ?? ''}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          inputMode={mode}
          aria-required={!optional}
          aria-invalid={form.errors[name] !== undefined}
          aria-describedby={[describedBy, `${id}-error`, note === undefined ? undefined : `${id}-note`]
            .filter((one) => one !== undefined)
            .join(' ')}
          onChange={(event) => form.set(name, event.target.value)}
        />
        {children}
      </div>
      {note !== undefined && (
        <span id={`${id}-note`} className={s['note']}>
          {note}
        </span>
      )}
    </Line>
  )
}

export interface FormOf {
  values: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  set: (name: string, value: string) => void
}

export const idOf = (name: string) => `f-${name}`
