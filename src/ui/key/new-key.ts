/**
 * A new e-key, made in the page: the key pair by WebCrypto, the request for its certificate (PKCS#10), and at the end the
 * file under the PIN. The private key is never sent and never stands in a variable in the clear.
 */
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import { type Bytes, owned } from '#domain/seal/bytes.ts'
import type { KeyHolder } from '#domain/seal/certificate.ts'
import { assembleRequest, requestInfo } from '#domain/seal/csr.ts'
import { ecdsaToDer } from '#domain/seal/ecdsa.ts'
import { holderName } from '#domain/seal/name.ts'
import { PIN_ROUNDS, writeEncryptedKey } from '#domain/seal/pbes2.ts'
import { writePem } from '#domain/seal/pem.ts'
import { EKeyError } from './e-key-error.ts'
import { signingRefusal } from './e-key.ts'

/** A key pair that has no certificate yet: its request, and its private half already under the PIN. */
export type NewKey = {
  /** PKCS#10 in DER. */
  readonly request: Bytes
  /** The block ENCRYPTED PRIVATE KEY of the file. */
  readonly keyPem: string
}

/** Makes key pair and request for this holder, and encrypts the private key under the PIN (as typed, in UTF-8). */
export async function makeKey(holder: KeyHolder, pin: string): Promise<NewKey> {
  if (signingRefusal() !== undefined) throw new EKeyError('insecure')
  const { webKey } = ECDSA_P256
  // It has to be extractable once, to be wrapped; nobody keeps it after this function.
  const pair = await crypto.subtle.generateKey(webKey, true, ['sign', 'verify'])
  const [request, keyPem] = await Promise.all([requestFor(holder, pair), wrap(pair.privateKey, pin)])
  return { request, keyPem }
}

/** The request in DER, signed with the key itself: the proof that whoever asks has it. */
export async function requestFor(holder: KeyHolder, pair: CryptoKeyPair): Promise<Bytes> {
  const { subtle } = crypto
  const publicKey = new Uint8Array(await subtle.exportKey('spki', pair.publicKey))
  const info = requestInfo(holderName(holder), publicKey)
  const raw = new Uint8Array(await subtle.sign(ECDSA_P256.webSignature, pair.privateKey, owned(info)))
  return assembleRequest(info, ECDSA_P256, ecdsaToDer(raw, ECDSA_P256.coordinateLength))
}

async function wrap(key: CryptoKey, pin: string): Promise<string> {
  const { subtle } = crypto
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(16))
  const secret = await subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PIN_ROUNDS }
  const wrapping = await subtle.deriveKey(derivation, secret, { name: 'AES-CBC', length: 256 }, false, [
    'wrapKey',
  ])
  const ciphertext = new Uint8Array(await subtle.wrapKey('pkcs8', key, wrapping, { name: 'AES-CBC', iv }))
  return writePem('ENCRYPTED PRIVATE KEY', writeEncryptedKey({ salt, rounds: PIN_ROUNDS, iv, ciphertext }))
}

/** The text of the e-key file: the key under its PIN, its certificate, the certificates above it. */
export const keyFile = (
  { keyPem }: Pick<NewKey, 'keyPem'>,
  certificatePem: string,
  chainPem: string,
): string => keyPem + certificatePem + chainPem
