/** Who is signed in, for every page inside the frame, and what follows from it: token, today, permissions. */
import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { whoAmI, type Me } from '#api/account.ts'
import type { Day } from '#domain/day.ts'
import { call, setCsrfToken } from './call.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => remembered(await call(whoAmI, { signal })),
  staleTime: 5 * 60_000,
})

/** Keeps the token of a session that was just opened or read. */
export function remembered(me: Me): Me {
  setCsrfToken(me.csrfToken)
  return me
}

export const MeContext = createContext<Me | undefined>(undefined)

/** The person of this page; only inside the frame of signed-in pages. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (me === undefined) throw new Error('useMe stands outside the frame')
  return me
}

/** Whether the person has a permission such as `application.submit`, or one of several. */
export function useMay(...permissions: string[]): boolean {
  const me = useMe()
  return permissions.some((permission) => me.permissions.includes(permission))
}

/** The day in China, by the server's clock. */
export const useToday = (): Day => useMe().today
