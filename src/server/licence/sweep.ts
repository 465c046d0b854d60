/** Periodic care for licences: pipelines that got stuck are started again, licences past their last day expire. */
import { dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { system } from '../door.ts'
import { addJob } from '../jobs/add.ts'
import { Refused } from '../refused.ts'
import { actIn } from './act.ts'
import { issueAttempts, issueJob } from './effects.ts'

/** A pipeline without an error that has not finished by then lost its job, e.g. when a queue was restored. */
const stuckAfterMs = 10 * 60_000

/** Adds the job of every unfinished pipeline again; harmless where it still waits or runs. */
export async function sweepIssuing(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock().getTime() - stuckAfterMs)
  const stuck = await ctx.db
    .selectFrom('licence')
    .select('id')
    .where('state', '=', 'pending')
    .where('issue_step', 'is not', null)
    .where('issue_error', 'is', null)
    .where('issue_started_at', '<', before)
    .limit(1000)
    .execute()
  for (const { id } of stuck) {
    await addJob(
      ctx.db,
      issueJob,
      { licenceId: id },
      { key: `${issueJob}/${id}`, maxAttempts: issueAttempts },
    )
  }
}

/** Moves valid licences past their last day to expired. What is shown never waits for it. */
export async function expireLicences(ctx: Context): Promise<void> {
  const today = dayOf(ctx.clock())
  for (;;) {
    const due = await ctx.db
      .selectFrom('licence')
      .select('id')
      .where('state', '=', 'valid')
      .where('expiry_date', '<', today)
      .limit(200)
      .execute()
    if (due.length === 0) return
    for (const { id } of due) await expire(ctx, id)
  }
}

/** Another server, or a use reported meanwhile, may have been first: then there is nothing to do. */
async function expire(ctx: Context, id: string) {
  try {
    await ctx.db.transaction().execute((tx) => actIn(tx, ctx, system, id, 'expire', 'unversioned'))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
