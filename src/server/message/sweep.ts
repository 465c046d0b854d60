/** Forgets what is over: codes out of date, secrets of messages that are worth nothing any more, old messages. */
import { sql } from 'kysely'
import type { Context } from '../context.ts'

/** Somebody may ask what became of a message for so long. */
const keptMs = 365 * 24 * 60 * 60_000

export async function sweepMessages(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const now = ctx.clock()
  await ctx.db.deleteFrom('code').where('expires_at', '<=', now).execute()
  await sql`update message set whole_text = null where whole_text is not null and secret_until <= ${now}`.execute(
    ctx.db,
  )
  await ctx.db
    .deleteFrom('message')
    .where('state', '<>', 'queued')
    .where('created_at', '<=', new Date(now.getTime() - keptMs))
    .execute()
}
