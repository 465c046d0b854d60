/** Signed licences as poppler and openssl judge them, independent of what wrote them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AUTHORITY_PASSPHRASE, makeAuthority } from '#test/authority.ts'
import { fullLicence, pdfsig, plainLicence, textOf } from '#test/documents.ts'
import { PdfFormError, signPdf, type SignatureWords } from './pades.ts'
import { createSigners } from './signers.ts'
import { createTypesetter } from './typesetter.ts'

const folder = mkdtempSync(join(tmpdir(), 'pades-'))
after(() => rmSync(folder, { recursive: true }))

makeAuthority(folder)
const now = new Date()
const words: SignatureWords = {
  field: '发证机关签章',
  name: '商务部配额许可证事务局',
  reason: '签发出口许可证（26AA600001）\\',
  location: '中华人民共和国',
  signedAt: now,
}
let bare: Buffer
let signed: Buffer
const sign = (pdf: Buffer) =>
  signPdf(pdf, createSigners({ folder, passphrase: AUTHORITY_PASSPHRASE })('AA', now), words)

before(async () => {
  bare = createTypesetter().licence(plainLicence())
  signed = await sign(bare)
})

test('pdfsig calls it valid, trusted and the whole document signed', () => {
  const report = pdfsig(folder, signed)
  assert.match(report, /Signature Validation: Signature is Valid\./)
  assert.match(report, /Certificate Validation: Certificate is Trusted\./)
  assert.match(report, /Total document signed/)
  assert.match(report, /Signature Type: ETSI\.CAdES\.detached/)
  assert.match(report, /Signer Certificate Common Name: 商务部配额许可证事务局/)
  assert.match(report, /Signature Field Name: 发证机关签章/)
})

test('so is one of several pages', async () => {
  const report = pdfsig(folder, await sign(createTypesetter().licence(fullLicence())))
  assert.match(report, /Signature is Valid\./)
  assert.match(report, /Total document signed/)
})

test('the page is the same as before, its bytes stand unchanged in front', () => {
  assert.ok(signed.subarray(0, bare.length).equals(bare))
  assert.equal(textOf(folder, signed), textOf(folder, bare))
})

test('any changed byte of page or signature is found', () => {
  const positions = Array.from({ length: 9 }, (_, i) => Math.floor((bare.length * (i + 0.5)) / 9))
  // In the signature dictionary, at the end of the signature itself, and in the last trailer.
  const contents = signed.indexOf('/Contents <', bare.length)
  positions.push(contents - 12, signed.indexOf('>', contents) - 40, signed.length - 12)
  for (const position of positions) {
    const changed = Buffer.from(signed)
    changed[position] = (changed[position] ?? 0) ^ 0x01
    assert.doesNotMatch(pdfsig(folder, changed), /Signature is Valid/, `byte ${position}`)
  }
})

test('words appended later are not covered, and pdfsig says so', () => {
  const longer = Buffer.concat([signed, Buffer.from('\n% more\n')])
  assert.doesNotMatch(pdfsig(folder, longer), /Total document signed/)
})

test('openssl accepts the signature by the chain to the root', () => {
  const text = signed.toString('latin1')
  const [, , first = 0, second = 0] = (/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(text) ?? []).map(Number)
  const hex = text.slice(first + 1, second - 1)
  // The placeholder's rest is filled with zeros after the DER.
  const length = 4 + Number.parseInt(hex.slice(4, 8), 16)
  assert.ok(hex.length / 2 - length <= 4, 'the placeholder is as small as it can be')
  writeFileSync(join(folder, 'cms.der'), Buffer.from(hex, 'hex').subarray(0, length))
  writeFileSync(join(folder, 'content'), Buffer.concat([signed.subarray(0, first), signed.subarray(second)]))
  const args =
    'cms -verify -cades -binary -inform DER -in cms.der -content content -CAfile root.pem -out verified'
  execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'pipe' })
  assert.ok(readFileSync(join(folder, 'verified')).length > bare.length)
})

test('the dictionary gives reason, place and time', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()
  const text = signed.toString('latin1', bare.length)
  assert.ok(text.includes(`/Reason <FEFF${utf16(words.reason)}>`))
  assert.ok(text.includes(`/Location <FEFF${utf16(words.location)}>`))
  assert.ok(text.includes(`/M (D:${now.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z)`))
})

test('a file that is not as our compiler writes it is refused', async () => {
  const text = bare.toString('latin1')
  for (const [what, pdf] of Object.entries({
    empty: '',
    'signed before': signed.toString('latin1'),
    'without trailer': text.slice(0, -40),
    'another cross-reference': text.replace(/xref\n0 (\d+)/, 'xref\n1 $1'),
    annotations: text.replace('  /StructParents 0\n', '  /Annots [] %%%%%\n'),
    'encrypted or so': text.replace(/\/Root (\d+) 0 R/, '/Roof $1 0 R'),
  })) {
    await assert.rejects(sign(Buffer.from(pdf, 'latin1')), PdfFormError, what)
  }
})
