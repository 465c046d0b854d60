/**
 * The inserted e-key (电子钥匙) of this page: opened with its PIN, held in memory, gone when it is pulled out, when the
 * person leaves, and when the page is closed. Nothing of it is stored and nothing of it is sent.
 */
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react'
import { AgentError } from './key/agent.ts'
import type { OpenKey } from './key/e-key.ts'
import { KeyDialog } from './KeyDialog.tsx'

/** The person closed the dialog without inserting a key. */
export class KeyNotInserted extends Error {
  override readonly name = 'KeyNotInserted'
  constructor() {
    super('没有插入电子钥匙，操作没有进行')
  }
}

export interface HeldKey {
  /** The opened key, or undefined when none is inserted. */
  key: OpenKey | undefined
  /** The opened key; asks for file and PIN when none is inserted. Throws KeyNotInserted when the person gives up. */
  require: () => Promise<OpenKey>
  /** Opens the dialog to insert (or change) the key. */
  insert: () => void
  /** Pulls the key out. */
  remove: () => void
}

const HeldKeyContext = createContext<HeldKey | undefined>(undefined)

export function useKey(): HeldKey {
  const held = useContext(HeldKeyContext)
  if (held === undefined) throw new Error('useKey stands outside KeyHolder')
  return held
}

interface Waiting {
  done: (key: OpenKey) => void
  givenUp: (reason: KeyNotInserted) => void
}

/** `code13`: the enterprise whose keys are taken here. `loginName`: whose demonstration key may be offered. */
export function KeyHolder({ code13, children }: { code13: string | undefined; children: ReactNode }) {
  const [key, setKey] = useState<OpenKey>()
  const [asking, setAsking] = useState(false)
  const waiting = useRef<Waiting[]>([])

  const settle = useCallback((opened: OpenKey | undefined) => {
    setAsking(false)
    const key = opened === undefined ? undefined : pulledOut(opened, () => setKey(undefined))
    if (key !== undefined) setKey(key)
    for (const { done, givenUp } of waiting.current.splice(0)) {
      if (key === undefined) givenUp(new KeyNotInserted())
      else done(key)
    }
  }, [])

  const held = useMemo(
    (): HeldKey => ({
      key,
      require: () =>
        key !== undefined
          ? Promise.resolve(key)
          : new Promise((done, givenUp) => {
              waiting.current.push({ done, givenUp })
              setAsking(true)
            }),
      insert: () => setAsking(true),
      remove: () => {
        key?.close?.()
        setKey(undefined)
      },
    }),
    [key],
  )
  return (
    <HeldKeyContext value={held}>
      {children}
      {asking && <KeyDialog code13={code13} onOpened={settle} onClose={() => settle(undefined)} />}
    </HeldKeyContext>
  )
}

/** A token that was pulled out of the machine is no key of this page any more: the next seal asks for it again. */
const pulledOut = (key: OpenKey, forget: () => void): OpenKey => ({
  ...key,
  signRaw: async (data) => {
    try {
      return await key.signRaw(data)
    } catch (error) {
      if (error instanceof AgentError && error.problem === 'closed') forget()
      throw error
    }
  },
})
