/** The content of a request's form: what stands on the server, or what was left unsaved on this computer. */
import { useState } from 'react'
import type { Kind } from '#domain/request/states.ts'
import { useMe } from '#ui/session.ts'
import { browserStore } from '../keep.ts'
import { keeperOf, sameContent, type Content } from './content.ts'

export interface Stored {
  id: string
  version: number
}

/** `start` and `stored` as they were when the form was opened; without `stored` it is a new request on the licence. */
export function useContent(kind: Kind, licenceNo: string, start: Content, before: Stored | undefined) {
  const me = useMe()
  const [stored, setStored] = useState(before)
  const keeper = keeperOf(browserStore(), me.account.id, stored?.id ?? `${licenceNo}.${kind}`)
  const [left, setLeft] = useState(() => {
    const found = keeper.read()
    // What was typed over an older version is not put over a newer one.
    return found?.version === (before?.version ?? 0) && !sameContent(found.content, start) ? found : undefined
  })
  const [content, setContent] = useState(left?.content ?? start)
  const [clean, setClean] = useState(left === undefined)
  const [keptHere, setKeptHere] = useState(left !== undefined)
  return {
    content,
    stored,
    setStored,
    /** Nothing was typed since it was saved. */
    clean,
    /** What is not saved stands on this computer. */
    keptHere,
    /** When the content was left that the form began with, ISO; undefined when it began with the server's. */
    leftAt: left?.at,
    type(next: Content) {
      setContent(next)
      setClean(false)
      const at = new Date().toISOString()
      setKeptHere(keeper.write({ version: stored?.version ?? 0, at, content: next }))
    },
    saved(at: Stored) {
      setStored(at)
      setClean(true)
      setLeft(undefined)
      keeper.drop()
    },
    dropLeft() {
      keeper.drop()
      setLeft(undefined)
      setContent(start)
      setClean(true)
    },
  }
}
