import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { CallFailed } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Empty, Failed } from '#ui/Words.tsx'

/** A thing that could not be read: gone or not for this person, with the way back; or not answered, to be tried again. */
export function NotRead({ error, onRetry, next }: { error: Error; onRetry: () => void; next?: ReactNode }) {
  const exporter = useMe().enterprise !== null
  if (!(error instanceof CallFailed) || error.status !== 404)
    return <Failed error={error} onRetry={onRetry} />
  return (
    <Empty
      words={`${error.failure.words}。它可能已被删除，或不在您的数据范围内。`}
      next={
        next ??
        (exporter ? (
          <Link to={paths.applications('to_submit')}>打开上报申请</Link>
        ) : (
          <Link to={paths.home()}>回到首页</Link>
        ))
      }
    />
  )
}
