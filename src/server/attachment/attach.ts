/**
 * Adding and taking away an attachment: through the application's door, so only in its editable states, with a line
 * of history and a new version of its content.
 *
 * The version the page saw is not compared. An upload takes minutes while the form beside it saves itself; it adds a
 * file and overwrites nothing, and a deletion names one file that never changes. Both make a seal impossible that was
 * prepared before them, because the content's version moves.
 */
import { randomUUIDv7 } from 'node:crypto'
import { overLimit } from '#domain/file/kinds.ts'
import type { Actor } from '#domain/machine.ts'
import { actIn } from '../application/act.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { releaseFile } from '../files/references.ts'
import type { Stored } from '../files/store.ts'
import { notFound, Refused } from '../refused.ts'
import { addRow, attachmentOf, standingOf, type Standing, type StoredAttachment } from './queries.ts'

export interface NewAttachment {
  /** Made by the client: the same id again is the same upload again. */
  id: string | undefined
  type: string
  name: string
  mediaType: string
  stored: Stored
}

export interface Attached {
  row: StoredAttachment
  standing: Standing
}

/** Thrown to undo a transaction whose upload had been done before. */
class DoneBefore extends Error {}

/**
 * Gives a file that is in the store its row. Refuses by state, by the application's limits, and a foreign id; the bytes
 * go again then, or whoever is refused could fill the disk.
 */
export async function attach(
  ctx: Context,
  actor: Actor,
  applicationId: string,
  given: NewAttachment,
): Promise<Attached> {
  try {
    return await attachOnce(ctx, actor, applicationId, given)
  } catch (error) {
    if (error instanceof Refused) await releaseFile(ctx, given.stored.sha256)
    throw error
  }
}

async function attachOnce(
  ctx: Context,
  actor: Actor,
  applicationId: string,
  given: NewAttachment,
): Promise<Attached> {
  const id = given.id ?? randomUUIDv7()
  try {
    return await ctx.db
      .transaction()
      .execute((tx) => attachIn(tx, ctx, actor, applicationId, { ...given, id }))
  } catch (error) {
    if (!(error instanceof DoneBefore)) throw error
    const row = await attachmentOf(ctx.db, applicationId, id)
    if (row?.sha256 === given.stored.sha256) {
      return { row, standing: await standingOf(ctx.db, applicationId) }
    }
    throw new Refused(409, 'rule', '附件编号已被占用，请刷新页面后重新选择文件上传')
  }
}

async function attachIn(
  tx: Tx,
  ctx: Context,
  actor: Actor,
  applicationId: string,
  { id, type, name, mediaType, stored }: NewAttachment & { id: string },
): Promise<Attached> {
  await actIn(tx, ctx, actor, applicationId, 'attach', 'unversioned')
  const added = await addRow(tx, {
    id,
    application_id: applicationId,
    type_code: type,
    name,
    size: stored.size,
    sha256: stored.sha256,
    media_type: mediaType,
    created_by: actor.accountId,
    created_at: ctx.clock(),
  })
  if (added === undefined) throw new DoneBefore()
  const { row, held, standing } = added
  const problem = overLimit(held)
  if (problem !== undefined) throw new Refused(409, 'rule', problem)
  if (!(await ctx.files.has(stored.sha256))) {
    // The last attachment with the same bytes was deleted after ours were put.
    throw new Refused(409, 'rule', '文件没有保存成功，请重新上传')
  }
  return { row, standing }
}

/** Takes an attachment away, and its bytes when nothing else names them. */
export async function detach(
  ctx: Context,
  actor: Actor,
  applicationId: string,
  id: string,
): Promise<Standing> {
  const { sha256, standing } = await ctx.db.transaction().execute(async (tx) => {
    await actIn(tx, ctx, actor, applicationId, 'detach', 'unversioned')
    const row = await tx
      .deleteFrom('attachment')
      .where('id', '=', id)
      .where('application_id', '=', applicationId)
      .returning('sha256')
      .executeTakeFirst()
    if (row === undefined) throw notFound('附件')
    return { sha256: row.sha256, standing: await standingOf(tx, applicationId) }
  })
  await releaseFile(ctx, sha256)
  return standing
}
