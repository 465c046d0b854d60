/**
 * An authority's signature on a PDF: PAdES baseline B-B (ETSI EN 319 142-1), appended to the file as an
 * incremental update, without an appearance of its own (the visible seal is part of the page).
 *
 * Only files as our compiler writes them are taken: one section, plain objects, a cross-reference table.
 * Everything else is refused, so that no file is signed that was not fully understood.
 */
import { createHash } from 'node:crypto'
import { readCertificate } from '#domain/seal/certificate.ts'
import { assembleCms } from '#domain/seal/cms.ts'
import { octetString, oid, sequence, setOf } from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'

/** `authoritySigner` makes one: certificate and issuers in DER, ECDSA signatures in DER. */
export type DocumentSigner = {
  readonly certificate: Uint8Array
  readonly certificateChain?: readonly Uint8Array[]
  sign(data: Uint8Array, algorithm: 'SHA-256'): Promise<Uint8Array>
}

export type SignatureWords = {
  /** Name of the signature field. */
  readonly field: string
  readonly name: string
  readonly reason: string
  readonly location: string
  readonly signedAt: Date
}

/** A file that is not as our compiler writes it. */
export class PdfFormError extends Error {
  override readonly name = 'PdfFormError'
}

/** The same file with the signature after it; its own bytes stay as they are. Throws PdfFormError. */
export async function signPdf(pdf: Buffer, signer: DocumentSigner, words: SignatureWords): Promise<Buffer> {
  const form = readForm(pdf)
  const cms = cmsFor(signer)
  const placeholder = '0'.repeat(2 * cms.maxLength)
  const signature = form.size
  const field = form.size + 1
  const update = appended(pdf.length, form, [
    [form.root.number, withEntry(form.root.dictionary, `/AcroForm <</Fields [${field} 0 R] /SigFlags 3>>`)],
    [form.page.number, withEntry(form.page.dictionary, `/Annots [${field} 0 R]`)],
    [signature, signatureDictionary(words, placeholder)],
    [field, fieldDictionary(words.field, signature, form.page.number)],
  ])

  const contentsStart = update.indexOf(`<${placeholder}>`)
  const contentsEnd = contentsStart + placeholder.length + 2
  const range = [0, pdf.length + contentsStart, pdf.length + contentsEnd, update.length - contentsEnd]
  const tail = Buffer.from(update.replace(RANGE, `[${range.join(' ')}]`.padEnd(RANGE.length)), 'latin1')
  const before = tail.subarray(0, contentsStart)
  const after = tail.subarray(contentsEnd)
  const digest = createHash('sha256').update(pdf).update(before).update(after).digest()
  const seal = await cms.over(digest)
  tail.write(Buffer.from(seal).toString('hex'), contentsStart + 1, 'latin1')
  return Buffer.concat([pdf, tail])
}

// ---- what is read of the file

type Dictionary = { readonly number: number; readonly dictionary: string }
type Form = {
  readonly size: number
  readonly trailer: string
  readonly start: number
  readonly root: Dictionary
  readonly page: Dictionary
}

function readForm(pdf: Buffer): Form {
  const end = pdf.subarray(-4096).toString('latin1')
  const tail = /trailer\n(<<[^]*>>)\nstartxref\n(\d+)\n%%EOF\s*$/.exec(end)
  const [, trailer = '', startText = ''] = tail ?? []
  const start = Number(startText)
  const size = Number(/\/Size (\d+)/.exec(trailer)?.[1])
  const table = `xref\n0 ${size}\n`
  if (!tail || trailer.includes('/Prev') || pdf.toString('latin1', start, start + table.length) !== table) {
    throw new PdfFormError('not one section with a cross-reference table')
  }

  const object = (reference: string | undefined): Dictionary => {
    const number = Number(reference)
    const entry = start + table.length + 20 * number
    const at = Number(pdf.toString('latin1', entry, entry + 10))
    const head = `${number} 0 obj\n`
    const close = pdf.indexOf('\nendobj', at, 'latin1')
    const text = close < 0 ? '' : pdf.toString('latin1', at, close)
    if (!text.startsWith(`${head}<<`) || !text.endsWith('>>')) throw new PdfFormError(`object ${reference}`)
    return { number, dictionary: text.slice(head.length) }
  }
  const root = object(/\/Root (\d+) 0 R/.exec(trailer)?.[1])
  const pages = object(/\/Pages (\d+) 0 R/.exec(root.dictionary)?.[1])
  const page = object(/\/Kids \[(\d+) 0 R/.exec(pages.dictionary)?.[1])
  if (!/\/Type \/Page\n/.test(page.dictionary))
    throw new PdfFormError('the first page is not where it should be')
  for (const [{ dictionary }, key] of [
    [root, '/AcroForm'],
    [page, '/Annots'],
  ] as const) {
    if (dictionary.includes(key)) throw new PdfFormError(`${key} is there already`)
  }
  return { size, trailer, start, root, page }
}

// ---- what is added to it

const withEntry = (dictionary: string, entry: string): string => `${dictionary.slice(0, -2)}  ${entry}\n>>`

// Four numbers of up to ten digits, their blanks and brackets.
const RANGE = '[ByteRange                                  ]'

function signatureDictionary(words: SignatureWords, placeholder: string): string {
  return [
    '<<',
    '  /Type /Sig',
    '  /Filter /Adobe.PPKLite',
    '  /SubFilter /ETSI.CAdES.detached',
    `  /Name ${textString(words.name)}`,
    `  /Reason ${textString(words.reason)}`,
    `  /Location ${textString(words.location)}`,
    `  /M ${dateString(words.signedAt)}`,
    `  /ByteRange ${RANGE}`,
    `  /Contents <${placeholder}>`,
    '>>',
  ].join('\n')
}

// Hidden in a rectangle of no size; printed and locked (ISO 32000-1 12.7.4.5, 12.5.3).
const fieldDictionary = (name: string, signature: number, page: number): string =>
  [
    '<<',
    '  /Type /Annot',
    '  /Subtype /Widget',
    '  /FT /Sig',
    `  /T ${textString(name)}`,
    `  /V ${signature} 0 R`,
    `  /P ${page} 0 R`,
    '  /Rect [0 0 0 0]',
    '  /F 132',
    '>>',
  ].join('\n')

/** The update's text in Latin-1: objects, cross-reference table, trailer. */
function appended(offset: number, form: Form, objects: readonly (readonly [number, string])[]): string {
  let text = '\n'
  const entries: [number, number][] = []
  for (const [number, body] of objects) {
    entries.push([number, offset + text.length])
    text += `${number} 0 obj\n${body}\nendobj\n\n`
  }
  const start = offset + text.length
  const table = entries
    .toSorted(([a], [b]) => a - b)
    .map(([number, at]) => `${number} 1\n${String(at).padStart(10, '0')} 00000 n\r\n`)
  const trailer = form.trailer
    .replace(/\/Size \d+/, `/Size ${form.size + 2}`)
    .replace(/>>$/, `  /Prev ${form.start}\n>>`)
  return `${text}xref\n${table.join('')}trailer\n${trailer}\nstartxref\n${start}\n%%EOF\n`
}

const textString = (text: string): string =>
  `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`

const dateString = (instant: Date): string => `(D:${instant.toISOString().replace(/[-:T]|\.\d+/g, '')})`

// ---- the signature itself

function cmsFor(signer: DocumentSigner) {
  const { algorithm } = readCertificate(signer.certificate)
  if (!algorithm) throw new Error('the certificate is of a kind that the system does not sign with')
  const certificateDigest = createHash('sha256').update(signer.certificate).digest()
  const assemble = (signedAttributes: Uint8Array, signature: Uint8Array) =>
    assembleCms({
      algorithm,
      signerCertificate: signer.certificate,
      certificates: signer.certificateChain ?? [],
      signedAttributes,
      signature,
    })
  // Two INTEGERs with a leading zero each.
  const longestSignature = new Uint8Array(2 * (algorithm.coordinateLength + 3) + 2)
  return {
    maxLength: assemble(attributes(new Uint8Array(32), certificateDigest), longestSignature).length,
    async over(digest: Uint8Array): Promise<Uint8Array> {
      const signed = attributes(digest, certificateDigest)
      return assemble(signed, await signer.sign(signed, 'SHA-256'))
    },
  }
}

// PAdES wants the time in the dictionary and not among the attributes (EN 319 142-1 table 1).
const attributes = (contentDigest: Uint8Array, certificateDigest: Uint8Array) =>
  setOf(
    sequence(oid(OID.contentType), setOf(oid(OID.data))),
    sequence(oid(OID.messageDigest), setOf(octetString(contentDigest))),
    sequence(
      oid(OID.signingCertificateV2),
      setOf(sequence(sequence(sequence(octetString(certificateDigest))))),
    ),
  )
