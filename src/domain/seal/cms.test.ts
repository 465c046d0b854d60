import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ECDSA_P256 } from './algorithm.ts'
import { concat, fromHex, toHex } from './bytes.ts'
import {
  assembleCms,
  buildSignedAttributes,
  CmsError,
  type CmsProblem,
  MAX_CMS_BYTES,
  readCms,
} from './cms.ts'
import {
  contextTag,
  encode,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  sortedSet,
  TAG,
  time,
} from './der.ts'
import { OID } from './oids.ts'

// As much of a certificate as a seal looks at: version, serial number, algorithm, issuer.
const issuerName = sequence(setOf(sequence(oid(OID.commonName), encode(TAG.utf8String, Buffer.from('签发')))))
const fakeCertificate = (serial: number, issuer = issuerName) =>
  sequence(
    sequence(encode(contextTag(0), integer(2)), integer(serial), ECDSA_P256.signatureIdentifier, issuer),
  )

const signerCertificate = fakeCertificate(7)
const issuingCertificate = fakeCertificate(1)
const signature = sequence(integer(5), integer(9))
const said = {
  contentDigest: new Uint8Array(32).fill(1),
  signingTime: new Date('2026-11-22T01:02:03.999Z'),
  certificateDigest: new Uint8Array(32).fill(2),
}
const attribute = (id: string, value: Uint8Array) => sequence(oid(id), setOf(value))
const attributes = {
  contentType: attribute(OID.contentType, oid(OID.data)),
  digest: attribute(OID.messageDigest, octetString(said.contentDigest)),
  time: attribute(OID.signingTime, time(said.signingTime)),
  certificate: attribute(
    OID.signingCertificateV2,
    sequence(sequence(sequence(octetString(said.certificateDigest)))),
  ),
}

/** The seal written out, so that each part can be another. */
function write(
  other: {
    contentInfo?: Uint8Array
    version?: Uint8Array
    digests?: Uint8Array
    content?: Uint8Array
    certificates?: Uint8Array[]
    attributes?: Uint8Array[]
    signerVersion?: Uint8Array
    signerId?: Uint8Array
    digest?: Uint8Array
    algorithm?: Uint8Array
    signature?: Uint8Array
    afterSignature?: Uint8Array[]
    signers?: (signer: Uint8Array) => Uint8Array[]
    afterSigners?: Uint8Array[]
  } = {},
): Uint8Array {
  const stored = other.attributes ?? sortedSet(Object.values(attributes))
  const signer = sequence(
    other.signerVersion ?? integer(1),
    other.signerId ?? sequence(issuerName, integer(7)),
    other.digest ?? ECDSA_P256.digestIdentifier,
    ...(stored.length > 0 ? [encode(contextTag(0), ...stored)] : []),
    other.algorithm ?? ECDSA_P256.signatureIdentifier,
    octetString(other.signature ?? signature),
    ...(other.afterSignature ?? []),
  )
  const certificates = other.certificates ?? sortedSet([signerCertificate, issuingCertificate])
  const signedData = sequence(
    other.version ?? integer(1),
    other.digests ?? setOf(ECDSA_P256.digestIdentifier),
    other.content ?? sequence(oid(OID.data)),
    ...(certificates.length > 0 ? [encode(contextTag(0), ...certificates)] : []),
    encode(TAG.set, ...(other.signers?.(signer) ?? [signer])),
    ...(other.afterSigners ?? []),
  )
  return sequence(other.contentInfo ?? oid(OID.signedData), encode(contextTag(0), signedData))
}

test('a seal is written in the one form and read back', () => {
  const signedAttributes = buildSignedAttributes(said)
  const bytes = assembleCms({
    algorithm: ECDSA_P256,
    signerCertificate,
    certificates: [issuingCertificate, signerCertificate],
    signedAttributes,
    signature,
  })
  assert.equal(toHex(bytes), toHex(write()))
  const cms = readCms(bytes)
  assert.equal(cms.algorithm, ECDSA_P256)
  assert.deepEqual(cms.signerCertificate, signerCertificate)
  assert.deepEqual(cms.certificates, sortedSet([signerCertificate, issuingCertificate]))
  assert.equal(cms.signedAttributes[0], TAG.set)
  assert.deepEqual(cms.signedAttributes, signedAttributes)
  assert.deepEqual(cms.signature, signature)
  assert.deepEqual(cms.contentDigest, said.contentDigest)
  assert.deepEqual(cms.certificateDigest, said.certificateDigest)
  assert.equal(cms.signingTime.toISOString(), '2026-11-22T01:02:03.000Z')
})

test('the certificate attribute with SHA-256 is eight fixed bytes and the digest', () => {
  const expected = concat([fromHex('3026302430220420'), said.certificateDigest])
  assert.ok(toHex(buildSignedAttributes(said)).includes(toHex(expected)))
})

const sha256WithNull = sequence(oid(OID.sha256), encode(TAG.null))
const sha384 = sequence(oid('2.16.840.1.101.3.4.2.2'))
const { contentType, digest, certificate } = attributes
const sorted = (...members: Uint8Array[]) => sortedSet(members)
const twice = <T>(one: T): T[] => [one, one]

const refused: readonly (readonly [string, CmsProblem, Uint8Array])[] = [
  ['nothing', 'encoding', new Uint8Array()],
  ['indefinite length', 'encoding', concat([fromHex('3080'), write().subarray(4), fromHex('0000')])],
  ['bytes after the end', 'encoding', concat([write(), Uint8Array.of(0)])],
  ['too many bytes', 'encoding', new Uint8Array(MAX_CMS_BYTES + 1)],
  ['another type than signed data', 'form', write({ contentInfo: oid(OID.data) })],
  ['another version', 'form', write({ version: integer(3) })],
  ['another digest algorithm announced', 'form', write({ digests: setOf(sha384) })],
  ['two digest algorithms announced', 'form', write({ digests: setOf(ECDSA_P256.digestIdentifier, sha384) })],
  ['digest parameters written as NULL', 'form', write({ digest: sha256WithNull })],
  ['another digest algorithm used', 'form', write({ digest: sha384 })],
  [
    'content inside',
    'content-inside',
    write({ content: sequence(oid(OID.data), encode(contextTag(0), octetString(fromHex('00')))) }),
  ],
  ['another content type', 'form', write({ content: sequence(oid(OID.signedData)) })],
  ['no certificates', 'certificates', write({ certificates: [] })],
  ['certificates without the signer’s', 'certificates', write({ certificates: [issuingCertificate] })],
  [
    'certificates out of order',
    'encoding',
    write({ certificates: sorted(signerCertificate, issuingCertificate).toReversed() }),
  ],
  ['a certificate twice', 'encoding', write({ certificates: twice(signerCertificate) })],
  [
    'a certificate that is none',
    'encoding',
    write({ certificates: sorted(signerCertificate, sequence(integer(1))) }),
  ],
  ['a revocation list', 'encoding', write({ afterSigners: [encode(contextTag(1))] })],
  ['no signer', 'signers', write({ signers: () => [] })],
  ['two signers', 'signers', write({ signers: twice })],
  ['something after the signers', 'encoding', write({ afterSigners: [integer(1)] })],
  ['another signer version', 'form', write({ signerVersion: integer(3) })],
  [
    'a signer named by key identifier',
    'encoding',
    write({ signerVersion: integer(3), signerId: encode(0x80, fromHex('00')) }),
  ],
  ['a signer of another issuer', 'certificates', write({ signerId: sequence(sequence(), integer(7)) })],
  ['a signer of another number', 'certificates', write({ signerId: sequence(issuerName, integer(8)) })],
  ['no signed attributes', 'attributes', write({ attributes: [] })],
  ['no digest', 'attributes', write({ attributes: sorted(contentType, attributes.time, certificate) })],
  ['no time', 'attributes', write({ attributes: sorted(contentType, digest, certificate) })],
  [
    'no signing certificate',
    'attributes',
    write({ attributes: sorted(contentType, digest, attributes.time) }),
  ],
  ['no content type', 'attributes', write({ attributes: sorted(digest, attributes.time, certificate) })],
  [
    'another content type signed',
    'attributes',
    write({
      attributes: sorted(
        attribute(OID.contentType, oid(OID.signedData)),
        digest,
        attributes.time,
        certificate,
      ),
    }),
  ],
  [
    'an attribute twice',
    'attributes',
    write({ attributes: sorted(contentType, digest, digest, attributes.time, certificate) }),
  ],
  [
    'an attribute of two values',
    'attributes',
    write({
      attributes: sorted(
        contentType,
        sequence(oid(OID.messageDigest), setOf(octetString(fromHex('01')), octetString(fromHex('02')))),
        attributes.time,
        certificate,
      ),
    }),
  ],
  [
    'an unknown attribute',
    'attributes',
    write({
      attributes: sorted(contentType, digest, attributes.time, certificate, attribute('1.2.3', integer(1))),
    }),
  ],
  [
    'attributes out of order',
    'attributes',
    write({ attributes: sorted(...Object.values(attributes)).toReversed() }),
  ],
  [
    'a time in the wrong type',
    'encoding',
    write({
      attributes: sorted(
        contentType,
        digest,
        certificate,
        attribute(OID.signingTime, encode(TAG.generalizedTime, Buffer.from('20261122010203Z'))),
      ),
    }),
  ],
  [
    'a signing certificate with its digest algorithm written out',
    'encoding',
    write({
      attributes: sorted(
        contentType,
        digest,
        attributes.time,
        attribute(
          OID.signingCertificateV2,
          sequence(sequence(sequence(sequence(oid(OID.sha256)), octetString(said.certificateDigest)))),
        ),
      ),
    }),
  ],
  [
    'two signing certificates',
    'attributes',
    write({
      attributes: sorted(
        contentType,
        digest,
        attributes.time,
        attribute(
          OID.signingCertificateV2,
          sequence(sequence(...twice(sequence(octetString(said.certificateDigest))))),
        ),
      ),
    }),
  ],
  ['another signature algorithm', 'algorithm', write({ algorithm: sequence(oid('1.2.840.10045.4.3.3')) })],
  ['RSA', 'algorithm', write({ algorithm: sequence(oid('1.2.840.113549.1.1.11'), encode(TAG.null)) })],
  [
    'a signature with parameters',
    'algorithm',
    write({ algorithm: sequence(oid(OID.ecdsaWithSha256), encode(TAG.null)) }),
  ],
  ['a signature that is not DER', 'encoding', write({ signature: fromHex('300602018002010a') })],
  ['a signature as r‖s', 'encoding', write({ signature: new Uint8Array(64).fill(1) })],
  ['a signature of zero', 'encoding', write({ signature: sequence(integer(0), integer(1)) })],
  [
    'a signature number too long',
    'encoding',
    write({ signature: sequence(integer(2n ** 256n), integer(1)) }),
  ],
  ['unsigned attributes', 'attributes', write({ afterSignature: [encode(contextTag(1), attributes.time)] })],
]

for (const [name, problem, bytes] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => readCms(bytes),
      (error) => error instanceof CmsError && (assert.equal(error.problem, problem, error.message), true),
    )
  })
}
