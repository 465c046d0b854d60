/** Where an application stands in a queue, what is before and behind it, and which one comes next for an officer. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { nextInQueue, placeInQueue } from '#api/application.ts'
import { queues, type QueueName } from '#domain/application/actions.ts'
import type { Actor } from '#domain/machine.ts'
import { applicationsInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { visibleRow } from './detail.ts'
import { both, countLimit, countStates, totalOf } from './list.ts'

type Condition = RawBuilder<SqlBool>

/** An application's place in the order of the queues: by due date, then by id. */
interface Place {
  due_on: string | null
  id: string
}

const behind = (place: Place): Condition =>
  sql<SqlBool>`(application.due_on, application.id) > (${place.due_on}::date, ${place.id}::uuid)`
const before = (place: Place): Condition =>
  sql<SqlBool>`(application.due_on, application.id) < (${place.due_on}::date, ${place.id}::uuid)`

async function nearest(db: Db, states: readonly string[], where: Condition, direction: 'asc' | 'desc') {
  const order = direction === 'asc' ? sql`asc` : sql`desc`
  const found = await sql<{ id: string }>`
    select application.id from application
    where application.state = any(${[...states]}) and ${where}
    order by application.due_on ${order}, application.id ${order} limit 1`.execute(db)
  return found.rows[0]?.id ?? null
}

async function countBefore(db: Db, states: readonly string[], where: Condition): Promise<number> {
  const found = await sql<{ count: string }>`
    select count(*) from (
      select from application where application.state = any(${[...states]}) and ${where} limit ${countLimit}
    ) as counted`.execute(db)
  return Number(found.rows[0]?.count ?? 0)
}

/** Position (from 1) and neighbours. Refuses (404) what this person may not see. */
export async function placeOf(
  ctx: Context,
  actor: Actor,
  queue: QueueName,
  id: string,
): Promise<z.input<(typeof placeInQueue)['reply']>> {
  const row = await visibleRow(ctx, actor, id)
  const scope = applicationsInScope(actor)
  const states: readonly string[] = queues[queue].states
  const [ahead, previous, next, counts] = await Promise.all([
    countBefore(ctx.db, states, both([scope, before(row)])),
    nearest(ctx.db, states, both([scope, before(row)]), 'desc'),
    nearest(ctx.db, states, both([scope, behind(row)]), 'asc'),
    countStates(ctx.db, states, scope),
  ])
  return { position: states.includes(row.state) ? ahead + 1 : null, total: totalOf(counts), previous, next }
}

/** The next application of a queue that this officer may take, behind the one just done, then from the start. */
export async function nextOf(
  ctx: Context,
  actor: Actor,
  queue: QueueName,
  after: string | undefined,
): Promise<z.input<(typeof nextInQueue)['reply']>> {
  const done = after === undefined ? undefined : await visibleRow(ctx, actor, after)
  const takeable = both([
    applicationsInScope(actor),
    sql<SqlBool>`(application.claimed_by is null or application.claimed_by = ${actor.accountId}::uuid)`,
    // The second reviewer is not the first one.
    ...(queue === 'second_review'
      ? [sql<SqlBool>`application.first_reviewer is distinct from ${actor.accountId}::uuid`]
      : []),
    ...(done === undefined ? [] : [sql<SqlBool>`application.id <> ${done.id}::uuid`]),
  ])
  const states: readonly string[] = queues[queue].states
  const id =
    (done === undefined ? null : await nearest(ctx.db, states, both([takeable, behind(done)]), 'asc')) ??
    (await nearest(ctx.db, states, takeable, 'asc'))
  if (id === null) {
    return { id, position: 0, total: totalOf(await countStates(ctx.db, states, applicationsInScope(actor))) }
  }
  const { position, total } = await placeOf(ctx, actor, queue, id)
  return { id, position: position ?? 0, total }
}
