/**
 * The certificate authority: root → issuing → operators' e-keys and authorities' document signers
 * (X.509 v3, RFC 5280). Every certificate that leaves here was read back by the strict reader first.
 */
// Must come before the library: it looks for Reflect.getMetadata when it is loaded.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { randomBytes } from 'node:crypto'
import { owned } from '#domain/seal/bytes.ts'
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import { type Certificate, type KeyHolder, readCertificate } from '#domain/seal/certificate.ts'
import { printableString } from '#domain/seal/der.ts'
import { holderName } from '#domain/seal/name.ts'
import { OID } from '#domain/seal/oids.ts'

/** A certificate with its private key, able to sign others. */
export type Issuer = { readonly certificate: Certificate; readonly key: CryptoKey }

const YEARS = { root: 20, issuing: 10, authority: 3, operator: 1 } as const

/** A computer may be five minutes behind when it makes its first seal; a certificate begins earlier than it was made. */
const BACKDATED_MS = 10 * 60_000

/** Addresses in certificates, below the public address of the system. */
export const PKI_PATHS = {
  issuingCertificate: '/pki/issuing.cer',
  crl: '/pki/issuing.crl',
  ocsp: '/pki/ocsp',
} as const

/** A new key pair, extractable so that it can be written under a passphrase. */
export const newKeyPair = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(ECDSA_P256.webKey, true, ['sign', 'verify'])

/** A self-signed root for 20 years, under which one level of issuers may stand. */
export async function makeRoot(commonName: string, now: Date): Promise<Issuer> {
  const keys = await newKeyPair()
  const subject = authorityName(commonName)
  const certificate = await make({
    subject,
    issuer: { name: subject, key: keys.privateKey },
    publicKey: keys.publicKey,
    now,
    years: YEARS.root,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), caUsage()],
  })
  return { certificate, key: keys.privateKey }
}

/**
 * The issuing authority's next certificate: the same name and key for another 10 years, so that everything under the
 * earlier one goes on to be good. Not beyond the end of the root.
 */
export async function renewIssuing(issuing: Certificate, root: Issuer, now: Date): Promise<Certificate> {
  const publicKey = new x509.PublicKey(owned(issuing.publicKey))
  return make({
    subject: new x509.Name(owned(issuing.subject)),
    issuer: issuerOf(root),
    publicKey: await publicKey.export(ECDSA_P256.webKey, ['verify']),
    now,
    years: YEARS.issuing,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), caUsage(), await authorityKeyId(root)],
  })
}

/** The issuing authority for 10 years, under which no further authority may stand. */
export async function makeIssuing(commonName: string, root: Issuer, now: Date): Promise<Issuer> {
  const keys = await newKeyPair()
  const certificate = await make({
    subject: authorityName(commonName),
    issuer: issuerOf(root),
    publicKey: keys.publicKey,
    now,
    years: YEARS.issuing,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), caUsage(), await authorityKeyId(root)],
  })
  return { certificate, key: keys.privateKey }
}

export type Issue<Subject> = {
  readonly issuer: Issuer
  readonly subject: Subject
  readonly publicKey: CryptoKey
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly now: Date
}

/**
 * An operator's certificate, for one year unless told otherwise, the one way in which it is made for the
 * demonstration and by the key office. Person, enterprise, both codes and the login name stand in the subject; the
 * codes once more in two extensions of our own, so that nothing depends on how a program shows subjects. Refuses
 * codes that are not 13 and 18 digits and capital letters, and empty names (RangeError).
 */
export async function issueOperator({
  issuer,
  subject,
  publicKey,
  publicUrl,
  now,
  years = YEARS.operator,
}: Issue<KeyHolder> & { readonly years?: number }): Promise<Certificate> {
  const { code13, uscc } = subject
  return make({
    subject: new x509.Name(holderName(subject)),
    issuer: issuerOf(issuer),
    publicKey,
    now,
    years,
    extensions: [
      ...endEntityExtensions([OID.emailProtection, OID.clientAuth]),
      await authorityKeyId(issuer),
      crlAddress(publicUrl),
      new x509.AuthorityInfoAccessExtension({
        ocsp: `${publicUrl}${PKI_PATHS.ocsp}`,
        caIssuers: `${publicUrl}${PKI_PATHS.issuingCertificate}`,
      }),
      new x509.Extension(OID.ownCode13, false, printableString(code13)),
      new x509.Extension(OID.ownUscc, false, printableString(uscc)),
    ],
  })
}

/** An authority 发证机构 as it is named in its certificate: two-character code and full name. */
export type AuthoritySubject = { readonly code: string; readonly name: string }

/**
 * The certificate with which an authority signs documents, for three years. It carries no OCSP address:
 * poppler's pdfsig reports a problem with a certificate that has one, even when the responder answers.
 */
export async function issueDocumentSigner({
  issuer,
  subject: { code, name },
  publicKey,
  publicUrl,
  now,
}: Issue<AuthoritySubject>): Promise<Certificate> {
  return make({
    subject: nameOf(name, name, [{ [OID.serialNumber]: [{ printableString: code }] }]),
    issuer: issuerOf(issuer),
    publicKey,
    now,
    years: YEARS.authority,
    extensions: [
      ...endEntityExtensions([OID.emailProtection, OID.documentSigning]),
      await authorityKeyId(issuer),
      crlAddress(publicUrl),
    ],
  })
}

function nameOf(commonName: string, organization: string, more: x509.JsonNameParams): x509.Name {
  if (commonName === '' || organization === '') throw new RangeError('a certificate needs a name')
  return new x509.Name([
    { [OID.country]: [{ printableString: 'CN' }] },
    { [OID.organization]: [{ utf8String: organization }] },
    { [OID.commonName]: [{ utf8String: commonName }] },
    ...more,
  ])
}

const authorityName = (commonName: string) => nameOf(commonName, '出口许可证申领与签发系统', [])

const issuerOf = ({ certificate, key }: Issuer) => ({
  name: new x509.Name(owned(certificate.subject)),
  key,
  until: certificate.notAfter,
})

const caUsage = () =>
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)

const endEntityExtensions = (purposes: string[]) => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
  new x509.ExtendedKeyUsageExtension(purposes),
]

const crlAddress = (publicUrl: string) =>
  new x509.CRLDistributionPointsExtension([`${publicUrl}${PKI_PATHS.crl}`])

const authorityKeyId = ({ certificate }: Issuer) =>
  x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(owned(certificate.publicKey)))

type Make = {
  readonly subject: x509.Name
  /** `until`: its own end, beyond which nothing under it is good. */
  readonly issuer: { readonly name: x509.Name; readonly key: CryptoKey; readonly until?: Date }
  readonly publicKey: CryptoKey
  readonly now: Date
  readonly years: number
  readonly extensions: x509.Extension[]
}

async function make({ subject, issuer, publicKey, now, years, extensions }: Make): Promise<Certificate> {
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  if (issuer.until !== undefined && issuer.until < notAfter) notAfter.setTime(issuer.until.getTime())
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject,
    issuer: issuer.name,
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter,
    publicKey,
    signingKey: issuer.key,
    signingAlgorithm: ECDSA_P256.webSignature,
    extensions: [...extensions, await x509.SubjectKeyIdentifierExtension.create(publicKey)],
  })
  return readCertificate(new Uint8Array(made.rawData))
}

/** 126 random bits in 16 bytes: the first byte neither negative nor zero, so that everybody writes it alike. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes.toString('hex')
}
