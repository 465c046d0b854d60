/**
 * One opened form and its way to the server: what is typed is kept on this computer at once and sent when the typing
 * pauses; every write of the page (saves, files, seal) goes through one line, each with the version the one before
 * it gave. Nothing here knows React.
 */
import type { Issue } from '#domain/fields.ts'
import { CallFailed } from '#ui/call.ts'
import { unanswered } from '#ui/request-id.ts'
import { sameContent, saveable, type Content } from './content.ts'
import type { Keeper } from './keep.ts'

export type SaveState =
  /** Everything typed is on the server, but for malformed values (`held`). `at`: ISO, '' before the first save. */
  | { kind: 'saved'; at: string; held: readonly Issue[] }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  /** `kept`: this computer holds the text. `again`: it is tried again by itself. */
  | { kind: 'failed'; words: string; kept: boolean; again: boolean }
  /** Somebody else was faster; nothing is sent until the person has chosen. */
  | { kind: 'stale'; words: string; kept: boolean }

export interface Newest {
  version: number
  content: Content
  /** The form may still be written in this state. */
  editable: boolean
}

export interface Sent {
  version: number
  savedAt: string
}

export interface SessionParts {
  keeper: Keeper
  /** Sends what has changed since `saved` (undefined: nothing is saved yet); throws CallFailed. */
  send: (content: Content, saved: Content | undefined, version: number) => Promise<Sent>
  /** Reads what the server holds now. */
  newest: () => Promise<Newest>
  now: () => Date
  setTimer: (run: () => void, milliseconds: number) => () => void
  /** An unsaved application is not sent by itself: it comes to be when the person says so. */
  byHand?: boolean
}

export interface Session {
  state: () => SaveState
  version: () => number
  /** Told of every change of the form. */
  typed: (content: Content) => void
  /** Sends what is not sent yet; true when the server holds everything but malformed values. */
  flush: () => Promise<boolean>
  /** Another write on the same application, in its turn: takes the version, gives the new one. */
  write: <R extends { version: number }>(send: (version: number) => Promise<R>) => Promise<R>
  /** Something beside the form moved the application on (a file was added): takes its version over. */
  sync: () => Promise<void>
  /** Whether leaving now would leave something behind. */
  unsaved: () => boolean
  subscribe: (listener: () => void) => () => void
  /** Begins (or goes on) sending by itself. */
  open: () => void
  /** Stops timers; what is unsaved stays kept. */
  close: () => void
}

const pause = 1200
const firstRetry = 3_000
const longestRetry = 30_000

export function openSession(
  parts: SessionParts,
  start: { version: number; saved: Content | undefined; savedAt: string; content: Content },
): Session {
  const { keeper, now, setTimer } = parts
  const listeners = new Set<() => void>()
  let version = start.version
  let saved = start.saved
  let savedAt = start.savedAt
  let content = start.content
  let kept = true
  let retryIn = firstRetry
  let cancelTimer: (() => void) | undefined
  let closed = true
  /** Content whose save got no answer: it may have arrived all the same. */
  let attempted: Content | undefined
  let line: Promise<unknown> = Promise.resolve()

  const isSent = () => saved !== undefined && sameContent(saveable(content, saved).content, saved)
  const restState = (): SaveState =>
    isSent() ? { kind: 'saved', at: savedAt, held: saveable(content, saved).held } : { kind: 'waiting' }
  let state: SaveState = restState()

  function to(next: SaveState) {
    state = next
    for (const listener of listeners) listener()
  }
  function timer(milliseconds: number) {
    cancelTimer?.()
    cancelTimer = closed ? undefined : setTimer(() => void flush(), milliseconds)
  }
  /** Keeps what the server does not hold, malformed values among it; drops what it does. */
  function keep() {
    if (saved !== undefined && sameContent(content, saved)) keeper.drop()
    else kept = keeper.write({ version, at: now().toISOString(), content })
  }

  function typed(next: Content) {
    content = next
    keep()
    if (state.kind === 'stale') return
    if (state.kind === 'saving') return
    if (isSent()) return to(restState())
    to({ kind: 'waiting' })
    if (parts.byHand !== true) timer(pause)
  }

  /** Each write waits for the one before it, whatever became of that. */
  function inLine<R>(run: () => Promise<R>): Promise<R> {
    const turn = line.then(run, run)
    line = turn.catch(() => undefined)
    return turn
  }

  async function saveOnce(): Promise<boolean> {
    if (state.kind === 'stale') return false
    if (isSent()) {
      to(restState())
      return true
    }
    const { content: sending } = saveable(content, saved)
    to({ kind: 'saving' })
    try {
      const sent = await parts.send(sending, saved, version)
      accept(sent.version, sending, sent.savedAt)
    } catch (error) {
      if (!(await settled(error, sending))) return false
    }
    keep()
    if (isSent()) {
      to(restState())
      return true
    }
    // Typed on while it was on its way.
    to({ kind: 'waiting' })
    return saveOnce()
  }

  function accept(newVersion: number, held: Content, at: string) {
    version = newVersion
    saved = held
    savedAt = at
    attempted = undefined
    retryIn = firstRetry
  }

  /** A save that failed: true when it turned out to be done, or nothing of others stands in its way. */
  async function settled(error: unknown, sending: Content): Promise<boolean> {
    if (!(error instanceof CallFailed)) throw error
    const { code, words } = error.failure
    if (unanswered(error)) {
      attempted = sending
      failed(words, true)
      return false
    }
    if (code !== 'stale') {
      failed(words, false)
      return false
    }
    try {
      const newest = await parts.newest()
      const ours = attempted !== undefined && sameContent(newest.content, attempted)
      const untouched = saved !== undefined && sameContent(newest.content, saved)
      if (newest.editable && (ours || untouched)) {
        accept(newest.version, newest.content, savedAt)
        return true
      }
      keep()
      to({ kind: 'stale', words, kept })
    } catch (readError) {
      failed(readError instanceof CallFailed ? readError.failure.words : words, true)
    }
    return false
  }

  /** A newer version with the content we know is taken over; with another content it is somebody else's. */
  async function syncOnce(): Promise<void> {
    const newest = await parts.newest()
    if (newest.version <= version || state.kind === 'stale') return
    if (newest.editable && saved !== undefined && sameContent(newest.content, saved)) version = newest.version
    keep()
  }

  function failed(words: string, again: boolean) {
    keep()
    to({ kind: 'failed', words, kept, again: again && parts.byHand !== true })
    if (!again || parts.byHand === true) return
    timer(retryIn)
    retryIn = Math.min(retryIn * 2, longestRetry)
  }

  function flush(): Promise<boolean> {
    cancelTimer?.()
    cancelTimer = undefined
    return inLine(saveOnce)
  }

  return {
    state: () => state,
    version: () => version,
    typed,
    flush,
    write: (send) =>
      inLine(async () => {
        const done = await send(version)
        version = done.version
        keep()
        return done
      }),
    sync: () => inLine(syncOnce),
    unsaved: () => saved === undefined || !sameContent(content, saved),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open: () => {
      closed = false
      if (state.kind === 'waiting' && parts.byHand !== true) timer(pause)
    },
    close: () => {
      closed = true
      cancelTimer?.()
    },
  }
}
