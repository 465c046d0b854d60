/**
 * What was typed and not saved yet, kept on this computer by account and application with the version it was based
 * on, so that a reload, a lost session or a cut connection loses nothing. Never sent by itself over newer content.
 */
import { z } from 'zod'
import { wholeContractSheet, wholeForm } from '#domain/application/form.ts'
import type { Content } from './content.ts'

export interface Kept {
  /** Version of the server's content it was typed over; 0 for an application that is not saved yet. */
  version: number
  /** When it was kept, ISO, by this computer's clock. */
  at: string
  content: Content
}

const Stored = z.object({
  version: z.number().int().min(0),
  at: z.string(),
  form: z.record(z.string(), z.unknown()),
  contractSheet: z.record(z.string(), z.unknown()).nullable(),
})

const prefix = 'xuke.kept.'
const keyOf = (accountId: string, id: string) => `${prefix}${accountId}.${id}`
/** What nobody came back for goes after so many days. */
const keptDays = 60

/** The part of the browser's storage that is used; undefined where the browser keeps it shut. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface Keeper {
  read: () => Kept | undefined
  /** False when this computer can't keep it (storage full or shut). */
  write: (kept: Kept) => boolean
  drop: () => void
}

export function keeperOf(store: Store | undefined, accountId: string, id: string): Keeper {
  const key = keyOf(accountId, id)
  return {
    read: () => parsed(read(store, key)),
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

function parsed(text: string | null): Kept | undefined {
  if (text === null) return undefined
  try {
    const found = Stored.safeParse(JSON.parse(text))
    if (!found.success) return undefined
    const { version, at, form, contractSheet } = found.data
    return {
      version,
      at,
      content: {
        form: wholeForm(form),
        contractSheet: contractSheet === null ? null : wholeContractSheet(contractSheet),
      },
    }
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
