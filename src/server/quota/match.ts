/** Which account an application or an amendment draws from: the document it names, and what the document is for. */
import type { Day } from '#domain/day.ts'
import { isClosed } from '#domain/quota/year.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { AccountRow } from './ledger.ts'

export interface Wanted {
  enterpriseId: string
  year: number
  categoryCode: string
  unitName: string
  tradeMode: string
  country: string
  docNo: string
}

export type Match = { account: AccountRow } | { refusal: string }

/**
 * The account for what is wanted; where a document has several, the one that names country and trade mode comes before
 * one that leaves them open. Or the words why there is none.
 */
export async function matchAccount(
  db: Db | Tx,
  wanted: Wanted,
  goodsName: string,
  today: Day,
): Promise<Match> {
  const rows = await db
    .selectFrom('quota_account')
    .selectAll()
    .where('enterprise_id', '=', wanted.enterpriseId)
    .where('year', '=', wanted.year)
    .where('category_code', '=', wanted.categoryCode)
    .orderBy('id')
    .execute()
  const where = `${wanted.year} 年度，${goodsName}`
  if (rows.length === 0) {
    return { refusal: `未查到本企业该年度该商品的配额（${where}），请核对年度和配额文号，或向发证机构查询` }
  }
  const named = rows.filter((row) => row.doc_no === wanted.docNo.trim())
  if (named.length === 0) {
    const known = [...new Set(rows.map((row) => row.doc_no))].toSorted().slice(0, 3).join('、')
    if (wanted.docNo.trim() === '') return { refusal: `请填写配额文号（${where}），已有：${known}` }
    return { refusal: `配额文号“${wanted.docNo}”不是本企业该年度该商品的配额（${where}），已有：${known}` }
  }
  const fitting = named
    .filter((row) => row.trade_mode === null || row.trade_mode === wanted.tradeMode)
    .filter((row) => row.country === null || row.country === wanted.country)
    .toSorted((a, b) => openness(a) - openness(b))
  const account = fitting[0]
  if (account === undefined) {
    return { refusal: `配额文号“${wanted.docNo}”不适用于所填的贸易方式或进口国（地区），请核对配额证明` }
  }
  if (account.unit_name !== wanted.unitName) {
    return {
      refusal: `配额的计量单位为${account.unit_name}，与申请的${wanted.unitName}不同，请向配额管理部门查询`,
    }
  }
  if (isClosed(account.year, today)) return { refusal: `${account.year} 年度已经结束，配额已失效` }
  return { account }
}

const openness = (row: AccountRow) => Number(row.trade_mode === null) + Number(row.country === null)
