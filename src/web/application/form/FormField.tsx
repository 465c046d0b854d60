import { useState } from 'react'
import type { TextField } from '#domain/fields.ts'
import { Field } from '#ui/Field.tsx'
import type { Source } from '#ui/lookup-source.ts'
import type { Choice } from '#ui/narrow.ts'
import { fieldAt } from './content.ts'
import { useForm, usePart, useValue } from './store.ts'

export interface FormFieldProps {
  path: string
  required?: boolean | undefined
  /** Grey: shown, not typed. */
  filled?: boolean | undefined
  hint?: string | undefined
  unit?: string | undefined
  source?: Source | undefined
  warning?: string | undefined
  onChoose?: ((choice: Choice | undefined) => void) | undefined
  onLeave?: (() => void) | undefined
}

/**
 * A field of the form by its path. What is wrong is said once the field was left; that it is empty, only after a seal
 * was tried (until then the yellow ground and the checklist say so).
 */
export function FormField({ path, onLeave, warning, ...more }: FormFieldProps) {
  const store = useForm()
  const value = useValue(path)
  const [typing, setTyping] = useState(false)
  const error = usePart((it) => shownIssue(it.issueAt(path), value === '', it.tried(), typing))
  const mild = usePart((it) => it.warningAt(path))
  const field = fieldAt(path)
  if (field === undefined || field.kind === 'rows') return null
  const left = () => {
    setTyping(false)
    onLeave?.()
  }
  if (field.kind === 'yesNo') {
    return (
      <Field
        {...more}
        field={field}
        path={path}
        value={value === true}
        error={error}
        warning={warning}
        onChange={(next: boolean) => store.set(path, next)}
      />
    )
  }
  return (
    <Field
      {...more}
      field={field}
      path={path}
      value={typeof value === 'string' ? value : ''}
      error={error}
      warning={warning ?? mild}
      onLeave={left}
      onChange={(next: string) => {
        // Choosing from a list or calendar is no typing: what is wrong with the choice is said at once.
        setTyping(field.kind === 'text' || field.kind === 'decimal')
        store.set(path, next)
      }}
    />
  )
}

export const shownIssue = (words: string | undefined, empty: boolean, tried: boolean, typing: boolean) =>
  words === undefined || typing || (empty && !tried) ? undefined : words

/** A grey field of the system's own facts (返填项). */
export function FilledField({
  name,
  label,
  value,
  hint,
}: {
  name: string
  label: string
  value: string
  hint?: string
}) {
  const field: TextField = { kind: 'text', label, max: 500 }
  return <Field field={field} path={name} value={value === '' ? '—' : value} filled hint={hint} />
}
