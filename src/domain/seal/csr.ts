/**
 * PKCS#10 (RFC 2986): the request for a certificate, in which whoever made a key pair proves to have its private half.
 * The browser writes it, the server reads it; checking the signature is the server's.
 */
import { algorithmOfKey, algorithmOfSignature, type SealAlgorithm } from './algorithm.ts'
import type { Bytes } from './bytes.ts'
import {
  bitString,
  contextTag,
  DerError,
  encode,
  fieldsOf,
  integer,
  readBitStringBytes,
  readElement,
  readSmallInteger,
  sequence,
  TAG,
} from './der.ts'

export type CertificateRequest = {
  /** The part that was signed. */
  readonly info: Uint8Array
  /** Name in DER. */
  readonly subject: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** What the key signs with; undefined when the system signs with no such key. */
  readonly algorithm: SealAlgorithm | undefined
  /** What the request was signed with. */
  readonly signedWith: SealAlgorithm | undefined
  readonly signature: Uint8Array
}

/** What is to be signed: subject (a name in DER), public key (SubjectPublicKeyInfo), no attributes. */
export const requestInfo = (subject: Uint8Array, publicKey: Uint8Array): Bytes =>
  sequence(integer(0), subject, publicKey, encode(contextTag(0)))

/** The request in DER; `signature` (DER) is over `info`. */
export const assembleRequest = (info: Uint8Array, algorithm: SealAlgorithm, signature: Uint8Array): Bytes =>
  sequence(info, algorithm.signatureIdentifier, bitString(signature))

/**
 * Refuses, with DerError, what is not strict DER or not version 1. Attributes may stand there (other programs write
 * wishes for extensions) and are not looked at: what a certificate says is decided here, not by who asks.
 */
export function readRequest(der: Uint8Array): CertificateRequest {
  const outer = fieldsOf(readElement(der, TAG.sequence))
  const info = outer.take(TAG.sequence)
  const signedWith = outer.take(TAG.sequence).bytes
  const signature = readBitStringBytes(outer.take(TAG.bitString))
  outer.end()
  const fields = fieldsOf(info)
  if (readSmallInteger(fields.take(TAG.integer)) !== 0) throw new DerError('not a version 1 request')
  const subject = fields.take(TAG.sequence).bytes
  const publicKey = fields.take(TAG.sequence).bytes
  fields.maybe(contextTag(0))
  fields.end()
  return {
    info: info.bytes,
    subject,
    publicKey,
    algorithm: algorithmOfKey(publicKey),
    signedWith: algorithmOfSignature(signedWith),
    signature,
  }
}
