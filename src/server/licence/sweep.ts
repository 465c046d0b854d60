/** Periodic care for licences: pipelines that got stuck are started again, licences past their last day expire. */
import { dayOf, yearOf } from '#domain/day.ts'
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

/** Moves valid licences past their last day to expired (what is shown never waits for it), and ends what a year left behind. */
export async function expireLicences(ctx: Context): Promise<void> {
  const today = dayOf(ctx.clock())
  await lapseExchanged(ctx, yearOf(today))
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

/** Licences of a closed year that came by exchange and were never issued: nothing else can end them. */
async function lapseExchanged(ctx: Context, year: number) {
  const due = await ctx.db
    .selectFrom('licence')
    .select(['id', 'version', 'quota_year'])
    .where('state', '=', 'pending')
    .where('replaces_id', 'is not', null)
    .where('quota_year', '<', year)
    .where('document_sha256', 'is', null)
    .orderBy('id')
    .execute()
  for (const { id, version, quota_year: over } of due) {
    const opinion = `${over} 年度已结束，没有生成电子许可证`
    await unlessRefused(
      ctx.db
        .transaction()
        .execute((tx) =>
          actIn(tx, ctx, system, id, 'lapse', { version, requestId: null, input: { opinion } }),
        ),
    )
  }
}

/** Another server, or a use reported meanwhile, may have been first: then there is nothing to do. */
async function unlessRefused(done: Promise<unknown>) {
  try {
    await done
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

const expire = (ctx: Context, id: string) =>
  unlessRefused(ctx.db.transaction().execute((tx) => actIn(tx, ctx, system, id, 'expire', 'unversioned')))
