/**
 * A coded field (manual 004 操作说明): the space bar, ↓ or the triangle opens the list; digits, pinyin or Chinese narrow
 * it; ↑↓ and Enter choose. Code and name both stand in the field. Free of the mouse. What answers to no row is said
 * to be wrong, and the value is empty until a row is chosen.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'
import { useAnchored } from './anchored.ts'
import { wordsOf } from './call.ts'
import { ariaOf, classes, type InputProps } from './field-parts.ts'
import { findNow, useFound, useNamed, type Source } from './lookup-source.ts'
import { LookupList } from './LookupList.tsx'
import { labelOf, meant, type Choice } from './narrow.ts'
import s from './Field.module.css'

export interface LookupProps extends InputProps {
  source: Source
  /** Name of the chosen code where the page knows it already. */
  name?: string | undefined
  /** The row that was chosen; undefined when the field was emptied. */
  onChoose?: ((choice: Choice | undefined) => void) | undefined
  /** Words of what is wrong with what was typed, or nothing again; for the field to show. */
  onProblem?: ((words: string | undefined) => void) | undefined
}

/** What was typed into a field that shows a chosen row: it replaces the row, wherever the cursor stood. */
function afterLabel(label: string, text: string): string {
  if (text.startsWith(label)) return text.slice(label.length)
  return label.startsWith(text) ? '' : text
}

export function Lookup({ source, name, onChoose, onProblem, ...props }: LookupProps) {
  const client = useQueryClient()
  const listId = useId()
  const box = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState<string>()
  const [open, setOpen] = useState(false)
  const [moved, setMoved] = useState<number>()
  const [picked, setPicked] = useState<Choice>()
  const style = useAnchored(open, box, { height: 328, minWidth: 280 })

  const locked = props.filled === true || props.disabled === true
  const known = picked?.code === props.value ? picked.name : name
  const chosen = useNamed(source, props.value, known)
  const found = useFound(source, typed ?? '', open)
  // Until the arrows move, the row stood on is the first that answers, or the chosen one.
  const first =
    typed === undefined || typed === '' ? found.rows.findIndex((row) => row.code === props.value) : 0
  const active = Math.min(moved ?? first, found.rows.length - 1)
  const shown = typed ?? (chosen === undefined ? props.value : labelOf(chosen))

  function choose(choice: Choice | undefined) {
    setOpen(false)
    setTyped(undefined)
    setPicked(choice)
    onProblem?.(undefined)
    if ((choice?.code ?? '') !== props.value) props.onChange?.(choice?.code ?? '')
    onChoose?.(choice)
  }
  function tryToChoose(choice: Choice) {
    if (choice.refused === undefined) choose(choice)
    else onProblem?.(`${choice.name}：${choice.refused}`)
  }
  function show() {
    if (locked || open) return
    setOpen(true)
    setMoved(undefined)
  }
  function type(text: string) {
    setTyped(typed === undefined && props.value !== '' ? afterLabel(shown, text) : text)
    setOpen(true)
    setMoved(undefined)
    onProblem?.(undefined)
  }

  /** Leaving with something typed: taken when it is clear what is meant, otherwise said to be wrong. */
  async function leave() {
    setOpen(false)
    props.onLeave?.()
    if (typed === undefined || locked) return
    if (typed.trim() === '') return choose(undefined)
    try {
      const choice = meant(await findNow(client, source, typed), typed)
      if (input.current === document.activeElement) return
      if (choice !== undefined && choice.refused === undefined) return choose(choice)
      if (props.value !== '') props.onChange?.('')
      onProblem?.(
        choice === undefined
          ? `“${typed.trim()}”不在列表中，请按空格键从列表中选择`
          : `${choice.name}：${choice.refused}`,
      )
    } catch (error) {
      onProblem?.(wordsOf(error))
    }
  }

  function keys(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing || locked) return
    const row = found.rows[active]
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (event.key === ' ' && (typed === undefined || typed === '')) show()
    else if (step !== undefined && !open) show()
    else if (step !== undefined) setMoved(Math.max(0, Math.min(found.rows.length - 1, active + step)))
    else if (event.key === 'Enter' && open) {
      // With nothing to choose the key must not send the form either.
      if (row !== undefined) tryToChoose(row)
    } else if (event.key === 'Escape' && open) {
      setOpen(false)
      setTyped(undefined)
      onProblem?.(undefined)
      event.stopPropagation()
    } else return
    event.preventDefault()
  }

  return (
    <div ref={box} className={classes(s['box'], !locked && s['withButton'])}>
      <input
        {...ariaOf({ placeholder: '按空格键检索', ...props })}
        ref={input}
        type="text"
        role="combobox"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        className={s['input']}
        value={shown}
        title={shown}
        onChange={(event) => type(event.target.value)}
        onKeyDown={keys}
        onFocus={(event) => event.target.select()}
        onClick={(event) => {
          if (typed === undefined) event.currentTarget.select()
          show()
        }}
        onBlur={() => void leave()}
      />
      {!locked && (
        <button
          type="button"
          className={s['button']}
          tabIndex={-1}
          aria-label="展开列表"
          aria-expanded={open}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            input.current?.focus()
            if (open) setOpen(false)
            else show()
          }}
        >
          <svg width="10" height="6" viewBox="0 0 10 6" aria-hidden="true">
            <path d="M0 0h10L5 6z" fill="currentColor" />
          </svg>
        </button>
      )}
      {open &&
        createPortal(
          <LookupList
            id={listId}
            found={found}
            active={active}
            value={props.value}
            typed={typed ?? ''}
            style={style}
            onChoose={tryToChoose}
          />,
          document.body,
        )}
    </div>
  )
}
