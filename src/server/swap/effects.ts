/** What deciding on a swap does to the two accounts: held goes out and the other goods come in, or it comes free. */
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { SwapAction } from '#domain/swap/actions.ts'
import { freeBucket } from '#domain/quota/year.ts'
import type { Tx } from '../db/connect.ts'
import type { Effect } from '../door.ts'
import { accountValues } from '../quota/grant.ts'
import { lockAccount, lockAccounts, move, type AccountRow, type Cause } from '../quota/ledger.ts'
import type { LockedSwap, SwapRow, SwapSet } from './act.ts'

type SwapEffect = Effect<LockedSwap, SwapSet, never>

const released: SwapEffect = async ({ tx, subject: { row }, actor, now }) => {
  const account = await lockAccount(tx, row.from_account_id)
  const entry = {
    kind: 'release',
    from: 'held',
    to: freeBucket(account.row.year, dayOf(now)),
    quantity: canonicalDecimal(row.quantity),
  } as const
  await move(tx, account, entry, { actor, now, swapId: row.id })
}

const decided = (actor: Cause['actor'], now: Date): SwapSet => ({
  decided_by: actor.accountId,
  decided_at: now,
})

const approve: SwapEffect = async ({ tx, subject: { row }, actor, now }) => {
  const target = await targetOf(tx, row, now)
  const accounts = await lockAccounts(tx, [row.from_account_id, target])
  const [from, to] = [accounts.get(row.from_account_id), accounts.get(target)]
  if (from === undefined || to === undefined) throw new Error(`swap ${row.id} has lost an account`)
  const cause = { actor, now, swapId: row.id }
  const out = canonicalDecimal(row.quantity)
  const into = canonicalDecimal(row.to_quantity)
  await move(tx, from, { kind: 'swap_out', from: 'held', to: 'pool', quantity: out }, cause)
  await move(tx, to, { kind: 'swap_in', from: 'pool', to: 'available', quantity: into }, cause)
  return { set: { ...decided(actor, now), to_account_id: target } }
}

/** The account that receives: the same document, trade mode and country, for the other goods; made when missing. */
async function targetOf(tx: Tx, row: SwapRow, now: Date): Promise<string> {
  const from: AccountRow = await tx
    .selectFrom('quota_account')
    .selectAll()
    .where('id', '=', row.from_account_id)
    .executeTakeFirstOrThrow()
  const category = await tx
    .selectFrom('commodity')
    .innerJoin('goods_category', 'goods_category.key', 'commodity.goods_key')
    .select(['commodity.goods_key', 'goods_category.name', 'commodity.unit_name'])
    .where('commodity.category_code', '=', row.to_category_code)
    .where('commodity.year', '<=', from.year)
    .orderBy('commodity.year', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('quota_account')
    .values(
      accountValues(
        {
          year: from.year,
          enterpriseId: from.enterprise_id,
          kind: 'quota',
          categoryCode: row.to_category_code,
          goodsKey: category.goods_key,
          goodsName: category.name,
          unit: category.unit_name,
          tradeMode: from.trade_mode,
          country: from.country,
          docNo: from.doc_no,
        },
        now,
      ),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const found = await tx
    .selectFrom('quota_account')
    .select('id')
    .where('year', '=', from.year)
    .where('enterprise_id', '=', from.enterprise_id)
    .where('category_code', '=', row.to_category_code)
    .where('doc_no', '=', from.doc_no)
    .where('trade_mode', 'is not distinct from', from.trade_mode)
    .where('country', 'is not distinct from', from.country)
    .executeTakeFirstOrThrow()
  return found.id
}

export const effects: Partial<Record<SwapAction, SwapEffect>> = {
  withdraw: released,
  return: async (at) => {
    await released(at)
    return { set: decided(at.actor, at.now) }
  },
  approve,
}
