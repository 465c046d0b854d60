/**
 * The demonstration's certificates and keys, as files. Runs in a process of its own (scripts/demo-pki.ts), so
 * that root key, operators' keys and PINs are never in the server's memory.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Certificate, readCertificate } from '#domain/seal/certificate.ts'
import { PIN_ROUNDS } from '#domain/seal/pbes2.ts'
import { readPem, writePem } from '#domain/seal/pem.ts'
import { issueDocumentSigner, issueOperator, type Issuer, makeIssuing, makeRoot, newKeyPair } from './ca.ts'
import { makeCrl } from './crl.ts'
import { DEMO_NAMES, DEMO_PASSPHRASES } from './demo-secrets.ts'
import { pkiFiles, PRIVATE, PUBLIC, writeWhole } from './pki-files.ts'
import { type IndexedCertificate, type PkiIndex, readIndex } from './pki-index.ts'
import { openPrivateKey, PASSPHRASE_ROUNDS, toSigningKey, wrapPrivateKey } from './private-key.ts'
import { certificateFingerprint } from './signature.ts'

// They become file names.
const fileWord = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)

/** For whom keys are made. `pin` protects the operator's e-key file. */
export const DemoPeople = z.strictObject({
  operators: z.array(
    z.strictObject({
      loginName: fileWord,
      personName: z.string().min(1),
      enterpriseName: z.string().min(1),
      uscc: z.string().regex(/^[0-9A-Z]{18}$/),
      code13: z.string().regex(/^[0-9A-Z]{13}$/),
      pin: z.string().min(1),
    }),
  ),
  authorities: z.array(z.strictObject({ code: fileWord, name: z.string().min(1) })),
})
export type DemoPeople = z.infer<typeof DemoPeople>

export type DemoRequest = DemoPeople & {
  readonly dir: string
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly now: Date
}

/**
 * Makes what is missing in `dir` and returns the index. Called again it changes nothing, except for people who
 * are new or whose certificate has run out. An unfinished run is begun anew: index.json is written last.
 */
export async function makeDemoPki(request: DemoRequest): Promise<PkiIndex> {
  const files = pkiFiles(request.dir)
  await mkdir(files.eKeys, { recursive: true, mode: 0o700 })
  const existing = await readIndex(files.index)
  const index = existing ?? { publicUrl: request.publicUrl, certificates: [] }
  const inDate = index.certificates.filter((certificate) => new Date(certificate.notAfter) > request.now)
  const operators = request.operators.filter(
    ({ loginName }) => !inDate.some((certificate) => certificate.loginName === loginName),
  )
  const authorities = request.authorities.filter(
    ({ code }) => !inDate.some((certificate) => certificate.authorityCode === code),
  )
  if (existing && operators.length === 0 && authorities.length === 0) return existing

  const authority = existing ? await openAuthority(files) : await makeAuthority(request)
  const { issuer, chain } = authority
  // Deriving keys from PINs is the slow part and runs beside this thread.
  const made = await Promise.all([
    ...authorities.map((subject) => makeAuthorityKey(request, issuer, subject)),
    ...operators.map((operator) => makeOperatorKey(request, issuer, chain, operator)),
  ])
  const complete = {
    publicUrl: index.publicUrl,
    certificates: [...index.certificates, ...authority.made, ...made],
  }
  await writeWhole(files.index, `${JSON.stringify(complete, null, 2)}\n`, PUBLIC)
  return complete
}

type CertificateAuthority = {
  readonly issuer: Issuer
  readonly chain: string
  readonly made: readonly IndexedCertificate[]
}

async function makeAuthority({ dir, now }: DemoRequest): Promise<CertificateAuthority> {
  const files = pkiFiles(dir)
  const root = await makeRoot(DEMO_NAMES.root, now)
  const issuer = await makeIssuing(DEMO_NAMES.issuing, root, now)
  const rootKey = await wrapPrivateKey(root.key, DEMO_PASSPHRASES.root, PASSPHRASE_ROUNDS)
  const issuingKey = await wrapPrivateKey(issuer.key, DEMO_PASSPHRASES.issuing, PASSPHRASE_ROUNDS)
  const chain = pemOf(issuer.certificate) + pemOf(root.certificate)
  await writeWhole(files.rootKey, rootKey, PRIVATE)
  await writeWhole(files.issuingKey, issuingKey, PRIVATE)
  await writeWhole(files.rootCertificate, pemOf(root.certificate), PUBLIC)
  await writeWhole(files.issuingCertificate, pemOf(issuer.certificate), PUBLIC)
  await writeWhole(files.issuingDer, issuer.certificate.der, PUBLIC)
  await writeWhole(files.chain, chain, PUBLIC)
  const crl = await makeCrl({
    issuingCert: issuer.certificate,
    issuingKey: openPrivateKey(issuingKey, DEMO_PASSPHRASES.issuing),
    entries: [],
    number: 1n,
    now,
  })
  await writeWhole(files.crl, crl, PUBLIC)
  const made = [
    indexed(root.certificate, { kind: 'root', holder: DEMO_NAMES.root }),
    indexed(issuer.certificate, { kind: 'issuing', holder: DEMO_NAMES.issuing }),
  ]
  return { issuer, chain, made }
}

async function openAuthority(files: ReturnType<typeof pkiFiles>): Promise<CertificateAuthority> {
  const [block] = readPem(await readFile(files.issuingCertificate, 'utf8'))
  if (!block) throw new Error(`${files.issuingCertificate}: empty`)
  const key = openPrivateKey(await readFile(files.issuingKey, 'utf8'), DEMO_PASSPHRASES.issuing)
  const issuer = { certificate: readCertificate(block.bytes), key: await toSigningKey(key) }
  return { issuer, chain: await readFile(files.chain, 'utf8'), made: [] }
}

async function makeAuthorityKey(
  { dir, publicUrl, now }: DemoRequest,
  issuer: Issuer,
  subject: DemoPeople['authorities'][number],
): Promise<IndexedCertificate> {
  const files = pkiFiles(dir)
  const keys = await newKeyPair()
  const certificate = await issueDocumentSigner({
    issuer,
    subject,
    publicKey: keys.publicKey,
    publicUrl,
    now,
  })
  const key = await wrapPrivateKey(keys.privateKey, DEMO_PASSPHRASES.authority, PASSPHRASE_ROUNDS)
  await writeWhole(files.authorityKey(subject.code), key, PRIVATE)
  await writeWhole(files.authorityCertificate(subject.code), pemOf(certificate), PUBLIC)
  return indexed(certificate, { kind: 'authority', authorityCode: subject.code, holder: subject.name })
}

async function makeOperatorKey(
  { dir, publicUrl, now }: DemoRequest,
  issuer: Issuer,
  chain: string,
  { pin, ...subject }: DemoPeople['operators'][number],
): Promise<IndexedCertificate> {
  const { loginName } = subject
  const keys = await newKeyPair()
  const certificate = await issueOperator({ issuer, subject, publicKey: keys.publicKey, publicUrl, now })
  const key = await wrapPrivateKey(keys.privateKey, pin, PIN_ROUNDS)
  await writeWhole(pkiFiles(dir).eKey(loginName), key + pemOf(certificate) + chain, PRIVATE)
  return indexed(certificate, { kind: 'operator', loginName, holder: subject.personName })
}

const pemOf = (certificate: Certificate): string => writePem('CERTIFICATE', certificate.der)

function indexed(
  certificate: Certificate,
  about: Pick<IndexedCertificate, 'kind' | 'loginName' | 'authorityCode' | 'holder'>,
): IndexedCertificate {
  return {
    ...about,
    fingerprint: certificateFingerprint(certificate.der),
    serial: certificate.serial,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    pem: pemOf(certificate),
  }
}
