import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ECDSA_P256 } from './algorithm.ts'
import { concat } from './bytes.ts'
import {
  certificateId,
  KEY_USAGE,
  readAuthority,
  readCertificate,
  readHolder,
  readKeyUsage,
  readName,
  readPurposes,
} from './certificate.ts'
import {
  bitString,
  contextTag,
  DerError,
  encode,
  integer,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  TAG,
  time,
} from './der.ts'
import { OID } from './oids.ts'

const utf8 = (text: string) => encode(TAG.utf8String, new TextEncoder().encode(text))
const step = (id: string, value: Uint8Array) => setOf(sequence(oid(id), value))
const TRUE = encode(TAG.boolean, Uint8Array.of(0xff))
const FALSE = encode(TAG.boolean, Uint8Array.of(0))
const extension = (id: string, value: Uint8Array, ...flag: Uint8Array[]) =>
  sequence(oid(id), ...flag, octetString(value))
const point = concat([Uint8Array.of(4), new Uint8Array(64).fill(7)])
const key = (identifier: Uint8Array, bytes: Uint8Array) => sequence(identifier, bitString(bytes))

const subject = {
  country: step(OID.country, printableString('CN')),
  organization: step(OID.organization, utf8('河北钢铁出口有限公司')),
  person: step(OID.commonName, utf8('张三')),
  code13: step(OID.serialNumber, printableString('1100717850555')),
  uscc: step(OID.organizationIdentifier, printableString('91110000717850555P')),
}
const extensions = {
  constraints: extension(OID.basicConstraints, sequence(), TRUE),
  usage: extension(OID.keyUsage, encode(TAG.bitString, Uint8Array.of(6, 0xc0)), TRUE),
  purposes: extension(OID.extendedKeyUsage, sequence(oid(OID.emailProtection), oid(OID.clientAuth))),
  code13: extension(OID.ownCode13, printableString('1100717850555')),
  uscc: extension(OID.ownUscc, printableString('91110000717850555P')),
}

function write(
  other: {
    version?: Uint8Array
    serial?: Uint8Array
    innerAlgorithm?: Uint8Array
    validity?: Uint8Array
    subject?: Uint8Array[]
    publicKey?: Uint8Array
    extensions?: Uint8Array[]
    after?: Uint8Array[]
    signature?: Uint8Array
  } = {},
): Uint8Array {
  const tbs = sequence(
    other.version ?? encode(contextTag(0), integer(2)),
    other.serial ?? integer(0x4a0b),
    other.innerAlgorithm ?? ECDSA_P256.signatureIdentifier,
    sequence(step(OID.commonName, utf8('签发'))),
    other.validity ??
      sequence(time(new Date('2026-01-01T00:00:00Z')), time(new Date('2050-01-01T00:00:00Z'))),
    sequence(...(other.subject ?? Object.values(subject))),
    other.publicKey ?? key(ECDSA_P256.keyIdentifier, point),
    encode(contextTag(3), sequence(...(other.extensions ?? Object.values(extensions)))),
    ...(other.after ?? []),
  )
  return sequence(tbs, ECDSA_P256.signatureIdentifier, other.signature ?? bitString(Uint8Array.of(1)))
}

test('a certificate is read', () => {
  const certificate = readCertificate(write())
  assert.equal(certificate.serial, '4a0b')
  assert.equal(certificate.notBefore.toISOString(), '2026-01-01T00:00:00.000Z')
  assert.equal(certificate.notAfter.toISOString(), '2050-01-01T00:00:00.000Z')
  assert.equal(certificate.algorithm, ECDSA_P256)
  assert.equal(certificate.signedWith, ECDSA_P256)
  assert.deepEqual(readHolder(certificate), {
    personName: '张三',
    enterpriseName: '河北钢铁出口有限公司',
    code13: '1100717850555',
    uscc: '91110000717850555P',
  })
  assert.deepEqual([...readKeyUsage(certificate)], [KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation])
  assert.deepEqual([...readPurposes(certificate)], [OID.emailProtection, OID.clientAuth])
  assert.deepEqual(readAuthority(certificate), { isAuthority: false, pathLength: undefined })
  assert.deepEqual(certificateId(write()), { issuer: certificate.issuer, serialNumber: integer(0x4a0b) })
})

test('an authority says how many may stand below it', () => {
  const withConstraints = (...parts: Uint8Array[]) =>
    readAuthority(
      readCertificate(write({ extensions: [extension(OID.basicConstraints, sequence(...parts), TRUE)] })),
    )
  assert.deepEqual(withConstraints(TRUE, integer(0)), { isAuthority: true, pathLength: 0 })
  assert.deepEqual(withConstraints(TRUE), { isAuthority: true, pathLength: undefined })
  assert.throws(() => withConstraints(integer(0), TRUE), DerError)
  const without = readCertificate(write({ extensions: [] }))
  assert.deepEqual(readAuthority(without), { isAuthority: false, pathLength: undefined })
  assert.deepEqual([...readKeyUsage(without), ...readPurposes(without)], [])
})

test('keys the system does not sign with are read, but have no algorithm', () => {
  for (const publicKey of [
    key(sequence(oid('1.2.840.113549.1.1.1'), encode(TAG.null)), new Uint8Array(140)),
    key(sequence(oid(OID.ecPublicKey), oid('1.3.132.0.34')), new Uint8Array(97).fill(4)),
    key(ECDSA_P256.keyIdentifier, concat([Uint8Array.of(2), new Uint8Array(32)])), // compressed
    key(ECDSA_P256.keyIdentifier, concat([Uint8Array.of(5), new Uint8Array(64)])),
    key(ECDSA_P256.keyIdentifier, Uint8Array.of(0)),
  ]) {
    assert.equal(readCertificate(write({ publicKey })).algorithm, undefined)
  }
})

const { code13, uscc } = extensions
const refused: Record<string, Uint8Array> = {
  nothing: new Uint8Array(),
  'bytes after the end': concat([write(), Uint8Array.of(0)]),
  'version 1': write({ version: new Uint8Array() }),
  'version 2': write({ version: encode(contextTag(0), integer(1)) }),
  'a negative number': write({ serial: encode(TAG.integer, Uint8Array.of(0x80)) }),
  'two signature algorithms': write({ innerAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }),
  'one date': write({ validity: sequence(time(new Date(0))) }),
  'three dates': write({ validity: sequence(time(new Date(0)), time(new Date(0)), time(new Date(0))) }),
  'an extension twice': write({ extensions: [code13, uscc, code13] }),
  'a default value written': write({ extensions: [extension(OID.ownCode13, printableString('1'), FALSE)] }),
  'an extension with more': write({ extensions: [sequence(oid('1.2.3'), octetString(point), integer(1))] }),
  'something after the extensions': write({ after: [integer(1)] }),
  'a signature of broken bytes': write({ signature: encode(TAG.bitString, Uint8Array.of(1, 2)) }),
}

for (const [name, der] of Object.entries(refused)) {
  test(`refuses ${name}`, () => assert.throws(() => readCertificate(der), DerError))
}

test('a holder is refused who is not named in full, or named twice and differently', () => {
  const { country, organization, person } = subject
  const other = printableString('3100776367555')
  for (const certificate of [
    write({ subject: [country, organization, subject.code13, subject.uscc] }),
    write({ subject: [country, person, subject.code13, subject.uscc] }),
    write({ subject: [country, organization, person, subject.uscc] }),
    write({ subject: [country, organization, person, subject.code13] }),
    write({ subject: [country, organization, step(OID.commonName, utf8('')), subject.code13, subject.uscc] }),
    write({ subject: [...Object.values(subject), person] }),
    write({ subject: [...Object.values(subject), step(OID.commonName, utf8('李四'))] }),
    write({ subject: [country, organization, person, step(OID.serialNumber, other), subject.uscc] }),
    write({ extensions: [code13] }),
    write({ extensions: [uscc] }),
    write({ extensions: [extension(OID.ownCode13, other), uscc] }),
    write({ extensions: [extension(OID.ownCode13, utf8('1100717850555')), uscc] }),
  ]) {
    assert.throws(() => readHolder(readCertificate(certificate)), DerError)
  }
})

test('a name has one attribute in each step', () => {
  const pair = (text: string) => sequence(oid(OID.commonName), utf8(text))
  for (const name of [
    sequence(setOf(pair('甲'), pair('乙'))),
    sequence(setOf()),
    sequence(setOf(sequence(oid(OID.commonName)))),
    sequence(setOf(sequence(oid(OID.commonName), utf8('甲'), utf8('乙')))),
    sequence(pair('甲')),
  ]) {
    assert.throws(() => readName(name), DerError)
  }
})
