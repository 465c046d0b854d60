/** Rows of a grant against code tables and enterprises: what each is about, or every reason why it can't be taken. */
import type { z } from 'zod'
import type { JudgedRow } from '#api/quota.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { accountKey, batchKinds, rowProblems, type BatchKind, type GrantRow } from '#domain/quota/grant.ts'
import { granted } from '#domain/quota/ledger.ts'
import { isClosed } from '#domain/quota/year.ts'
import type { Day } from '#domain/day.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Codes } from '../reference/codes.ts'
import { nameOr } from './accounts.ts'
import { categoriesOf } from './categories.ts'
import { balancesOf } from './ledger.ts'

/** Everything a row needs to become an entry. */
export interface Resolved {
  year: number
  enterpriseId: string
  kind: 'quota' | 'bidding'
  categoryCode: string
  goodsKey: string
  goodsName: string
  unit: string
  tradeMode: string | null
  country: string | null
  docNo: string
  quantity: string
}

export interface Judged {
  row: GrantRow
  resolved: Resolved | null
  shown: z.input<typeof JudgedRow>
}

const managedBy = { grant: 'quota', award: 'bidding' } as const

/** Judges every row; a row is resolved when it has no problem. Reads only. */
export async function judgeRows(
  db: Db | Tx,
  codes: Codes,
  kind: BatchKind,
  rows: readonly GrantRow[],
  today: Day,
): Promise<Judged[]> {
  const enterprises = await enterprisesOf(db, rows)
  const seen = new Map<string, number>()
  const judged = rows.map((row) => judgeRow(codes, kind, row, enterprises, seen, today))
  return withExisting(db, judged)
}

type Enterprises = ReadonlyMap<string, { id: string; name: string }>

async function enterprisesOf(db: Db | Tx, rows: readonly GrantRow[]): Promise<Enterprises> {
  const wanted = [...new Set(rows.map(({ enterpriseCode }) => enterpriseCode))]
  const found = await db
    .selectFrom('enterprise')
    .select(['id', 'code13', 'name'])
    .where((on) => on('code13', '=', on.fn.any(on.val(wanted))))
    .where('verified_at', 'is not', null)
    .execute()
  return new Map(found.map(({ code13, ...one }) => [code13, one]))
}

function judgeRow(
  codes: Codes,
  kind: BatchKind,
  row: GrantRow,
  enterprises: Enterprises,
  seen: Map<string, number>,
  today: Day,
): Judged {
  const enterprise = enterprises.get(row.enterpriseCode)
  const year = Number(row.year)
  const category = categoriesOf(codes, year).get(row.categoryCode)
  const tradeMode = codeOf(codes, 'licence_trade_mode', row.tradeMode)
  const country = codeOf(codes, 'country', row.country)
  const own = rowProblems(row)
  const problems =
    own.length > 0
      ? own
      : [
          ...(isClosed(year, today) ? [`${year} 年度已经结束，不能再下达`] : []),
          ...(enterprise === undefined
            ? [`没有代码为 ${row.enterpriseCode} 的企业，请核对进出口企业代码`]
            : []),
          ...(category === undefined
            ? [`${year} 年度目录中没有大类 ${row.categoryCode}`]
            : category.licenceType === managedBy[kind]
              ? []
              : [
                  `${category.goodsName} ${year} 年度按“${licenceTypeLabels[category.licenceType]}”管理，不能登记${batchKinds[kind]}`,
                ]),
          ...(category !== undefined && category.unit !== row.unit
            ? [`计量单位应为${category.unit}，不是${row.unit}`]
            : []),
          ...(tradeMode === undefined ? [`没有贸易方式“${row.tradeMode}”，请填代码或名称，不限则留空`] : []),
          ...(country === undefined ? [`没有国家（地区）“${row.country}”，请填代码或名称，不限则留空`] : []),
        ]
  const resolved =
    problems.length > 0 || enterprise === undefined || category === undefined
      ? null
      : {
          year,
          enterpriseId: enterprise.id,
          kind: managedBy[kind],
          categoryCode: row.categoryCode,
          goodsKey: category.goodsKey,
          goodsName: category.goodsName,
          unit: category.unit,
          tradeMode: tradeMode ?? null,
          country: country ?? null,
          docNo: row.docNo,
          quantity: canonicalDecimal(row.quantity),
        }
  const repeated = resolved === null ? undefined : repeatOf(seen, row, resolved)
  if (repeated !== undefined) problems.push(repeated)
  return {
    row,
    resolved: repeated === undefined ? resolved : null,
    shown: {
      ...row,
      enterpriseName: enterprise?.name ?? null,
      goodsName: category?.goodsName ?? null,
      tradeModeName: tradeMode === undefined ? row.tradeMode : nameOr(codes, 'licence_trade_mode', tradeMode),
      countryName: country === undefined ? row.country : nameOr(codes, 'country', country),
      existing: null,
      problems,
    },
  }
}

function repeatOf(seen: Map<string, number>, row: GrantRow, resolved: Resolved): string | undefined {
  const key = accountKey({ ...resolved, enterpriseCode: row.enterpriseCode })
  const earlier = seen.get(key)
  if (earlier !== undefined) {
    return `与第 ${earlier} 行重复（企业、大类、文号、贸易方式、国家相同），请合并为一行`
  }
  seen.set(key, row.line)
  return undefined
}

/** The code that a text names by code or by name; null for an empty one, undefined when there is none. */
function codeOf(
  codes: Codes,
  list: 'licence_trade_mode' | 'country',
  text: string,
): string | null | undefined {
  if (text === '' || text === '不限') return null
  const usable = codes.list(list).entries.filter((entry) => entry.usable)
  return usable.find((entry) => entry.code === text || entry.name === text)?.code
}

/** What the accounts have been given already, so that an officer sees when a file was sent a second time. */
async function withExisting(db: Db | Tx, judged: Judged[]): Promise<Judged[]> {
  const ids = await accountIds(
    db,
    judged.flatMap(({ resolved }) => resolved ?? []),
  )
  const balances = await balancesOf(db, [...ids.values()])
  return judged.map((one) => {
    const id = one.resolved === null ? undefined : ids.get(resolvedKey(one.resolved))
    const found = id === undefined ? undefined : balances.get(id)
    const existing = found === undefined ? null : granted(found.balances)
    return { ...one, shown: { ...one.shown, existing } }
  })
}

export const resolvedKey = (of: Resolved): string => accountKey({ ...of, enterpriseCode: of.enterpriseId })

/** Ids of the accounts that exist, by `resolvedKey`. */
export async function accountIds(
  db: Db | Tx,
  wanted: readonly Resolved[],
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('quota_account')
    .select(['id', 'year', 'enterprise_id', 'category_code', 'doc_no', 'trade_mode', 'country'])
    .where((on) =>
      on('enterprise_id', '=', on.fn.any(on.val([...new Set(wanted.map((one) => one.enterpriseId))]))),
    )
    .where((on) => on('doc_no', '=', on.fn.any(on.val([...new Set(wanted.map((one) => one.docNo))]))))
    .execute()
  return new Map(
    rows.map((row) => [
      accountKey({
        year: row.year,
        enterpriseCode: row.enterprise_id,
        categoryCode: row.category_code,
        docNo: row.doc_no,
        tradeMode: row.trade_mode,
        country: row.country,
      }),
      row.id,
    ]),
  )
}
