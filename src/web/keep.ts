/**
 * What was typed and not saved yet, kept on this computer by account and thing with the version it was based on, so
 * that a reload, a lost session or a cut connection loses nothing. Never sent by itself over newer content.
 */
import { z } from 'zod'

export interface Kept<Content> {
  /** Version of the server's content it was typed over; 0 for a thing that is not saved yet. */
  version: number
  /** When it was kept, ISO, by this computer's clock. */
  at: string
  content: Content
}

const Stored = z.looseObject({ version: z.number().int().min(0), at: z.string() })

const prefix = 'xuke.kept.'
/** What nobody came back for goes after so many days. */
const keptDays = 60

/** The part of the browser's storage that is used; undefined where the browser keeps it shut. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface Keeper<Content> {
  read: () => Kept<Content> | undefined
  /** False when this computer can't keep it (storage full or shut). */
  write: (kept: Kept<Content>) => boolean
  drop: () => void
}

/** `contentOf` makes content of what was stored, or answers nothing where it can't. */
export function keeper<Content extends object>(
  store: Store | undefined,
  accountId: string,
  id: string,
  contentOf: (stored: Record<string, unknown>) => Content | undefined,
): Keeper<Content> {
  const key = `${prefix}${accountId}.${id}`
  return {
    read: () => {
      const stored = parsed(read(store, key))
      const content = stored && contentOf(stored)
      return stored && content && { version: stored.version, at: stored.at, content }
    },
    write: ({ version, at, content }) => {
      try {
        store?.setItem(key, JSON.stringify({ version, at, ...content }))
        return store !== undefined
      } catch {
        return false
      }
    },
    drop: () => {
      try {
        store?.removeItem(key)
      } catch {
        // Shut storage holds nothing to drop.
      }
    },
  }
}

function read(store: Store | undefined, key: string): string | null {
  try {
    return store?.getItem(key) ?? null
  } catch {
    return null
  }
}

function parsed(text: string | null): z.output<typeof Stored> | undefined {
  if (text === null) return undefined
  try {
    return Stored.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Drops what was kept long ago. `now` in milliseconds. */
export function dropOld(store: Store | undefined, now: number): void {
  if (store === undefined) return
  try {
    const keys = Array.from({ length: store.length }, (_, index) => store.key(index))
    for (const key of keys) {
      if (key?.startsWith(prefix) !== true) continue
      const at = parsed(store.getItem(key))?.at
      if (at === undefined || now - Date.parse(at) > keptDays * 86_400_000) store.removeItem(key)
    }
  } catch {
    // Shut storage holds nothing to drop.
  }
}

/** The browser's storage, where it lets pages have it. */
export function browserStore(): Store | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}
