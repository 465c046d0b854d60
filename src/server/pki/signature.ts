/** Digests and signatures with node:crypto, by the algorithm that the certificate names. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { SealAlgorithm } from '#domain/seal/algorithm.ts'
import { type Certificate } from '#domain/seal/certificate.ts'

export const digestBy = (algorithm: SealAlgorithm, bytes: Uint8Array): Buffer =>
  createHash(algorithm.nodeDigest).update(bytes).digest()

/** SHA-256 of a certificate in lower-case hex: its key in the table `certificate`. */
export const certificateFingerprint = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest('hex')

/** A signature in DER over the bytes themselves (they are hashed here). */
export const signBy = (algorithm: SealAlgorithm, key: KeyObject, bytes: Uint8Array): Buffer =>
  sign(algorithm.nodeDigest, bytes, { key, dsaEncoding: 'der' })

export const verifyBy = (
  algorithm: SealAlgorithm,
  key: KeyObject,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean => verify(algorithm.nodeDigest, bytes, { key, dsaEncoding: 'der' }, signature)

/** The public key of a certificate or of a request for one; throws when its point is not on the curve. */
export const publicKeyOf = (certificate: Pick<Certificate, 'publicKey'>): KeyObject =>
  createPublicKey({ key: Buffer.from(certificate.publicKey), format: 'der', type: 'spki' })

/** Whether `issuer` signed `certificate`: by name, algorithm and signature. Says nothing about trust or dates. */
export function isSignedBy(certificate: Certificate, issuer: Certificate, issuerKey: KeyObject): boolean {
  const { algorithm } = issuer
  return (
    algorithm !== undefined &&
    certificate.signedWith === algorithm &&
    Buffer.from(issuer.subject).equals(certificate.issuer) &&
    verifyBy(algorithm, issuerKey, certificate.tbs, certificate.signature)
  )
}
