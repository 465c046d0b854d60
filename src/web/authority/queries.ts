/** Every read and write of the officers' pages, and what a write makes stale. A page holds no fetch of its own. */
import { keepPreviousData, queryOptions, useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  actOnApplication,
  getApplication,
  listApplications,
  listQueue,
  nextInQueue,
  placeInQueue,
} from '#api/application.ts'
import { actOnLicence, getLicence, listLicences } from '#api/licence.ts'
import type { ApplicationAction, QueueName } from '#domain/application/actions.ts'
import type { LicenceAction } from '#domain/licence/actions.ts'
import type { ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'

/** How often a page that others may change under one's hands is read again. */
const watched = 30_000

type QueueQuery = z.input<(typeof listQueue)['query']>
export const queueQuery = (queue: QueueName, query: QueueQuery) =>
  queryOptions({
    queryKey: ['queue', queue, query],
    queryFn: ({ signal }) => call(listQueue, { params: { queue }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: watched,
  })

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ['application', id],
    queryFn: ({ signal }) => call(getApplication, { params: { id }, signal }),
  })

/** The same, watched: somebody may take it over, or the exporter may withdraw it. */
export const watchedApplicationQuery = (id: string) => ({ ...applicationQuery(id), refetchInterval: watched })

export const placeQuery = (queue: QueueName | undefined, id: string) =>
  queryOptions({
    queryKey: ['queue-place', queue, id],
    queryFn: ({ signal }) =>
      queue === undefined ? null : call(placeInQueue, { params: { queue, id }, signal }),
    enabled: queue !== undefined,
    refetchInterval: watched,
  })

/** The next one to open after `after` is done; null when nothing is left for this officer. */
export const findNext = async (queue: QueueName, after: string): Promise<string | null> =>
  (await call(nextInQueue, { params: { queue }, query: { after } })).id

type ApplicationsQuery = z.input<(typeof listApplications)['query']>
export const applicationsQuery = (query: ApplicationsQuery) =>
  queryOptions({
    queryKey: ['applications', query],
    queryFn: ({ signal }) => call(listApplications, { query, signal }),
    placeholderData: keepPreviousData,
  })

type LicencesQuery = z.input<(typeof listLicences)['query']>
export const licencesQuery = (query: LicencesQuery) =>
  queryOptions({
    queryKey: ['licences', query],
    queryFn: ({ signal }) => call(listLicences, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const licenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['licence', id],
    queryFn: ({ signal }) => call(getLicence, { params: { id }, signal }),
  })

export const performOnApplication = (id: string) => (action: ApplicationAction, body: ActionRequest) =>
  call(actOnApplication, { params: { id, action }, body })

export const performOnLicence = (id: string) => (action: LicenceAction, body: ActionRequest) =>
  call(actOnLicence, { params: { id, action }, body })

const staleAfterChange = [
  'application',
  'applications',
  'queue',
  'queue-place',
  'licences',
  'licence',
  'waiting',
] as const

/** After an application or a licence changed: itself, and every list and count it stands in. */
export const markStale = (client: QueryClient): Promise<unknown> =>
  Promise.all(staleAfterChange.map((key) => client.invalidateQueries({ queryKey: [key] })))

export function useStale(): () => void {
  const client = useQueryClient()
  return () => void markStale(client)
}
