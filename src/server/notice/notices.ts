/** Reminders: written by jobs, each told once by its key, and listed for those they are for. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { NoticeRow } from '#api/notice.ts'
import type { Actor } from '#domain/machine.ts'
import type { Db, Tx } from '../db/connect.ts'

export interface Notice {
  /** The same key is never told twice. */
  key: string
  /** Null: for the administrators. */
  enterpriseId: string | null
  kind: string
  /** What the page links to: `quota` (an account), `licence`, `application`, … */
  thing: string
  thingId: string | null
  words: string
}

/** Writes reminders that were not told yet. */
export async function tell(db: Db | Tx, notices: readonly Notice[], at: Date): Promise<void> {
  if (notices.length === 0) return
  await db
    .insertInto('notice')
    .values(
      notices.map(({ key, enterpriseId, kind, thing, thingId, words }) => ({
        key,
        enterprise_id: enterpriseId,
        kind,
        thing,
        thing_id: thingId,
        words,
        at,
      })),
    )
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}

/** The newest reminders for a person: an operator's enterprise, or the administrators; others have none. */
export async function noticesFor(db: Db, actor: Actor): Promise<z.input<typeof NoticeRow>[]> {
  const administers = actor.permissions.has('reference.inspect')
  if (actor.enterpriseId === null && !administers) return []
  const whose =
    actor.enterpriseId === null
      ? sql`enterprise_id is null`
      : sql`enterprise_id = ${actor.enterpriseId}::uuid`
  const { rows } = await sql<{
    id: string
    kind: string
    thing: string
    thing_id: string | null
    words: string
    at: Date
  }>`
    select id, kind, thing, thing_id, words, at from notice where ${whose} order by id desc limit 100`.execute(
    db,
  )
  return rows.map(({ thing_id: thingId, at, ...row }) => ({ ...row, thingId, at: at.toISOString() }))
}
