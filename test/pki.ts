/** A certificate authority in memory and e-keys under it, opened without a PIN: for tests that seal. */
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import type { Certificate, KeyHolder } from '#domain/seal/certificate.ts'
import { PIN_ROUNDS } from '#domain/seal/pbes2.ts'
import { writePem } from '#domain/seal/pem.ts'
import { issueOperator, type Issuer, makeIssuing, makeRoot, newKeyPair } from '#server/pki/ca.ts'
import { wrapPrivateKey } from '#server/pki/private-key.ts'
import { buildTrust, type Trust } from '#server/pki/trust.ts'
import type { OpenKey } from '#ui/key/e-key.ts'

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
    privateKey,
  }
}

/** The text of an e-key file for this key under a PIN, as the key office would give it out. */
export async function eKeyFile({ certificate, keys }: TestKey, pki: TestPki, pin: string): Promise<string> {
  return (await wrapPrivateKey(keys.privateKey, pin, PIN_ROUNDS)) + certificatePem(certificate) + pki.chainPem
}
