/** What must hold after every step, whatever was asked in whatever order. Each answers words of what is wrong. */
import { sql } from 'kysely'
import { prove } from '#server/quota/prove.ts'
import { anyOf } from './step.ts'
import { Broken, type World } from './world.ts'

/** Throws `Broken` with everything that does not hold; the ledger proves itself where `whole` is said. */
export async function check(world: World, whole: boolean): Promise<void> {
  const { logged } = world.it
  const wrong = [
    ...(whole ? await ledger(world) : []),
    ...(await overUsed(world)),
    ...(await historyOf(world)),
    ...(await chainOf(world)),
    ...logged
      .filter(({ level, error }) => level === 'error' && !expected(error))
      .map((one) => `log: ${JSON.stringify(one)}`),
  ]
  world.acknowledged = []
  logged.length = 0
  if (wrong.length > 0) throw new Broken(wrong.join('\n'))
}

const ledger = async ({ it }: World) =>
  (await prove(it.ctx.db)).differences.map((one) => `ledger: ${JSON.stringify(one)}`)

/** A press that was told to fail is written to the log, as it has to be. */
const expected = (error: unknown) => typeof error === 'string' && error.includes('演示：不能打印')

async function overUsed({ it }: World): Promise<string[]> {
  const { rows } = await sql<{ licence_no: string; used: string; count: number }>`
    select licence_no, used_quantity::text as used, use_count as count from licence
    where used_quantity > quantity * (1 + over_shipment / 100) or use_count > 12 or one_batch and use_count > 1`.execute(
    it.ctx.db,
  )
  return rows.map((row) => `over-used: ${row.licence_no}, ${row.used} in ${row.count} declarations`)
}

/** Every acknowledged action has exactly one line under its request's id, of that action. */
async function historyOf({ it, acknowledged }: World): Promise<string[]> {
  if (acknowledged.length === 0) return []
  const rows = await it.ctx.db
    .selectFrom('history')
    .select(['request_id', 'thing', 'action'])
    .where('request_id', '=', anyOf(acknowledged.map((one) => ({ id: one.requestId }))))
    .execute()
  return acknowledged.flatMap((one) => {
    const found = rows.filter((row) => row.request_id === one.requestId)
    const [line] = found
    if (found.length === 1 && line?.action === one.action && line.thing === one.thing) return []
    return [`history: ${one.thing}.${one.action} was acknowledged and has ${found.length} lines`]
  })
}

/** The lines of each thing follow from one another, and the last says the state the thing is in. */
async function chainOf({ it, applications, swaps }: World): Promise<string[]> {
  const ids = applications.map((one) => one.id)
  const swapIds = swaps.map((one) => one.id)
  const { rows } = await sql<{ thing: string; line: string }>`
    with mine as (select id, state from licence where application_id = any(${ids}::uuid[])),
    things as (
      select 'application' as thing, id, state from application where id = any(${ids}::uuid[])
      union all select 'licence', id, state from mine
      union all select 'request', id, state from licence_request where licence_id in (select id from mine)
      union all select 'swap', id, state from quota_swap where id = any(${swapIds}::uuid[])
      union all select 'difference', id, state from customs_difference where licence_id in (select id from mine)),
    lines as (
      select things.thing, things.state, history.id, action, from_state, to_state, lag(to_state) over w as before, lead(history.id) over w as next
      from things left join history on history.thing_id = things.id
      window w as (partition by things.id order by history.id))
    select thing, concat_ws(' ', action, before, from_state, to_state, state) as line from lines
    where lines.id is null and state <> 'open' or before is not null and from_state is distinct from before
      or lines.id is not null and next is null and to_state <> state`.execute(it.ctx.db)
  return rows.map((row) => `history of a ${row.thing} does not follow: ${row.line}`)
}

/** Every action and state of every machine that the history of this world shows, as `machine.action` and `machine:state`. */
export async function reachedIn({ it }: World): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct thing || '.' || action as name from history
    union select distinct thing || ':' || to_state from history where to_state is not null
    union select distinct thing || ':' || from_state from history where from_state is not null`.execute(
    it.ctx.db,
  )
  return rows.map((row) => row.name)
}
