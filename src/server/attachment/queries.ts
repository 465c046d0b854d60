/** Rows of attachments, always of one application that the asking person may see. */
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { AttachmentRow } from '#api/application.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Attachment } from '../db/types.gen.ts'

export type StoredAttachment = Selectable<Attachment>

export function attachmentReply(row: StoredAttachment): z.input<typeof AttachmentRow> {
  return {
    id: row.id,
    type: row.type_code,
    name: row.name,
    size: Number(row.size),
    sha256: row.sha256,
    mediaType: row.media_type,
    createdAt: row.created_at.toISOString(),
  }
}

/** In order of upload. */
export const attachmentsOf = (db: Db, applicationId: string): Promise<StoredAttachment[]> =>
  db
    .selectFrom('attachment')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const attachmentOf = (
  db: Db,
  applicationId: string,
  id: string,
): Promise<StoredAttachment | undefined> =>
  db
    .selectFrom('attachment')
    .selectAll()
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .executeTakeFirst()

/** How much an application holds already. */
export async function heldBy(tx: Tx, applicationId: string): Promise<{ files: number; bytes: number }> {
  const held = await tx
    .selectFrom('attachment')
    .select(({ fn }) => [fn.countAll<string>().as('files'), fn.sum<string | null>('size').as('bytes')])
    .where('application_id', '=', applicationId)
    .executeTakeFirstOrThrow()
  return { files: Number(held.files), bytes: Number(held.bytes ?? 0) }
}
