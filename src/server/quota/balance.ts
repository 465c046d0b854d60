/** What the form shows beside the quantity: the account that the chosen goods, mode, country and document lead to. */
import type { z } from 'zod'
import type { quotaBalance } from '#api/quota.ts'
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { noBalances } from '#domain/quota/ledger.ts'
import type { Context } from '../context.ts'
import { balancesReply } from './accounts.ts'
import { balancesOf, type AccountRow } from './ledger.ts'
import { matchAccount } from './match.ts'

type Query = z.output<(typeof quotaBalance)['query']>
type Reply = z.input<(typeof quotaBalance)['reply']>

/** For goods without quota, or a person of no enterprise, nothing is needed and nothing told. */
export async function balanceFor(ctx: Context, actor: Actor, query: Query): Promise<Reply> {
  const codes = await ctx.codes.current()
  const goods = codes.goods(query.year, query.hsCode)
  const { enterpriseId } = actor
  const none: Reply = { needed: false, account: null, refusal: null, docNos: [] }
  if (goods === undefined || enterpriseId === null || licenceTypeFor(goods, query.country) === 'licence')
    return none
  const own = await ctx.db
    .selectFrom('quota_account')
    .selectAll()
    .where('enterprise_id', '=', enterpriseId)
    .where('year', '=', query.year)
    .where('category_code', '=', goods.categoryCode)
    .orderBy('doc_no')
    .limit(200)
    .execute()
  const balances = await balancesOf(
    ctx.db,
    own.map(({ id }) => id),
  )
  const balanceOf = (row: AccountRow) => balances.get(row.id)?.balances ?? noBalances
  const docNos = own.map((row) => ({
    docNo: row.doc_no,
    available: canonicalDecimal(balanceOf(row).available),
  }))
  if (query.docNo.trim() === '' && own.length > 0)
    return { needed: true, account: null, refusal: null, docNos }
  const match = await matchAccount(
    ctx.db,
    {
      enterpriseId,
      year: query.year,
      categoryCode: goods.categoryCode,
      unitName: goods.unitName,
      tradeMode: query.tradeMode,
      country: query.country,
      docNo: query.docNo,
    },
    goods.name,
    dayOf(ctx.clock()),
  )
  if ('refusal' in match) return { needed: true, account: null, refusal: match.refusal, docNos }
  const { account } = match
  return {
    needed: true,
    account: {
      id: account.id,
      docNo: account.doc_no,
      unit: account.unit_name,
      balances: balancesReply(balanceOf(account)),
    },
    refusal: null,
    docNos,
  }
}
