/** Messages to customs are queued in the transaction that causes them, numbered per licence; a job sends them in order. */
import { sql } from 'kysely'
import type { Tx } from '../db/connect.ts'
import { addJob } from '../jobs/add.ts'

export const deliverJob = 'customs.deliver'

export type OutboundKind = 'issued' | 'cancel' | 'lost' | 'replaced' | 'revoked' | 'written_off' | 'use'

/** Kinds that ask: customs' answer decides the request. The others tell. */
export const asking = ['cancel', 'lost', 'replaced'] as const satisfies readonly OutboundKind[]

/**
 * Queues a message about a licence whose row the caller has locked, and answers its id. `body` holds what is told
 * beside number, kind and licence.
 */
export async function queueMessage(
  tx: Tx,
  of: {
    licenceId: string
    licenceNo: string
    kind: OutboundKind
    body: Record<string, unknown>
    requestId?: string
    now: Date
  },
): Promise<string> {
  const { customs_seq: seq } = await tx
    .updateTable('licence')
    .set({ customs_seq: sql`customs_seq + 1`, delivery: 'queued' })
    .where('id', '=', of.licenceId)
    .returning('customs_seq')
    .executeTakeFirstOrThrow()
  const { id } = await tx
    .insertInto('customs_message')
    .values({
      licence_id: of.licenceId,
      seq,
      kind: of.kind,
      body: JSON.stringify({
        ...of.body,
        messageNo: `${of.licenceNo}-${seq}`,
        licenceNo: of.licenceNo,
        seq,
        kind: of.kind,
      }),
      state: 'queued',
      request_id: of.requestId ?? null,
      next_at: of.now,
      created_at: of.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await addJob(tx, deliverJob, {}, { key: deliverJob })
  return id
}

/**
 * Withdraws what has not been tried yet, so that customs never hears of the licence. Answers false when anything has
 * gone out, or may have: then customs must be asked. The caller has locked the licence.
 */
export async function withdrawUnsent(tx: Tx, licenceId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom('customs_message')
    .select(['id', 'attempts', 'state'])
    .where('licence_id', '=', licenceId)
    .where('state', '<>', 'withdrawn')
    .forUpdate()
    .execute()
  if (rows.some((row) => row.state !== 'queued' || row.attempts > 0)) return false
  if (rows.length > 0) {
    await tx
      .updateTable('customs_message')
      .set({ state: 'withdrawn' })
      .where(
        'id',
        'in',
        rows.map((row) => row.id),
      )
      .execute()
  }
  await tx.updateTable('licence').set({ delivery: 'none' }).where('id', '=', licenceId).execute()
  return true
}
