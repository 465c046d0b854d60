/** Every read of the licence pages. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { getLicence, listLicences, verifyLicence } from '#api/licence.ts'
import { call } from '#ui/call.ts'

export const licenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['licence', id],
    queryFn: ({ signal }) => call(getLicence, { params: { id }, signal }),
  })

export const licencesQuery = (query: z.input<(typeof listLicences)['query']>) =>
  queryOptions({
    queryKey: ['licences', query],
    queryFn: ({ signal }) => call(listLicences, { query, signal }),
  })

/** The public check; asked anew each time, never from what was kept. */
export const askVerify = (no: string, code: string) => call(verifyLicence, { query: { no, code } })
