/** What customs' answer does to a request that waits for it: its yes ends request, licence and quota together. */
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'

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
  const words = answer.yes ? '海关同意' : `海关不同意：${answer.reason}`
  throw new Error(`${words}: ${requestId}, ${ctx.env.mode}, ${tx.isTransaction}`)
}
