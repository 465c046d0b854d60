/** A stored file as a reply: to save, or shown in place where that is safe. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { shownInPlace } from '#domain/file/kinds.ts'
import type { Context } from '../context.ts'
import type { Part } from './store.ts'

/** The policy of a file that is shown: it may run nothing and stands in our own pages alone. */
export const inPlace = "sandbox; default-src 'none'; frame-ancestors 'self'"

export interface SentFile {
  sha256: string
  /** A safe name, with its extension. */
  name: string
  mediaType: string
  size: number
}

/**
 * Sends the file. `show` asks for it in place, which only PDF and pictures get, and even they from a response that
 * may run nothing. The browser keeps it, but asks each time whether it may still be seen.
 */
export async function sendFile(
  ctx: Pick<Context, 'files'>,
  request: FastifyRequest,
  reply: FastifyReply,
  file: SentFile,
  show: boolean,
): Promise<FastifyReply> {
  const etag = `"${file.sha256}"`
  reply
    .header('cache-control', 'private, no-cache')
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', inPlace)
    .header('content-disposition', disposition(file.name, show && shownInPlace.includes(file.mediaType)))
    .type(file.mediaType)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const part = wantedPart(request, etag, file.size)
  if (part === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.size}`).send()
  const opened = await ctx.files.open(file.sha256, part)
  if (opened === undefined) throw new Error(`the file ${file.sha256} is not in the store`)
  if (part === undefined) return reply.header('content-length', opened.size).send(opened.stream)
  return reply
    .code(206)
    .header('content-range', `bytes ${part.first}-${part.last}/${file.size}`)
    .header('content-length', part.last - part.first + 1)
    .send(opened.stream)
}

/** RFC 6266: the name in UTF-8 for every browser of today, and one in ASCII for the rest. */
export function disposition(name: string, inline: boolean): string {
  const ascii = name.replaceAll(/[^\x20-\x7E]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** RFC 9110 14: one range of bytes; several at once, or of another version, are answered with the whole. */
function wantedPart(request: FastifyRequest, etag: string, size: number): Part | 'unsatisfiable' | undefined {
  const { range, 'if-range': ifRange } = request.headers
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '')
  if (match === null || (ifRange !== undefined && ifRange !== etag)) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first < size ? { first, last } : 'unsatisfiable'
}
