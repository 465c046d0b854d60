/** The content of an opened form with what the rules say of it; fields listen to their own part alone. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Issue } from '#domain/fields.ts'
import { textAt, valueAt, withValue, type Content } from './content.ts'
import { factsOf, type Known } from './facts.ts'
import { judge, wordsByPath, type Judged } from './judge.ts'

export interface FormStore {
  content: () => Content
  known: () => Known
  judged: () => Judged
  /** Words at a path, of any rule; `required` tells whether they only say that it is empty. */
  issueAt: (path: string) => string | undefined
  warningAt: (path: string) => string | undefined
  /** A seal was tried: from then on empty fields are said to be wrong at their places. */
  tried: () => boolean
  set: (path: string, value: unknown) => void
  setAll: (values: Readonly<Record<string, unknown>>) => void
  replace: (content: Content) => void
  learn: (known: Known) => void
  tryNow: () => void
  /** What the server found wrong with the last save, until the field is typed in again. */
  refuse: (issues: readonly Issue[]) => void
  subscribe: (listener: () => void) => () => void
}

export function createStore(start: Content, about: Known, onTyped: (content: Content) => void): FormStore {
  const listeners = new Set<() => void>()
  let content = start
  let known = about
  let tried = false
  let refused: ReadonlyMap<string, string> = new Map()
  let judged: Judged | undefined
  let words: ReadonlyMap<string, string> | undefined

  const judgedNow = () => (judged ??= judge(content, factsOf(content, known)))
  const wordsNow = () => (words ??= wordsByPath(judgedNow().issues))
  function told() {
    judged = undefined
    words = undefined
    for (const listener of listeners) listener()
  }
  function setAll(values: Readonly<Record<string, unknown>>) {
    content = Object.entries(values).reduce((so, [path, value]) => withValue(so, path, value), content)
    refused = new Map([...refused].filter(([path]) => !(path in values)))
    onTyped(content)
    told()
  }
  return {
    content: () => content,
    known: () => known,
    judged: judgedNow,
    issueAt: (path) => refused.get(path) ?? wordsNow().get(path),
    warningAt: (path) => judgedNow().warnings.find((warning) => warning.path === path)?.words,
    tried: () => tried,
    set: (path, value) => setAll({ [path]: value }),
    setAll,
    replace: (next) => {
      content = next
      onTyped(content)
      told()
    },
    learn: (next) => {
      known = next
      told()
    },
    tryNow: () => {
      tried = true
      told()
    },
    refuse: (issues) => {
      refused = wordsByPath(issues)
      told()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const FormContext = createContext<FormStore | undefined>(undefined)

export function useForm(): FormStore {
  const store = useContext(FormContext)
  if (store === undefined) throw new Error('useForm stands outside a form')
  return store
}

/** A part of the form; must be a primitive or an object that stays the same while nothing changed. */
export function usePart<T>(pick: (store: FormStore) => T): T {
  const store = useForm()
  return useSyncExternalStore(store.subscribe, () => pick(store))
}

export const useValue = (path: string): unknown => usePart((store) => valueAt(store.content(), path))
export const useText = (path: string): string => usePart((store) => textAt(store.content(), path))
export const useJudged = (): Judged => usePart((store) => store.judged())
export const useKnown = (): Known => usePart((store) => store.known())
