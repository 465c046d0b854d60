/** EncryptedPrivateKeyInfo (RFC 5958) under PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018): an e-key at rest. */
import { type Bytes, owned, sameBytes } from './bytes.ts'
import {
  DerError,
  fieldsOf,
  integer,
  nullValue,
  octetString,
  oid,
  readElement,
  readSmallInteger,
  sequence,
  TAG,
} from './der.ts'
import { OID } from './oids.ts'

/** Rounds of PBKDF2 for a key under a PIN: about 0.1 s on a desk computer, 600,000 being OWASP's figure for SHA-256. */
export const PIN_ROUNDS = 600_000

/** The private key encrypted: `salt` and `rounds` lead from PIN to AES key, `iv` begins the chain of blocks. */
export type EncryptedKey = {
  readonly salt: Bytes
  readonly rounds: number
  readonly iv: Bytes
  readonly ciphertext: Bytes
}

const PRF = sequence(oid(OID.hmacWithSha256), nullValue())
const KEY_BYTES = 32

/** The DER that goes into a PEM block ENCRYPTED PRIVATE KEY. */
export function writeEncryptedKey({ salt, rounds, iv, ciphertext }: EncryptedKey): Bytes {
  const derivation = sequence(oid(OID.pbkdf2), sequence(octetString(salt), integer(rounds), PRF))
  const cipher = sequence(oid(OID.aes256Cbc), octetString(iv))
  return sequence(sequence(oid(OID.pbes2), sequence(derivation, cipher)), octetString(ciphertext))
}

/** Refuses, with DerError, any other scheme than the one written here, and sizes that it cannot have. */
export function readEncryptedKey(der: Uint8Array): EncryptedKey {
  const fields = fieldsOf(readElement(der, TAG.sequence))
  const scheme = fieldsOf(fields.take(TAG.sequence))
  const ciphertext = fields.take(TAG.octetString).value
  fields.end()
  expectBytes(scheme.take(TAG.oid).bytes, oid(OID.pbes2))
  const parameters = fieldsOf(scheme.take(TAG.sequence))
  scheme.end()

  const derivation = fieldsOf(parameters.take(TAG.sequence))
  expectBytes(derivation.take(TAG.oid).bytes, oid(OID.pbkdf2))
  const pbkdf2 = fieldsOf(derivation.take(TAG.sequence))
  derivation.end()
  const salt = pbkdf2.take(TAG.octetString).value
  const rounds = readSmallInteger(pbkdf2.take(TAG.integer))
  const keyLength = pbkdf2.maybe(TAG.integer)
  expectBytes(pbkdf2.take(TAG.sequence).bytes, PRF)
  pbkdf2.end()

  const cipher = fieldsOf(parameters.take(TAG.sequence))
  expectBytes(cipher.take(TAG.oid).bytes, oid(OID.aes256Cbc))
  const iv = cipher.take(TAG.octetString).value
  cipher.end()
  parameters.end()

  if (keyLength && readSmallInteger(keyLength) !== KEY_BYTES) throw new DerError('key length not of AES-256')
  if (iv.length !== 16 || ciphertext.length === 0 || ciphertext.length % 16 !== 0)
    throw new DerError('not AES-CBC')
  if (salt.length < 8 || rounds < 1) throw new DerError('salt or rounds too small')
  return { salt: owned(salt), rounds, iv: owned(iv), ciphertext: owned(ciphertext) }
}

function expectBytes(found: Uint8Array, expected: Uint8Array): void {
  if (!sameBytes(found, expected))
    throw new DerError('another scheme than PBES2, PBKDF2-SHA-256, AES-256-CBC')
}
