/** OCSP as `openssl ocsp` asks it and judges the answers, by POST and by GET. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { eKeyOf, startTestApp, testClock, type TestApp } from '#test/people.ts'
import { certificatePem, makeTestPki, type TestPki } from '#test/pki.ts'

let it: TestApp
let pki: TestPki
let dir: string
let url: string
// openssl judges by the real clock.
const clock = testClock(new Date().toISOString())
const path = (name: string) => join(dir, name)
const run = promisify(execFile)

before(async () => {
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  dir = await mkdtemp(join(tmpdir(), 'ocsp-'))
  url = `${await it.app.listen({ host: '127.0.0.1', port: 0 })}/pki/ocsp`
  await writeFile(path('issuer.pem'), certificatePem(pki.issuer.certificate))
  await writeFile(path('chain.pem'), pki.chainPem)
  const keys = { good: await eKeyOf(it, pki, 'steel02'), revoked: await eKeyOf(it, pki, 'trade01') }
  for (const [name, key] of Object.entries(keys)) {
    await writeFile(path(`${name}.pem`), certificatePem(key.certificate))
  }
  await writeFile(path('unknown.pem'), certificatePem((await pki.operator({ now: clock() })).certificate))
  const { serial } = keys.revoked.certificate
  await it.ctx.db
    .updateTable('certificate')
    .set({ revoked_at: clock(), revocation_code: 'keyCompromise' })
    .where('serial', '=', serial)
    .execute()
})
after(async () => {
  await it.close()
  await rm(dir, { recursive: true })
})

/** What openssl says on both channels; it ends with 0 whatever the status is. */
async function openssl(...args: string[]) {
  const { stdout, stderr } = await run('openssl', ['ocsp', '-issuer', path('issuer.pem'), ...args])
  return stdout + stderr
}
const asked = (name: string, ...more: string[]) =>
  openssl('-cert', path(`${name}.pem`), '-url', url, '-CAfile', path('chain.pem'), ...more)

test('good, revoked with its reason, unknown; the answer verifies and repeats the nonce', async () => {
  const good = await asked('good', '-resp_text')
  assert.match(good, /Response verify OK/)
  assert.match(good, /good\.pem: good/)
  assert.match(good, /OCSP Nonce/)
  assert.doesNotMatch(good, /WARNING: no nonce/)
  const revoked = await asked('revoked')
  assert.match(revoked, /revoked\.pem: revoked\n[^]*Reason: keyCompromise/)
  assert.match(await asked('unknown'), /unknown\.pem: unknown[^]*Response verify OK/)
})

test('several at once, by SHA-256, and without a nonce', async () => {
  const certificates = ['-sha256', '-cert', path('good.pem'), '-cert', path('revoked.pem')]
  const both = await openssl(...certificates, '-no_nonce', '-url', url, '-CAfile', path('chain.pem'))
  assert.match(both, /good\.pem: good[^]*revoked\.pem: revoked[^]*Response verify OK/)
})

test('by GET, with the request in the address', async () => {
  await openssl('-cert', path('revoked.pem'), '-reqout', path('request.der'))
  const request = (await readFile(path('request.der'))).toString('base64')
  for (const inAddress of [encodeURIComponent(request), request.replaceAll('+', '%2B')]) {
    const response = await fetch(`${url}/${inAddress}`)
    assert.equal(response.headers.get('content-type'), 'application/ocsp-response')
    await writeFile(path('answer.der'), Buffer.from(await response.arrayBuffer()))
    const files = ['-reqin', path('request.der'), '-respin', path('answer.der')]
    const said = await openssl(...files, '-CAfile', path('chain.pem'), '-resp_text')
    assert.match(said, /Cert Status: revoked[^]*Response verify OK/)
  }
})

test('a foreign issuer’s certificate is unknown, and what is no request is said to be none', async () => {
  const other = await makeTestPki(clock())
  await writeFile(path('other.pem'), certificatePem(other.issuer.certificate))
  await writeFile(path('foreign.pem'), certificatePem((await other.operator({ now: clock() })).certificate))
  const { stdout } = await run('openssl', [
    'ocsp',
    '-issuer',
    path('other.pem'),
    '-cert',
    path('foreign.pem'),
    '-url',
    url,
    '-noverify',
  ])
  assert.match(stdout, /foreign\.pem: unknown/)
  const headers = { 'content-type': 'application/ocsp-request' }
  for (const payload of [Buffer.alloc(0), Buffer.from('not DER'), Buffer.from('3000', 'hex')]) {
    const response = await it.app.inject({ method: 'POST', url: '/pki/ocsp', headers, payload })
    assert.deepEqual([response.statusCode, response.rawPayload.toString('hex')], [200, '30030a0101'])
  }
  const long = await it.app.inject({ method: 'POST', url: '/pki/ocsp', headers, payload: Buffer.alloc(9000) })
  assert.equal(long.statusCode, 413)
  assert.equal(it.logged.length, 0)
})
