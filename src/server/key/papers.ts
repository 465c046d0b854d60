/** Papers of a key request: put beside it while it may be changed, read by whoever may see it. */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import type { FastifyRequest } from 'fastify'
import type { PaperKind } from '#domain/certificate/form.ts'
import { keyRequest } from '#domain/certificate/actions.ts'
import { fileKinds, fileProblem, type FileKind } from '#domain/file/kinds.ts'
import { safeFileName } from '#domain/file/name.ts'
import type { Actor } from '#domain/machine.ts'
import { attachmentMaxBytes } from '#domain/reference/attachment-rules.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { BadFile } from '../files/bad-file.ts'
import { contentKind } from '../files/content.ts'
import { fileLock, releaseFile } from '../files/references.ts'
import { Malformed, notFound, Refused, refusedBy } from '../refused.ts'
import { keyRequestSubject } from './act.ts'
import { visibleRequest } from './query.ts'

/** Scans of a few cards and sheets. */
const mostPapers = 12

/** Takes one file; refuses in words what is no paper, and every request that is not being written by this person. */
export async function addPaper(
  ctx: Context,
  actor: Actor,
  id: string,
  kind: PaperKind,
  request: FastifyRequest,
): Promise<void> {
  await refuseUnlessOpen(ctx, actor, id)
  const part = await request.file({ limits: { files: 1, fileSize: attachmentMaxBytes + 1 } })
  if (part === undefined) throw new Malformed('没有收到文件，请选择文件后再上传', [])
  const name = safeFileName(part.filename)
  try {
    const problem = fileProblem({ name })
    if (problem !== undefined) throw new BadFile(problem)
    const found: { kind?: FileKind } = {}
    const stored = await ctx.files.put(part.file, {
      maxBytes: attachmentMaxBytes,
      release: true,
      async check(bytes) {
        found.kind = await contentKind(bytes, name)
      },
    })
    if (found.kind === undefined) throw new Error('a file was kept unchecked')
    const { mediaType } = fileKinds[found.kind]
    await keep(ctx, actor, id, { kind, name, mediaType, ...stored })
  } catch (error) {
    if (error instanceof BadFile) throw new Refused(409, 'file', error.message)
    throw error
  } finally {
    part.file.resume()
  }
}

async function keep(
  ctx: Context,
  actor: Actor,
  id: string,
  file: { kind: PaperKind; name: string; mediaType: string; size: number; sha256: string },
) {
  try {
    await ctx.db.transaction().execute(async (tx) => {
      await lockOpen(tx, ctx, actor, id)
      const held = await tx
        .selectFrom('key_request_file')
        .select('id')
        .where('key_request_id', '=', id)
        .execute()
      if (held.length >= mostPapers) {
        throw new Refused(409, 'rule', `一份申请最多 ${mostPapers} 个材料，请删除不需要的材料后上传`)
      }
      await sql`select ${fileLock(file.sha256)}`.execute(tx)
      await tx
        .insertInto('key_request_file')
        .values({
          id: randomUUIDv7(),
          key_request_id: id,
          kind: file.kind,
          name: file.name,
          size: file.size,
          sha256: file.sha256,
          media_type: file.mediaType,
          created_by: actor.accountId,
          created_at: ctx.clock(),
        })
        .execute()
      if (!(await ctx.files.has(file.sha256))) {
        throw new Refused(409, 'rule', '文件没有保存成功，请重新上传')
      }
      await moveOn(tx, ctx, id)
    })
  } catch (error) {
    if (error instanceof Refused) await releaseFile(ctx, file.sha256)
    throw error
  }
}

/** Takes a paper away, and its bytes when nothing else names them. */
export async function removePaper(ctx: Context, actor: Actor, id: string, paperId: string): Promise<void> {
  await refuseUnlessOpen(ctx, actor, id)
  const sha256 = await ctx.db.transaction().execute(async (tx) => {
    await lockOpen(tx, ctx, actor, id)
    const row = await tx
      .deleteFrom('key_request_file')
      .where('id', '=', paperId)
      .where('key_request_id', '=', id)
      .returning('sha256')
      .executeTakeFirst()
    if (row === undefined) throw notFound('材料')
    await moveOn(tx, ctx, id)
    return row.sha256
  })
  await releaseFile(ctx, sha256)
}

/** The paper of a request that this person may see. */
export async function paperOf(ctx: Context, actor: Actor, id: string, paperId: string) {
  await visibleRequest(ctx, actor, id)
  const row = await ctx.db
    .selectFrom('key_request_file')
    .selectAll()
    .where('id', '=', paperId)
    .where('key_request_id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw notFound('材料')
  return { sha256: row.sha256, name: row.name, size: row.size, mediaType: row.media_type }
}

/** Nobody sends ten megabytes to be told what was clear before. */
async function refuseUnlessOpen(ctx: Context, actor: Actor, id: string) {
  const row = await visibleRequest(ctx, actor, id)
  const subject = await keyRequestSubject(ctx.db, row, ctx.clock())
  const refusal = keyRequest.refusal('save', subject, actor)
  if (refusal !== undefined) throw refusedBy(refusal, { version: row.version, state: row.state })
}

/** The same under the lock: a request that was submitted meanwhile keeps the papers it was submitted with. */
async function lockOpen(tx: Tx, ctx: Context, actor: Actor, id: string) {
  const row = await tx
    .selectFrom('key_request')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw notFound('电子钥匙申请')
  const subject = await keyRequestSubject(tx, row, ctx.clock())
  const refusal = keyRequest.refusal('save', subject, actor)
  if (refusal !== undefined) throw refusedBy(refusal, { version: row.version, state: row.state })
}

/** A submission prepared before sees that something has changed. */
const moveOn = (tx: Tx, ctx: Context, id: string) =>
  tx
    .updateTable('key_request')
    .set((eb) => ({ version: eb('version', '+', 1), modified_at: ctx.clock() }))
    .where('id', '=', id)
    .execute()
