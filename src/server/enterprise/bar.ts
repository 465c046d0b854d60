/** Enterprises whose applications are not accepted until a day, after a licence was revoked (enterprise_bar). */
import type { Day } from '#domain/day.ts'
import type { Db, Tx } from '../db/connect.ts'
import { prepared, type Later } from '../db/prepared.ts'

const newestBar = prepared((db, later: Later<{ enterprise: string }>) =>
  db
    .selectFrom('enterprise_bar')
    .select(['barred_until', 'reason'])
    .where('enterprise_id', '=', later('enterprise'))
    .orderBy('id', 'desc')
    .limit(1)
    .compile(),
)

/** The bar that holds on a day, if any: the newest row of the enterprise counts. */
export async function barOf(
  db: Db | Tx,
  enterpriseId: string,
  today: Day,
): Promise<{ until: Day; reason: string } | null> {
  const [row] = await newestBar(db, { enterprise: enterpriseId })
  if (row === undefined || row.barred_until < today) return null
  return { until: row.barred_until, reason: row.reason }
}

/** Words of the bar that holds on a day, or null. The last day counts with it. */
export async function barredWords(db: Db | Tx, enterpriseId: string, today: Day): Promise<string | null> {
  const bar = await barOf(db, enterpriseId, today)
  return bar === null ? null : barWords(bar)
}

export const barWords = ({ until, reason }: { until: Day; reason: string }): string =>
  `本企业的出口许可证申请在 ${until} 前（含当日）不予受理，原因：${reason}。有异议请与发证机构联系`
