/** Batches of grants and awards as they were written. */
import type { z } from 'zod'
import type { getGrantBatch, GrantBatch, listGrantBatches } from '#api/quota.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { batchKinds } from '#domain/quota/grant.ts'
import { countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { notFound } from '../refused.ts'

interface Stored {
  id: string
  kind: string
  file_name: string | null
  rows: number
  person_name: string
  created_at: Date
}

function headReply(row: Stored): GrantBatch {
  const kind = row.kind === 'award' ? 'award' : 'grant'
  return {
    id: row.id,
    kind,
    kindLabel: batchKinds[kind],
    fileName: row.file_name,
    rows: row.rows,
    who: row.person_name,
    at: row.created_at.toISOString(),
  }
}

const heads = (ctx: Context) =>
  ctx.db
    .selectFrom('quota_batch')
    .innerJoin('account', 'account.id', 'quota_batch.created_by')
    .selectAll('quota_batch')
    .select('account.person_name')

type Query = z.output<(typeof listGrantBatches)['query']>

export async function batchesOf(
  ctx: Context,
  { page, pageSize }: Query,
): Promise<z.input<(typeof listGrantBatches)['reply']>> {
  const [rows, counted] = await Promise.all([
    heads(ctx)
      .orderBy('quota_batch.created_at', 'desc')
      .orderBy('quota_batch.id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    ctx.db
      .selectFrom((from) =>
        from
          .selectFrom('quota_batch')
          .select('id')
          .limit(countLimit + 1)
          .as('counted'),
      )
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
  ])
  const count = Number(counted.count)
  return {
    total: { count: Math.min(count, countLimit), more: count > countLimit },
    rows: rows.map(headReply),
  }
}

export async function batchRows(ctx: Context, id: string): Promise<z.input<(typeof getGrantBatch)['reply']>> {
  const head = await heads(ctx).where('quota_batch.id', '=', id).executeTakeFirst()
  if (head === undefined) throw notFound('下达批次')
  const rows = await ctx.db
    .selectFrom('quota_entry')
    .innerJoin('quota_account', 'quota_account.id', 'quota_entry.account_id')
    .innerJoin('enterprise', 'enterprise.id', 'quota_account.enterprise_id')
    .select([
      'quota_account.id',
      'quota_account.year',
      'enterprise.name',
      'quota_account.goods_name',
      'quota_account.doc_no',
      'quota_account.unit_name',
      'quota_entry.quantity',
    ])
    .where('quota_entry.batch_id', '=', id)
    .orderBy('quota_entry.id')
    .execute()
  return {
    batch: headReply(head),
    rows: rows.map((row) => ({
      accountId: row.id,
      year: row.year,
      enterpriseName: row.name,
      goodsName: row.goods_name,
      docNo: row.doc_no,
      quantity: canonicalDecimal(row.quantity),
      unit: row.unit_name,
    })),
  }
}
