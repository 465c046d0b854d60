/** A new swap request: the ratio of the day, and the quantity held at once. */
import type { z } from 'zod'
import type { requestSwap } from '#api/swap.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal, compare, isPositive } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { isClosed } from '#domain/quota/year.ts'
import { isSwapGoods, swapped } from '#domain/swap/actions.ts'
import type { Context } from '../context.ts'
import { visibleAccount } from '../quota/accounts.ts'
import { categoriesOf } from '../quota/categories.ts'
import { lockAccount, move } from '../quota/ledger.ts'
import { notFound, Refused } from '../refused.ts'
import { ratioOn } from './ratios.ts'

type Body = z.output<(typeof requestSwap)['body']>

const refused = (words: string) => new Refused(409, 'rule', words)

/** Creates the request in `reviewing` and holds its quantity; the same id again is answered as done. */
export async function createSwap(ctx: Context, actor: Actor, body: Body): Promise<void> {
  const account = await visibleAccount(ctx, actor, body.fromAccountId)
  if (actor.enterpriseId === null || account.enterprise_id !== actor.enterpriseId) throw notFound('配额账户')
  const now = ctx.clock()
  const today = dayOf(now)
  const codes = await ctx.codes.current()
  const goods = account.goods_key
  if (!isSwapGoods(goods)) throw refused(`${account.goods_name}不能调换，只有钨、锑、钼的配额可以相互调换`)
  if (goods === body.toGoods) throw refused('调出和调入的产品相同，请另选调入产品')
  if (isClosed(account.year, today)) throw refused(`${account.year} 年度已经结束，配额不能再调换`)
  const category = [...categoriesOf(codes, account.year).values()].find(
    (one) => one.goodsKey === body.toGoods && one.licenceType === 'quota',
  )
  if (category === undefined) {
    const name = codes.entry('goods_category', body.toGoods)?.name ?? body.toGoods
    throw refused(`${name} ${account.year} 年度不按配额管理，不能调入`)
  }
  const ratio = await ratioOn(ctx.db, goods, body.toGoods, today)
  if (ratio === undefined) throw refused('还没有公布这两种产品的调换比例，请联系许可证局')
  if (!/^\d+(\.\d+)?$/.test(body.ratio) || compare(ratio, body.ratio) !== 0) {
    throw refused(`调换比例已改为 ${ratio}，请核对调入数量后重新提交`)
  }
  const quantity = canonicalDecimal(body.quantity)
  const toQuantity = swapped(quantity, ratio)
  if (!isPositive(toQuantity)) throw refused('按比例折算后调入数量为 0，请加大调出数量')
  await ctx.db.transaction().execute(async (tx) => {
    const made = await tx
      .insertInto('quota_swap')
      .values({
        id: body.id,
        state: 'reviewing',
        enterprise_id: account.enterprise_id,
        department: actor.department,
        from_account_id: account.id,
        to_category_code: category.categoryCode,
        quantity,
        ratio,
        to_quantity: toQuantity,
        reason: body.reason,
        created_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (made.numInsertedOrUpdatedRows === 0n) {
      const there = await tx.selectFrom('quota_swap').selectAll().where('id', '=', body.id).executeTakeFirst()
      const same =
        there?.created_by === actor.accountId &&
        there.from_account_id === account.id &&
        compare(there.quantity, quantity) === 0
      if (!same) throw refused('申请编号已用于另一份调换申请，请刷新页面后重新操作')
      return
    }
    const locked = await lockAccount(tx, account.id)
    const entry = { kind: 'hold', from: 'available', to: 'held', quantity } as const
    await move(tx, locked, entry, { actor, now, swapId: body.id })
    await tx
      .insertInto('history')
      .values({
        thing: 'swap',
        thing_id: body.id,
        action: 'request',
        from_state: null,
        to_state: 'reviewing',
        account_id: actor.accountId,
        actor_name: actor.personName,
        actor_place: actor.code13 ?? '',
        opinion: body.reason,
        at: now,
      })
      .execute()
  })
}
