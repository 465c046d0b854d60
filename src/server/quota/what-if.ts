/** 配额试算: these drafts submitted together, in this order: what each would take, and where it runs out. */
import type { z } from 'zod'
import type { quotaWhatIf } from '#api/quota.ts'
import { editable } from '#domain/application/actions.ts'
import { dayOf } from '#domain/day.ts'
import { add, canonicalDecimal, compare, subtract, type Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { applicationsInScope } from '../account/scope.ts'
import { needsQuota } from '../application/facts.ts'
import type { Context } from '../context.ts'
import { notFound } from '../refused.ts'
import { needOf, shortWords } from './hold.ts'

type Reply = z.input<(typeof quotaWhatIf)['reply']>
type Step = Reply['steps'][number]
type Account = Reply['accounts'][number]

const before = [...editable, 'ready'] as const

/** Judges without a lock and without changing anything; a refused one takes nothing, the next go on without it. */
export async function whatIf(ctx: Context, actor: Actor, ids: readonly string[]): Promise<Reply> {
  const wanted = [...new Set(ids)]
  const rows = await ctx.db
    .selectFrom('application')
    .selectAll()
    .where('id', 'in', wanted)
    .where('state', 'in', before)
    .where(applicationsInScope(actor))
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  if (byId.size < wanted.length) throw notFound('可以上报的申请表，请刷新后重新选择')
  const codes = await ctx.codes.current()
  const today = dayOf(ctx.clock())
  const left = new Map<string, Decimal>()
  const accounts = new Map<string, Account>()
  const steps: Step[] = []
  for (const id of wanted) {
    const row = byId.get(id)
    if (row === undefined) continue
    const quantity = canonicalDecimal(row.total_quantity)
    const common = {
      id,
      label: row.application_no ?? row.window_no,
      goodsName: row.goods_name,
      unit: row.goods_unit,
      quantity,
      docNo: row.quota_doc_no ?? '',
    }
    const unknown = { accountId: null, before: null, after: null, short: null }
    if (!needsQuota(codes, row)) {
      steps.push({ ...common, ...unknown, refusal: null, needsQuota: false })
      continue
    }
    const need = await needOf(ctx.db, row, today)
    if (need.account === null) {
      steps.push({ ...common, ...unknown, refusal: need.refusal, needsQuota: true })
      continue
    }
    const { account, available } = need
    const has = left.get(account.id) ?? available
    const refusal = shortWords(account, has, quantity)
    const after = refusal === null ? subtract(has, quantity) : has
    const short = refusal === null ? null : subtract(quantity, has)
    left.set(account.id, after)
    const kept = accounts.get(account.id) ?? {
      id: account.id,
      docNo: account.doc_no,
      goodsName: account.goods_name,
      unit: account.unit_name,
      before: available,
      needed: '0',
      after: available,
      firstShort: null,
      short: null,
    }
    accounts.set(account.id, {
      ...kept,
      needed: add(kept.needed, quantity),
      after,
      firstShort: kept.firstShort ?? (short === null ? null : id),
      short:
        compare(add(kept.needed, quantity), available) > 0
          ? subtract(add(kept.needed, quantity), available)
          : null,
    })
    steps.push({ ...common, accountId: account.id, before: has, after, refusal, short, needsQuota: true })
  }
  return { steps, accounts: [...accounts.values()] }
}
