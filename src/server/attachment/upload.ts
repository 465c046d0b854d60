/** Reads an upload part by part: each file to the disk, judged, then its row. One bad file does not stop the others. */
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { UploadResult } from '#api/attachment.ts'
import { attachmentLimits, fileKinds, fileProblem, type FileKind } from '#domain/file/kinds.ts'
import { safeFileName } from '#domain/file/name.ts'
import type { Actor } from '#domain/machine.ts'
import { attachmentMaxBytes, attachmentTypeNames } from '#domain/reference/attachment-rules.ts'
import type { Context } from '../context.ts'
import { BadFile } from '../files/bad-file.ts'
import { contentKind } from '../files/content.ts'
import { Malformed, Refused } from '../refused.ts'
import { attach } from './attach.ts'
import { attachmentReply, standingOf, type Standing } from './queries.ts'

/**
 * Beyond these the request itself is refused; a file too many is told apart, by name. How long a file may be the
 * store decides: the plugin would let one file too long fail all of them.
 */
const requestLimits = { files: 100, fields: 300, fieldSize: 1000, fileSize: Number.MAX_SAFE_INTEGER }

interface Upload {
  ctx: Context
  actor: Actor
  applicationId: string
}

/** What the fields before a file say of it. */
interface Announced {
  type: string
  id: string | undefined
}

export interface Received extends Standing {
  results: UploadResult[]
}

/** Takes every file of the request; throws only when the request breaks off or is no upload. */
export async function receiveFiles(
  upload: Upload,
  request: FastifyRequest,
  type: string | undefined,
): Promise<Received> {
  const results: UploadResult[] = []
  let standing: Standing | undefined
  const announced: Announced = { type: type ?? '', id: undefined }
  for await (const part of request.parts({ limits: requestLimits })) {
    if (part.type === 'field') {
      const value = String(part.value)
      if (part.fieldname === 'type') announced.type = value
      if (part.fieldname === 'id') announced.id = value
      continue
    }
    const name = safeFileName(formName(part.filename))
    try {
      if (results.length >= attachmentLimits.filesAtOnce) {
        throw new BadFile(`一次最多上传 ${attachmentLimits.filesAtOnce} 个文件，请把其余文件分批上传`)
      }
      const attached = await receive(upload, part, name, announced)
      standing = attached.standing
      results.push({ name, ok: true, attachment: attachmentReply(attached.row), words: null })
    } catch (error) {
      results.push({ name, ok: false, attachment: null, words: wordsOf(upload.ctx, error) })
    } finally {
      // What was not read is let go, or the parts behind it would never come.
      part.file.resume()
    }
    announced.id = undefined
  }
  if (results.length === 0) throw new Malformed('没有收到文件，请选择文件后再上传', [])
  standing ??= await standingOf(upload.ctx.db, upload.applicationId)
  return { results, ...standing }
}

async function receive(
  { ctx, actor, applicationId }: Upload,
  part: MultipartFile,
  name: string,
  of: Announced,
) {
  if (!Object.hasOwn(attachmentTypeNames, of.type)) {
    throw new BadFile('请先选择附件名称（附件的种类），再上传文件')
  }
  if (of.id !== undefined && !z.uuid().safeParse(of.id).success) {
    throw new BadFile('附件编号不是有效的 UUID，请刷新页面后重新上传')
  }
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
  return attach(ctx, actor, applicationId, { id: of.id, type: of.type, name, mediaType, stored })
}

/** The words for one file; what is no judgement on the file is thrown on. */
function wordsOf(ctx: Context, error: unknown): string {
  if (error instanceof BadFile || error instanceof Refused) return error.message
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    ctx.log({ level: 'error', part: 'files', message: `no space for uploads: ${error.message}` })
    return '服务器存储空间不足，文件没有保存，请稍后重试；若仍不行，请告知管理员'
  }
  throw error
}

/** Browsers write these three characters of a file name as %0A, %0D and %22 (HTML, multipart/form-data encoding). */
const formName = (name: string | undefined) =>
  (name ?? '').replaceAll(/%0A|%0D/gi, '\n').replaceAll('%22', '"')
