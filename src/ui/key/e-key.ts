/**
 * The e-key 电子钥匙 as a file: read, opened with its PIN and used with WebCrypto alone, so the same code runs
 * in browsers and in Node. The private key is unwrapped straight into a CryptoKey that cannot be exported;
 * its bytes are never in a variable. The opened key lives as long as the page that holds it, and nowhere else.
 */
import type { SealAlgorithm } from '#domain/seal/algorithm.ts'
import { owned, sameBytes, toHex } from '#domain/seal/bytes.ts'
import {
  type Certificate,
  type KeyHolder,
  readAuthority,
  readCertificate,
  readHolder,
} from '#domain/seal/certificate.ts'
import { assembleCms, buildSignedAttributes } from '#domain/seal/cms.ts'
import { DerError } from '#domain/seal/der.ts'
import { ecdsaToDer } from '#domain/seal/ecdsa.ts'
import { type EncryptedKey, PIN_ROUNDS, readEncryptedKey } from '#domain/seal/pbes2.ts'
import { PemError, readPem } from '#domain/seal/pem.ts'
import { EKeyError } from './e-key-error.ts'

/** Opening takes 0.15 s a million on a desk computer, ten times that on an old phone. */
const MAX_ROUNDS = 5_000_000

/** An e-key file has about 4 KB. */
const MAX_FILE_CHARACTERS = 65_536

/** What an e-key file says about itself without its PIN. Nobody has checked it: the server does, at the seal. */
export type KeyDescription = KeyHolder & {
  /** Serial number of the certificate in lower-case hex. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** For people, such as 'ECDSA P-256 / SHA-256'. */
  readonly algorithm: string
}

/** An e-key in use. Keep it in memory only, and drop it when the user pulls the key out (拔出) or leaves. */
export type OpenKey = {
  readonly description: KeyDescription
  readonly algorithm: SealAlgorithm
  readonly certificate: Uint8Array
  /** The issuing certificate, which goes into the seal with the holder's. */
  readonly issuers: readonly Uint8Array[]
  /** Signs these bytes: r‖s, as WebCrypto and tokens give it. */
  readonly signRaw: (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>
  /** Of a token: closes it, so that its PIN is asked for again. */
  readonly close?: () => void
}

/** An opened e-key file; the key is not extractable, for signing only. */
export type FileKey = OpenKey & { readonly privateKey: CryptoKey }

type EKeyFile = {
  readonly encrypted: EncryptedKey
  readonly certificate: Certificate
  readonly algorithm: SealAlgorithm
  readonly issuers: readonly Uint8Array[]
  readonly holder: KeyHolder
}

/** Why this page cannot sign, in words for the user; undefined when it can (browsers have WebCrypto only on https and localhost). */
export function signingRefusal(): string | undefined {
  // In an insecure page the property is missing, whatever the types say.
  return 'subtle' in crypto ? undefined : new EKeyError('insecure').message
}

/**
 * Holder, enterprise, codes and dates of an e-key file, before the PIN is asked for. Refuses (EKeyError) a
 * file that is not one block ENCRYPTED PRIVATE KEY, then the holder's certificate, then its issuers'.
 */
export const describeKey = (fileText: string): KeyDescription => describe(readFile(fileText))

/** What a certificate says about its key and holder. */
export function describe({
  certificate,
  algorithm,
  holder,
}: {
  certificate: Certificate
  algorithm: SealAlgorithm
  holder: KeyHolder
}): KeyDescription {
  const { serial, notBefore, notAfter } = certificate
  return { ...holder, serial, notBefore, notAfter, algorithm: algorithm.label }
}

function readFile(fileText: string): EKeyFile {
  if (fileText.length > MAX_FILE_CHARACTERS) throw new EKeyError('format')
  try {
    const [key, ...others] = readPem(fileText)
    if (key?.label !== 'ENCRYPTED PRIVATE KEY' || others.some((block) => block.label !== 'CERTIFICATE')) {
      throw new PemError('other blocks than a key and its certificates')
    }
    const [certificate, ...chain] = others.map((block) => readCertificate(block.bytes))
    if (!certificate?.algorithm) throw new PemError('no certificate with a key that the system signs with')
    const issuers = chain.filter((issuer) => sameBytes(issuer.subject, certificate.issuer))
    if (issuers.length !== 1 || !issuers.every((issuer) => readAuthority(issuer).isAuthority)) {
      throw new PemError('no certificate of the issuer')
    }
    return {
      encrypted: readEncryptedKey(key.bytes),
      certificate,
      algorithm: certificate.algorithm,
      issuers: issuers.map((issuer) => issuer.der),
      holder: readHolder(certificate),
    }
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError) throw new EKeyError('format', error)
    throw error
  }
}

/**
 * Opens an e-key file with its PIN (taken as typed, in UTF-8). Refuses with EKeyError: no WebCrypto, not an
 * e-key file, fewer than 600,000 or more than 5,000,000 rounds, a wrong PIN, a key that is not the
 * certificate's. Dates are not looked at: `validityRefusal` tells them by the caller's clock.
 */
export async function openKey(fileText: string, pin: string): Promise<FileKey> {
  if (signingRefusal() !== undefined) throw new EKeyError('insecure')
  const file = readFile(fileText)
  const { rounds } = file.encrypted
  if (rounds < PIN_ROUNDS || rounds > MAX_ROUNDS) throw new EKeyError('rounds')
  const privateKey = await unwrap(file, pin)
  const { algorithm, issuers, certificate } = file
  const signRaw = webSigner(algorithm, privateKey)
  if (!(await belongTogether(signRaw, file))) throw new EKeyError('mismatch')
  const description = describe(file)
  return { description, algorithm, certificate: certificate.der, issuers, privateKey, signRaw }
}

/** What a key of WebCrypto signs. */
export const webSigner =
  (algorithm: SealAlgorithm, privateKey: CryptoKey): OpenKey['signRaw'] =>
  async (data) =>
    new Uint8Array(await crypto.subtle.sign(algorithm.webSignature, privateKey, data))

async function unwrap({ encrypted, algorithm }: EKeyFile, pin: string): Promise<CryptoKey> {
  const { salt, rounds, iv, ciphertext } = encrypted
  const { subtle } = crypto
  const secret = await subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  const wrapping = await subtle.deriveKey(derivation, secret, { name: 'AES-CBC', length: 256 }, false, [
    'unwrapKey',
  ])
  try {
    const cipher = { name: 'AES-CBC', iv }
    return await subtle.unwrapKey('pkcs8', ciphertext, wrapping, cipher, algorithm.webKey, false, ['sign'])
  } catch (error) {
    // Usually the padding is wrong (OperationError); once in some hundred wrong PINs it happens to be right
    // and what comes out is not a key (DataError).
    if (error instanceof DOMException && ['OperationError', 'DataError'].includes(error.name)) {
      throw new EKeyError('pin', error)
    }
    throw error
  }
}

/** Nothing in a file or token ties a key to its certificate, so a random value is signed and verified. */
export async function belongTogether(
  signRaw: OpenKey['signRaw'],
  { algorithm, certificate }: { algorithm: SealAlgorithm; certificate: Certificate },
): Promise<boolean> {
  const { subtle } = crypto
  const random = crypto.getRandomValues(new Uint8Array(32))
  const signature = owned(await signRaw(random))
  const publicKey = await subtle.importKey('spki', owned(certificate.publicKey), algorithm.webKey, false, [
    'verify',
  ])
  return subtle.verify(algorithm.webSignature, publicKey, signature, random)
}

/**
 * The seal over these bytes (a canonical form): CMS SignedData in DER, detached, made in the one form that
 * `readCms` takes. `signingTime` is the instant on the signer's computer.
 */
export async function sign(
  key: OpenKey,
  content: Uint8Array,
  signingTime: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const { subtle } = crypto
  const { algorithm, certificate, issuers, signRaw } = key
  const signedAttributes = buildSignedAttributes({
    contentDigest: new Uint8Array(await subtle.digest(algorithm.webDigest, owned(content))),
    signingTime,
    certificateDigest: new Uint8Array(await subtle.digest('SHA-256', owned(certificate))),
  })
  const raw = await signRaw(signedAttributes)
  const signature = ecdsaToDer(raw, algorithm.coordinateLength)
  return assembleCms({
    algorithm,
    signerCertificate: certificate,
    certificates: issuers,
    signedAttributes,
    signature,
  })
}

/** SHA-256 in lower-case hex, for the fingerprint shown before sealing. Needs a page that can sign. */
export const digestHex = async (content: Uint8Array): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', owned(content))))
