/** Clears what has run out: sessions, captchas, counted attempts. Nothing waits for it; it keeps tables small. */
import type { Context } from '../context.ts'
import { sessionLimits } from './session.ts'
import { forgottenAfter } from './throttle.ts'

export async function sweepAccounts(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const now = ctx.clock()
  await ctx.db
    .deleteFrom('session')
    .where((eb) =>
      eb.or([
        eb('expires_at', '<=', now),
        eb('last_seen_at', '<=', new Date(now.getTime() - sessionLimits.idle)),
      ]),
    )
    .execute()
  await ctx.db.deleteFrom('captcha').where('expires_at', '<=', now).execute()
  await ctx.db.deleteFrom('key_challenge').where('expires_at', '<=', now).execute()
  await ctx.db.deleteFrom('phone_session').where('expires_at', '<=', now).execute()
  await ctx.db
    .deleteFrom('throttle')
    .where('ends_at', '<=', new Date(now.getTime() - forgottenAfter))
    .execute()
}
