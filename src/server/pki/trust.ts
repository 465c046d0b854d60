/**
 * Whom the server believes: one issuing authority under one root. Built once from chain.pem; certificates that
 * passed are remembered by their SHA-256, which spares one of two signature checks of a seal.
 */
import type { KeyObject } from 'node:crypto'
import { sameBytes } from '#domain/seal/bytes.ts'
import type { SealAlgorithm } from '#domain/seal/algorithm.ts'
import {
  type Certificate,
  KEY_USAGE,
  type KeyHolder,
  readAuthority,
  readCertificate,
  readHolder,
  readKeyUsage,
  readPurposes,
} from '#domain/seal/certificate.ts'
import { DerError } from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'
import { readPem } from '#domain/seal/pem.ts'
import type { ValidityPeriod } from '#domain/seal/validity.ts'
import { certificateFingerprint, isSignedBy, publicKeyOf } from './signature.ts'

/** An operator's certificate that our issuing authority made for sealing. Dates and revocation are not looked at. */
export type TrustedCertificate = {
  readonly fingerprint: string
  readonly serial: string
  readonly holder: KeyHolder
  readonly algorithm: SealAlgorithm
  readonly publicKey: KeyObject
  /** When the certificate and all above it are in date. */
  readonly period: ValidityPeriod
}

export type DistrustCode = 'untrusted' | 'algorithm' | 'usage'

export type Trust = {
  readonly issuing: Certificate
  /** Its earlier certificates, of the same name and key. */
  readonly earlier: readonly Certificate[]
  readonly root: Certificate
  readonly issuingKey: KeyObject
  /** Certificate by fingerprint, the oldest first. A second server has its own; nothing is lost with it. */
  readonly known: Map<string, TrustedCertificate>
}

/** About 4 KB each. */
const MAX_KNOWN = 2_000

/**
 * Reads chain.pem: the issuing certificate, then its root. Throws when these two are not a chain: wrong
 * signatures, names, key usage, path length, or a key that the system does not sign with. `earlierPem`: certificates
 * that the issuing authority had before, of the same name and key under the same root; anything else throws.
 */
export function buildTrust(chainPem: string, earlierPem = ''): Trust {
  const [issuing, root, ...more] = readPem(chainPem).map((block) => readCertificate(block.bytes))
  if (!issuing || !root || more.length > 0)
    throw new Error('chain.pem: issuing certificate and root expected')
  const rootKey = publicKeyOf(root)
  const sound =
    mayIssue(root, 1) &&
    mayIssue(issuing, 0) &&
    isSignedBy(root, root, rootKey) &&
    isSignedBy(issuing, root, rootKey)
  if (!sound) throw new Error('chain.pem: not an issuing certificate under its root')
  const earlier = earlierPem === '' ? [] : readPem(earlierPem).map((block) => readCertificate(block.bytes))
  for (const before of earlier) {
    const same = sameBytes(before.subject, issuing.subject) && sameBytes(before.publicKey, issuing.publicKey)
    if (!same || !mayIssue(before, 0) || !isSignedBy(before, root, rootKey)) {
      throw new Error('issuing-earlier.pem: not an earlier certificate of the issuing authority')
    }
  }
  return { issuing, earlier, root, issuingKey: publicKeyOf(issuing), known: new Map() }
}

function mayIssue(certificate: Certificate, below: number): boolean {
  const { isAuthority, pathLength } = readAuthority(certificate)
  const usage = readKeyUsage(certificate)
  return (
    isAuthority &&
    (pathLength === undefined || pathLength >= below) &&
    usage.has(KEY_USAGE.keyCertSign) &&
    onlyKnownCritical(certificate)
  )
}

// RFC 5280 4.2: a critical extension that is not understood makes the certificate unusable.
const UNDERSTOOD: ReadonlySet<string> = new Set([OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage])

const onlyKnownCritical = (certificate: Certificate): boolean =>
  [...certificate.extensions].every(([id, { critical }]) => !critical || UNDERSTOOD.has(id))

/**
 * Whether our issuing authority made this certificate (DER) for an operator's seals, and what it says. A code
 * when not: `untrusted` another issuer or a damaged certificate, `algorithm` a key of another kind,
 * `usage` a certificate for something else.
 */
export function trustedCertificate(trust: Trust, der: Uint8Array): TrustedCertificate | DistrustCode {
  const fingerprint = certificateFingerprint(der)
  const known = trust.known.get(fingerprint)
  if (known) return known
  const checked = check(trust, der, fingerprint)
  if (typeof checked === 'string') return checked
  const oldest = trust.known.size < MAX_KNOWN ? undefined : trust.known.keys().next().value
  if (oldest !== undefined) trust.known.delete(oldest)
  trust.known.set(fingerprint, checked)
  return checked
}

function check(
  { issuing, root, issuingKey }: Trust,
  der: Uint8Array,
  fingerprint: string,
): TrustedCertificate | DistrustCode {
  try {
    const certificate = readCertificate(der)
    if (!isSignedBy(certificate, issuing, issuingKey)) return 'untrusted'
    if (!certificate.algorithm) return 'algorithm'
    if (!isForSeals(certificate)) return 'usage'
    return {
      fingerprint,
      serial: certificate.serial,
      holder: readHolder(certificate),
      algorithm: certificate.algorithm,
      publicKey: publicKeyOf(certificate),
      period: sharedPeriod([certificate, issuing, root]),
    }
  } catch (error) {
    if (error instanceof DerError) return 'untrusted'
    throw error
  }
}

/** Signing that cannot be denied later, for mail and for client sign-in: what only operators' certificates have together. */
function isForSeals(certificate: Certificate): boolean {
  const usage = readKeyUsage(certificate)
  const purposes = readPurposes(certificate)
  return (
    !readAuthority(certificate).isAuthority &&
    usage.has(KEY_USAGE.digitalSignature) &&
    usage.has(KEY_USAGE.nonRepudiation) &&
    purposes.has(OID.emailProtection) &&
    purposes.has(OID.clientAuth) &&
    onlyKnownCritical(certificate)
  )
}

function sharedPeriod(certificates: readonly Certificate[]): ValidityPeriod {
  return {
    notBefore: new Date(Math.max(...certificates.map((certificate) => certificate.notBefore.getTime()))),
    notAfter: new Date(Math.min(...certificates.map((certificate) => certificate.notAfter.getTime()))),
  }
}
