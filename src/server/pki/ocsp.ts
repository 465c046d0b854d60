/**
 * OCSP (RFC 6960): is this certificate revoked? Requests read and answers written in our own DER, signed with the key of
 * the issuing authority itself, so that a client needs no further certificate. The table is asked, not the list.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { sameBytes, toHex } from '#domain/seal/bytes.ts'
import type { Certificate } from '#domain/seal/certificate.ts'
import {
  bitString,
  contextTag,
  DerError,
  type Element,
  encode,
  fieldsOf,
  generalizedTime,
  implicitTag,
  integerBytes,
  octetString,
  oid,
  readBitStringBytes,
  readElement,
  readMembers,
  readOid,
  readSmallInteger,
  sequence,
  TAG,
} from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'
import { CRL_REASONS, type CrlReason } from './crl.ts'
import { signBy } from './signature.ts'

/** One certificate that is asked about. */
export type CertId = {
  /** CertID in DER, repeated in the answer. */
  readonly bytes: Uint8Array
  readonly digest: 'sha1' | 'sha256'
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** Lower-case hex, as in the table `certificate`. */
  readonly serial: string
}

export type OcspRequest = {
  readonly asked: readonly CertId[]
  /** The extension with the client's random value, as it came; it is repeated so that an old answer can't pass for a new one. */
  readonly nonce: Uint8Array | undefined
}

export type CertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly revokedAt: Date; readonly reason: CrlReason | undefined }

/** More in one request is somebody's attempt to keep us busy. */
const MOST_ASKED = 20
/** RFC 9654: a nonce has at most 128 bytes; with its two headers a little more. */
const LONGEST_NONCE = 132

/** How long an answer may be kept. The next revocation may come at once, so it is short. */
const VALID_MS = 10 * 60_000

/** Reads a request; refuses, with DerError, what is not one, and one that asks for more than 20 certificates. */
export function readOcspRequest(der: Uint8Array): OcspRequest {
  const outer = fieldsOf(readElement(der, TAG.sequence))
  const tbs = fieldsOf(outer.take(TAG.sequence))
  const version = tbs.maybe(contextTag(0))
  if (version && readSmallInteger(readElement(version.value, TAG.integer)) !== 0) {
    throw new DerError('another version of OCSP')
  }
  tbs.maybe(contextTag(1))
  const asked = readMembers(tbs.take(TAG.sequence)).map((one) => readCertId(fieldsOf(one).take(TAG.sequence)))
  if (asked.length === 0 || asked.length > MOST_ASKED) throw new DerError('no certificate asked, or too many')
  const extensions = tbs.maybe(contextTag(2))
  tbs.end()
  return { asked, nonce: extensions && nonceOf(readElement(extensions.value, TAG.sequence)) }
}

function readCertId(element: Element): CertId {
  const fields = fieldsOf(element)
  const [algorithm] = readMembers(fields.take(TAG.sequence))
  const id = algorithm === undefined ? '' : readOid(algorithm)
  const issuerNameHash = fields.take(TAG.octetString).value
  const issuerKeyHash = fields.take(TAG.octetString).value
  const serial = toHex(integerBytes(fields.take(TAG.integer)))
  fields.end()
  if (id !== OID.sha1 && id !== OID.sha256) throw new DerError('another digest than SHA-1 and SHA-256')
  const digest = id === OID.sha1 ? 'sha1' : 'sha256'
  return { bytes: element.bytes, digest, issuerNameHash, issuerKeyHash, serial }
}

function nonceOf(extensions: Element): Uint8Array | undefined {
  const found = readMembers(extensions).find((one) => {
    const fields = fieldsOf(one)
    return readOid(fields.take(TAG.oid)) === OID.ocspNonce
  })
  if (found !== undefined && found.length > LONGEST_NONCE + 16) throw new DerError('nonce too long')
  return found?.bytes
}

/** Whether the question is about a certificate that this authority made. */
export function isIssuedBy({ digest, issuerNameHash, issuerKeyHash }: CertId, issuing: Certificate): boolean {
  const hash = (bytes: Uint8Array) => createHash(digest).update(bytes).digest()
  return sameBytes(hash(issuing.subject), issuerNameHash) && sameBytes(hash(keyBits(issuing)), issuerKeyHash)
}

const keyBits = ({ publicKey }: Certificate): Uint8Array => {
  const fields = fieldsOf(readElement(publicKey, TAG.sequence))
  fields.take(TAG.sequence)
  return readBitStringBytes(fields.take(TAG.bitString))
}

/** The signed answer, in the order in which was asked. */
export function ocspAnswer(of: {
  readonly issuing: Certificate
  readonly key: KeyObject
  readonly request: OcspRequest
  readonly statuses: readonly CertStatus[]
  readonly now: Date
}): Buffer {
  const { algorithm } = of.issuing
  if (!algorithm) throw new Error('issuing certificate: not a key the system signs with')
  const until = new Date(of.now.getTime() + VALID_MS)
  const responses = of.request.asked.map((id, index) =>
    sequence(
      id.bytes,
      statusOf(of.statuses[index] ?? { status: 'unknown' }),
      generalizedTime(of.now),
      encode(contextTag(0), generalizedTime(until)),
    ),
  )
  const byKey = octetString(createHash('sha1').update(keyBits(of.issuing)).digest())
  const data = sequence(
    encode(contextTag(2), byKey),
    generalizedTime(of.now),
    sequence(...responses),
    ...(of.request.nonce === undefined ? [] : [encode(contextTag(1), sequence(of.request.nonce))]),
  )
  const signature = bitString(signBy(algorithm, of.key, data))
  const basic = sequence(data, algorithm.signatureIdentifier, signature)
  const bytes = sequence(oid(OID.ocspBasic), octetString(basic))
  return Buffer.from(sequence(encode(TAG.enumerated, Uint8Array.of(0)), encode(contextTag(0), bytes)))
}

function statusOf(status: CertStatus): Uint8Array {
  if (status.status === 'good') return encode(implicitTag(0))
  if (status.status === 'unknown') return encode(implicitTag(2))
  const reason =
    status.reason === undefined
      ? []
      : [encode(contextTag(0), encode(TAG.enumerated, Uint8Array.of(CRL_REASONS[status.reason])))]
  return encode(contextTag(1), generalizedTime(status.revokedAt), ...reason)
}

/** An answer that says why there is none (RFC 6960 4.2.1); it is not signed. */
export const ocspFailure = (why: 'malformed' | 'fault'): Buffer =>
  Buffer.from(sequence(encode(TAG.enumerated, Uint8Array.of(why === 'malformed' ? 1 : 2))))
