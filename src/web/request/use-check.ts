/** 试核: what is typed is checked by the server once the typing pauses. */
import { useEffect, useState } from 'react'
import { checkRequest } from '#api/request.ts'
import type { Issue } from '#domain/fields.ts'
import type { Kind } from '#domain/request/states.ts'
import { call } from '#ui/call.ts'
import { bodyOf, issuesOf, type Content } from './content.ts'

export interface Checked {
  /** What was checked; what was typed since is not judged by it. */
  content: Content
  issues: readonly Issue[]
  /** Words of the quota that is short, or null. */
  quota: string | null
}

/** So long nothing is typed before the server is asked, in milliseconds. */
const pause = 400

/** The last answer, undefined before the first. Without one (no connection, malformed) the page says nothing by itself. */
export function useCheck(kind: Kind, licenceNo: string, content: Content): Checked | undefined {
  const [checked, setChecked] = useState<Checked>()
  useEffect(() => {
    if (kind === 'cancellation') return undefined
    const leave = new AbortController()
    const { reason: _, ...typed } = bodyOf(kind, content)
    const ask = async () => {
      const { signal } = leave
      const answer = await call(checkRequest, { body: { kind, licenceNo, ...typed }, signal }).catch(
        // A field that is malformed is named by the refusal.
        (error: unknown) => ({ issues: issuesOf(error), quota: null }),
      )
      if (!signal.aborted) setChecked({ content, ...answer })
    }
    const timer = setTimeout(() => void ask(), pause)
    return () => {
      clearTimeout(timer)
      leave.abort()
    }
  }, [kind, licenceNo, content])
  return checked
}
