/**
 * The proof: every balance computed again from the entries, and compared with what applications, licences, requests and
 * swaps say they hold, have committed and settled; and each licence's use with customs' uses. Whole sets at a time.
 */
import { sql, type RawBuilder } from 'kysely'
import { buckets, kinds } from '#domain/quota/ledger.ts'
import { dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { inForce } from '../customs/uses.ts'
import type { Db, Tx } from '../db/connect.ts'
import { tell } from '../notice/notices.ts'

/** One thing that does not agree. */
export interface Difference {
  /** `chain`: entries among themselves; then the bucket or fact that differs. */
  what: 'chain' | 'held' | 'committed' | 'settled' | 'total' | 'used'
  /** Id of the account or the licence. */
  id: string
  name: string
  /** What the ledger (or the licence) says, and what it should be. */
  is: string
  shouldBe: string
}

export interface Proof {
  accounts: number
  entries: number
  licences: number
  differences: Difference[]
}

/** Beyond that many of a kind the rest is not told one by one. */
const mostTold = 200

/** Proves everything at one instant: a repeatable read sees no half of another transaction. */
export function prove(db: Db): Promise<Proof> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      // Longer than a request may take: it reads every entry.
      await sql`set local statement_timeout = 0`.execute(tx)
      // Sorting a million entries in memory instead of on disk; two for one statement.
      await sql`set local work_mem = '64MB'`.execute(tx)
      const counted = await sql<{ accounts: number; entries: number; licences: number }>`
        select (select count(*)::int from quota_account) as accounts,
          (select count(*)::int from quota_entry) as entries, (select count(*)::int from licence) as licences`.execute(
        tx,
      )
      const found: Difference[] = []
      for (const ask of [chain, held, committed, settled, totals, used]) found.push(...(await ask(tx)))
      const { accounts = 0, entries = 0, licences = 0 } = counted.rows[0] ?? {}
      return { accounts, entries, licences, differences: found }
    })
}

type Found = Omit<Difference, 'what'>

async function asking(tx: Tx, what: Difference['what'], query: RawBuilder<Found>): Promise<Difference[]> {
  const { rows } = await query.execute(tx)
  return rows.map((row) => ({ what, ...row }))
}

const kept = Object.keys(buckets).filter((name) => name !== 'pool')

/** Each entry follows from the one before it: no gap in the numbers, balances as moved, moves its kind makes. */
function chain(tx: Tx) {
  const moved = kept.map(
    (name) => sql`bad.${sql.ref(name)} <> ${sql.ref(`${name}_before`)}
      + case when to_bucket = ${sql.lit(name)} then bad.quantity else 0 end
      - case when from_bucket = ${sql.lit(name)} then bad.quantity else 0 end`,
  )
  const before = kept.map(
    (name) => sql`lag(${sql.ref(name)}, 1, 0::numeric) over w as ${sql.ref(`${name}_before`)}`,
  )
  const moves = Object.entries(kinds).flatMap(([kind, { moves: allowed }]) =>
    allowed.map((one) => sql.lit(`${kind}:${one}`)),
  )
  const below = kept.map((name) => sql`bad.${sql.ref(name)} < 0`)
  return asking(
    tx,
    'chain',
    sql<Found>`
      select bad.account_id as id, a.doc_no || ' 第 ' || bad.seq || ' 笔' as name,
        concat_ws(' ', bad.seq, bad.kind, bad.quantity, bad.available, bad.held, bad.committed, bad.settled,
          bad.lapsed) as is,
        concat_ws(' ', '第', bad.place, '笔，前一笔余额', bad.available_before, bad.held_before, bad.committed_before,
          bad.settled_before, bad.lapsed_before) as "shouldBe"
      from (select *, row_number() over w as place, ${sql.join(before)}
        from quota_entry window w as (partition by account_id order by seq)) as bad
      join quota_account as a on a.id = bad.account_id
      where bad.seq <> bad.place or ${sql.join(moved, sql` or `)} or ${sql.join(below, sql` or `)}
        or bad.kind || ':' || from_bucket || '>' || to_bucket not in (${sql.join(moves)})
      limit ${mostTold}`,
  )
}

/** The last balances of every account. */
const last = sql`(select a.id, a.doc_no, coalesce(e.held, 0) as held, coalesce(e.committed, 0) as committed,
    coalesce(e.settled, 0) as settled
  from quota_account as a left join lateral (
    select * from quota_entry where account_id = a.id order by seq desc limit 1) as e on true)`

/** Accounts whose bucket is not the sum of what things say. */
function compared(
  tx: Tx,
  bucket: 'held' | 'committed' | 'settled',
  parts: RawBuilder<unknown>,
): Promise<Difference[]> {
  return asking(
    tx,
    bucket,
    sql<Found>`
      select last.id, last.doc_no as name, trim_scale(last.${sql.ref(bucket)})::text as is,
        trim_scale(coalesce(sums.quantity, 0))::text as "shouldBe"
      from ${last} as last
      left join (select account_id, sum(quantity) as quantity from (${parts}) as part group by account_id) as sums
        on sums.account_id = last.id
      where last.${sql.ref(bucket)} <> coalesce(sums.quantity, 0) order by last.id limit ${mostTold}`,
  )
}

const held = (tx: Tx) =>
  compared(
    tx,
    'held',
    sql`select quota_account_id as account_id, quota_quantity as quantity from application
        where quota_account_id is not null and state in ('first_review', 'second_review', 'withdrawing')
      union all
      select quota_account_id, quota_quantity from licence_request
        where quota_account_id is not null and state in ('reviewing', 'second_review', 'awaiting_customs')
      union all
      select from_account_id, quantity from quota_swap where state = 'reviewing'`,
  )

const committed = (tx: Tx) =>
  compared(
    tx,
    'committed',
    sql`select licence.quota_account_id as account_id, licence.quantity from licence
      where licence.quota_account_id is not null and (licence.state in ('valid', 'cleared', 'expired', 'revoked')
        or licence.state = 'pending' and (licence.replaces_id is not null or exists (
          select from application where application.id = licence.application_id and application.state = 'approved')))`,
  )

/** What was really exported: of written-off licences, and of those that were replaced. Never with the allowance. */
const settled = (tx: Tx) =>
  compared(
    tx,
    'settled',
    sql`select licence.quota_account_id as account_id, least(request.write_off_quantity, licence.quantity) as quantity
      from licence_request as request join licence on licence.id = request.licence_id
      where request.kind = 'write_off' and request.state = 'approved' and licence.quota_account_id is not null
      union all
      select quota_account_id, least(used_quantity, quantity) from licence
      where quota_account_id is not null and state in ('replaced', 'lost')`,
  )

/** Grants and awards of a category, less what was handed back, against its total. */
const totals = (tx: Tx) =>
  asking(
    tx,
    'total',
    sql<Found>`
      select min(a.id::text) as id, a.year || ' ' || a.category_code as name,
        trim_scale(sum(case e.kind when 'hand_back' then -e.quantity else e.quantity end))::text as is,
        '不超过 ' || coalesce(trim_scale(max(t.quantity))::text, '0') as "shouldBe"
      from quota_account as a join quota_entry as e on e.account_id = a.id
        and e.kind in ('grant', 'award', 'hand_back')
      left join quota_total as t on t.year = a.year and t.category_code = a.category_code
      group by a.year, a.category_code
      having sum(case e.kind when 'hand_back' then -e.quantity else e.quantity end) > coalesce(max(t.quantity), 0)
      limit ${mostTold}`,
  )

/** What a licence says was used, against the uses that customs reported: quantity, and number of declarations. */
const used = (tx: Tx) =>
  asking(
    tx,
    'used',
    sql<Found>`
      select licence.id, licence.licence_no as name,
        trim_scale(licence.used_quantity)::text || ' / ' || licence.use_count as is,
        trim_scale(coalesce(uses.quantity, 0))::text || ' / ' || coalesce(uses.count, 0) as "shouldBe"
      from licence left join (
        select licence_id, sum(quantity) as quantity, count(distinct declaration_no)::int as count
        from customs_use where ${inForce} group by licence_id) as uses on uses.licence_id = licence.id
      where licence.used_quantity <> coalesce(uses.quantity, 0) or licence.use_count <> coalesce(uses.count, 0)
      limit ${mostTold}`,
  )

/** Every night: what differs goes to the log and to the administrators, once a day. */
export async function proveNightly(ctx: Context): Promise<void> {
  const now = ctx.clock()
  const { differences, ...counted } = await prove(ctx.db)
  if (differences.length === 0) {
    ctx.log({ level: 'info', part: 'quota', message: 'the ledger proves', ...counted })
    return
  }
  const message = `the ledger does not prove: ${differences.length} differences`
  ctx.log({ level: 'error', part: 'quota', message, differences: differences.slice(0, 50) })
  const words = `配额账核对发现 ${differences.length} 处不一致（${differences[0]?.name ?? ''} 等），请运行 npm run prove 查看`
  const notice = { enterpriseId: null, kind: 'quota_proof', thing: 'health', thingId: null, words }
  await tell(ctx.db, [{ ...notice, key: `quota_proof/${dayOf(now)}` }], now)
}
