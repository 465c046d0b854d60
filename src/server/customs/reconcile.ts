/**
 * The daily comparison: our uses of a day of declaration against customs' list of that day, both in the same order, read
 * piece by piece and merged. What does not agree becomes a work item with a key of its own, so that a second run adds
 * nothing twice; what has vanished since is closed.
 */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { listReconciliations } from '#api/customs.ts'
import type { UseLine } from '#domain/customs/messages.ts'
import { useDifference } from '#domain/customs/use.ts'
import { addDays, dayOf, isDay, type Day } from '#domain/day.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { addJob } from '../jobs/add.ts'
import { keep, keyOf, type Found } from './keep.ts'
import { inForce } from './uses.ts'

export const reconcileJob = 'customs.reconcile'
/** A run that has not ended by then was killed. */
const abandonedMs = 30 * 60_000
const piece = 5000

const Payload = z.object({ day: z.string().refine(isDay) })

/** Plans the comparison of yesterday in China. */
export async function reconcileYesterday(ctx: Context): Promise<void> {
  await planReconciliation(ctx.db, addDays(dayOf(ctx.clock()), -1))
}

export const planReconciliation = (db: Db | Tx, day: Day) =>
  addJob(db, reconcileJob, { day }, { key: `${reconcileJob}/${day}`, maxAttempts: 3 })

/** The job. One run of a day at a time; customs out of reach ends it as failed, with the words, and it is tried again. */
export async function reconcile(ctx: Context, payload: unknown): Promise<void> {
  const { day } = Payload.parse(payload)
  const id = await begin(ctx, day)
  if (id === undefined) return
  try {
    const { ours, theirs, found } = await compareDay(ctx, day)
    const open = await keep(ctx, day, found)
    await finish(ctx, id, { state: 'done', ours, theirs, differences: open, error: null })
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    await finish(ctx, id, { state: 'failed', error: words })
    throw error
  }
}

async function begin(ctx: Context, day: Day): Promise<string | undefined> {
  const now = ctx.clock()
  const abandoned = new Date(now.getTime() - abandonedMs)
  const { rows } = await sql<{ id: string }>`
    insert into reconciliation (id, day, state, started_at) values (${randomUUIDv7()}, ${day}, 'running', ${now})
    on conflict (day) do update set state = 'running', started_at = ${now}, finished_at = null, error = null
      where reconciliation.state <> 'running' or reconciliation.started_at < ${abandoned}
    returning id`.execute(ctx.db)
  return rows[0]?.id
}

async function finish(
  ctx: Context,
  id: string,
  set: {
    state: 'done' | 'failed'
    error: string | null
    ours?: number
    theirs?: number
    differences?: number
  },
) {
  await ctx.db
    .updateTable('reconciliation')
    .set({ ...set, finished_at: ctx.clock() })
    .where('id', '=', id)
    .execute()
}

/** Walks both lists once; only what does not agree is held. */
export async function compareDay(ctx: Context, day: Day) {
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const mine = counted(ourUses(tx, day))
      const other = counted(theirUses(ctx, day))
      const found: Found[] = []
      let [ours, theirs] = [await mine.next(), await other.next()]
      while (ours !== undefined || theirs !== undefined) {
        const order = orderOf(ours, theirs)
        if (order === 0 && ours !== undefined && theirs !== undefined) {
          const reason = useDifference(ours, theirs)
          if (reason !== undefined) found.push({ kind: 'differs', ours, theirs, reason })
        } else if (order < 0 && ours !== undefined) {
          found.push({ kind: 'missing_there', ours, theirs: null, reason: '海关当日清单中没有这一项' })
        } else if (theirs !== undefined) {
          found.push({ kind: 'missing_here', ours: null, theirs, reason: '海关当日清单中有，本系统没有登记' })
        }
        if (order <= 0) ours = await mine.next()
        if (order >= 0) theirs = await other.next()
      }
      return { ours: mine.count(), theirs: other.count(), found }
    })
}

function orderOf(ours: UseLine | undefined, theirs: UseLine | undefined): number {
  if (ours === undefined) return 1
  if (theirs === undefined) return -1
  const [a, b] = [keyOf(ours), keyOf(theirs)]
  return a === b ? 0 : a < b ? -1 : 1
}

function counted(lines: AsyncGenerator<UseLine>) {
  let count = 0
  return {
    count: () => count,
    async next(): Promise<UseLine | undefined> {
      const step = await lines.next()
      if (step.done === true) return undefined
      count += 1
      return step.value
    },
  }
}

/** Our uses of the day in the order of their keys, through a cursor: one sort, little memory. */
async function* ourUses(tx: Tx, day: Day): AsyncGenerator<UseLine> {
  await sql`declare our_uses no scroll cursor for
    select licence_no as "licenceNo", declaration_no as "declarationNo", item_no as "itemNo",
      declared_on as "declaredOn", customs_code as "customsCode", trim_scale(customs_use.quantity)::text as quantity, final
    from customs_use join licence on licence.id = customs_use.licence_id where declared_on = ${sql.lit(day)}
      and ${inForce}
    order by licence_no collate "C", declaration_no collate "C", item_no`.execute(tx)
  for (;;) {
    const { rows } = await sql<UseLine>`fetch ${sql.lit(piece)} from our_uses`.execute(tx)
    yield* rows
    if (rows.length < piece) return
  }
}

/** Customs' list, page after page; a list out of order can't be merged and is refused. */
async function* theirUses(ctx: Context, day: Day): AsyncGenerator<UseLine> {
  let last = ''
  for (let after: string | null = ''; after !== null;) {
    const page = await ctx.customs.usesOfDay(day, after)
    for (const line of page.uses) {
      const key = keyOf(line)
      if (key <= last || line.declaredOn !== day) throw new Error('海关当日清单的顺序或日期不对，不能核对')
      last = key
      yield line
    }
    if (page.next !== null && page.uses.length === 0) throw new Error('海关当日清单的分页不对，不能核对')
    after = page.next
  }
}

export async function listReconciliationsOf(
  ctx: Context,
  query: z.output<(typeof listReconciliations)['query']>,
): Promise<z.input<(typeof listReconciliations)['reply']>> {
  const offset = (query.page - 1) * query.pageSize
  const [rows, { count }] = await Promise.all([
    ctx.db
      .selectFrom('reconciliation')
      .selectAll()
      .orderBy('day', 'desc')
      .limit(query.pageSize)
      .offset(offset)
      .execute(),
    ctx.db
      .selectFrom('reconciliation')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
  ])
  return {
    rows: rows.map((row) => ({
      day: row.day,
      state: isRunState(row.state) ? row.state : 'failed',
      ours: row.ours,
      theirs: row.theirs,
      differences: row.differences,
      error: row.error,
      startedAt: row.started_at.toISOString(),
      finishedAt: row.finished_at?.toISOString() ?? null,
    })),
    total: { count: Number(count), more: false },
    today: dayOf(ctx.clock()),
  }
}
const isRunState = (state: string): state is 'running' | 'done' | 'failed' =>
  state === 'running' || state === 'done' || state === 'failed'
