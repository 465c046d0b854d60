import type { ReactNode } from 'react'
import s from './PageTitle.module.css'

/**
 * The title line of a page: title, number and state on the left, what can be done on the right. Also the title of
 * the browser's tab.
 */
export function PageTitle({
  title,
  number,
  state,
  note,
  children,
}: {
  title: string
  /** Number of the thing, e.g. a PaperNo with a copy button. */
  number?: ReactNode
  /** Its state, e.g. a StateWord. */
  state?: ReactNode
  /** Small words after them: data scope, due date. */
  note?: ReactNode
  /** Actions, at the right. */
  children?: ReactNode
}) {
  return (
    <header className={s['line']}>
      <title>{`${title} · 出口许可证`}</title>
      <h1 className={s['title']}>{title}</h1>
      {number}
      {state}
      {note !== undefined && <span className={s['note']}>{note}</span>}
      <div className={s['actions']}>{children}</div>
    </header>
  )
}

/** A section of a page with its own heading. */
export function Section({
  title,
  note,
  action,
  id,
  children,
}: {
  title: string
  note?: ReactNode
  action?: ReactNode
  id?: string
  children: ReactNode
}) {
  return (
    <section className={s['section']} id={id} aria-label={title}>
      <div className={s['head']}>
        <h2 className={s['heading']}>{title}</h2>
        {note !== undefined && <span className={s['note']}>{note}</span>}
        <div className={s['actions']}>{action}</div>
      </div>
      {children}
    </section>
  )
}
