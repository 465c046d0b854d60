/**
 * What people outside the enterprise see of a request that came back and may be changing again: what was submitted last,
 * as it was kept at the submission.
 */
import { z } from 'zod'
import type { Actor } from '#domain/machine.ts'
import { isOutsider } from '../account/scope.ts'
import type { RequestRow } from './record.ts'

const Submitted = z.object({
  reason: z.string(),
  writeOffQuantity: z.string().nullable(),
  form: z.unknown(),
  sealId: z.string().nullable(),
  contentVersion: z.number(),
})

/** The content of a request as its submission keeps it. */
export const submittedContent = (row: RequestRow): string =>
  JSON.stringify({
    reason: row.reason,
    writeOffQuantity: row.write_off_quantity,
    form: row.form,
    sealId: row.seal_id,
    contentVersion: row.content_version,
  } satisfies z.input<typeof Submitted>)

/** The row as this person may see it; what the enterprise edits since is its own. */
export function shownTo<R extends RequestRow>(actor: Actor, row: R): R {
  if (!isOutsider(actor) || row.state !== 'returned' || row.submitted === null) return row
  const { reason, writeOffQuantity, form, sealId, contentVersion } = Submitted.parse(row.submitted)
  return Object.assign({}, row, {
    reason,
    write_off_quantity: writeOffQuantity,
    form,
    seal_id: sealId,
    content_version: contentVersion,
  })
}
