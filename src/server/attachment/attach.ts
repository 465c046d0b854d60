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
import { lockFile, releaseFile } from '../files/references.ts'
import type { Stored } from '../files/store.ts'
import { notFound, Refused } from '../refused.ts'
import { heldBy, type StoredAttachment } from './queries.ts'

export interface NewAttachment {
  /** Made by the client: the same id again is the same upload again. */
  id: string | undefined
  type: string
  name: string
  mediaType: string
  stored: Stored
}

/** Gives a file that is in the store its row. Refuses by state, by the application's limits, and a foreign id. */
export async function attach(
  ctx: Context,
  actor: Actor,
  applicationId: string,
  given: NewAttachment,
): Promise<StoredAttachment> {
  return ctx.db.transaction().execute(async (tx) => {
    await lockApplication(tx, applicationId)
    const earlier = given.id === undefined ? undefined : await sameUpload(tx, applicationId, given.id, given)
    if (earlier !== undefined) return earlier
    await actIn(tx, ctx, actor, applicationId, 'attach', 'unversioned')
    const problem = overLimit(await heldBy(tx, applicationId), given.stored.size)
    if (problem !== undefined) throw new Refused(409, 'rule', problem)
    await lockFile(tx, given.stored.sha256)
    if (!(await ctx.files.has(given.stored.sha256))) {
      // The last attachment with the same bytes was deleted after ours were put.
      throw new Refused(409, 'rule', '文件没有保存成功，请重新上传')
    }
    return tx
      .insertInto('attachment')
      .values({
        id: given.id ?? randomUUIDv7(),
        application_id: applicationId,
        type_code: given.type,
        name: given.name,
        size: given.stored.size,
        sha256: given.stored.sha256,
        media_type: given.mediaType,
        created_by: actor.accountId,
        created_at: ctx.clock(),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Two requests with the same id wait for each other here; the door locks the same row again. */
const lockApplication = (tx: Tx, id: string) =>
  tx.selectFrom('application').select('id').where('id', '=', id).forUpdate().execute()

/** The row of an upload that was done before, if this is the same one. */
async function sameUpload(tx: Tx, applicationId: string, id: string, given: NewAttachment) {
  const row = await tx.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  if (row.application_id !== applicationId || row.sha256 !== given.stored.sha256) {
    throw new Refused(409, 'rule', '附件编号已被占用，请刷新页面后重新选择文件上传')
  }
  return row
}

/** Takes an attachment away, and its bytes when nothing else names them. */
export async function detach(ctx: Context, actor: Actor, applicationId: string, id: string): Promise<void> {
  const sha256 = await ctx.db.transaction().execute(async (tx) => {
    await actIn(tx, ctx, actor, applicationId, 'attach', 'unversioned')
    const row = await tx
      .deleteFrom('attachment')
      .where('id', '=', id)
      .where('application_id', '=', applicationId)
      .returning('sha256')
      .executeTakeFirst()
    if (row === undefined) throw notFound('附件')
    return row.sha256
  })
  await releaseFile(ctx, sha256)
}
