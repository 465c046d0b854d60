/** Every read of the pages on old users. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { listOldUserImports, listOldUsers } from '#api/old-user.ts'
import { call } from '#ui/call.ts'

export const oldUsersQuery = (query: z.input<(typeof listOldUsers)['query']>) =>
  queryOptions({
    queryKey: ['old-users', 'list', query],
    queryFn: ({ signal }) => call(listOldUsers, { query, signal }),
  })

/** While a file is being imported it is asked for its progress every second. */
export const importsQuery = (query: z.input<(typeof listOldUserImports)['query']>) =>
  queryOptions({
    queryKey: ['old-users', 'imports', query],
    queryFn: ({ signal }) => call(listOldUserImports, { query, signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.rows.some(({ state }) => state === 'wrapping') === true ? 1000 : false,
  })
