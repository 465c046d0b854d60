/** What was typed into an application and not saved yet, kept on this computer. */
import { z } from 'zod'
import { wholeContractSheet, wholeForm } from '#domain/application/form.ts'
import * as keep from '../../keep.ts'
import type { Content } from './content.ts'

export type Kept = keep.Kept<Content>
export type Keeper = keep.Keeper<Content>

const Stored = z.object({
  form: z.record(z.string(), z.unknown()),
  contractSheet: z.record(z.string(), z.unknown()).nullable(),
})

export const keeperOf = (store: keep.Store | undefined, accountId: string, id: string): Keeper =>
  keep.keeper(store, accountId, id, (stored): Content | undefined => {
    const { data } = Stored.safeParse(stored)
    if (data === undefined) return undefined
    const { form, contractSheet } = data
    return {
      form: wholeForm(form),
      contractSheet: contractSheet === null ? null : wholeContractSheet(contractSheet),
    }
  })
