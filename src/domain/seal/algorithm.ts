/**
 * What a key signs with. The certificate decides: its public key names one row here, and everybody who
 * hashes, signs or checks asks the row. Another algorithm (SM2 with SM3) is another row, and a branch in the
 * two places that call a crypto library: ui/key and server/pki/signature.ts.
 */
import { type Bytes, sameBytes } from './bytes.ts'
import { fieldsOf, oid, readBitStringBytes, readElement, sequence, TAG } from './der.ts'
import { OID } from './oids.ts'

export type SealAlgorithm = {
  readonly name: 'ecdsa-p256-sha256'
  /** For people. */
  readonly label: string
  /** AlgorithmIdentifier (DER) of the public key, the digest and the signature; no parameters where none belong. */
  readonly keyIdentifier: Bytes
  readonly digestIdentifier: Bytes
  readonly signatureIdentifier: Bytes
  /** The digest's names in WebCrypto and in node:crypto. */
  readonly webDigest: 'SHA-256'
  readonly nodeDigest: 'sha256'
  /** The key's and the signature's parameters in WebCrypto. */
  readonly webKey: { readonly name: 'ECDSA'; readonly namedCurve: 'P-256' }
  readonly webSignature: { readonly name: 'ECDSA'; readonly hash: 'SHA-256' }
  /** Bytes of a public point, uncompressed, and of each half of a signature. */
  readonly pointLength: number
  readonly coordinateLength: number
}

export const ECDSA_P256: SealAlgorithm = {
  name: 'ecdsa-p256-sha256',
  label: 'ECDSA P-256 / SHA-256',
  keyIdentifier: sequence(oid(OID.ecPublicKey), oid(OID.p256)),
  // RFC 5754 2: absent parameters. RFC 5758 3.2: they must be absent.
  digestIdentifier: sequence(oid(OID.sha256)),
  signatureIdentifier: sequence(oid(OID.ecdsaWithSha256)),
  webDigest: 'SHA-256',
  nodeDigest: 'sha256',
  webKey: { name: 'ECDSA', namedCurve: 'P-256' },
  webSignature: { name: 'ECDSA', hash: 'SHA-256' },
  pointLength: 65,
  coordinateLength: 32,
}

export const SEAL_ALGORITHMS: readonly SealAlgorithm[] = [ECDSA_P256]

/** The row of a public key (SubjectPublicKeyInfo, DER); undefined when the system signs with no such key. */
export function algorithmOfKey(publicKeyInfo: Uint8Array): SealAlgorithm | undefined {
  const fields = fieldsOf(readElement(publicKeyInfo, TAG.sequence))
  const identifier = fields.take(TAG.sequence).bytes
  const key = fields.take(TAG.bitString)
  fields.end()
  return SEAL_ALGORITHMS.find(
    (row) => sameBytes(row.keyIdentifier, identifier) && isPoint(row, readBitStringBytes(key)),
  )
}

// 0x04: uncompressed. Whether it lies on the curve is the crypto library's to say.
const isPoint = (row: SealAlgorithm, point: Uint8Array): boolean =>
  point.length === row.pointLength && point[0] === 0x04

/** The row whose signatures carry this AlgorithmIdentifier (DER), if any. */
export const algorithmOfSignature = (identifier: Uint8Array): SealAlgorithm | undefined =>
  SEAL_ALGORITHMS.find((row) => sameBytes(row.signatureIdentifier, identifier))
