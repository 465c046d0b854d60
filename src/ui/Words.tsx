/** Words to the person at the place where something happened, and the small ways values are shown. */
import type { ReactNode } from 'react'
import { Button } from 'antd'
import { CallFailed, wordsOf } from './call.ts'
import { classes } from './field-parts.ts'
import s from './Words.module.css'

export type NoticeKind = 'error' | 'warning' | 'success' | 'info'

const wordOf = { error: '错误', warning: '注意', success: '完成', info: '说明' } as const

/** A block of words. An error is read out at once; the others politely. `action` stands at its right. */
export function Notice({
  kind = 'info',
  action,
  children,
}: {
  kind?: NoticeKind
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={classes(s['notice'], s[kind])}>
      <span className="visually-hidden">{wordOf[kind]}：</span>
      <div className={s['words']}>{children}</div>
      {action}
    </div>
  )
}

/** What went wrong with a request, with the way on: 刷新 where the page is out of date, 重试 where nobody answered. */
export function Failed({
  error,
  onRetry,
  onRefresh,
}: {
  error: unknown
  onRetry?: (() => void) | undefined
  onRefresh?: (() => void) | undefined
}) {
  const stale = error instanceof CallFailed && error.failure.code === 'stale'
  const action =
    stale && onRefresh !== undefined ? (
      <Button size="small" onClick={onRefresh}>
        刷新
      </Button>
    ) : onRetry !== undefined ? (
      <Button size="small" onClick={onRetry}>
        重试
      </Button>
    ) : undefined
  return (
    <Notice kind="error" action={action}>
      {wordsOf(error)}
    </Notice>
  )
}

/** Nothing to show: one sentence why, and the next step. */
export function Empty({ words, next }: { words: ReactNode; next?: ReactNode }) {
  return (
    <div className={s['empty']}>
      <p>{words}</p>
      {next}
    </div>
  )
}

/** A value as text; an empty one is “—”, never blank. */
export const shown = (value: string | null | undefined): string =>
  value === null || value === undefined || value === '' ? '—' : value

export type Tone = 'plain' | 'waiting' | 'good' | 'mind' | 'bad'

/** A state in words, with a mark whose shape says the same as its colour. */
export function StateWord({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes(s['state'], s[tone])}>{children}</span>
}
