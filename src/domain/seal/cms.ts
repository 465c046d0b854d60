/**
 * The seal: CMS SignedData (RFC 5652), detached, one signer, made and read in exactly one form:
 * version 1, one digest algorithm, no content inside, the signer's certificate and its issuers', four signed
 * attributes (content type, digest of the content, signing time, signing-certificate-v2 of RFC 5035), no
 * unsigned ones. Whatever is not covered by the signature can be computed from what is, so the reader writes
 * the seal again and refuses every byte that differs.
 */
import { algorithmOfSignature, type SealAlgorithm } from './algorithm.ts'
import { type Bytes, concat, sameBytes } from './bytes.ts'
import { certificateId } from './certificate.ts'
import {
  contextTag,
  DerError,
  type Element,
  encode,
  expectTag,
  fieldsOf,
  implicitTag,
  integer,
  octetString,
  oid,
  readElement,
  readMembers,
  readOid,
  readSortedMembers,
  readTime,
  sequence,
  setOf,
  sortedSet,
  TAG,
  time,
} from './der.ts'
import { checkEcdsaDer } from './ecdsa.ts'
import { OID } from './oids.ts'

/** A seal has about 1,700 bytes. */
export const MAX_CMS_BYTES = 16_384

export type CmsProblem =
  | 'encoding' // not strict DER, or other parts than a seal has
  | 'content-inside' // the content is carried along instead of being detached
  | 'signers' // none or several
  | 'certificates' // none, or none of them is the signer's
  | 'algorithm' // none that the system signs with
  | 'attributes' // missing, twice, unknown, or of another value than they can have
  | 'form' // not the one form it could have, though it says the same

/** Bytes that are not a seal. */
export class CmsError extends Error {
  override readonly name = 'CmsError'
  readonly problem: CmsProblem

  constructor(problem: CmsProblem, message: string) {
    super(`${problem}: ${message}`)
    this.problem = problem
  }
}

/** `contentDigest` by the signer's algorithm, `certificateDigest` SHA-256 of the signer's certificate. */
export type SignedAttributes = {
  readonly contentDigest: Uint8Array
  /** To the second; fractions are cut off. */
  readonly signingTime: Date
  readonly certificateDigest: Uint8Array
}

/** The signed attributes as a SET: exactly the bytes that are signed (RFC 5652 5.4). */
export function buildSignedAttributes({
  contentDigest,
  signingTime,
  certificateDigest,
}: SignedAttributes): Bytes {
  return setOf(
    CONTENT_TYPE,
    sequence(MESSAGE_DIGEST, setOf(octetString(contentDigest))),
    sequence(SIGNING_TIME, setOf(time(signingTime))),
    // SigningCertificateV2 → certs → ESSCertIDv2 with the default digest SHA-256 → certHash.
    sequence(SIGNING_CERTIFICATE, setOf(sequence(sequence(sequence(octetString(certificateDigest)))))),
  )
}

// Written once: a seal is written again at each reading.
const VERSION = integer(1)
const DATA = oid(OID.data)
const SIGNED_DATA = oid(OID.signedData)
const CONTENT_TYPE = sequence(oid(OID.contentType), setOf(DATA))
const MESSAGE_DIGEST = oid(OID.messageDigest)
const SIGNING_TIME = oid(OID.signingTime)
const SIGNING_CERTIFICATE = oid(OID.signingCertificateV2)
const DETACHED = sequence(DATA)

export type CmsParts = {
  readonly algorithm: SealAlgorithm
  readonly signerCertificate: Uint8Array
  /** The signer's among them or not: it is written once. */
  readonly certificates: readonly Uint8Array[]
  /** From buildSignedAttributes. */
  readonly signedAttributes: Uint8Array
  /** Over signedAttributes, in DER. */
  readonly signature: Uint8Array
}

/** The seal in DER. Refuses, with DerError, a signer's certificate that is none. */
export function assembleCms({
  algorithm,
  signerCertificate,
  certificates,
  signedAttributes,
  signature,
}: CmsParts): Bytes {
  const signer = certificateId(signerCertificate)
  const others = certificates.filter((certificate) => !sameBytes(certificate, signerCertificate))
  const signerInfo = sequence(
    VERSION,
    sequence(signer.issuer, signer.serialNumber),
    algorithm.digestIdentifier,
    retag(signedAttributes, contextTag(0)),
    algorithm.signatureIdentifier,
    octetString(signature),
  )
  const signedData = sequence(
    VERSION,
    setOf(algorithm.digestIdentifier),
    DETACHED,
    encode(contextTag(0), ...sortedSet([signerCertificate, ...others])),
    setOf(signerInfo),
  )
  return sequence(SIGNED_DATA, encode(contextTag(0), signedData))
}

/** The same element under another tag: attributes are signed as a SET and stored as [0]. */
const retag = (element: Uint8Array, tag: number): Bytes => concat([Uint8Array.of(tag), element.subarray(1)])

/** What a seal says. Nothing of it is checked yet against content, key or trust. */
export type Cms = SignedAttributes & {
  readonly algorithm: SealAlgorithm
  readonly signerCertificate: Uint8Array
  /** All that are inside, the signer's among them. */
  readonly certificates: readonly Uint8Array[]
  /** Exactly the bytes that were signed. */
  readonly signedAttributes: Uint8Array
  readonly signature: Uint8Array
}

/** Reads a seal in its one form; refuses everything else with CmsError. */
export function readCms(bytes: Uint8Array): Cms {
  if (bytes.length > MAX_CMS_BYTES) throw new CmsError('encoding', `${bytes.length} bytes`)
  try {
    const cms = readParts(bytes)
    if (!sameBytes(assembleCms(cms), bytes)) throw new CmsError('form', 'not the form it is made in')
    return cms
  } catch (error) {
    if (error instanceof DerError) throw new CmsError('encoding', error.message)
    throw error
  }
}

function readParts(bytes: Uint8Array): Cms {
  const contentInfo = fieldsOf(readElement(bytes, TAG.sequence))
  contentInfo.take(TAG.oid)
  const signedData = fieldsOf(readElement(contentInfo.take(contextTag(0)).value, TAG.sequence))
  signedData.take(TAG.integer)
  signedData.take(TAG.set)
  if (readMembers(signedData.take(TAG.sequence)).length !== 1) {
    throw new CmsError('content-inside', 'the content must be detached')
  }
  const certificates = signedData.maybe(contextTag(0))
  if (!certificates) throw new CmsError('certificates', 'none inside')
  const [signerInfo, ...moreSigners] = readMembers(signedData.take(TAG.set))
  if (!signerInfo || moreSigners.length > 0) throw new CmsError('signers', 'one signer expected')
  signedData.end()
  return readSigner(
    signerInfo,
    readSortedMembers(certificates).map((certificate) => certificate.bytes),
  )
}

function readSigner(signerInfo: Element, certificates: readonly Uint8Array[]): Cms {
  const fields = fieldsOf(signerInfo)
  fields.take(TAG.integer)
  const signerCertificate = findSigner(fields.take(TAG.sequence), certificates)
  fields.take(TAG.sequence)
  const stored = fields.maybe(contextTag(0))
  if (!stored) throw new CmsError('attributes', 'none signed')
  const algorithm = algorithmOfSignature(fields.take(TAG.sequence).bytes)
  if (!algorithm) throw new CmsError('algorithm', 'not one the system signs with')
  const signature = fields.take(TAG.octetString).value
  checkEcdsaDer(signature, algorithm.coordinateLength)
  if (fields.maybe(contextTag(1)) ?? fields.maybe(implicitTag(1))) {
    throw new CmsError('attributes', 'unsigned ones are not taken')
  }
  fields.end()
  const signedAttributes = retag(stored.bytes, TAG.set)
  return {
    ...readAttributes(signedAttributes),
    algorithm,
    signerCertificate,
    certificates,
    signedAttributes,
    signature,
  }
}

function findSigner(id: Element, certificates: readonly Uint8Array[]): Uint8Array {
  const found = certificates.find((certificate) => {
    const { issuer, serialNumber } = certificateId(certificate)
    return sameBytes(concat([issuer, serialNumber]), id.value)
  })
  if (!found) throw new CmsError('certificates', 'the signer is not among them')
  return found
}

function readAttributes(signedAttributes: Uint8Array): SignedAttributes {
  const values = new Map<string, Element>()
  for (const member of readMembers(readElement(signedAttributes, TAG.set))) {
    const fields = fieldsOf(member)
    const id = readOid(fields.take(TAG.oid))
    const [value, ...more] = readMembers(fields.take(TAG.set))
    fields.end()
    if (!value || more.length > 0) throw new CmsError('attributes', `${id} without exactly one value`)
    values.set(id, value)
  }
  const value = (id: string): Element => {
    const found = values.get(id)
    if (!found) throw new CmsError('attributes', `${id} missing`)
    return found
  }
  const attributes = {
    contentDigest: expectTag(value(OID.messageDigest), TAG.octetString).value,
    signingTime: readTime(value(OID.signingTime)),
    certificateDigest: readSigningCertificate(value(OID.signingCertificateV2)),
  }
  // Written again it must be the same: none twice, none further, the one content type, in order.
  if (!sameBytes(buildSignedAttributes(attributes), signedAttributes)) {
    throw new CmsError('attributes', 'other ones than the four a seal has, or not in order')
  }
  return attributes
}

function readSigningCertificate(value: Element): Uint8Array {
  let inner = value
  for (let depth = 0; depth < 3; depth++) {
    const [first] = readMembers(expectTag(inner, TAG.sequence))
    if (!first) throw new CmsError('attributes', 'signing certificate without digest')
    inner = first
  }
  return expectTag(inner, TAG.octetString).value
}
