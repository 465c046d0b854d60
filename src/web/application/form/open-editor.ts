/** Opens a form over what the server holds, with what this computer kept of it. */
import { createStore, type FormStore } from './store.ts'
import { sameContent, type Content } from './content.ts'
import type { Issue } from '#domain/fields.ts'
import type { Known } from './facts.ts'
import type { Store } from '../../keep.ts'
import { keeperOf, type Keeper, type Kept } from './keep.ts'
import { openSession, type Session, type SessionParts } from './session.ts'

export interface OpenEditor {
  store: FormStore
  session: Session
  /** Text typed over the same version: taken up where it was left. */
  restored: Kept | undefined
  /** Text typed over an older version: for the person to choose from. */
  conflicting: Kept | undefined
  /** Holds the conflicting text until it was used or dropped, beside what is typed meanwhile. */
  aside: Keeper
  keeper: Keeper
  /** What the server held when it was opened; undefined for a copy. */
  saved: Content | undefined
}

export interface OpenParts extends Pick<SessionParts, 'newest'> {
  /** Makes the way to the server; what it finds malformed is told to the form. */
  sender: (onRefused: (issues: readonly Issue[]) => void) => SessionParts['send']
  storage: Store | undefined
  accountId: string
  keepAs: string
  /** 0: not saved yet. */
  version: number
  start: Content
  known: Known
}

export function openEditor(parts: OpenParts): OpenEditor {
  const { storage, accountId, keepAs, version, start } = parts
  const keeper = keeperOf(storage, accountId, keepAs)
  const aside = keeperOf(storage, accountId, `${keepAs}.aside`)
  const kept = keeper.read()
  const differs = kept !== undefined && !sameContent(kept.content, start)
  const restored = differs && kept.version === version ? kept : undefined
  if (differs && restored === undefined && aside.write(kept)) keeper.drop()
  const left = aside.read()
  const conflicting = left !== undefined && !sameContent(left.content, start) ? left : undefined
  const content = restored?.content ?? start
  const store = createStore(content, parts.known, (typed) => session.typed(typed))
  const session: Session = openSession(
    {
      keeper,
      send: parts.sender((issues) => store.refuse(issues)),
      newest: parts.newest,
      now: () => new Date(),
      setTimer: (run, milliseconds) => {
        const timer = setTimeout(run, milliseconds)
        return () => clearTimeout(timer)
      },
      byHand: version === 0,
    },
    { version, saved: version === 0 ? undefined : start, savedAt: '', content },
  )
  return { store, session, restored, conflicting, aside, keeper, saved: version === 0 ? undefined : start }
}
