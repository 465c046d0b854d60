/**
 * The ledger in the database: accounts are locked, judged and moved. Lock order: request → application → licence →
 * quota accounts by id → number counter; whoever needs several accounts locks them in one call.
 */
import {
  after,
  noBalances,
  shortOf,
  type Balances,
  type Bucket,
  type EntryKind,
} from '#domain/quota/ledger.ts'
import type { Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../db/connect.ts'
import type { QuotaAccount } from '../db/types.gen.ts'
import { Refused } from '../refused.ts'

export type AccountRow = Selectable<QuotaAccount>

/** A locked account with its balances; `move` keeps both up to date. */
export interface LockedAccount {
  row: AccountRow
  balances: Balances
  /** Number of its last entry. */
  seq: number
}

/** What an entry is about, and who caused it. */
export interface Cause {
  actor: Actor
  now: Date
  batchId?: string
  applicationId?: string
  licenceId?: string
  requestId?: string
  swapId?: string
  /** Id made by the client, of a movement that is an action of its own. */
  clientRequest?: string
  note?: string
}

/** Locks accounts by id in the one order, and reads their balances under the lock. */
export async function lockAccounts(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LockedAccount>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const rows = await tx
    .selectFrom('quota_account')
    .selectAll()
    .where('id', 'in', wanted)
    .orderBy('id')
    // Not `for update`: rows that name the account share its key, and two of them would wait for each other.
    .forNoKeyUpdate()
    .execute()
  // A statement of its own: what was committed while the lock was waited for must be seen.
  const last = await balancesOf(tx, wanted)
  return new Map(
    rows.map((row) => [row.id, { row, ...(last.get(row.id) ?? { balances: noBalances, seq: 0 }) }]),
  )
}

/** Locks one account that must exist. */
export async function lockAccount(tx: Tx, id: string): Promise<LockedAccount> {
  const found = (await lockAccounts(tx, [id])).get(id)
  if (found === undefined) throw new Error(`no quota account ${id}`)
  return found
}

/** The balances of accounts as of now, by their last entries; an account without entries is left out. */
export async function balancesOf(
  db: Db | Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { balances: Balances; seq: number }>> {
  if (ids.length === 0) return new Map()
  // One step back along the index for each account, however many entries it has.
  const { rows } = await sql<{ account_id: string; seq: number } & Balances>`
    select last.account_id, last.seq, last.available, last.held, last.committed, last.settled, last.lapsed
    from unnest(${[...ids]}::uuid[]) as wanted(id) cross join lateral (
      select * from quota_entry where account_id = wanted.id order by seq desc limit 1) as last`.execute(db)
  return new Map(rows.map(({ account_id: id, seq, ...balances }) => [id, { balances, seq }]))
}

/**
 * Writes one entry on a locked account. Refuses (409) in words when the bucket has not enough; throws for a move that
 * its kind does not make.
 */
export async function move(
  tx: Tx,
  account: LockedAccount,
  entry: { kind: EntryKind; from: Bucket; to: Bucket; quantity: Decimal },
  cause: Cause,
): Promise<void> {
  const short = shortOf(account.balances, entry.from, entry.quantity)
  if (short !== undefined) throw new Refused(409, 'quota', `配额 ${account.row.doc_no}：${short}`)
  account.balances = after(account.balances, entry)
  account.seq += 1
  await tx
    .insertInto('quota_entry')
    .values({
      account_id: account.row.id,
      seq: account.seq,
      kind: entry.kind,
      from_bucket: entry.from,
      to_bucket: entry.to,
      quantity: entry.quantity,
      ...account.balances,
      batch_id: cause.batchId ?? null,
      application_id: cause.applicationId ?? null,
      licence_id: cause.licenceId ?? null,
      request_id: cause.requestId ?? null,
      swap_id: cause.swapId ?? null,
      client_request: cause.clientRequest ?? null,
      note: cause.note ?? '',
      actor_id: cause.actor.scope === 'system' ? null : cause.actor.accountId,
      actor_name: cause.actor.personName,
      at: cause.now,
    })
    .execute()
}
