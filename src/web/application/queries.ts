/** Every read of the exporter's application pages, and what a write makes stale. A page holds no fetch of its own. */
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  actOnApplication,
  getApplication,
  goodsFacts,
  listApplications,
  type ApplicationDetail,
} from '#api/application.ts'
import { ownEnterprise } from '#api/enterprise.ts'
import type { ApplicationAction } from '#domain/application/actions.ts'
import type { ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'

export const applicationKey = (id: string) => ['application', id] as const

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: applicationKey(id),
    queryFn: ({ signal }) => readApplication(id, signal),
  })

export const readApplication = (id: string, signal?: AbortSignal): Promise<ApplicationDetail> =>
  call(getApplication, { params: { id }, ...(signal === undefined ? {} : { signal }) })

type ListQuery = z.input<(typeof listApplications)['query']>

export const applicationsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ['applications', query],
    queryFn: ({ signal }) => call(listApplications, { query, signal }),
  })

/** Facts of the goods for the rules; asked for only when both year and code are there. */
export const goodsQuery = (quotaYear: string, hsCode: string) =>
  queryOptions({
    queryKey: ['goods', quotaYear, hsCode],
    queryFn: ({ signal }) => call(goodsFacts, { params: { year: Number(quotaYear), hsCode }, signal }),
    enabled: /^20\d\d$/.test(quotaYear) && /^\d{10}$/.test(hsCode),
    staleTime: 60_000,
  })

export const ownEnterpriseQuery = queryOptions({
  queryKey: ['enterprise'],
  queryFn: ({ signal }) => call(ownEnterprise, { signal }),
})

/** One of the plain actions (submit, edit, delete, withdraw, print). */
export const performOn = (id: string) => (action: ApplicationAction, body: ActionRequest) =>
  call(actOnApplication, { params: { id, action }, body })

/** After an application changed: itself, the lists and counts it stands in, its licence. */
export function useStale(): (id?: string) => void {
  const client = useQueryClient()
  return (id) => {
    const keys: readonly (readonly unknown[])[] = [
      ...(id === undefined ? [['application']] : [applicationKey(id)]),
      ['applications'],
      ['waiting'],
      ['licences'],
      ['licence'],
    ]
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
}
