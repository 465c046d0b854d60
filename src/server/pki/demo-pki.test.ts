import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeTestPki } from '#test/pki.ts'
import { describeKey, openKey, sign } from '#ui/key/e-key.ts'
import { type DemoPeople, makeDemoPki } from './demo-pki.ts'
import { DEMO_PASSPHRASES, demoSecretRefusal } from './demo-secrets.ts'
import { pkiFiles } from './pki-files.ts'
import type { PkiIndex } from './pki-index.ts'
import { verifySeal } from './seal-check.ts'
import { buildTrust } from './trust.ts'

const NOW = new Date('2026-11-22T00:00:00Z')
const operator = (loginName: string, personName: string, pin: string) => ({
  loginName,
  personName,
  enterpriseName: '河北钢铁出口有限公司',
  uscc: '91110000717850555P',
  code13: '1100717850555',
  pin,
})
const people: DemoPeople = {
  operators: [operator('steel-1', '张三', '111111'), operator('steel-2', '李四', '222222')],
  authorities: [{ code: 'AA', name: '商务部配额许可证事务局' }],
}
const request = { publicUrl: 'https://xuke.example', now: NOW }

let folder: string
let dir: string
let index: PkiIndex
let files: ReturnType<typeof pkiFiles>
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pki 演示-'))
  dir = join(folder, 'pki')
  const args = ['--out', dir, '--public-url', `${request.publicUrl}/`, '--now', NOW.toISOString()]
  const script = fileURLToPath(new URL('../../../scripts/demo-pki.ts', import.meta.url))
  const run = spawnSync(process.execPath, [script, ...args], { input: JSON.stringify(people) })
  assert.equal(run.stderr.toString(), '')
  assert.equal(run.status, 0)
  files = pkiFiles(dir)
  index = JSON.parse(await readFile(files.index, 'utf8'))
})
after(() => rm(folder, { recursive: true }))

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()
const textOf = (path: string) =>
  openssl('x509', '-in', path, '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus_space')
const attime = ['-attime', String(NOW.getTime() / 1000)]

test('openssl follows each certificate to the root', () => {
  for (const path of [
    files.eKey('steel-1'),
    files.eKey('steel-2'),
    files.authorityCertificate('AA'),
    files.issuingCertificate,
  ]) {
    assert.match(openssl('verify', '-x509_strict', ...attime, '-CAfile', files.chain, path), /: OK/)
  }
})

test('openssl opens each key with its PIN or passphrase only, and it is the certificate’s', () => {
  for (const [key, certificate, passphrase] of [
    [files.eKey('steel-1'), files.eKey('steel-1'), '111111'],
    [files.eKey('steel-2'), files.eKey('steel-2'), '222222'],
    [files.authorityKey('AA'), files.authorityCertificate('AA'), DEMO_PASSPHRASES.authority],
    [files.issuingKey, files.issuingCertificate, DEMO_PASSPHRASES.issuing],
    [files.rootKey, files.rootCertificate, DEMO_PASSPHRASES.root],
  ] as const) {
    const publicKey = openssl('pkey', '-in', key, '-passin', `pass:${passphrase}`, '-pubout')
    assert.equal(publicKey, openssl('x509', '-in', certificate, '-noout', '-pubkey'))
    assert.throws(() => openssl('pkey', '-in', key, '-passin', 'pass:000000', '-noout'))
  }
})

test('a PIN is stretched by 600,000 rounds', () => {
  assert.match(openssl('asn1parse', '-in', files.eKey('steel-1')), /INTEGER +:0927C0/)
})

test('an operator’s certificate names person, enterprise and codes, and what it is for', () => {
  const text = textOf(files.eKey('steel-1'))
  for (const expected of [
    /Subject: C=CN, O=河北钢铁出口有限公司, CN=张三, serialNumber=1100717850555, organizationIdentifier=91110000717850555P/,
    /2\.25\.152989083342700\.1: *\n[^\n]*1100717850555/,
    /2\.25\.152989083342700\.2: *\n[^\n]*91110000717850555P/,
    /Basic Constraints: critical\n *CA:FALSE/,
    /Key Usage: critical\n *Digital Signature, Non Repudiation\n/,
    /Extended Key Usage: *\n *E-mail Protection, TLS Web Client Authentication\n/,
    /URI:https:\/\/xuke\.example\/pki\/issuing\.crl/,
    /OCSP - URI:https:\/\/xuke\.example\/pki\/ocsp/,
    /CA Issuers - URI:https:\/\/xuke\.example\/pki\/issuing\.cer/,
    /Authority Key Identifier/,
    /Subject Key Identifier/,
    /Not Before: Nov 21 23:50:00 2026 GMT\n *Not After : Nov 22 00:00:00 2027 GMT/,
  ]) {
    assert.match(text, expected)
  }
})

test('an authority’s certificate signs documents and has no OCSP address', () => {
  const text = textOf(files.authorityCertificate('AA'))
  assert.match(text, /Subject: C=CN, O=商务部配额许可证事务局, CN=商务部配额许可证事务局, serialNumber=AA/)
  assert.match(text, /E-mail Protection, 1\.3\.6\.1\.5\.5\.7\.3\.36\n/)
  assert.match(text, /URI:https:\/\/xuke\.example\/pki\/issuing\.crl/)
  assert.doesNotMatch(text, /OCSP|CA Issuers/)
  assert.match(text, /Not After : Nov 22 00:00:00 2029 GMT/)
})

test('the authorities above are limited to what they do', () => {
  const issuing = textOf(files.issuingCertificate)
  assert.match(issuing, /CA:TRUE, pathlen:0/)
  assert.match(issuing, /Key Usage: critical\n *Certificate Sign, CRL Sign\n/)
  assert.match(issuing, /Not After : Nov 22 00:00:00 2036 GMT/)
  const root = textOf(files.rootCertificate)
  assert.match(root, /CA:TRUE, pathlen:1/)
  assert.match(root, /Not After : Nov 22 00:00:00 2046 GMT/)
})

test('the index lists every certificate as it is', async () => {
  assert.deepEqual(
    index.certificates.map(({ kind, loginName, authorityCode, holder }) => [
      kind,
      loginName ?? authorityCode,
      holder,
    ]),
    [
      ['root', undefined, '出口许可证系统演示根证书（仅供演示）'],
      ['issuing', undefined, '出口许可证系统演示签发证书（仅供演示）'],
      ['authority', 'AA', '商务部配额许可证事务局'],
      ['operator', 'steel-1', '张三'],
      ['operator', 'steel-2', '李四'],
    ],
  )
  for (const entry of index.certificates) {
    const certificate = new X509Certificate(entry.pem)
    assert.equal(entry.fingerprint, certificate.fingerprint256.replaceAll(':', '').toLowerCase())
    assert.equal(entry.serial, certificate.serialNumber.toLowerCase())
    assert.equal(new Date(entry.notBefore).getTime(), Date.parse(certificate.validFrom))
    assert.equal(new Date(entry.notAfter).getTime(), Date.parse(certificate.validTo))
  }
  assert.equal(new Set(index.certificates.map((entry) => entry.serial)).size, 5)
  assert.deepEqual(
    await readFile(files.issuingDer),
    new X509Certificate(await readFile(files.issuingCertificate)).raw,
  )
})

test('private files are for their owner alone, and nothing half-written stays', async () => {
  for (const path of [files.rootKey, files.issuingKey, files.authorityKey('AA'), files.eKey('steel-1')]) {
    assert.equal((await stat(path)).mode & 0o777, 0o600, path)
  }
  const names = await readdir(dir, { recursive: true })
  assert.deepEqual(
    names.filter((name) => name.endsWith('.tmp')),
    [],
  )
  for (const name of names.filter((one) => one.endsWith('.pem'))) {
    assert.doesNotMatch(await readFile(join(dir, name), 'utf8'), /BEGIN (EC )?PRIVATE KEY/)
  }
})

test('an e-key file opens with its PIN and seals what the server takes', async () => {
  const file = await readFile(files.eKey('steel-2'), 'utf8')
  assert.equal(describeKey(file).personName, '李四')
  const content = new TextEncoder().encode('{}')
  const cms = await sign(await openKey(file, '222222'), content, NOW)
  const trust = buildTrust(await readFile(files.chain, 'utf8'))
  assert.equal(verifySeal({ cms, content, now: NOW, trust }).ok, true)
})

test('a second run changes nothing; new people and run-out certificates are added', async () => {
  const again = await makeDemoPki({ ...request, ...people, dir })
  assert.deepEqual(again, index)
  const more = { ...people, operators: [...people.operators, operator('steel-3', '王五', '333333')] }
  const before = await readFile(files.eKey('steel-1'), 'utf8')
  const grown = await makeDemoPki({ ...request, ...more, dir })
  assert.deepEqual(grown.certificates.slice(0, 5), index.certificates)
  assert.deepEqual(
    grown.certificates.slice(5).map((entry) => entry.loginName),
    ['steel-3'],
  )
  assert.equal(await readFile(files.eKey('steel-1'), 'utf8'), before)
  assert.match(openssl('verify', ...attime, '-CAfile', files.chain, files.eKey('steel-3')), /: OK/)

  const nextYear = await makeDemoPki({ ...request, ...more, dir, now: new Date('2027-11-22T00:00:00Z') })
  assert.deepEqual(
    nextYear.certificates.slice(6).map((entry) => entry.loginName),
    ['steel-1', 'steel-2', 'steel-3'],
  )
})

test('a run that was cut off is begun anew', async () => {
  await rm(files.index)
  await writeFile(files.issuingKey, 'cut off')
  const anew = await makeDemoPki({ ...request, ...people, dir })
  assert.equal(anew.certificates.length, 5)
  assert.match(openssl('verify', ...attime, '-CAfile', files.chain, files.eKey('steel-1')), /: OK/)
  assert.ok(
    openssl('pkey', '-in', files.issuingKey, '-passin', `pass:${DEMO_PASSPHRASES.issuing}`, '-pubout'),
  )
})

test('what is asked wrongly ends with one line and no files', async (t) => {
  const script = fileURLToPath(new URL('../../../scripts/demo-pki.ts', import.meta.url))
  const empty = await mkdtemp(join(tmpdir(), 'pki-'))
  t.after(() => rm(empty, { recursive: true }))
  const run = (args: string[], input: string) => spawnSync(process.execPath, [script, ...args], { input })
  const good = [
    '--out',
    join(empty, 'pki'),
    '--public-url',
    'http://localhost:3000',
    '--now',
    NOW.toISOString(),
  ]
  const escaping = { ...people, operators: [operator('../steel', '张三', '1')] }
  for (const result of [
    run([], JSON.stringify(people)),
    run([...good.slice(0, 4), '--now', 'today'], JSON.stringify(people)),
    run(good, '{'),
    run(good, JSON.stringify(escaping)),
  ]) {
    assert.equal(result.status, 1)
    assert.match(result.stderr.toString(), /^demo-pki: /)
    assert.doesNotMatch(result.stderr.toString(), /\n {4}at /)
  }
  assert.deepEqual(await readdir(empty), [])
})

test('production refuses the demonstration’s passphrases and certificates', async () => {
  const chain = await readFile(files.chain, 'utf8')
  const strong = { PKI_ISSUING_PASSPHRASE: 'q7Zr0vXw2LkT9sNd4Hc8' }
  assert.match(demoSecretRefusal(strong, chain) ?? '', /演示证书/)
  assert.match(
    demoSecretRefusal({ PKI_ISSUING_PASSPHRASE: DEMO_PASSPHRASES.issuing }, chain) ?? '',
    /演示口令.*PKI_ISSUING_PASSPHRASE/,
  )
  assert.match(
    demoSecretRefusal({ PKI_ISSUING_PASSPHRASE: undefined }, chain) ?? '',
    /必须设置 PKI_ISSUING_PASSPHRASE/,
  )
  assert.match(demoSecretRefusal({ PKI_ISSUING_PASSPHRASE: 'short' }, chain) ?? '', /16/)
  assert.equal(demoSecretRefusal(strong, (await makeTestPki(NOW)).chainPem), undefined)
})
