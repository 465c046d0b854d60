/** What customs' answer does to a request that waits for it: its yes ends request, licence and quota together. */
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { system } from '../door.ts'
import { notFound, Refused } from '../refused.ts'
import { actIn } from './act.ts'
import { kindOf } from './record.ts'

/**
 * Applies customs' answer within the caller's transaction, which has locked nothing yet of the request. Throws Refused
 * when the answer can't be applied (a use was recorded meanwhile, or it answers an older question): the caller keeps the
 * answer as a difference. `messageId` is the id of the outbox message that is answered.
 */
export async function customsDecides(
  tx: Tx,
  ctx: Context,
  requestId: string,
  answer: { yes: boolean; reason: string; messageId: string },
): Promise<void> {
  const row = await tx
    .selectFrom('licence_request')
    .select(['kind', 'version', 'customs_message_id'])
    .where('id', '=', requestId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw notFound('申请')
  // Asked again since: an old yes must not end what waits for a new one.
  if (row.customs_message_id !== answer.messageId) {
    throw new Refused(409, 'stale', '答复的是已经撤回的询问，申请现在等待的是另一份报文的答复')
  }
  await actIn(
    tx,
    ctx,
    system,
    { id: requestId, kind: kindOf(row.kind) },
    answer.yes ? 'customs_yes' : 'customs_no',
    { version: row.version, requestId: null, input: { opinion: answer.reason.slice(0, 1000) } },
  )
}
