/** Whose number is it: what is authorised for an account now, and whether a number is somebody else's. */
import { sql } from 'kysely'
import { makingDays } from '#domain/phone-authorisation/actions.ts'
import type { Current } from '#domain/phone-authorisation/begin.ts'
import type { Db, Tx } from '../db/connect.ts'

const DAY_MS = 86_400_000

/** Whatever was submitted before this can't be made any more, and keeps no number. */
export const madeSince = (now: Date): Date => new Date(now.getTime() - makingDays * DAY_MS)

/** The number of the phone certificates of an account that are not revoked, and the last end of them. */
export async function currentOf(db: Db | Tx, accountId: string): Promise<Current | undefined> {
  const row = await db
    .selectFrom('certificate')
    .select(['mobile', 'not_after'])
    .where('made_for', '=', accountId)
    .where('device', '=', 'phone')
    .where('revoked_at', 'is', null)
    .orderBy('not_after', 'desc')
    .executeTakeFirst()
  return row === undefined || row.mobile === null
    ? undefined
    : { mobile: row.mobile, notAfter: row.not_after }
}

/**
 * Nobody else authorises this number before this transaction ends. Taken after the account and before the row, always in
 * this order.
 */
export async function lockNumber(tx: Tx, mobile: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`phone ${mobile}`}, 0))`.execute(tx)
}

/** Accounts that hold a number: a certificate in date that was made for it, or a request that waits for the phone. */
const holders = (mobile: string, now: Date) => sql<{ account_id: string }>`
  select made_for as account_id from certificate
    where mobile = ${mobile} and device = 'phone' and revoked_at is null and not_after >= ${now}
  union
  select created_by from phone_authorisation
    where mobile = ${mobile} and state = 'submitted' and submitted_at > ${madeSince(now)}`

/** Whether somebody else holds the number; certain only under `lockNumber`. */
export async function takenByOther(
  db: Db | Tx,
  mobile: string,
  accountId: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await holders(mobile, now).execute(db)
  return rows.some((row) => row.account_id !== accountId)
}

/** The one account that a phone of this number may sign in for: neither it nor its enterprise is suspended. */
export async function accountOfNumber(db: Db | Tx, mobile: string, now: Date) {
  const { rows } = await sql<{ id: string; login_name: string; enterprise_id: string | null }>`
    select account.id, account.login_name, account.enterprise_id
    from (${holders(mobile, now)}) holder
      join account on account.id = holder.account_id
      join enterprise on enterprise.id = account.enterprise_id
    where account.active and account.suspended_at is null and enterprise.suspended_at is null`.execute(db)
  return rows.length === 1 ? rows[0] : undefined
}
