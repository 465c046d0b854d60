/** What customs' answer does to a request that waits for it: its yes ends request, licence and quota together. */
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { system } from '../door.ts'
import { notFound } from '../refused.ts'
import { actIn } from './act.ts'
import { kindOf } from './record.ts'

/**
 * Applies customs' answer within the caller's transaction, which has locked nothing yet of the request. Throws Refused
 * when the answer can't be applied (a use was recorded meanwhile): the caller keeps the answer as a difference.
 */
export async function customsDecides(
  tx: Tx,
  ctx: Context,
  requestId: string,
  answer: { yes: boolean; reason: string },
): Promise<void> {
  const row = await tx
    .selectFrom('licence_request')
    .select(['kind', 'version'])
    .where('id', '=', requestId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw notFound('申请')
  await actIn(
    tx,
    ctx,
    system,
    { id: requestId, kind: kindOf(row.kind) },
    answer.yes ? 'customs_yes' : 'customs_no',
    { version: row.version, requestId: null, input: { opinion: answer.reason.slice(0, 1000) } },
  )
}
