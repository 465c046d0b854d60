/** Every read of the business hall's pages. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import * as api from '#api/hall.ts'
import type { State } from '#domain/hall/actions.ts'
import { call } from '#ui/call.ts'
import type { Tone } from '#ui/Words.tsx'

export const hallQuery = queryOptions({
  queryKey: ['hall'],
  queryFn: ({ signal }) => call(api.hall, { signal }),
})

export const requestsQuery = (query: z.input<(typeof api.listServiceRequests)['query']>) =>
  queryOptions({
    queryKey: ['hall', 'requests', query],
    queryFn: ({ signal }) => call(api.listServiceRequests, { query, signal }),
  })

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['hall', 'request', id],
    queryFn: ({ signal }) => call(api.getServiceRequest, { params: { id }, signal }),
  })

export const servicesQuery = queryOptions({
  queryKey: ['hall', 'services'],
  queryFn: ({ signal }) => call(api.listServices, { signal }),
})

const tones: Record<State, Tone> = {
  data_review: 'waiting',
  requested: 'waiting',
  granted: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  closed: 'plain',
}
export const toneOf = (state: State): Tone => tones[state]
