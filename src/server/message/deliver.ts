/**
 * Sends what waits, by channel. A message is leased before it is handed over, so that no two servers hand it over at
 * the same time; one that was in hand when its process died is sent again: at least once, never forgotten.
 */
import { sql } from 'kysely'
import { z } from 'zod'
import { channels, isChannel, type Channel } from '#domain/message/letter.ts'
import type { Context } from '../context.ts'
import { addJob } from '../jobs/add.ts'
import { NotCarried, type Carrier } from './carrier.ts'
import { sendJob } from './queue.ts'

/** Seconds to wait after the first, second, … failure; the last stands for all that follow. */
const pauses = [10, 30, 60, 300, 900, 3600] as const
export const pauseAfter = (attempts: number): number =>
  (pauses[Math.min(Math.max(attempts, 1), pauses.length) - 1] ?? 3600) * 1000
/** Longer than any carrier's patience. */
const leaseMs = 60_000
/** A message that could not be handed over for so long is given up. */
const patienceMs = 48 * 60 * 60_000
/** How many of a channel are handed over at once by one process. */
const lanes = 5

interface Claimed {
  id: string
  kind: string
  recipient: string
  subject: string
  text: string
  whole_text: string | null
  secret_until: Date | null
  attempts: number
  created_at: Date
}

const Payload = z.object({ channel: z.string().refine(isChannel).optional() }).catch({})

/** The job. Without a channel (the calendar's) it looks after all of them. */
export async function sendMessages(
  ctx: Context,
  payload: unknown,
  attempt?: { signal: AbortSignal | undefined },
): Promise<void> {
  const { channel } = Payload.parse(payload ?? {})
  const wanted = Object.keys(channels).filter(isChannel)
  await Promise.all(
    wanted
      .filter((one) => channel === undefined || channel === one)
      .map((one) => drain(ctx, one, () => attempt?.signal?.aborted === true)),
  )
}

/** Which carriers are busy in this process: no second job waits beside them, the first looks once more. */
const busy = new WeakMap<Carrier, { again: boolean }>()

async function drain(ctx: Context, channel: Channel, stopped: () => boolean) {
  const carrier = ctx.carriers[channel]
  if (carrier.missing() !== null) return
  const running = busy.get(carrier)
  if (running !== undefined) {
    running.again = true
    return
  }
  const mine = { again: false }
  busy.set(carrier, mine)
  try {
    do {
      mine.again = false
      const halt = { now: false }
      const lane = async () => {
        while (!halt.now && !stopped()) {
          const claimed = await claim(ctx, channel)
          if (claimed === undefined) return
          if ((await hand(ctx, carrier, claimed, channel)) === 'unreachable') halt.now = true
        }
      }
      await Promise.all(Array.from({ length: lanes }, lane))
    } while (mine.again && !stopped())
  } finally {
    busy.delete(carrier)
  }
}

/** The next message that is due, leased in one statement. */
async function claim(ctx: Context, channel: Channel): Promise<Claimed | undefined> {
  const now = ctx.clock()
  const lease = new Date(now.getTime() + leaseMs)
  const { rows } = await sql<Claimed>`
    update message set attempts = attempts + 1, leased_until = ${lease}
    where id = (
      select id from message where state = 'queued' and channel = ${channel} and next_at <= ${now}
        and (leased_until is null or leased_until <= ${now})
      order by next_at, id limit 1 for update skip locked)
    returning id, kind, recipient, subject, text, whole_text, secret_until, attempts, created_at`.execute(
    ctx.db,
  )
  return rows[0]
}

async function hand(ctx: Context, carrier: Carrier, it: Claimed, channel: Channel): Promise<string> {
  const secretGone = it.secret_until !== null && (it.secret_until <= ctx.clock() || it.whole_text === null)
  if (secretGone) {
    await settle(ctx, it, '其中的验证码或一次性密码已过期，没有再发')
    return 'refused'
  }
  try {
    const { id, recipient, subject } = it
    await carrier.carry({ id, recipient, subject, text: it.whole_text ?? it.text, at: ctx.clock() })
  } catch (error) {
    return notSent(ctx, it, channel, error)
  }
  // Whoever holds the lease by now: it has gone.
  await sql`update message set state = 'sent', sent_at = ${ctx.clock()}::timestamptz, error = null, leased_until = null,
      whole_text = ${carrier.local ? sql.ref('whole_text') : null}
    where id = ${it.id} and state = 'queued'`.execute(ctx.db)
  return 'sent'
}

async function notSent(ctx: Context, it: Claimed, channel: Channel, error: unknown): Promise<string> {
  const { how, message: words } =
    error instanceof NotCarried ? error : { how: 'later', message: '发送程序出错，详见日志' }
  const fault = error instanceof NotCarried || !(error instanceof Error) ? {} : { fault: error.name }
  const { id, kind, attempts } = it
  ctx.log({ level: 'warning', part: 'messages', message: words, id, channel, kind, attempts, ...fault })
  const now = ctx.clock().getTime()
  if (how === 'refused' || now - it.created_at.getTime() > patienceMs) {
    await settle(ctx, it, words)
    return how
  }
  const next = new Date(now + pauseAfter(attempts))
  await sql`update message set next_at = ${next}::timestamptz, leased_until = null, error = ${words}
    where id = ${id} and state = 'queued' and attempts = ${attempts}`.execute(ctx.db)
  await addJob(ctx.db, sendJob, { channel }, { runAt: next })
  return how
}

/** Given up: an administrator sees why, and may have it tried again. */
async function settle(ctx: Context, it: Claimed, words: string) {
  await sql`update message set state = 'failed', leased_until = null, error = ${words}
    where id = ${it.id} and state = 'queued' and attempts = ${it.attempts}`.execute(ctx.db)
}
