/** Rows of attachments, always of one application that the asking person may see. */
import { sql, type Insertable, type Selectable } from 'kysely'
import type { z } from 'zod'
import type { AttachmentRow } from '#api/application.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Attachment } from '../db/types.gen.ts'
import { prepared, type Later } from '../db/prepared.ts'
import { fileLock } from '../files/references.ts'

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

/** In a transaction with what that one has done. */
export async function standingOf(db: Db | Tx, applicationId: string): Promise<Standing> {
  const found = await db
    .selectFrom('application')
    .select(['version', 'content_version'])
    .where('id', '=', applicationId)
    .executeTakeFirstOrThrow()
  return { version: found.version, contentVersion: found.content_version }
}

/**
 * Adds a row to a locked application, locks its file (files/references.ts) and answers what the application holds now
 * and where it stands; nothing when the id is taken.
 */
export async function addRow(tx: Tx, given: NewRow) {
  const [row] = await added(tx, given)
  if (row === undefined) return undefined
  const standing: Standing = { version: row.version, contentVersion: row.content_version }
  return { row, held: row.held, standing }
}

type NewRow = Required<Insertable<Attachment>>

const added = prepared((tx, later: Later<NewRow>) =>
  tx
    .with('added', (query) =>
      query
        .insertInto('attachment')
        .values({
          id: later('id'),
          application_id: later('application_id'),
          type_code: later('type_code'),
          name: later('name'),
          size: later('size'),
          sha256: later('sha256'),
          media_type: later('media_type'),
          created_by: later('created_by'),
          created_at: later('created_at'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returningAll(),
    )
    .selectFrom('added')
    .innerJoin('application', 'application.id', 'added.application_id')
    .selectAll('added')
    .select([
      'application.version',
      'application.content_version',
      fileLock(later('sha256')).as('file_lock'),
      // The statement sees the table as it was before its own row.
      sql<{ files: number; bytes: number }>`(
        select json_build_object('files', count(*) + 1, 'bytes', coalesce(sum(size), 0) + added.size)
        from attachment where application_id = application.id)`.as('held'),
    ])
    .compile(),
)
