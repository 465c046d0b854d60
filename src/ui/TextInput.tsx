import { ariaOf, classes, type InputProps } from './field-parts.ts'
import s from './Field.module.css'

/** A line or a block of text. Nothing is cut off: what is too long stays and is said to be. */
export function TextInput({
  multiline = false,
  rows = 3,
  autoFocus = false,
  ...props
}: InputProps & { multiline?: boolean | undefined; rows?: number; autoFocus?: boolean }) {
  const common = {
    ...ariaOf(props),
    className: classes(s['input']),
    value: props.value,
    onBlur: props.onLeave,
    autoComplete: 'off',
    spellCheck: false,
    autoFocus,
  }
  return multiline ? (
    <textarea {...common} rows={rows} onChange={(event) => props.onChange?.(event.target.value)} />
  ) : (
    <input {...common} type="text" onChange={(event) => props.onChange?.(event.target.value)} />
  )
}
