/**
 * What applications do to quota: hold at submission, commit when the second review passes, back to held when the licence
 * is handed back, release at return, withdrawal and rejection. The quantity is the licence's own, never with 溢装: an
 * allowance is no quota (商务部令 2008 年第 11 号).
 */
import { sql, type RawBuilder } from 'kysely'
import { canonicalDecimal, compare, figure, subtract, type Decimal } from '#domain/decimal.ts'
import type { Day } from '#domain/day.ts'
import { freeBucket } from '#domain/quota/year.ts'
import type { Db, Tx } from '../db/connect.ts'
import { balancesOf, lockAccount, move, type AccountRow, type Cause } from './ledger.ts'
import { matchAccount } from './match.ts'

/** Columns of an application that say which quota it needs and what it holds. */
export interface QuotaColumns {
  id: string
  enterprise_id: string
  quota_year: number
  category_code: string
  goods_name: string
  goods_unit: string
  trade_mode: string | null
  destination_country: string | null
  quota_doc_no: string | null
  total_quantity: Decimal
  quota_account_id: string | null
  quota_quantity: Decimal | null
}

/** The account an application would draw from and what is left there, or the words why there is none. */
export type Need =
  | { account: AccountRow; available: Decimal; refusal: string | null }
  | { account: null; available: null; refusal: string }

/** Judges without a lock what a submission would need; `holdFor` asks again under the account's lock. */
export async function needOf(db: Db | Tx, row: QuotaColumns, today: Day): Promise<Need> {
  const match = await matchAccount(
    db,
    {
      enterpriseId: row.enterprise_id,
      year: row.quota_year,
      categoryCode: row.category_code,
      unitName: row.goods_unit,
      tradeMode: row.trade_mode ?? '',
      country: row.destination_country ?? '',
      docNo: row.quota_doc_no ?? '',
    },
    row.goods_name,
    today,
  )
  if ('refusal' in match) return { account: null, available: null, refusal: match.refusal }
  const { account } = match
  const found = (await balancesOf(db, [account.id])).get(account.id)
  const available = found === undefined ? '0' : canonicalDecimal(found.balances.available)
  return { account, available, refusal: shortWords(account, available, row.total_quantity) }
}

/** Words that say exactly what is short, or null. */
export function shortWords(
  account: Pick<AccountRow, 'doc_no' | 'unit_name'>,
  available: Decimal,
  needed: Decimal,
): string | null {
  if (compare(available, needed) >= 0) return null
  const unit = account.unit_name
  return `配额不足：${account.doc_no} 可用余量 ${figure(available)} ${unit}，本申请表需要 ${figure(needed)} ${unit}，尚缺 ${figure(subtract(needed, available))} ${unit}。请减少数量，或向配额管理部门查询`
}

/** Holds an application's quantity on an account: the last lock of a submission. */
export async function holdFor(tx: Tx, row: QuotaColumns, account: AccountRow, cause: Cause): Promise<void> {
  const quantity = canonicalDecimal(row.total_quantity)
  const locked = await lockAccount(tx, account.id)
  await move(tx, locked, { kind: 'hold', from: 'available', to: 'held', quantity }, of(row, cause))
}

const of = (row: QuotaColumns, cause: Cause): Cause => ({ ...cause, applicationId: row.id })

/** What an application holds comes free; to 失效 once its year is over. Nothing where it holds none. */
export async function releaseOf(tx: Tx, row: QuotaColumns, cause: Cause, today: Day): Promise<void> {
  if (row.quota_account_id === null || row.quota_quantity === null) return
  const locked = await lockAccount(tx, row.quota_account_id)
  await move(
    tx,
    locked,
    {
      kind: 'release',
      from: 'held',
      to: freeBucket(locked.row.year, today),
      quantity: canonicalDecimal(row.quota_quantity),
    },
    of(row, cause),
  )
}

/** The columns of an application that holds no quota any more. */
export const holdsNone = { quota_account_id: null, quota_quantity: null }

/** 退回复审: what was committed is held again, and the application keeps its account. */
export async function uncommitOf(
  tx: Tx,
  row: QuotaColumns,
  licenceId: string | null,
  cause: Cause,
): Promise<void> {
  if (row.quota_account_id === null || row.quota_quantity === null) return
  const locked = await lockAccount(tx, row.quota_account_id)
  await move(
    tx,
    locked,
    { kind: 'uncommit', from: 'committed', to: 'held', quantity: canonicalDecimal(row.quota_quantity) },
    { ...of(row, cause), ...(licenceId === null ? {} : { licenceId }) },
  )
}

/**
 * The entry that commits what an application holds, as one statement that reads the account's last entry and writes the
 * next; the caller has locked the account in a statement before, and does nothing slow after it. Undefined where the
 * application holds nothing.
 */
export function commitEntry(
  row: QuotaColumns,
  licenceId: string,
  { actor, now }: Cause,
): RawBuilder<unknown> | undefined {
  if (row.quota_account_id === null || row.quota_quantity === null) return undefined
  return sql`
    insert into quota_entry (account_id, seq, kind, from_bucket, to_bucket, quantity, available, held, committed,
      settled, lapsed, application_id, licence_id, actor_id, actor_name, at)
    select account_id, seq + 1, 'commit', 'held', 'committed', moved.quantity, available, held - moved.quantity,
      committed + moved.quantity, settled, lapsed, ${row.id}::uuid, ${licenceId}::uuid, ${actor.accountId}::uuid,
      ${actor.personName}, ${now}
    from (select ${row.quota_quantity}::numeric as quantity) as moved, lateral (
      select * from quota_entry where account_id = ${row.quota_account_id}::uuid order by seq desc limit 1) as last`
}

/** Takes the account's lock, as `lockAccounts` does, without reading its balances. */
export async function lockOnly(tx: Tx, accountId: string): Promise<void> {
  await sql`select from quota_account where id = ${accountId}::uuid for no key update`.execute(tx)
}
