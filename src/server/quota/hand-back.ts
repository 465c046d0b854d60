/** 交还: an enterprise hands unused quota back to the authority, until 31 October of its year. */
import type { z } from 'zod'
import type { handBackQuota } from '#api/quota.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { handBackRefusal } from '#domain/quota/year.ts'
import type { Context } from '../context.ts'
import { notFound, Refused } from '../refused.ts'
import { accountReplies, visibleAccount } from './accounts.ts'
import { lockAccount, move } from './ledger.ts'

type Body = z.output<(typeof handBackQuota)['body']>

/** Moves available quota back to the pool. The same request again is answered as done. */
export async function handBack(
  ctx: Context,
  actor: Actor,
  id: string,
  body: Body,
): Promise<z.input<(typeof handBackQuota)['reply']>> {
  const seen = await visibleAccount(ctx, actor, id)
  if (seen.enterprise_id !== actor.enterpriseId) throw notFound('配额账户')
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, id)
    const done = await tx
      .selectFrom('quota_entry')
      .select(['account_id', 'kind', 'quantity'])
      .where('client_request', '=', body.requestId)
      .executeTakeFirst()
    if (done !== undefined) {
      if (done.account_id === id && done.kind === 'hand_back') return
      throw new Refused(409, 'rule', '请求编号已用于另一项操作，请刷新页面后重新操作')
    }
    if (account.seq !== body.seq) {
      throw new Refused(409, 'stale', '配额余额已有变化，页面显示的不是最新余额，请刷新后再操作', {
        current: { version: account.seq, state: '' },
      })
    }
    const late = handBackRefusal(seen.year, dayOf(now))
    if (late !== undefined) throw new Refused(409, 'rule', late)
    await move(
      tx,
      account,
      { kind: 'hand_back', from: 'available', to: 'pool', quantity: canonicalDecimal(body.quantity) },
      { actor, now, clientRequest: body.requestId, note: body.note },
    )
  })
  const [reply] = await accountReplies(ctx.db, await ctx.codes.current(), [seen])
  if (reply === undefined) throw notFound('配额账户')
  return reply
}
