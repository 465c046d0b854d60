/**
 * The certificate authority of a production system, as `npm run ca` makes, renews and looks at it. The root's key lies in
 * a folder of its own, outside of DATA_DIR, so that neither the server nor its backups have it.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { formatInstant } from '#domain/day.ts'
import type { Certificate } from '#domain/seal/certificate.ts'
import { sameBytes } from '#domain/seal/bytes.ts'
import { PIN_ROUNDS } from '#domain/seal/pbes2.ts'
import { readPem, writePem } from '#domain/seal/pem.ts'
import { StartError } from '../start-error.ts'
import {
  type AuthoritySubject,
  issueDocumentSigner,
  type Issuer,
  makeIssuing,
  makeRoot,
  newKeyPair,
  renewIssuing,
} from './ca.ts'
import { makeCrl } from './crl.ts'
import { isDemoChain } from './demo-secrets.ts'
import { openIssuer, readOne } from './key-pair.ts'
import { pkiFiles, PRIVATE, PUBLIC, writeWhole } from './pki-files.ts'
import { openPrivateKey, PASSPHRASE_ROUNDS, wrapPrivateKey } from './private-key.ts'
import { AUTHORITY_RENEWED_DAYS, daysLeft, ISSUING_RENEWED_DAYS, readChain } from './chain.ts'

const pemOf = (certificate: Certificate) => writePem('CERTIFICATE', certificate.der)

export type NewAuthority = {
  /** DATA_DIR/pki */
  readonly pkiDir: string
  /** Where root.key.pem goes: outside of DATA_DIR. */
  readonly rootDir: string
  /** Whose authority it is: “某省商务厅”. */
  readonly name: string
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly passphrases: { readonly root: string; readonly issuing: string; readonly authority: string }
  readonly authorities: readonly AuthoritySubject[]
  readonly now: Date
}

/**
 * Makes root, issuing authority, an empty revocation list and a document signer for each authority. Nothing is ever
 * overwritten: refused where one of the folders has an authority already. The server's folder gets its name when it is
 * complete.
 */
export async function makeProductionCa(
  of: NewAuthority,
): Promise<{ root: Certificate; issuing: Certificate }> {
  const { pkiDir, rootDir, name, now } = of
  const rootFiles = pkiFiles(rootDir)
  await refuseExisting(pkiDir, rootDir)
  const root = await makeRoot(`${name} 根证书`, now)
  const issuer = await makeIssuing(`${name} 签发证书`, root, now)
  const making = `${pkiDir}.${process.pid}.new`
  try {
    await writeServerFolder(making, { ...of, root, issuer })
    await mkdir(rootDir, { recursive: true, mode: 0o700 })
    await writeWhole(rootFiles.rootCertificate, pemOf(root.certificate), PUBLIC)
    await writeWhole(
      rootFiles.rootKey,
      await wrapPrivateKey(root.key, of.passphrases.root, PIN_ROUNDS),
      PRIVATE,
    )
    if (existsSync(pkiDir)) await rmdir(pkiDir)
    await rename(making, pkiDir)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return { root: root.certificate, issuing: issuer.certificate }
}

async function refuseExisting(pkiDir: string, rootDir: string) {
  const { rootKey, rootCertificate } = pkiFiles(rootDir)
  const kept = [rootKey, rootCertificate].find((file) => existsSync(file))
  if (kept !== undefined)
    throw new StartError(`${kept} 已经存在，不覆盖。要另建根证书，请用 --root 指定另一个文件夹。`)
  const inside = existsSync(pkiDir) ? await readdir(pkiDir) : []
  if (inside.length === 0) return
  const { chain } = pkiFiles(pkiDir)
  const isDemo = existsSync(chain) && isDemoChain(await readFile(chain, 'utf8'))
  throw new StartError(
    isDemo
      ? `${pkiDir} 中是演示证书。正式系统请用另一个 DATA_DIR。`
      : `${pkiDir} 中已有文件，不覆盖。更新证书请用 npm run ca -- renew；要另建，请用另一个 DATA_DIR。`,
  )
}

async function writeServerFolder(dir: string, of: NewAuthority & { root: Issuer; issuer: Issuer }) {
  const { root, issuer, passphrases, now } = of
  const files = pkiFiles(dir)
  // DATA_DIR itself may have to be entered by the user of the database.
  await mkdir(path.dirname(dir), { recursive: true })
  await mkdir(dir, { mode: 0o700 })
  const issuingKey = await wrapPrivateKey(issuer.key, passphrases.issuing, PASSPHRASE_ROUNDS)
  await writeWhole(files.issuingKey, issuingKey, PRIVATE)
  await writeWhole(files.rootCertificate, pemOf(root.certificate), PUBLIC)
  await writeIssuing(files, issuer.certificate, root.certificate)
  const crl = await makeCrl({
    issuingCert: issuer.certificate,
    issuingKey: openPrivateKey(issuingKey, passphrases.issuing),
    entries: [],
    number: 1n,
    now,
  })
  await writeWhole(files.crl, crl, PUBLIC)
  for (const subject of of.authorities) {
    await makeSigner({
      dir,
      issuer,
      subject,
      publicUrl: of.publicUrl,
      passphrase: passphrases.authority,
      now,
    })
  }
}

type Files = ReturnType<typeof pkiFiles>

/** chain.pem last: with it the server takes the new one. */
async function writeIssuing(files: Files, issuing: Certificate, root: Certificate) {
  await writeWhole(files.issuingCertificate, pemOf(issuing), PUBLIC)
  await writeWhole(files.issuingDer, issuing.der, PUBLIC)
  await writeWhole(files.chain, pemOf(issuing) + pemOf(root), PUBLIC)
}

async function makeSigner(of: {
  dir: string
  issuer: Issuer
  subject: AuthoritySubject
  publicUrl: string
  passphrase: string
  now: Date
}): Promise<Certificate> {
  const files = pkiFiles(of.dir)
  const keys = await newKeyPair()
  const certificate = await issueDocumentSigner({ ...of, publicKey: keys.publicKey })
  const key = await wrapPrivateKey(keys.privateKey, of.passphrase, PASSPHRASE_ROUNDS)
  await writeWhole(files.authorityKey(of.subject.code), key, PRIVATE)
  await writeWhole(files.authorityCertificate(of.subject.code), pemOf(certificate), PUBLIC)
  return certificate
}

/**
 * The issuing authority's certificate for another ten years, over the same name and key: keys, seals and lists under it
 * stay good. Refused: far from its end unless `early`, another root, a wrong passphrase.
 */
export async function renewProductionIssuing(of: {
  pkiDir: string
  rootDir: string
  passphrase: string
  early: boolean
  now: Date
}): Promise<Certificate> {
  const files = pkiFiles(of.pkiDir)
  const { issuing, root } = await readChain(of.pkiDir)
  const left = daysLeft(issuing, of.now)
  if (left > ISSUING_RENEWED_DAYS && !of.early) {
    throw new StartError(
      `签发证书到 ${formatInstant(issuing.notAfter)} 才到期（还有 ${left} 天），现在不需要更新。仍要更新请加 --early。`,
    )
  }
  const rootFiles = pkiFiles(of.rootDir)
  const rootIssuer = await openIssuer(rootFiles.rootCertificate, rootFiles.rootKey, {
    setting: 'ROOT_KEY_PASSPHRASE',
    passphrase: of.passphrase,
  })
  if (!sameBytes(rootIssuer.certificate.der, root.der)) {
    throw new StartError(`${rootFiles.rootCertificate} 不是本系统的根证书（与 ${files.chain} 中的不同）。`)
  }
  const renewed = await renewIssuing(issuing, rootIssuer, of.now)
  if (renewed.notAfter <= issuing.notAfter) {
    throw new StartError(
      `根证书到 ${formatInstant(root.notAfter)} 到期，签发证书不能再延长，请另建签发机构。`,
    )
  }
  const before = existsSync(files.earlier) ? await readFile(files.earlier, 'utf8') : ''
  const kept = readPem(before === '' ? pemOf(issuing) : before)
  const known = kept.some(({ bytes }) => sameBytes(bytes, issuing.der))
  await writeWhole(files.earlier, known && before !== '' ? before : before + pemOf(issuing), PUBLIC)
  await writeIssuing(files, renewed, root)
  return renewed
}

/**
 * New key and certificate for the document signers that are missing or near their end. `named`: only these, and refused
 * where one is far from its end unless `early`. What was signed stays good: documents carry their signer's certificate.
 */
export async function renewProductionSigners(of: {
  pkiDir: string
  publicUrl: string
  passphrases: { issuing: string; authority: string }
  authorities: readonly AuthoritySubject[]
  named: boolean
  early: boolean
  now: Date
}): Promise<{ made: { code: string; name: string; notAfter: Date }[]; left: number }> {
  const files = pkiFiles(of.pkiDir)
  await readChain(of.pkiDir)
  const issuer = await openIssuer(files.issuingCertificate, files.issuingKey, {
    setting: 'ISSUING_KEY_PASSPHRASE',
    passphrase: of.passphrases.issuing,
  })
  const due: AuthoritySubject[] = []
  for (const subject of of.authorities) {
    const file = files.authorityCertificate(subject.code)
    const days = existsSync(file) ? daysLeft(await readOne(file), of.now) : 0
    if (days <= AUTHORITY_RENEWED_DAYS || of.early) due.push(subject)
    else if (of.named) {
      const words = `${subject.code} ${subject.name}的签章证书还有 ${days} 天到期，现在不需要更新。仍要更新请加 --early。`
      throw new StartError(words)
    }
  }
  const made: { code: string; name: string; notAfter: Date }[] = []
  for (const subject of due) {
    const { notAfter } = await makeSigner({
      dir: of.pkiDir,
      issuer,
      subject,
      publicUrl: of.publicUrl,
      passphrase: of.passphrases.authority,
      now: of.now,
    })
    made.push({ ...subject, notAfter })
  }
  return { made, left: of.authorities.length - due.length }
}

/** Refuses a folder for the root's key that the server or its backups would have. */
export function checkRootFolder(rootDir: string, dataDir: string): void {
  const inside = path.relative(dataDir, rootDir)
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside))) {
    throw new StartError(
      `根证书私钥不能放在 DATA_DIR（${dataDir}）里：服务器和备份都不应有它。请用 --root 指定离线介质上的文件夹。`,
    )
  }
}
