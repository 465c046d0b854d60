import type { ClipboardEvent } from 'react'
import { ariaOf, classes, type InputProps } from './field-parts.ts'
import { pastedDecimal } from './typed.ts'
import s from './Field.module.css'

/** A decimal, right-aligned; the value stays a string as typed. Grouping commas of a pasted number are removed. */
export function DecimalInput({ unit, ...props }: InputProps & { unit?: string | undefined }) {
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text')
    const plain = pastedDecimal(pasted)
    const whole =
      event.currentTarget.selectionEnd === props.value.length && event.currentTarget.selectionStart === 0
    if (plain === pasted || !whole) return
    event.preventDefault()
    props.onChange?.(plain)
  }
  return (
    <div className={s['box']}>
      <input
        {...ariaOf(props)}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        className={classes(s['input'], s['number'])}
        value={props.value}
        onPaste={props.filled === true ? undefined : paste}
        onBlur={props.onLeave}
        onChange={(event) => props.onChange?.(event.target.value)}
      />
      {unit !== undefined && unit !== '' && <span className={s['unit']}>{unit}</span>}
    </div>
  )
}
