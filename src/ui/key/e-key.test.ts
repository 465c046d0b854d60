import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, test } from 'node:test'
import { type EncryptedKey, PIN_ROUNDS, readEncryptedKey, writeEncryptedKey } from '#domain/seal/pbes2.ts'
import { readPem, writePem } from '#domain/seal/pem.ts'
import { verifySeal } from '#server/pki/seal-check.ts'
import { certificatePem, eKeyFile, makeTestPki, STEEL_HOLDER, type TestKey, type TestPki } from '#test/pki.ts'
import { EKeyError, type EKeyProblem } from './e-key-error.ts'
import { describeKey, digestHex, openKey, sign, signingRefusal } from './e-key.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
const PIN = '135790'

let pki: TestPki
let key: TestKey
let file: string
before(async () => {
  pki = await makeTestPki(NOW)
  key = await pki.operator()
  file = await eKeyFile(key, pki, PIN)
})

const refuses = (problem: EKeyProblem, work: () => unknown) =>
  assert.rejects(
    async () => work(),
    (error) => {
      assert.ok(error instanceof EKeyError, String(error))
      assert.equal(error.problem, problem)
      assert.match(error.message, /^[^a-z]*(请|不能|https|\.pem).*。$/u)
      return true
    },
  )

/** The same file with its encrypted key written otherwise. */
const withKey = (change: Partial<EncryptedKey>) => {
  const [block] = readPem(file)
  assert.ok(block)
  const der = writeEncryptedKey({ ...readEncryptedKey(block.bytes), ...change })
  return writePem('ENCRYPTED PRIVATE KEY', der) + certificatePem(key.certificate) + pki.chainPem
}

test('before the PIN the file says whose key it is and how long it lasts', () => {
  assert.deepEqual(describeKey(file), {
    ...STEEL_HOLDER,
    serial: key.certificate.serial,
    notBefore: key.certificate.notBefore,
    notAfter: key.certificate.notAfter,
    algorithm: 'ECDSA P-256 / SHA-256',
  })
})

test('opened with its PIN it makes seals that the server takes, and does not let its key out', async () => {
  const open = await openKey(file, PIN)
  assert.deepEqual(open.description, describeKey(file))
  assert.deepEqual(open.privateKey.usages, ['sign'])
  await assert.rejects(crypto.subtle.exportKey('pkcs8', open.privateKey), { name: 'InvalidAccessError' })
  const content = new TextEncoder().encode('{"kind":"application"}')
  const cms = await sign(open, content, NOW)
  const verdict = verifySeal({ cms, content, now: NOW, trust: pki.trust })
  assert.ok(verdict.ok)
  assert.equal(verdict.facts.digest, await digestHex(content))
})

test('a view into a larger buffer is signed for what it shows', async () => {
  const open = await openKey(file, PIN)
  const content = Buffer.from('before{"a":1}after').subarray(6, 13)
  const cms = await sign(open, content, NOW)
  const verdict = verifySeal({
    cms,
    content: new TextEncoder().encode('{"a":1}'),
    now: NOW,
    trust: pki.trust,
  })
  assert.ok(verdict.ok)
})

test('a wrong PIN is told as one, whichever way WebCrypto fails', async () => {
  for (const wrong of ['', '135791', ' 135790', '１３５７９０'])
    await refuses('pin', () => openKey(file, wrong))
  // Right padding, but no key inside: what one wrong PIN in some hundred comes to.
  const { salt, rounds, iv } = readEncryptedKey(readPem(file)[0]?.bytes ?? new Uint8Array())
  const secret = await crypto.subtle.importKey('raw', Buffer.from(PIN), 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  const aes = { name: 'AES-CBC', length: 256 }
  const wrapping = await crypto.subtle.deriveKey(derivation, secret, aes, false, ['encrypt'])
  const garbage = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, wrapping, new Uint8Array(137))
  await refuses('pin', () => openKey(withKey({ ciphertext: new Uint8Array(garbage) }), PIN))
})

test('a file that openssl wrote with the same strength opens; its usual 2,048 rounds do not', async () => {
  const plain = Buffer.from(await crypto.subtle.exportKey('pkcs8', key.keys.privateKey)).toString('base64')
  const pem = `-----BEGIN PRIVATE KEY-----\n${plain}\n-----END PRIVATE KEY-----\n`
  const scheme = ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256']
  const written = (rounds: number) =>
    execFileSync(
      'openssl',
      ['pkcs8', '-topk8', ...scheme, '-iter', String(rounds), '-passout', `pass:${PIN}`],
      {
        input: pem,
      },
    ).toString() +
    certificatePem(key.certificate) +
    pki.chainPem
  assert.equal((await openKey(written(PIN_ROUNDS), PIN)).description.code13, STEEL_HOLDER.code13)
  await refuses('rounds', () => openKey(written(2048), PIN))
})

test('a file cannot ask for more rounds than a browser can bear', async () => {
  await refuses('rounds', () => openKey(withKey({ rounds: 5_000_001 }), PIN))
})

test('a key that is not the certificate’s is noticed', async () => {
  const other = await pki.operator()
  const mixed = await eKeyFile({ ...key, keys: other.keys }, pki, PIN)
  assert.equal(describeKey(mixed).serial, key.certificate.serial)
  await refuses('mismatch', () => openKey(mixed, PIN))
})

test('what is not an e-key file is refused before the PIN is asked for', async () => {
  const certificate = certificatePem(key.certificate)
  const [block] = readPem(file)
  assert.ok(block)
  const encrypted = writePem('ENCRYPTED PRIVATE KEY', block.bytes)
  const otherCipher = Buffer.from(block.bytes)
  // …1.42 AES-256-CBC → …1.2 AES-128-CBC
  otherCipher[otherCipher.indexOf(Buffer.from('60864801650304012a', 'hex')) + 8] = 2
  for (const text of [
    '',
    '%PDF-1.7',
    'A'.repeat(70_000),
    certificate + pki.chainPem,
    encrypted,
    encrypted + certificate,
    encrypted + pki.chainPem,
    encrypted + certificate + certificatePem(pki.root.certificate),
    certificate + encrypted + pki.chainPem,
    file.replace('ENCRYPTED PRIVATE KEY', 'PRIVATE KEY').replace('ENCRYPTED PRIVATE KEY', 'PRIVATE KEY'),
    file + encrypted,
    writePem('ENCRYPTED PRIVATE KEY', block.bytes.subarray(1)) + certificate + pki.chainPem,
    writePem('ENCRYPTED PRIVATE KEY', otherCipher) + certificate + pki.chainPem,
    file.slice(0, -200),
  ]) {
    await refuses('format', () => describeKey(text))
    await refuses('format', () => openKey(text, PIN))
  }
})

test('a page without WebCrypto says why it cannot sign', async (t) => {
  assert.equal(signingRefusal(), undefined)
  t.mock.getter(globalThis, 'crypto', () => ({}))
  assert.match(signingRefusal() ?? '', /https/)
  await refuses('insecure', () => openKey(file, PIN))
})
