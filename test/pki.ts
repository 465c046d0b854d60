/** A certificate authority in memory and e-keys under it, opened without a PIN: for tests that seal. */
import { KeyObject } from 'node:crypto'
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import { type Certificate, type KeyHolder, readCertificate } from '#domain/seal/certificate.ts'
import {
  bitString,
  contextTag,
  encode,
  fieldsOf,
  octetString,
  oid,
  readElement,
  readMembers,
  readOid,
  sequence,
  TAG,
} from '#domain/seal/der.ts'
import { ecdsaToDer } from '#domain/seal/ecdsa.ts'
import { OID } from '#domain/seal/oids.ts'
import { PIN_ROUNDS } from '#domain/seal/pbes2.ts'
import { writePem } from '#domain/seal/pem.ts'
import { issueOperator, type Issuer, makeIssuing, makeRoot, newKeyPair } from '#server/pki/ca.ts'
import type { IssuingAuthority } from '#server/pki/issuing-authority.ts'
import { wrapPrivateKey } from '#server/pki/private-key.ts'
import { buildTrust, type Trust } from '#server/pki/trust.ts'
import { webSigner, type OpenKey } from '#ui/key/e-key.ts'

export const PUBLIC_URL = 'http://localhost:3000'

/** An enterprise whose codes pass their check characters. */
export const STEEL_HOLDER: KeyHolder = {
  personName: '张三',
  enterpriseName: '河北钢铁出口有限公司',
  code13: '1100717850555',
  uscc: '91110000717850555P',
}

export type TestKey = {
  readonly open: OpenKey
  readonly certificate: Certificate
  readonly keys: CryptoKeyPair
}

export type TestPki = {
  readonly root: Issuer
  readonly issuer: Issuer
  /** Issuing certificate, then root. */
  readonly chainPem: string
  readonly trust: Trust
  /** The issuing authority as the server has it. */
  readonly authority: IssuingAuthority
  /** A new e-key; `keys` gives an existing key pair a further certificate. */
  readonly operator: (options?: { holder?: KeyHolder; now?: Date; keys?: CryptoKeyPair }) => Promise<TestKey>
}

export const certificatePem = (certificate: Certificate): string => writePem('CERTIFICATE', certificate.der)

/** Certificates begin ten minutes before `now`. */
export async function makeTestPki(now: Date): Promise<TestPki> {
  const root = await makeRoot('测试根证书', now)
  const issuer = await makeIssuing('测试签发证书', root, now)
  const chainPem = certificatePem(issuer.certificate) + certificatePem(root.certificate)
  return {
    root,
    issuer,
    chainPem,
    trust: buildTrust(chainPem),
    authority: {
      open: async () => ({
        certificate: issuer.certificate,
        key: KeyObject.from(issuer.key),
        signingKey: issuer.key,
      }),
    },
    async operator({ holder = STEEL_HOLDER, now: madeAt = now, keys } = {}) {
      const pair = keys ?? (await newKeyPair())
      const certificate = await issueOperator({
        issuer,
        subject: holder,
        publicKey: pair.publicKey,
        publicUrl: PUBLIC_URL,
        now: madeAt,
      })
      const open = openKeyOf(certificate, pair.privateKey, [issuer.certificate.der], holder)
      return { open, certificate, keys: pair }
    },
  }
}

/** What opening the key's file would have given. */
export function openKeyOf(
  certificate: Certificate,
  privateKey: CryptoKey,
  issuers: readonly Uint8Array[],
  holder: KeyHolder = STEEL_HOLDER,
): OpenKey {
  const { serial, notBefore, notAfter, der } = certificate
  return {
    description: { ...holder, serial, notBefore, notAfter, algorithm: ECDSA_P256.label },
    algorithm: ECDSA_P256,
    certificate: der,
    issuers,
    signRaw: webSigner(ECDSA_P256, privateKey),
  }
}

/** The text of an e-key file for this key under a PIN, as the key office would give it out. */
export async function eKeyFile({ certificate, keys }: TestKey, pki: TestPki, pin: string): Promise<string> {
  return (await wrapPrivateKey(keys.privateKey, pin, PIN_ROUNDS)) + certificatePem(certificate) + pki.chainPem
}

/**
 * A certificate signed anew with `signer` after its parts were changed: for certificates that no authority
 * should make. `tbs` are the parts in their order (2 algorithm, 3 issuer, 6 public key), `extensions` by object
 * identifier.
 */
export async function resign(
  certificate: Certificate,
  signer: CryptoKey,
  change: (tbs: Uint8Array[], extensions: Map<string, Uint8Array>) => unknown,
): Promise<Certificate> {
  const tbs = readMembers(readElement(certificate.tbs, TAG.sequence)).map((member) => member.bytes)
  const wrapper = readElement(tbs.pop() ?? new Uint8Array(), contextTag(3))
  const extensions = new Map(
    readMembers(readElement(wrapper.value, TAG.sequence)).map((one) => [
      readOid(fieldsOf(one).take(TAG.oid)),
      one.bytes,
    ]),
  )
  change(tbs, extensions)
  const newTbs = sequence(...tbs, encode(contextTag(3), sequence(...extensions.values())))
  const raw = new Uint8Array(await crypto.subtle.sign(ECDSA_P256.webSignature, signer, newTbs))
  const signature = bitString(ecdsaToDer(raw, ECDSA_P256.coordinateLength))
  return readCertificate(sequence(newTbs, tbs[2] ?? new Uint8Array(), signature))
}

/** An extension as it stands in a certificate. */
export const extensionOf = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(id), ...(critical ? [encode(TAG.boolean, Uint8Array.of(0xff))] : []), octetString(value))

/** A key usage extension of these bits, the first being 0x80. */
export const usageOf = (bits: number): Uint8Array =>
  extensionOf(OID.keyUsage, true, encode(TAG.bitString, Uint8Array.of(Math.log2(bits & -bits), bits)))
