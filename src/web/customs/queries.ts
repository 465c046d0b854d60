/** Every read and write of the pages around customs, and what a write makes stale. */
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  actOnDifference,
  checkDeclaration,
  licenceCustoms,
  listCustomsStates,
  listDifferences,
  listMessages,
  listReconciliations,
  listUses,
  runReconciliation,
} from '#api/customs.ts'
import { actOnLicence } from '#api/licence.ts'
import type { DifferenceAction } from '#domain/customs/difference.ts'
import type { ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'

/** Messages come and go by themselves. */
const watched = 5_000

export const statesQuery = (query: z.input<(typeof listCustomsStates)['query']>) =>
  queryOptions({
    queryKey: ['customs', 'states', query],
    queryFn: ({ signal }) => call(listCustomsStates, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const usesQuery = (query: z.input<(typeof listUses)['query']>) =>
  queryOptions({
    queryKey: ['customs', 'uses', query],
    queryFn: ({ signal }) => call(listUses, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const messagesQuery = (query: z.input<(typeof listMessages)['query']>) =>
  queryOptions({
    queryKey: ['customs', 'messages', query],
    queryFn: ({ signal }) => call(listMessages, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: watched,
  })

export const differencesQuery = (query: z.input<(typeof listDifferences)['query']>) =>
  queryOptions({
    queryKey: ['customs', 'differences', query],
    queryFn: ({ signal }) => call(listDifferences, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const reconciliationsQuery = (query: z.input<(typeof listReconciliations)['query']>) =>
  queryOptions({
    queryKey: ['customs', 'reconciliations', query],
    queryFn: ({ signal }) => call(listReconciliations, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: watched,
  })

export const licenceCustomsQuery = (id: string) =>
  queryOptions({
    queryKey: ['customs', 'licence', id],
    queryFn: ({ signal }) => call(licenceCustoms, { params: { id }, signal }),
  })

export const performOnDifference = (id: string) => (action: DifferenceAction, body: ActionRequest) =>
  call(actOnDifference, { params: { id, action }, body })

export const resend = (licenceId: string, body: ActionRequest) =>
  call(actOnLicence, { params: { id: licenceId, action: 'resend' }, body })

export const registerUse = (licenceId: string, body: ActionRequest) =>
  call(actOnLicence, { params: { id: licenceId, action: 'register_use' }, body })

export const compare = (day: string) => call(runReconciliation, { body: { day } })

export const check = (body: z.input<(typeof checkDeclaration)['body']>) => call(checkDeclaration, { body })

/** After something about customs changed: its lists, and the licences that show it. */
export function useCustomsStale(): () => void {
  const client = useQueryClient()
  return () => {
    for (const key of ['customs', 'licence', 'licences']) void client.invalidateQueries({ queryKey: [key] })
  }
}
