/** An authority's signature on a PDF (PAdES), in the shape that @libpdf/core asks for. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { DigestAlgorithm, Signer } from '@libpdf/core'
import { readCertificate } from '#domain/seal/certificate.ts'
import { readPem } from '#domain/seal/pem.ts'
import { publicKeyOf } from './signature.ts'

const DIGESTS = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const satisfies Record<
  DigestAlgorithm,
  string
>

/**
 * A signer with the authority's certificate (PEM), its issuers (chain.pem: issuing, then root) and its private
 * key. Throws when the key is not the certificate's: such a signature would be found wrong only by the reader.
 */
export function authoritySigner(certificatePem: string, chainPem: string, key: KeyObject): Signer {
  const [block] = readPem(certificatePem)
  if (!block) throw new Error('no certificate')
  const certificate = readCertificate(block.bytes)
  if (!certificate.algorithm || !createPublicKey(key).equals(publicKeyOf(certificate))) {
    throw new Error(`certificate ${certificate.serial}: the private key does not belong to it`)
  }
  return {
    certificate: block.bytes,
    certificateChain: readPem(chainPem).map((issuer) => issuer.bytes),
    keyType: 'EC',
    signatureAlgorithm: 'ECDSA',
    sign: async (data, algorithm) =>
      new Uint8Array(sign(DIGESTS[algorithm], data, { key, dsaEncoding: 'der' })),
  }
}
