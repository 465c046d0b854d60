/** Every read of the pages of 手机授权. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import * as api from '#api/phone-authorisation.ts'
import type { PhoneAuthorisationRow } from '#api/phone-authorisation.ts'
import { call } from '#ui/call.ts'
import type { Tone } from '#ui/Words.tsx'

export const standingQuery = queryOptions({
  queryKey: ['keys', 'phone', 'standing'],
  queryFn: ({ signal }) => call(api.phoneStanding, { signal }),
})

export const phonesQuery = (query: z.input<(typeof api.listPhoneAuthorisations)['query']>) =>
  queryOptions({
    queryKey: ['keys', 'phone', 'list', query],
    queryFn: ({ signal }) => call(api.listPhoneAuthorisations, { query, signal }),
  })

export const phoneQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'phone', 'one', id],
    queryFn: ({ signal }) => call(api.getPhoneAuthorisation, { params: { id }, signal }),
  })

const ofState: Readonly<Record<PhoneAuthorisationRow['state'], Tone>> = {
  ready: 'plain',
  submitted: 'mind',
  issued: 'good',
  revoked: 'plain',
  deleted: 'plain',
}
export const phoneTone = (state: PhoneAuthorisationRow['state']): Tone => ofState[state]
