/** The two ways to write an ECDSA signature: r‖s of fixed length (WebCrypto, tokens) and DER (CMS, X.509). */
import { type Bytes } from './bytes.ts'
import { DerError, fieldsOf, integerBytes, readElement, sequence, TAG, unsignedInteger } from './der.ts'

/** DER from r‖s; refuses another length than two coordinates with RangeError. */
export function ecdsaToDer(raw: Uint8Array, coordinateLength: number): Bytes {
  if (raw.length !== 2 * coordinateLength) throw new RangeError(`signature of ${raw.length} bytes`)
  return sequence(
    unsignedInteger(raw.subarray(0, coordinateLength)),
    unsignedInteger(raw.subarray(coordinateLength)),
  )
}

/** Refuses, with DerError, a signature that is not two positive numbers of at most a coordinate each. */
export function checkEcdsaDer(der: Uint8Array, coordinateLength: number): void {
  const fields = fieldsOf(readElement(der, TAG.sequence))
  for (const half of [fields.take(TAG.integer), fields.take(TAG.integer)]) {
    const bytes = integerBytes(half)
    const magnitude = bytes[0] === 0 ? bytes.subarray(1) : bytes
    if (magnitude.length === 0 || magnitude.length > coordinateLength) throw new DerError('not a signature')
  }
  fields.end()
}
