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

/** Where an application stands: the versions the page goes on with. */
export interface Standing {
  version: number
  contentVersion: number
}

/** What an application holds and where it stands; in a transaction with what that one has done. */
export async function holdingOf(db: Db | Tx, applicationId: string) {
  const found = await db
    .selectFrom('application')
    .select((eb) => [
      'version',
      'content_version',
      eb
        .selectFrom('attachment')
        .select(({ fn }) => fn.countAll<string>().as('files'))
        .whereRef('application_id', '=', 'application.id')
        .as('files'),
      eb
        .selectFrom('attachment')
        .select(({ fn }) => fn.sum<string | null>('size').as('bytes'))
        .whereRef('application_id', '=', 'application.id')
        .as('bytes'),
    ])
    .where('id', '=', applicationId)
    .executeTakeFirstOrThrow()
  return {
    held: { files: Number(found.files), bytes: Number(found.bytes ?? 0) },
    standing: { version: found.version, contentVersion: found.content_version } satisfies Standing,
  }
}
