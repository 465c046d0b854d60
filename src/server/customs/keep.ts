/** What the comparison of a day found becomes work items, and those that have vanished are closed. */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import type { UseLine } from '#domain/customs/messages.ts'
import type { Day } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { actIn } from '../difference/act.ts'
import { system } from '../door.ts'
import { Refused } from '../refused.ts'

const piece = 5000

export interface Found {
  kind: 'missing_here' | 'missing_there' | 'differs'
  ours: UseLine | null
  theirs: UseLine | null
  reason: string
}

export const keyOf = (line: Pick<UseLine, 'licenceNo' | 'declarationNo' | 'itemNo'>) =>
  `${line.licenceNo}/${line.declarationNo}/${String(line.itemNo).padStart(3, '0')}`

/** Writes what was found, closes what has vanished, and answers how many of the day are open now. */
export async function keep(ctx: Context, day: Day, found: readonly Found[]): Promise<number> {
  const news = await withoutKnown(ctx, found)
  const items = new Set(news.map((one) => keyOf(lineOf(one))))
  for (let from = 0; from < news.length; from += piece) await open(ctx, day, news.slice(from, from + piece))
  const { rows } = await sql<UseLine & { id: string }>`
    select id, licence_no as "licenceNo", declaration_no as "declarationNo", item_no as "itemNo" from customs_difference
    where day = ${day} and state = 'open' and kind in ('missing_here', 'missing_there', 'differs')
    order by id`.execute(ctx.db)
  for (const { id } of rows.filter((row) => !items.has(keyOf(row)))) await close(ctx, id)
  const { n } = await ctx.db
    .selectFrom('customs_difference')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('day', '=', day)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return Number(n)
}

const lineOf = ({ ours, theirs }: Found): UseLine => {
  const line = ours ?? theirs
  if (line === null) throw new Error('a difference without a line')
  return line
}

/** A use that was refused when it came is a work item already, or settled as one: not a second time. */
async function withoutKnown(ctx: Context, found: readonly Found[]): Promise<Found[]> {
  const missing = found.filter((one) => one.kind === 'missing_here').map(lineOf)
  const known = new Set<string>()
  for (let from = 0; from < missing.length; from += piece) {
    const items = JSON.stringify(missing.slice(from, from + piece))
    const { rows } = await sql<{ n: string; d: string; i: number }>`
      select item."licenceNo" as n, item."declarationNo" as d, item."itemNo" as i
      from jsonb_to_recordset(${items}::jsonb) as item("licenceNo" text, "declarationNo" text, "itemNo" int)
      where exists (select from customs_difference where licence_no = item."licenceNo"
        and declaration_no = item."declarationNo" and item_no = item."itemNo" and kind = 'refused_use')`.execute(
      ctx.db,
    )
    for (const { n, d, i } of rows) known.add(`${n}/${d}/${i}`)
  }
  return found.filter((one) => {
    const line = lineOf(one)
    return one.kind !== 'missing_here' || !known.has(`${line.licenceNo}/${line.declarationNo}/${line.itemNo}`)
  })
}

/**
 * An item has one open difference a day, which tells what was found last. One that was settled is found again under a
 * new number: it may have been entered anew since, or the other side has changed its mind. Only the very facts that an
 * officer has closed stay closed.
 */
async function open(ctx: Context, day: Day, found: readonly Found[]) {
  const rows = JSON.stringify(
    found.map((one) => {
      const { licenceNo, declarationNo, itemNo } = lineOf(one)
      const { kind, ours, theirs, reason } = one
      return {
        id: randomUUIDv7(),
        key: `day/${day}/${keyOf(lineOf(one))}`,
        kind,
        licence_no: licenceNo,
        declaration_no: declarationNo,
        item_no: itemNo,
        ours,
        theirs,
        reason,
      }
    }),
  )
  await sql`
    with told as (
      select d.*, before.settled from jsonb_to_recordset(${rows}::jsonb) as d(id uuid, key text, kind text, licence_no text,
        declaration_no text, item_no int, ours jsonb, theirs jsonb, reason text)
      cross join lateral (
        select count(*) as settled, coalesce(bool_or(old.kind = d.kind and old.ours is not distinct from d.ours
            and old.theirs is not distinct from d.theirs and exists (
              select from history where thing = 'difference' and thing_id = old.id and action = 'close')), false) as closed
        from customs_difference as old where old.licence_no = d.licence_no and old.declaration_no = d.declaration_no
          and old.item_no = d.item_no and old.day = ${day}::date and old.state = 'resolved'
          and old.kind in ('missing_here', 'missing_there', 'differs')) as before
      where not before.closed)
    insert into customs_difference (id, key, kind, state, licence_id, licence_no, authority_code, declaration_no,
      item_no, day, ours, theirs, reason, opened_at)
    select told.id, told.key || case when settled = 0 then '' else '/' || settled end, told.kind, 'open', licence.id,
      told.licence_no, coalesce(licence.authority_code, substr(told.licence_no, 3, 2)), told.declaration_no, told.item_no,
      ${day}::date, told.ours, told.theirs, told.reason, ${ctx.clock()}::timestamptz
    from told left join licence on licence.licence_no = told.licence_no
    on conflict (key) do update set kind = excluded.kind, ours = excluded.ours, theirs = excluded.theirs,
      reason = excluded.reason
      where customs_difference.state = 'open'`.execute(ctx.db)
}

async function close(ctx: Context, id: string) {
  try {
    await ctx.db.transaction().execute((tx) => actIn(tx, ctx, system, id, 'vanish', 'unversioned'))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
