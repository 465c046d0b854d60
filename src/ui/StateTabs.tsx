import { useRef, type KeyboardEvent } from 'react'
import { classes } from './field-parts.ts'
import { totalWords } from './list-state.ts'
import s from './StateTabs.module.css'

export interface StateTab {
  key: string
  label: string
  /** Rows behind the tab, where known. */
  total?: number | { count: number; more: boolean } | undefined
  /** What is late among them, in words. */
  late?: string | undefined
}

/** Tabs by state with counts; ← → move, as tabs do. */
export function StateTabs({
  tabs,
  tab,
  onTab,
  label = '按状态',
}: {
  tabs: readonly StateTab[]
  tab: string
  onTab: (key: string) => void
  label?: string
}) {
  const row = useRef<HTMLDivElement>(null)
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const at = tabs.findIndex((it) => it.key === tab)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onTab(next.key)
    const button = row.current?.querySelectorAll('button')[tabs.indexOf(next)]
    button?.focus()
  }
  return (
    <div ref={row} role="tablist" aria-label={label} className={s['tabs']} onKeyDown={keys}>
      {tabs.map((each) => (
        <button
          key={each.key}
          type="button"
          role="tab"
          aria-selected={each.key === tab}
          tabIndex={each.key === tab ? 0 : -1}
          className={classes(s['tab'], each.key === tab && s['current'])}
          onClick={() => onTab(each.key)}
        >
          {each.label}
          {each.total !== undefined && <span className={s['count']}>{totalWords(each.total)}</span>}
          {each.late !== undefined && <span className={s['late']}>{each.late}</span>}
        </button>
      ))}
    </div>
  )
}
