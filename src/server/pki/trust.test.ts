import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { encode, integer, oid, sequence, setOf, TAG } from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'
import {
  certificatePem,
  extensionOf,
  makeTestPki,
  resign,
  type TestKey,
  type TestPki,
  usageOf,
} from '#test/pki.ts'
import { buildTrust, trustedCertificate } from './trust.ts'

const NOW = new Date('2026-11-22T00:00:00Z')

let pki: TestPki
let key: TestKey
before(async () => {
  pki = await makeTestPki(NOW)
  key = await pki.operator()
})

const otherName = sequence(setOf(sequence(oid(OID.commonName), encode(TAG.utf8String, Buffer.from('别人')))))
const yes = encode(TAG.boolean, Uint8Array.of(0xff))
const authority = (...pathLength: Uint8Array[]) =>
  extensionOf(OID.basicConstraints, true, sequence(yes, ...pathLength))
const noAuthority = extensionOf(OID.basicConstraints, true, sequence())
type Change = Parameters<typeof resign>[2]

test('a chain.pem of other certificates stops the start', async () => {
  const foreign = await makeTestPki(NOW)
  const [issuing, root] = [certificatePem(pki.issuer.certificate), certificatePem(pki.root.certificate)]
  for (const chain of [
    '',
    issuing,
    root + issuing,
    issuing + root + root,
    issuing + certificatePem(foreign.root.certificate),
    certificatePem(key.certificate) + issuing,
  ]) {
    assert.throws(() => buildTrust(chain))
  }
})

test('an issuing certificate must be allowed to issue, and signed by its root', async () => {
  const withIssuing = async (change: Change) => {
    const issuing = await resign(pki.issuer.certificate, pki.root.key, change)
    return () => buildTrust(certificatePem(issuing) + certificatePem(pki.root.certificate))
  }
  assert.ok((await withIssuing(() => undefined))().issuing)
  assert.ok((await withIssuing((_, list) => list.set(OID.basicConstraints, authority())))().issuing)
  for (const change of [
    (tbs) => tbs.splice(3, 1, otherName),
    (_, list) => list.set(OID.basicConstraints, noAuthority),
    (_, list) => list.delete(OID.basicConstraints),
    (_, list) => list.set(OID.keyUsage, usageOf(0x02)), // cRLSign alone
    (_, list) => list.delete(OID.keyUsage),
    (_, list) => list.set('1.2.3', extensionOf('1.2.3', true, integer(1))),
  ] satisfies Change[]) {
    assert.throws(await withIssuing(change), /not an issuing certificate under its root/, String(change))
  }
})

test('a root must be allowed to stand above an issuer, and signed by itself', async () => {
  const withRoot = async (signer: CryptoKey, change: Change) => {
    const root = await resign(pki.root.certificate, signer, change)
    return () => buildTrust(certificatePem(pki.issuer.certificate) + certificatePem(root))
  }
  assert.ok((await withRoot(pki.root.key, () => undefined))().root)
  assert.throws(await withRoot(pki.issuer.key, () => undefined), /under its root/)
  for (const change of [
    (_, list) => list.set(OID.basicConstraints, authority(integer(0))),
    (_, list) => list.set(OID.basicConstraints, noAuthority),
    (_, list) => list.set(OID.keyUsage, usageOf(0x80)),
  ] satisfies Change[]) {
    assert.throws(await withRoot(pki.root.key, change), /under its root/, String(change))
  }
})

test('a certificate must name our issuing authority, however it is signed', async () => {
  const stranger = await resign(key.certificate, pki.issuer.key, (tbs) => tbs.splice(3, 1, otherName))
  assert.equal(trustedCertificate(pki.trust, stranger.der), 'untrusted')
})

test('a certificate that claims another signature algorithm is not taken by the key alone', async () => {
  const sha384 = sequence(oid('1.2.840.10045.4.3.3'))
  const claiming = await resign(key.certificate, pki.issuer.key, (tbs) => tbs.splice(2, 1, sha384))
  assert.equal(claiming.signedWith, undefined)
  assert.equal(trustedCertificate(pki.trust, claiming.der), 'untrusted')
})

test('what is not a certificate is not trusted, and not a fault', () => {
  for (const der of [new Uint8Array(), integer(1), key.certificate.der.subarray(1)]) {
    assert.equal(trustedCertificate(pki.trust, der), 'untrusted')
  }
})

test('a certificate is remembered, and the oldest forgotten when there are too many', async () => {
  const trust = buildTrust(pki.chainPem)
  const first = trustedCertificate(trust, key.certificate.der)
  assert.ok(typeof first === 'object')
  assert.equal(trustedCertificate(trust, Uint8Array.from(key.certificate.der)), first)
  for (let index = 0; index < 1_999; index++) trust.known.set(`other ${index}`, first)
  assert.equal(trust.known.size, 2_000)
  const next = trustedCertificate(trust, (await pki.operator()).certificate.der)
  assert.ok(typeof next === 'object')
  assert.equal(trust.known.size, 2_000)
  assert.equal(trust.known.has(first.fingerprint), false)
  assert.ok(trust.known.has(next.fingerprint) && trust.known.has('other 0'))
})

test('the period is the shortest of certificate and chain', async () => {
  const trust = buildTrust(pki.chainPem)
  const old = await pki.operator({ now: new Date('2025-12-01T00:00:00Z') })
  const trusted = trustedCertificate(trust, old.certificate.der)
  assert.ok(typeof trusted === 'object')
  assert.deepEqual(trusted.period, {
    notBefore: pki.issuer.certificate.notBefore,
    notAfter: old.certificate.notAfter,
  })
})
