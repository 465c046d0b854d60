/**
 * Sends what waits in the outbox. Message n of a licence goes only when customs has n−1; a failure makes the pauses
 * longer; a day without customs ends with everything sent, in order, once (customs knows each number).
 */
import { sql } from 'kysely'
import { Outbound, type Receipt } from '#domain/customs/messages.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { addJob } from '../jobs/add.ts'
import { deliverJob } from './outbox.ts'

/** Seconds to wait after the first, second, … failure; the last stands for all that follow. */
export const pauses = [10, 30, 60, 300, 900, 3600] as const
/** A try under way is nobody else's for so long; longer than the exchange's own patience. */
const leaseMs = 60_000
const batchSize = 100

export const pauseAfter = (attempts: number): number =>
  (pauses[Math.min(Math.max(attempts, 1), pauses.length) - 1] ?? 3600) * 1000

interface Claimed {
  id: string
  licence_id: string
  seq: number
  round: number
  attempts: number
  body: Record<string, unknown>
}

/** The job: batch after batch until nothing is due or customs can't be reached. */
export async function deliver(ctx: Context): Promise<void> {
  if (ctx.customs.missing() !== null) return
  for (;;) {
    const claimed = await claim(ctx)
    if (claimed.length === 0) return
    let receipts: Receipt[]
    try {
      receipts = await ctx.customs.send(claimed.map(messageOf), ctx.clock())
    } catch (error) {
      await failed(ctx, claimed, error instanceof Error ? error.message : String(error))
      return
    }
    await received(ctx, claimed, receipts)
  }
}

const messageOf = ({ body, round }: Claimed) => Outbound.parse({ ...body, round })

/** The first unsent message of each licence that is due, leased in one statement. Two servers never take the same. */
async function claim(ctx: Context): Promise<Claimed[]> {
  const now = ctx.clock()
  const lease = new Date(now.getTime() + leaseMs)
  const found = await sql<Claimed>`
    update customs_message set attempts = attempts + 1, next_at = ${lease}
    where id in (
      select id from customs_message as due
      where due.state = 'queued' and due.next_at <= ${now} and not exists (
        select from customs_message as earlier where earlier.licence_id = due.licence_id and earlier.seq < due.seq
          and earlier.state in ('queued', 'failed'))
      order by due.next_at, due.id limit ${batchSize} for update skip locked)
    returning id, licence_id, seq, round, attempts, body`.execute(ctx.db)
  return found.rows.toSorted((a, b) => Number(a.id) - Number(b.id))
}

/** Not received, or not known whether: tried again after a pause. The words are for the officer's page. */
async function failed(ctx: Context, claimed: Claimed[], words: string) {
  const now = ctx.clock().getTime()
  const rows = claimed.map(({ id, attempts, round }) => ({
    id,
    round,
    next: new Date(now + pauseAfter(attempts)),
  }))
  await sql`update customs_message set next_at = tried.next, last_error = ${words}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as tried(id bigint, round int, next timestamptz)
    where customs_message.id = tried.id and customs_message.round = tried.round
      and customs_message.state = 'queued'`.execute(ctx.db)
  const soonest = Math.min(...rows.map(({ next }) => next.getTime()))
  await addJob(ctx.db, deliverJob, {}, { key: `${deliverJob}/again`, runAt: new Date(soonest) })
}

/** Licences before their messages, in the order of their ids: the lock order of everybody. */
async function received(ctx: Context, claimed: Claimed[], receipts: Receipt[]) {
  const byNo = new Map(receipts.map((receipt) => [receipt.messageNo, receipt]))
  const receiptOf = ({ body }: Claimed) => byNo.get(String(body['messageNo']))
  const sent = claimed.filter((one) => receiptOf(one)?.outcome === 'received')
  const later = claimed.filter((one) => {
    const receipt = receiptOf(one)
    return receipt === undefined || (receipt.outcome === 'refused' && receipt.code === 'gap')
  })
  const refused = claimed.filter((one) => !sent.includes(one) && !later.includes(one))
  await ctx.db.transaction().execute(async (tx) => {
    await settle(
      tx,
      sent.map((one) => ({ ...one, state: 'sent', words: null })),
      ctx.clock(),
    )
    await settle(
      tx,
      refused.map((one) => ({ ...one, state: 'failed', words: receiptOf(one)?.reason ?? '' })),
      ctx.clock(),
    )
  })
  for (const words of new Set(later.map((one) => receiptOf(one)?.reason ?? '海关没有答复这份报文'))) {
    await failed(
      ctx,
      later.filter((one) => (receiptOf(one)?.reason ?? '海关没有答复这份报文') === words),
      words,
    )
  }
}

async function settle(tx: Tx, rows: (Claimed & { state: string; words: string | null })[], now: Date) {
  if (rows.length === 0) return
  const licences = [...new Set(rows.map((row) => row.licence_id))]
  await sql`select id from licence where id = any(${licences}::uuid[]) order by id for update`.execute(tx)
  // What customs has answered meanwhile stands: the answer may be here before the receipt.
  const list = JSON.stringify(
    rows.map(({ id, round, state, words }) => ({ id, round, to_state: state, words })),
  )
  const moved = await sql<{ licence_id: string; seq: number; delivery: string }>`
    with told as (
      select * from jsonb_to_recordset(${list}::jsonb) as t(id bigint, round int, to_state text, words text))
    update customs_message as message set state = told.to_state, last_error = told.words,
      sent_at = case when told.to_state = 'sent' then ${now}::timestamptz end
    from told where message.id = told.id and message.round = told.round and message.state = 'queued'
    returning message.licence_id, message.seq, message.state as delivery`.execute(tx)
  await tellLicences(tx, moved.rows)
}

/** A licence shows how far its newest message has come. Its row is locked. */
export async function tellLicences(
  tx: Tx,
  moved: readonly { licence_id: string; seq: number; delivery: string }[],
): Promise<void> {
  if (moved.length === 0) return
  await sql`update licence set delivery = told.delivery
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as told(licence_id uuid, seq int, delivery text)
    where licence.id = told.licence_id and licence.customs_seq = told.seq`.execute(tx)
}
