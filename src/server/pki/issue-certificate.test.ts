/** Certificates from PKCS#10 requests: what openssl says about both, and which requests are refused. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { type KeyHolder, readCertificate, readHolder } from '#domain/seal/certificate.ts'
import { readRequest } from '#domain/seal/csr.ts'
import { readPem } from '#domain/seal/pem.ts'
import { dayOf } from '#domain/day.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { Refused } from '#server/refused.ts'
import { startTestApp, testClock, type TestApp } from '#test/people.ts'
import { makeTestPki, STEEL_HOLDER, type TestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { describeKey, openKey, sign } from '#ui/key/e-key.ts'
import { keyFile, makeKey, requestFor } from '#ui/key/new-key.ts'
import { checkRequest, type CheckedRequest } from './check-request.ts'
import { issueCertificate } from './issue-certificate.ts'
import { pkiFiles } from './pki-files.ts'
import { revokeCertificates } from './revoke.ts'
import { renewRevocations } from './routes.ts'
import { newKeyPair } from './ca.ts'
import { verifySeal } from './seal-check.ts'
import { trustedCertificate } from './trust.ts'

let it: TestApp
let pki: TestPki
let dir: string
// openssl judges by the real clock.
const clock = testClock(new Date().toISOString())
const holder: KeyHolder = { ...STEEL_HOLDER, loginName: '1100717850555-zhangsan' }
const path = (name: string) => join(dir, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'issue-'))
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki, env: { pkiDir: dir } })
  await writeFile(path('chain.pem'), pki.chainPem)
})
after(async () => {
  await it.close()
  await rm(dir, { recursive: true })
})

async function write(name: string, request: Uint8Array) {
  await writeFile(path(name), request)
  return path(name)
}
const checked = (request: Uint8Array): CheckedRequest => {
  const verdict = checkRequest(request, holder)
  assert.ok(verdict.ok)
  return verdict
}
const issue = (request: CheckedRequest) =>
  it.ctx.db.transaction().execute((tx) =>
    issueCertificate(tx, it.ctx, {
      request,
      holder,
      accountId: demoAccount('steel02')?.id ?? '',
      bind: true,
      enterpriseId: demoEnterprises.steel.id,
      keyRequestId: null,
      certificateType: 'general',
      device: 'file',
    }),
  )
const problem = (request: Uint8Array, of: KeyHolder = holder) => {
  const verdict = checkRequest(request, of)
  return verdict.ok ? 'taken' : verdict.code
}

test('openssl reads the page’s request and confirms its signature', async () => {
  const file = await write('page.csr', (await makeKey(holder, 'k8s2m4x9')).request)
  const said = openssl(
    'req',
    '-inform',
    'DER',
    '-in',
    file,
    '-verify',
    '-noout',
    '-subject',
    '-nameopt',
    'utf8',
  )
  assert.match(said, /河北钢铁出口有限公司/)
  assert.match(said, /UID ?= ?1100717850555-zhangsan/)
})

test('the whole way: key and file of the page, certificate of the server, a seal that holds', async () => {
  const key = await makeKey(holder, 'k8s2m4x9')
  const issued = await issue(checked(key.request))
  const text = keyFile(key, issued.pem, pki.chainPem)
  assert.deepEqual(describeKey(text).loginName, holder.loginName)
  const content = new TextEncoder().encode('text')
  const cms = await sign(await openKey(text, 'k8s2m4x9'), content, clock())
  assert.ok(verifySeal({ cms, content, now: clock(), trust: pki.trust }).ok)
  await writeFile(path('file.pem'), text)
  openssl('pkey', '-in', path('file.pem'), '-passin', 'pass:k8s2m4x9', '-noout')
  assert.equal(issued.notAfter.getUTCFullYear(), issued.notBefore.getUTCFullYear() + 1)
})

test('openssl’s own request is answered too, and the certificate says what was approved', async () => {
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path('own.key'))
  const subject =
    `/C=CN/O=${holder.enterpriseName}/CN=${holder.personName}/serialNumber=${holder.code13}` +
    `/organizationIdentifier=${holder.uscc}/UID=${holder.loginName}`
  const wish = ['-addext', 'basicConstraints=CA:TRUE']
  openssl(
    'req',
    '-new',
    '-utf8',
    '-key',
    path('own.key'),
    '-subj',
    subject,
    '-outform',
    'DER',
    ...wish,
    '-out',
    path('own.csr'),
  )
  const issued = await issue(checked(await readFile(path('own.csr'))))
  const [block] = readPem(issued.pem)
  assert.ok(block)
  const certificate = readCertificate(block.bytes)
  assert.deepEqual(readHolder(certificate), holder)
  // The wish to be an authority was not heard.
  assert.notEqual(typeof trustedCertificate(pki.trust, certificate.der), 'string')
  const row = await it.ctx.db
    .selectFrom('certificate')
    .selectAll()
    .where('fingerprint', '=', issued.fingerprint)
    .executeTakeFirstOrThrow()
  assert.deepEqual(
    [row.serial, row.account_id, row.device, row.login_name, row.key_digest],
    [
      issued.serial,
      demoAccount('steel02')?.id,
      'file',
      holder.loginName,
      createHash('sha256').update(certificate.publicKey).digest('hex'),
    ],
  )
})

test('openssl verify -crl_check takes it, and refuses it once it is revoked and the list is new', async () => {
  const issued = await issue(checked((await makeKey(holder, 'k8s2m4x9')).request))
  await writeFile(path('one.pem'), issued.pem)
  const verify = async () => {
    await renewRevocations(it.ctx)
    openssl('crl', '-inform', 'DER', '-in', pkiFiles(dir).crl, '-out', path('crl.pem'))
    return openssl(
      'verify',
      '-crl_check',
      '-CAfile',
      path('chain.pem'),
      '-CRLfile',
      path('crl.pem'),
      path('one.pem'),
    )
  }
  assert.match(await verify(), /: OK/)
  const why = { now: clock(), code: 'keyCompromise', reason: '遗失', by: null } as const
  const revoke = () =>
    it.ctx.db.transaction().execute((tx) => revokeCertificates(tx, [issued.fingerprint], why))
  assert.deepEqual(await revoke(), [issued.serial])
  assert.deepEqual(await revoke(), [])
  await assert.rejects(verify(), /certificate revoked/)
})

test('refused: another name, another key’s signature, another curve, RSA, a point beside the curve, no request', async () => {
  const pair = await newKeyPair()
  const request = await requestFor(holder, pair)
  assert.equal(problem(request), 'taken')
  for (const other of [
    { ...holder, personName: '李四' },
    { ...holder, enterpriseName: '另一家公司' },
    { ...holder, code13: '1100717850556' },
    { ...holder, loginName: 'somebody' },
    STEEL_HOLDER,
  ]) {
    assert.equal(problem(request, other), 'name')
  }
  const foreign = await requestFor(holder, { ...pair, privateKey: (await newKeyPair()).privateKey })
  assert.equal(problem(foreign), 'proof')
  for (const key of [
    ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
    ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ]) {
    openssl(...key, '-out', path('weak.key'))
    openssl(
      'req',
      '-new',
      '-key',
      path('weak.key'),
      '-subj',
      '/CN=x',
      '-outform',
      'DER',
      '-out',
      path('weak.csr'),
    )
    assert.equal(problem(await readFile(path('weak.csr'))), 'weak_key')
  }
  const { publicKey } = readRequest(request)
  const beside = Uint8Array.from(request)
  const at = Buffer.from(request).indexOf(publicKey) + publicKey.length - 1
  beside[at] = (beside[at] ?? 0) ^ 1
  assert.equal(problem(beside), 'weak_key')
  assert.equal(problem(request.subarray(0, -1)), 'malformed')
  assert.equal(problem(new Uint8Array()), 'malformed')
})

test('a key that was certified once is refused, also when two ask for it at the same moment', async () => {
  const request = checked((await makeKey(holder, 'k8s2m4x9')).request)
  const results = await race(
    it.db,
    (tx) => sql`lock table certificate in share row exclusive mode`.execute(tx),
    [() => issue(request), () => issue(request)],
  )
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await assert.rejects(
    issue(request),
    (error) =>
      error instanceof Refused && error.code === 'repeated_key' && /重新生成密钥/.test(error.message),
  )
})

test('how long a certificate is valid is a setting', async () => {
  await it.ctx.db
    .insertInto('setting')
    .values({
      name: 'certificate_years',
      valid_from: dayOf(clock()),
      value: JSON.stringify(2),
      reason: '试验',
      changed_at: clock(),
    })
    .execute()
  const issued = await issue(checked((await makeKey(holder, 'k8s2m4x9')).request))
  assert.equal(issued.notAfter.getUTCFullYear(), issued.notBefore.getUTCFullYear() + 2)
})
