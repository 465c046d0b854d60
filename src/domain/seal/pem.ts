/** PEM, the text form of keys and certificates (RFC 7468). */
import { type Bytes } from './bytes.ts'

/** Text that is not PEM, or a block that is damaged. */
export class PemError extends Error {
  override readonly name = 'PemError'
}

/** One block: `label` as in '-----BEGIN CERTIFICATE-----'. */
export type PemBlock = { readonly label: string; readonly bytes: Bytes }

const BEGIN = /^-----BEGIN ([A-Z0-9 ]+)-----$/

/**
 * The blocks of a text in their order. Lines outside blocks are explanations and skipped (RFC 7468 2), line
 * ends and a byte order mark do not matter. Refuses a block that is not closed by its own label, characters
 * that are not Base64, headers of the old OpenSSL format, and a text without any block.
 */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  let open: { label: string; lines: string[] } | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    const trimmed = line.trim()
    if (!open) {
      const label = BEGIN.exec(trimmed)?.[1]
      if (label !== undefined) open = { label, lines: [] }
    } else if (trimmed === `-----END ${open.label}-----`) {
      blocks.push({ label: open.label, bytes: decode(open.lines.join('')) })
      open = undefined
    } else {
      open.lines.push(trimmed)
    }
  }
  if (open) throw new PemError(`block ${open.label} is not closed`)
  if (blocks.length === 0) throw new PemError('no PEM block')
  return blocks
}

function decode(base64: string): Bytes {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) || base64 === '') {
    throw new PemError('block is not Base64')
  }
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** One block, lines of 64 characters, a line end at the end. */
export function writePem(label: string, bytes: Uint8Array): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
