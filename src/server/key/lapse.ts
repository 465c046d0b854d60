/** People who applied for a first key without an account and went no further: their user names are free again. */
import type { Context } from '../context.ts'
import { actIn } from '../account/act.ts'
import { system } from '../door.ts'
import { actIn as actOnEnterprise } from '../enterprise/act.ts'
import { lockNumber } from '../enterprise/number.ts'

/** So long after the last change of anything of theirs, while nothing waits for the office or for the making. */
export const lapseAfterMs = 30 * 24 * 60 * 60_000
const perRun = 200

export async function lapseApplicants(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock().getTime() - lapseAfterMs)
  const rows = await abandoned(ctx, before)
  for (const { id, enterprise_id: enterpriseId, uscc } of rows) {
    await ctx.db.transaction().execute(async (tx) => {
      // As registering and verifying do: nobody claims or verifies the number meanwhile.
      await lockNumber(tx, uscc)
      const [still] = await abandoned({ db: tx }, before, id)
      if (still === undefined) return
      await actIn(tx, ctx, system, id, 'lapse', 'unversioned')
      const people = await tx
        .selectFrom('account')
        .select('id')
        .where('enterprise_id', '=', enterpriseId)
        .limit(1)
        .executeTakeFirst()
      const claim = await tx
        .selectFrom('enterprise')
        .select('verified_at')
        .where('id', '=', enterpriseId)
        .executeTakeFirstOrThrow()
      if (people !== undefined || claim.verified_at !== null) return
      await actOnEnterprise(tx, ctx, system, enterpriseId, 'supersede', 'unversioned')
    })
  }
}

const abandoned = (
  { db }: { db: Context['db'] | Parameters<typeof lockNumber>[0] },
  before: Date,
  id?: string,
) =>
  db
    .selectFrom('account as a')
    .innerJoin('enterprise as e', 'e.id', 'a.enterprise_id')
    .select(['a.id', 'e.id as enterprise_id', 'e.uscc'])
    .where('a.awaiting_key', '=', true)
    .where('a.created_at', '<', before)
    .where('e.suspended_at', 'is', null)
    .where((on) =>
      on.not(
        on.exists(
          on
            .selectFrom('key_request as r')
            .select('r.id')
            .whereRef('r.created_by', '=', 'a.id')
            .where((of) =>
              of.or([of('r.state', 'in', ['submitted', 'approved']), of('r.modified_at', '>=', before)]),
            ),
        ),
      ),
    )
    .$if(id !== undefined, (query) => query.where('a.id', '=', id ?? ''))
    .orderBy('a.created_at')
    .limit(perRun)
    .execute()
