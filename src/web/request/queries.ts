/** Every read and write of the pages around 许可证退换, and what a write makes stale. */
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  actOnRequest,
  createRequest,
  getRequest,
  listRequestQueue,
  listRequests,
  prepareRequestSeal,
  readLicenceIn,
  saveRequest,
  sealRequest,
} from '#api/request.ts'
import type { ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'

export const requestsQuery = (query: z.input<(typeof listRequests)['query']>) =>
  queryOptions({
    queryKey: ['requests', query],
    queryFn: ({ signal }) => call(listRequests, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const requestQueueQuery = (query: z.input<(typeof listRequestQueue)['query']>) =>
  queryOptions({
    queryKey: ['request-queue', query],
    queryFn: ({ signal }) => call(listRequestQueue, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['request', id],
    queryFn: ({ signal }) => call(getRequest, { params: { id }, signal }),
  })

/** The licence of this number, asked anew each time: its state decides what may be asked for. */
export const entryQuery = (licenceNo: string) =>
  queryOptions({
    queryKey: ['request-entry', licenceNo],
    queryFn: ({ signal }) => call(readLicenceIn, { query: { licenceNo }, signal }),
    enabled: licenceNo !== '',
    retry: false,
    staleTime: 0,
    refetchOnWindowFocus: false,
  })

export const create = (body: z.input<(typeof createRequest)['body']>) => call(createRequest, { body })
export const save = (id: string, body: z.input<(typeof saveRequest)['body']>) =>
  call(saveRequest, { params: { id }, body })
export const prepareSeal = (id: string, body: { version: number; requestId: string }) =>
  call(prepareRequestSeal, { params: { id }, body })
export const seal = (id: string, body: { version: number; requestId: string; cms: string }) =>
  call(sealRequest, { params: { id }, body })
export const performOn = (id: string) => (action: string, body: ActionRequest) =>
  call(actOnRequest, { params: { id, action }, body })

const touched = ['request', 'requests', 'request-queue', 'licence', 'licences', 'waiting']

/** After a request changed: itself, its lists, and the licence it is about. */
export function useStale(): () => Promise<unknown> {
  const client = useQueryClient()
  return () => Promise.all(touched.map((key) => client.invalidateQueries({ queryKey: [key] })))
}
