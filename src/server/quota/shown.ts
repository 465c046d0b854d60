/** The quota beside an application: on its page, on the review desk and in the form. */
import type { z } from 'zod'
import type { QuotaOfApplication } from '#api/application.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { Db } from '../db/connect.ts'
import type { Need, QuotaColumns } from './hold.ts'
import { balancesOf } from './ledger.ts'

/** What an application holds, or would draw from; null for goods under plain licence. */
export async function quotaReply(
  db: Db,
  row: QuotaColumns,
  facts: { refusal: string | null; need: Need | null },
): Promise<z.input<typeof QuotaOfApplication> | null> {
  const needed = canonicalDecimal(row.total_quantity)
  const common = { docNo: row.quota_doc_no ?? '', unit: row.goods_unit, needed, refusal: facts.refusal }
  if (row.quota_account_id !== null && row.quota_quantity !== null) {
    const found = (await balancesOf(db, [row.quota_account_id])).get(row.quota_account_id)
    return {
      ...common,
      accountId: row.quota_account_id,
      available: canonicalDecimal(found?.balances.available ?? '0'),
      holds: canonicalDecimal(row.quota_quantity),
    }
  }
  if (facts.need === null && facts.refusal === null) return null
  const { account = null, available = null } = facts.need ?? {}
  return { ...common, accountId: account?.id ?? null, available, holds: null }
}
