/** What a production system's certificates are like: asked at the start, by `npm run ca -- check`, and said before they end. */
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { formatInstant } from '#domain/day.ts'
import { StartError } from '../start-error.ts'
import { openIssuer, readOne } from './key-pair.ts'
import { pkiFiles } from './pki-files.ts'
import { AUTHORITY_RENEWED_DAYS, daysLeft, ISSUING_RENEWED_DAYS, readChain } from './chain.ts'
import { isSignedBy, publicKeyOf } from './signature.ts'

/** Codes of the authorities that have a certificate in the folder, in order. */
export async function signerCodes(pkiDir: string): Promise<string[]> {
  const names = await readdir(pkiDir)
  return names
    .flatMap((name) => /^authority-([0-9A-Z]{2})\.pem$/.exec(name)?.[1] ?? [])
    .toSorted((one, other) => (one < other ? -1 : 1))
}

type Passphrases = { readonly issuing: string; readonly authority: string }

/**
 * Whether both passphrases open their keys, and each key is its certificate's; StartError where not. `every`: all
 * authorities, else the first, since they have one passphrase. Answers what is to be renewed, in words.
 */
export async function standingOf(
  pkiDir: string,
  passphrases: Passphrases,
  now: Date,
  every = false,
): Promise<{ lines: string[]; warnings: string[] }> {
  const files = pkiFiles(pkiDir)
  const { issuing, root } = await readChain(pkiDir)
  await openIssuer(files.issuingCertificate, files.issuingKey, {
    setting: 'ISSUING_KEY_PASSPHRASE',
    passphrase: passphrases.issuing,
  })
  const lines = [
    `根证书：到 ${formatInstant(root.notAfter)}`,
    `签发证书：到 ${formatInstant(issuing.notAfter)}（还有 ${daysLeft(issuing, now)} 天）`,
  ]
  const warnings = await readableWords(files.issuingKey)
  if (daysLeft(issuing, now) <= ISSUING_RENEWED_DAYS) {
    const words = `签发证书将于 ${formatInstant(issuing.notAfter)} 到期，此后到期的电子钥匙不能再签发：npm run ca -- renew issuing`
    warnings.push(words)
  }
  const codes = await signerCodes(pkiDir)
  if (codes.length === 0)
    warnings.push('还没有发证机构的签章证书，不能生成电子许可证：npm run ca -- renew authorities')
  for (const [index, code] of codes.entries()) {
    const file = files.authorityCertificate(code)
    const certificate = await readOne(file)
    if (!isSignedBy(certificate, issuing, publicKeyOf(issuing))) {
      throw new StartError(`${file} 不是本系统的签发机构签发的。`)
    }
    if (every || index === 0) {
      const secret = { setting: 'AUTHORITY_KEY_PASSPHRASE', passphrase: passphrases.authority }
      await openIssuer(file, files.authorityKey(code), secret)
      warnings.push(...(await readableWords(files.authorityKey(code))))
    }
    const left = daysLeft(certificate, now)
    lines.push(`发证机构 ${code} 签章证书：到 ${formatInstant(certificate.notAfter)}（还有 ${left} 天）`)
    if (left <= AUTHORITY_RENEWED_DAYS) {
      const words = `发证机构 ${code} 的签章证书将于 ${formatInstant(certificate.notAfter)} 到期：npm run ca -- renew authorities`
      warnings.push(words)
    }
  }
  return { lines, warnings }
}

/** Others on the machine could copy it and try passphrases. Windows has no such modes. */
async function readableWords(file: string): Promise<string[]> {
  if (process.platform === 'win32') return []
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return []
  return [`${path.resolve(file)} 可被其他用户读取，请改为只有运行者可读（chmod 600）。`]
}
