import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { KeyObject } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { PDF } from '@libpdf/core'
import { certificatePem, makeTestPki, PUBLIC_URL, type TestPki } from '#test/pki.ts'
import { issueDocumentSigner, newKeyPair } from './ca.ts'
import { authoritySigner } from './document-signer.ts'
import { openPrivateKey, PASSPHRASE_ROUNDS, wrapPrivateKey } from './private-key.ts'

let pki: TestPki
let certificate: string
let key: KeyObject
before(async () => {
  // pdfsig judges by the machine's clock.
  pki = await makeTestPki(new Date())
  const keys = await newKeyPair()
  const made = await issueDocumentSigner({
    issuer: pki.issuer,
    subject: { code: 'AA', name: '商务部配额许可证事务局' },
    publicKey: keys.publicKey,
    publicUrl: PUBLIC_URL,
    now: new Date(),
  })
  certificate = certificatePem(made)
  key = openPrivateKey(
    await wrapPrivateKey(keys.privateKey, 'authority-passphrase', PASSPHRASE_ROUNDS),
    'authority-passphrase',
  )
})

async function signedPdf(): Promise<Uint8Array> {
  const pdf = PDF.create()
  pdf.addPage()
  const signer = authoritySigner(certificate, pki.chainPem, key)
  return (await pdf.sign({ signer, reason: '签发电子许可证', estimatedSize: 6000 })).bytes
}

test('pdfsig calls a document signed with it valid and whole, and one changed byte not', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'pdf-'))
  t.after(() => rm(dir, { recursive: true }))
  const pdfsig = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(dir, name), bytes)
    return spawnSync('pdfsig', ['-nocert', join(dir, name)]).stdout.toString()
  }
  const bytes = await signedPdf()
  const report = await pdfsig('good.pdf', bytes)
  assert.match(report, /Signature Validation: Signature is Valid\./)
  assert.match(report, /Total document signed/)
  assert.match(report, /Signer Certificate Common Name: 商务部配额许可证事务局/)
  const changed = Uint8Array.from(bytes)
  const position = Buffer.from(bytes).indexOf('/MediaBox')
  changed[position + 1] = 'X'.charCodeAt(0)
  assert.match(await pdfsig('changed.pdf', changed), /Digest Mismatch/)
})

test('openssl accepts the signature by the chain to the root', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'pdf-'))
  t.after(() => rm(dir, { recursive: true }))
  const bytes = Buffer.from(await signedPdf())
  const [, from1, length1, from2, length2] = (
    /\/ByteRange \[(\d+) +(\d+) +(\d+) +(\d+)/.exec(bytes.toString('latin1')) ?? []
  ).map(Number)
  assert.ok(from1 === 0 && length1 && from2 && length2)
  const cms = Buffer.from(bytes.subarray(length1 + 1, from2 - 1).toString('latin1'), 'hex')
  const signed = Buffer.concat([bytes.subarray(0, length1), bytes.subarray(from2, from2 + length2)])
  await writeFile(join(dir, 'cms'), cms)
  await writeFile(join(dir, 'content'), signed)
  await writeFile(join(dir, 'root.pem'), certificatePem(pki.root.certificate))
  const args = [
    'cms',
    '-verify',
    '-binary',
    '-inform',
    'DER',
    '-in',
    join(dir, 'cms'),
    '-content',
    join(dir, 'content'),
  ]
  // Only the root is given: the issuing certificate must come with the signature.
  execFileSync('openssl', [...args, '-CAfile', join(dir, 'root.pem'), '-out', join(dir, 'out')], {
    stdio: 'pipe',
  })
})

test('a key that is not the certificate’s is refused before anything is signed', async () => {
  const other = KeyObject.from((await newKeyPair()).privateKey)
  assert.throws(() => authoritySigner(certificate, pki.chainPem, other), /does not belong/)
  assert.throws(() => authoritySigner('', pki.chainPem, key))
})
