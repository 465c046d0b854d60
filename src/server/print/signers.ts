/** The authorities' keys, opened when first needed and again when their files were replaced. */
import { readFileSync, statSync } from 'node:fs'
import { formatInstant } from '#domain/day.ts'
import { readCertificate } from '#domain/seal/certificate.ts'
import { authoritySigner } from '../pki/document-signer.ts'
import { pkiFiles } from '../pki/pki-files.ts'
import { openPrivateKey } from '../pki/private-key.ts'
import type { DocumentSigner } from './pades.ts'

export type SigningFolder = {
  /** Folder with authority-<code>.pem, authority-<code>.key.pem (encrypted PKCS#8) and chain.pem. */
  readonly folder: string
  /** Of the authorities' keys. */
  readonly passphrase: string
}

/** An authority that can't sign now; the words say why. */
export class NoSigner extends Error {
  override readonly name = 'NoSigner'
}

/** Gives the signer of an authority by its two-character code, for a signature made at an instant. */
export function createSigners({ folder, passphrase }: SigningFolder) {
  const files = pkiFiles(folder)
  const opened = new Map<string, { stamp: string; signer: DocumentSigner; from: Date; to: Date }>()

  return (code: string, at: Date): DocumentSigner => {
    // It becomes a file name.
    if (!/^[0-9A-Z]{2}$/.test(code)) throw new NoSigner(`“${code}”不是发证机构代码`)
    const stamp = stampOf([files.authorityCertificate(code), files.authorityKey(code), files.chain])
    if (stamp === undefined) throw new NoSigner(`发证机构 ${code} 还没有签章证书，请联系系统管理员办理`)
    let authority = opened.get(code)
    if (authority?.stamp !== stamp) {
      authority = { stamp, ...open(code) }
      opened.set(code, authority)
    }
    if (at < authority.from || at > authority.to) {
      const [from, to] = [formatInstant(authority.from), formatInstant(authority.to)]
      throw new NoSigner(`发证机构 ${code} 的签章证书只在 ${from} 至 ${to} 有效，请联系系统管理员更换`)
    }
    return authority.signer
  }

  function open(code: string) {
    const certificate = readFileSync(files.authorityCertificate(code), 'utf8')
    const key = openKey(code, readFileSync(files.authorityKey(code), 'utf8'))
    const signer = authoritySigner(certificate, readFileSync(files.chain, 'utf8'), key)
    const { notBefore, notAfter } = readCertificate(signer.certificate)
    return { signer, from: notBefore, to: notAfter }
  }

  function openKey(code: string, pem: string) {
    try {
      return openPrivateKey(pem, passphrase)
    } catch (cause) {
      throw new NoSigner(`发证机构 ${code} 的签章私钥打不开，请系统管理员检查私钥文件和口令`, { cause })
    }
  }
}

/** Changes whenever one of the files was replaced; undefined when one is missing. */
function stampOf(paths: readonly string[]): string | undefined {
  const stats = paths.map((path) => statSync(path, { throwIfNoEntry: false }))
  if (stats.includes(undefined)) return undefined
  return stats.map((stat) => `${stat?.ino}:${stat?.mtimeMs}:${stat?.size}`).join(' ')
}
