import { useEffect, useRef } from 'react'
import type { Issue } from '#domain/fields.ts'
import { goToField } from './field-id.ts'
import s from './ErrorSummary.module.css'

/**
 * What is wrong with a form, on top of it: each line leads to its field. Comes into view and is read out when it
 * appears; `onGo` opens what hides a field (a closed section) before the cursor goes there.
 */
export function ErrorSummary({
  issues,
  title,
  onGo,
  live = false,
}: {
  issues: readonly Issue[]
  /** Lines go as they are mended: the cursor is taken when the summary appears, and not again. */
  live?: boolean
  /** Words before the list; default: 有 n 项需要修改. */
  title?: string | undefined
  onGo?: ((path: string) => void) | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const count = issues.length
  const appears = live ? count > 0 : count
  useEffect(() => {
    if (appears !== false && appears !== 0) box.current?.focus()
  }, [appears])
  if (count === 0) return null
  return (
    <div ref={box} role="alert" tabIndex={-1} className={s['summary']}>
      <p className={s['title']}>{title ?? `有 ${count} 项需要修改`}</p>
      <ul>
        {issues.map((issue) => (
          <li key={`${issue.path} ${issue.words}`}>
            <IssueLink issue={issue} onGo={onGo} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The words of an issue, as a link to its field. */
export function IssueLink({ issue, onGo }: { issue: Issue; onGo?: ((path: string) => void) | undefined }) {
  return (
    <button
      type="button"
      className={s['link']}
      onClick={() => {
        onGo?.(issue.path)
        // A section that opens for it is on the page only after the next paint.
        requestAnimationFrame(() => goToField(issue.path))
      }}
    >
      {issue.words}
    </button>
  )
}
