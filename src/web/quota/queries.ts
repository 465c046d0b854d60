/** Every read of the quota pages, and which desk they stand at. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import * as api from '#api/quota.ts'
import { getLowPercent } from '#api/quota-warning.ts'
import * as swaps from '#api/swap.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'

export const accountsQuery = (query: z.input<(typeof api.listQuotaAccounts)['query']>) =>
  queryOptions({
    queryKey: ['quota', 'accounts', query],
    queryFn: ({ signal }) => call(api.listQuotaAccounts, { query, signal }),
  })

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['quota', 'account', id],
    queryFn: ({ signal }) => call(api.getQuotaAccount, { params: { id }, signal }),
  })

const perPage = 50

export const statementQuery = (id: string, days: { from?: string; to?: string }) =>
  infiniteQueryOptions({
    queryKey: ['quota', 'statement', id, days],
    queryFn: ({ signal, pageParam }) =>
      call(api.quotaStatement, {
        params: { id },
        query: { limit: perPage, ...days, ...(pageParam === null ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })

export const totalsQuery = (year: number) =>
  queryOptions({
    queryKey: ['quota', 'totals', year],
    queryFn: ({ signal }) => call(api.listQuotaTotals, { query: { year }, signal }),
  })

export const categoriesQuery = (year: number) =>
  queryOptions({
    queryKey: ['quota', 'categories', year],
    queryFn: ({ signal }) => call(api.listQuotaCategories, { query: { year }, signal }),
  })

export const managementQuery = (year: number) =>
  queryOptions({
    queryKey: ['quota', 'management', year],
    queryFn: ({ signal }) => call(api.listGoodsManagement, { query: { year }, signal }),
  })

export const lowPercentQuery = queryOptions({
  queryKey: ['quota', 'low-percent'],
  queryFn: ({ signal }) => call(getLowPercent, { signal }),
})

export const batchesQuery = (query: { page: number; pageSize: number }) =>
  queryOptions({
    queryKey: ['quota', 'batches', query],
    queryFn: ({ signal }) => call(api.listGrantBatches, { query, signal }),
  })

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['quota', 'batch', id],
    queryFn: ({ signal }) => call(api.getGrantBatch, { params: { id }, signal }),
  })

export const swapsQuery = (query: z.input<(typeof swaps.listSwaps)['query']>) =>
  queryOptions({
    queryKey: ['quota', 'swaps', query],
    queryFn: ({ signal }) => call(swaps.listSwaps, { query, signal }),
  })

export const swapQuery = (id: string) =>
  queryOptions({
    queryKey: ['quota', 'swap', id],
    queryFn: ({ signal }) => call(swaps.getSwap, { params: { id }, signal }),
  })

export const ratiosQuery = queryOptions({
  queryKey: ['quota', 'ratios'],
  queryFn: ({ signal }) => call(swaps.listSwapRatios, { signal }),
})

/** Addresses at the desk of the person: an exporter's or an officer's. */
export function useDesk() {
  const own = useMe().enterprise !== null
  return {
    own,
    account: own ? paths.quotaAccount : paths.authorityQuotaAccount,
    accounts: own ? paths.quota() : paths.authorityQuota(),
    swap: own ? paths.swap : paths.authoritySwap,
    swaps: own ? paths.swaps() : paths.authoritySwaps(),
    application: own ? paths.application : paths.review,
    licence: own ? paths.licence : paths.authorityLicence,
    request: own ? paths.request : paths.requestReview,
    uses: own ? paths.customsUses : paths.authorityCustomsUses,
    customs: own ? paths.customsStates : paths.authorityCustomsStates,
  }
}
