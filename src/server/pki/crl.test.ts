import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { KeyObject } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { certificatePem, makeTestPki, type TestPki } from '#test/pki.ts'
import { type CrlEntry, crlReason, makeCrl, readCrlNumber } from './crl.ts'
import { issuingAuthority } from './issuing-authority.ts'
import { pkiFiles } from './pki-files.ts'
import { PASSPHRASE_ROUNDS, wrapPrivateKey } from './private-key.ts'
import { renewCrl } from './renew-crl.ts'

const NOW = new Date('2026-11-22T00:00:00Z')
const PASSPHRASE = 'test-issuing-passphrase'

let pki: TestPki
let dir: string
before(async () => {
  pki = await makeTestPki(NOW)
  dir = await mkdtemp(join(tmpdir(), 'crl-'))
  await writeFile(join(dir, 'chain.pem'), pki.chainPem)
  await writeFile(pkiFiles(dir).issuingCertificate, certificatePem(pki.issuer.certificate))
  await writeFile(
    pkiFiles(dir).issuingKey,
    await wrapPrivateKey(pki.issuer.key, PASSPHRASE, PASSPHRASE_ROUNDS),
  )
})
after(() => rm(dir, { recursive: true }))

const crlOf = (entries: readonly CrlEntry[], number = 1n) =>
  makeCrl({
    issuingCert: pki.issuer.certificate,
    issuingKey: KeyObject.from(pki.issuer.key),
    entries,
    number,
    now: NOW,
  })

async function openssl(crl: Buffer, ...args: string[]) {
  const path = join(dir, 'list.crl')
  await writeFile(path, crl)
  return execFileSync('openssl', ['crl', '-inform', 'DER', '-in', path, ...args], {
    stdio: 'pipe',
    maxBuffer: 16e6,
  })
}

test('openssl reads and verifies the list', async () => {
  const crl = await crlOf(
    [
      { serial: '00ff12', revokedAt: new Date('2026-11-21T10:00:00Z'), reason: 'keyCompromise' },
      { serial: '7f', revokedAt: new Date('2026-11-21T11:00:00Z') },
    ],
    2n ** 40n,
  )
  const text = (await openssl(crl, '-noout', '-text', '-CAfile', join(dir, 'chain.pem'))).toString()
  assert.match(text, /Version 2/)
  assert.match(text, /Last Update: Nov 22 00:00:00 2026 GMT\n *Next Update: Nov 29 00:00:00 2026 GMT/)
  assert.match(text, /X509v3 Authority Key Identifier/)
  assert.match(text, /X509v3 CRL Number: *\n *0x010000000000|1099511627776/)
  assert.match(
    text,
    /Serial Number: FF12\n *Revocation Date: Nov 21 10:00:00 2026 GMT\n.*\n.*CRL Reason Code: *\n *Key Compromise/,
  )
  assert.match(text, /Serial Number: 7F\n *Revocation Date: Nov 21 11:00:00 2026 GMT\n *Signature Algorithm/)
  assert.match((await openssl(await crlOf([]), '-noout', '-text')).toString(), /No Revoked Certificates/)
})

test('openssl verify refuses a revoked certificate and takes the others', async () => {
  const [good, bad] = [await pki.operator(), await pki.operator()]
  const crl = await crlOf([{ serial: bad.certificate.serial, revokedAt: NOW, reason: 'superseded' }])
  const pem = await openssl(crl, '-outform', 'PEM')
  const trusted = join(dir, 'trusted.pem')
  await writeFile(trusted, pki.chainPem + pem.toString())
  const verify = async (name: string, certificate: string) => {
    await writeFile(join(dir, name), certificate)
    const args = ['verify', '-crl_check', '-attime', String(NOW.getTime() / 1000), '-CAfile', trusted]
    return execFileSync('openssl', [...args, join(dir, name)], { stdio: 'pipe' }).toString()
  }
  assert.match(await verify('good.pem', certificatePem(good.certificate)), /: OK/)
  await assert.rejects(verify('bad.pem', certificatePem(bad.certificate)), /certificate revoked/)
})

const reasonWords = {
  keyCompromise: 'Key Compromise',
  affiliationChanged: 'Affiliation Changed',
  superseded: 'Superseded',
  cessationOfOperation: 'Cessation Of Operation',
  privilegeWithdrawn: 'Privilege Withdrawn',
} as const

/** Entries as openssl shows them: serial, date, reason. */
const shown = (text: string) =>
  text
    .split('Serial Number: ')
    .slice(1)
    .map((entry) => {
      const at = /Revocation Date: (.*)/.exec(entry)?.[1] ?? ''
      const why = /CRL Reason Code: *\n *(.*)/.exec(entry)?.[1]
      return [/^[0-9A-F]+/.exec(entry)?.[0], new Date(at).toISOString(), why]
    })

test('ten thousand entries: openssl reads each serial, date and reason as they were given', async () => {
  const reasons = [undefined, ...Object.keys(reasonWords).map((name) => crlReason(name))]
  const entries: CrlEntry[] = Array.from({ length: 10_000 }, (_, index) => ({
    serial: `${['', '7', '80', 'ab'][index % 4]}${(0x4000 + index).toString(16)}`.padStart(6, '0'),
    revokedAt: new Date(NOW.getTime() - index * 3_601_000),
    reason: reasons[index % reasons.length],
  }))
  const odd: CrlEntry[] = [
    { serial: '00', revokedAt: NOW },
    { serial: '0000', revokedAt: NOW },
    { serial: '0080', revokedAt: NOW },
    { serial: 'FE01', revokedAt: NOW, reason: 'superseded' },
    { serial: '7f'.repeat(20), revokedAt: NOW },
    // GeneralizedTime from here on.
    { serial: '02', revokedAt: new Date('2050-01-01T00:00:00Z') },
    { serial: '03', revokedAt: new Date('2049-12-31T23:59:59.999Z') },
  ]
  const all = [...entries, ...odd]
  const text = (await openssl(await crlOf(all), '-noout', '-text')).toString()
  assert.deepEqual(
    shown(text),
    all.map(({ serial, revokedAt, reason }) => [
      serial.toUpperCase().replace(/^(?:00)+(?=..)/, ''),
      `${revokedAt.toISOString().slice(0, 19)}.000Z`,
      reason && reasonWords[reason],
    ]),
  )
})

test('a serial that no certificate can have is refused, not written', async () => {
  for (const serial of ['', 'f', 'xy', '0a ', '7f'.repeat(21), 'ff'.repeat(20)]) {
    await assert.rejects(crlOf([{ serial, revokedAt: NOW }]), RangeError, serial)
  }
})

test('the number can be read back', async () => {
  for (const number of [0n, 1n, 2n ** 63n]) assert.equal(readCrlNumber(await crlOf([], number)), number)
})

test('renewing writes the list whole, with a number that always grows', async () => {
  const clock = { now: NOW }
  const revoked: CrlEntry[] = []
  const ctx = {
    clock: () => clock.now,
    pkiDir: dir,
    issuing: issuingAuthority({ pkiDir: dir, passphrase: PASSPHRASE, certificate: pki.issuer.certificate }),
    listRevoked: async () => revoked,
  }
  const read = () => readFile(pkiFiles(dir).crl)
  const first = await renewCrl(ctx)
  assert.deepEqual(first, {
    number: BigInt(NOW.getTime()),
    nextUpdate: new Date('2026-11-29T00:00:00Z'),
    entries: 0,
  })
  assert.equal(readCrlNumber(await read()), first.number)

  revoked.push({ serial: '0a', revokedAt: NOW })
  assert.deepEqual(await renewCrl(ctx), { ...first, number: first.number + 1n, entries: 1 })
  clock.now = new Date('2026-11-20T00:00:00Z')
  assert.equal((await renewCrl(ctx)).number, first.number + 2n)
  clock.now = new Date('2026-11-23T00:00:00Z')
  assert.equal((await renewCrl(ctx)).number, BigInt(clock.now.getTime()))

  const before = await read()
  const wrong = issuingAuthority({ pkiDir: dir, passphrase: 'wrong', certificate: pki.issuer.certificate })
  await assert.rejects(renewCrl({ ...ctx, issuing: wrong }))
  assert.deepEqual(await read(), before)
})
