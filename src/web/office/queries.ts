/** Every read of the officers' pages on accounts and enterprises. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import * as accounts from '#api/account-office.ts'
import * as enterprises from '#api/enterprise-office.ts'
import { call } from '#ui/call.ts'
import type { Tone } from '#ui/Words.tsx'

export const accountsQuery = (query: z.input<(typeof accounts.listAccounts)['query']>) =>
  queryOptions({
    queryKey: ['accounts', 'list', query],
    queryFn: ({ signal }) => call(accounts.listAccounts, { query, signal }),
  })

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', 'one', id],
    queryFn: ({ signal }) => call(accounts.getAccount, { params: { id }, signal }),
  })

export const enterprisesQuery = (query: z.input<(typeof enterprises.listEnterprises)['query']>) =>
  queryOptions({
    queryKey: ['enterprises', 'list', query],
    queryFn: ({ signal }) => call(enterprises.listEnterprises, { query, signal }),
  })

export const enterpriseQuery = (id: string) =>
  queryOptions({
    queryKey: ['enterprises', 'one', id],
    queryFn: ({ signal }) => call(enterprises.getEnterprise, { params: { id }, signal }),
  })

export const accountTone = (state: string): Tone =>
  state === 'active' ? 'good' : state === 'suspended' ? 'bad' : 'plain'

const tones: Record<enterprises.EnterpriseStanding, Tone> = {
  unverified: 'waiting',
  contested: 'waiting',
  verified: 'good',
  suspended: 'bad',
  superseded: 'plain',
}
export const standingTone = (standing: enterprises.EnterpriseStanding): Tone => tones[standing]
