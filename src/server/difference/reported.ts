/** The use that customs tells in a difference, where it tells one that may be recorded. */
import { sql } from 'kysely'
import { UseLine, UseMessage } from '#domain/customs/messages.ts'
import type { Db, Tx } from '../db/connect.ts'

export type ReportedUse = UseLine & { declarantCode?: string; hsCode?: string }

/** Undefined where there is none: an answer, a closing, an item that customs does not have. */
export function reportedUse(row: { kind: string; theirs: unknown }): ReportedUse | undefined {
  if (row.kind === 'refused_use') {
    const message = UseMessage.safeParse(row.theirs)
    return message.success ? message.data : undefined
  }
  if (row.kind !== 'missing_here' && row.kind !== 'differs') return undefined
  const line = UseLine.safeParse(row.theirs)
  return line.success ? line.data : undefined
}

/** Both sides have the item, with different facts: found by the comparison, or told by a message after another one. */
export const isRecorded = (row: { kind: string; ours: unknown }): boolean =>
  row.kind === 'differs' || (row.kind === 'refused_use' && row.ours !== null)

export interface SentUse {
  messageNo: string
  state: string
  reason: string | null
}

/** Of differences whose item was told to customs again: the last message of it. */
export async function lastSent(db: Db | Tx, ids: readonly string[]): Promise<Map<string, SentUse>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<SentUse & { id: string }>`
    select distinct on (difference.id) difference.id, message.message_no as "messageNo", message.state,
      coalesce(message.answer_reason, message.last_error) as reason
    from customs_difference as difference join customs_message as message
      on message.licence_id = difference.licence_id and message.kind = 'use'
        and message.body->>'declarationNo' = difference.declaration_no
        and (message.body->>'itemNo')::int = difference.item_no
    where difference.id = any(${[...ids]}::uuid[]) order by difference.id, message.id desc`.execute(db)
  return new Map(rows.map(({ id, ...sent }) => [id, sent]))
}
