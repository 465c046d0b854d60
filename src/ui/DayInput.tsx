import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { isDay, type Day } from '#domain/day.ts'
import { useAnchored } from './anchored.ts'
import { Calendar } from './Calendar.tsx'
import { ariaOf, classes, type InputProps } from './field-parts.ts'
import { useToday } from './session.ts'
import { typedDay } from './typed.ts'
import s from './Field.module.css'
import c from './Calendar.module.css'

/**
 * A day, typed as 20260131 or 2026-01-31 (brought into the latter when the cursor leaves) or chosen from a calendar:
 * the button beside it, or ↓ in the box, opens it. What is no day stays as typed, for the field to say so.
 */
export function DayInput(props: InputProps) {
  const [cursor, setCursor] = useState<Day>()
  const box = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const style = useAnchored(cursor !== undefined, box, { height: 320, minWidth: 266 })
  const today = useToday()
  const locked = props.filled === true || props.disabled === true
  const open = () => !locked && setCursor(isDay(props.value) ? props.value : today)
  const close = () => {
    setCursor(undefined)
    input.current?.focus()
  }

  useEffect(() => {
    if (cursor === undefined) return
    const outside = (event: MouseEvent) => {
      const target = event.target
      if (!(target instanceof Node)) return
      if (panel.current?.contains(target) !== true && box.current?.contains(target) !== true)
        setCursor(undefined)
    }
    document.addEventListener('mousedown', outside)
    return () => document.removeEventListener('mousedown', outside)
  }, [cursor])

  const leave = () => {
    const day = typedDay(props.value)
    if (day !== props.value && !locked) props.onChange?.(day)
    props.onLeave?.()
  }
  return (
    <div ref={box} className={classes(s['box'], !locked && s['withButton'])}>
      <input
        {...ariaOf({ placeholder: '如 20260131', ...props })}
        ref={input}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        className={s['input']}
        value={props.value}
        onBlur={leave}
        onChange={(event) => props.onChange?.(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          open()
        }}
      />
      {!locked && (
        <button
          type="button"
          className={s['button']}
          tabIndex={-1}
          aria-label="打开日历"
          aria-expanded={cursor !== undefined}
          onClick={() => (cursor === undefined ? open() : setCursor(undefined))}
        >
          <CalendarSign />
        </button>
      )}
      {cursor !== undefined &&
        createPortal(
          <div
            ref={panel}
            role="dialog"
            aria-label="选择日期"
            className={c['panel']}
            style={style}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' && event.key !== 'Tab') return
              event.preventDefault()
              event.stopPropagation()
              close()
            }}
          >
            <Calendar
              day={cursor}
              chosen={props.value}
              onMove={setCursor}
              onChoose={(day) => {
                props.onChange?.(day)
                close()
              }}
            />
          </div>,
          document.body,
        )}
    </div>
  )
}

const CalendarSign = () => (
  <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    <path
      d="M1.5 3h11v9.5h-11zM1.5 6h11M4.5 1v3M9.5 1v3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
    />
  </svg>
)
