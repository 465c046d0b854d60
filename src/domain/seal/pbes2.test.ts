import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DerError, encode, integer, octetString, oid, sequence, TAG } from './der.ts'
import { OID } from './oids.ts'
import { type EncryptedKey, PIN_ROUNDS, readEncryptedKey, writeEncryptedKey } from './pbes2.ts'

const key: EncryptedKey = {
  salt: new Uint8Array(16).fill(1),
  rounds: PIN_ROUNDS,
  iv: new Uint8Array(16).fill(2),
  ciphertext: new Uint8Array(144).fill(3),
}

test('what is written is read back', () => {
  assert.deepEqual(readEncryptedKey(writeEncryptedKey(key)), key)
})

const prf = (id: string) => sequence(oid(id), encode(TAG.null))

/** The same with parts written otherwise. */
function write(
  other: {
    scheme?: string
    derivation?: string
    keyLength?: number
    prf?: Uint8Array[]
    cipher?: string
  } = {},
): Uint8Array {
  const parameters = sequence(
    octetString(key.salt),
    integer(key.rounds),
    ...(other.keyLength === undefined ? [] : [integer(other.keyLength)]),
    ...(other.prf ?? [prf(OID.hmacWithSha256)]),
  )
  const derivation = sequence(oid(other.derivation ?? OID.pbkdf2), parameters)
  const cipher = sequence(oid(other.cipher ?? OID.aes256Cbc), octetString(key.iv))
  const scheme = sequence(oid(other.scheme ?? OID.pbes2), sequence(derivation, cipher))
  return sequence(scheme, octetString(key.ciphertext))
}

test('the key length may be written out, as some programs do', () => {
  assert.deepEqual(readEncryptedKey(write({ keyLength: 32 })), key)
})

test('other schemes are refused', () => {
  for (const der of [
    write({ scheme: '1.2.840.113549.1.5.3' }), // PBES1
    write({ derivation: '1.3.6.1.4.1.11591.4.11' }), // scrypt
    write({ prf: [] }), // HMAC-SHA-1 by default
    write({ prf: [prf('1.2.840.113549.2.7')] }), // HMAC-SHA-1
    write({ cipher: '2.16.840.1.101.3.4.1.2' }), // AES-128-CBC
    write({ keyLength: 16 }),
  ]) {
    assert.throws(() => readEncryptedKey(der), DerError)
  }
})

test('sizes that cannot be are refused', () => {
  for (const other of [
    { salt: new Uint8Array(7) },
    { rounds: 0 },
    { iv: new Uint8Array(12) },
    { ciphertext: new Uint8Array(0) },
    { ciphertext: new Uint8Array(143) },
  ]) {
    assert.throws(() => readEncryptedKey(writeEncryptedKey({ ...key, ...other })), DerError)
  }
})
