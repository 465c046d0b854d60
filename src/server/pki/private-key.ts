/** Private keys at rest: PEM ENCRYPTED PRIVATE KEY, which openssl, node:crypto and WebCrypto open alike. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { PIN_ROUNDS, writeEncryptedKey } from '#domain/seal/pbes2.ts'
import { writePem } from '#domain/seal/pem.ts'
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'

/**
 * For the server's own keys. Their passphrase is long and random, so rounds protect little, and the server
 * opens them again and again: 15 ms instead of 90.
 */
export const PASSPHRASE_ROUNDS = 100_000

/** Writes an extractable key under a PIN (`PIN_ROUNDS`) or a passphrase (`PASSPHRASE_ROUNDS`), taken in UTF-8. */
export async function wrapPrivateKey(
  key: CryptoKey,
  passphrase: string,
  rounds: typeof PIN_ROUNDS | typeof PASSPHRASE_ROUNDS,
): Promise<string> {
  const { subtle } = crypto
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(16))
  const secret = await subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, [
    'deriveKey',
  ])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  const wrapping = await subtle.deriveKey(derivation, secret, { name: 'AES-CBC', length: 256 }, false, [
    'wrapKey',
  ])
  const ciphertext = new Uint8Array(await subtle.wrapKey('pkcs8', key, wrapping, { name: 'AES-CBC', iv }))
  return writePem('ENCRYPTED PRIVATE KEY', writeEncryptedKey({ salt, rounds, iv, ciphertext }))
}

/** The key of a PEM file; throws (ERR_OSSL_BAD_DECRYPT and the like) when the passphrase is wrong. */
export const openPrivateKey = (pem: string, passphrase: string): KeyObject =>
  createPrivateKey({ key: pem, format: 'pem', passphrase })

/** The same key for WebCrypto, for signing only and not to be exported again. */
export const toSigningKey = (key: KeyObject): Promise<CryptoKey> => {
  const pkcs8 = new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))
  return crypto.subtle.importKey('pkcs8', pkcs8, ECDSA_P256.webKey, false, ['sign'])
}
