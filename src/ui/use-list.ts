import { useMemo } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { changed, readListState, writeListState, type ListDefaults, type ListState } from './list-state.ts'

export interface ListControl {
  state: ListState
  change: (change: Partial<ListState>) => void
}

/** The state of the page's list, kept in its address. `defaults` must be the same object at each render. */
export function useList(defaults: ListDefaults): ListControl {
  const search: unknown = useSearch({ strict: false })
  const navigate = useNavigate()
  return useMemo(() => {
    const state = readListState(textsOf(search), defaults)
    return {
      state,
      change: (change) =>
        void navigate({ to: '.', search: writeListState(changed(state, change), defaults) }),
    }
  }, [search, navigate, defaults])
}

function textsOf(search: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search ?? {}).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}
