/** Every read of the key office's pages. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import * as api from '#api/key.ts'
import { call } from '#ui/call.ts'

export const keyRequestsQuery = (query: z.input<(typeof api.listKeyRequests)['query']>) =>
  queryOptions({
    queryKey: ['keys', 'requests', query],
    queryFn: ({ signal }) => call(api.listKeyRequests, { query, signal }),
  })

export const keyRequestQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'request', id],
    queryFn: ({ signal }) => call(api.getKeyRequest, { params: { id }, signal }),
  })

export const keysQuery = (query: z.input<(typeof api.listKeys)['query']>) =>
  queryOptions({
    queryKey: ['keys', 'keys', query],
    queryFn: ({ signal }) => call(api.listKeys, { query, signal }),
  })

export const issuingBodiesQuery = queryOptions({
  queryKey: ['issuing-bodies'],
  queryFn: ({ signal }) => call(api.listIssuingBodies, { signal }),
  staleTime: Infinity,
})
