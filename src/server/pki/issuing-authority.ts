/**
 * The issuing authority of the running server: it makes operators' certificates, answers OCSP and signs the list of
 * revoked ones. Its key lies encrypted (issuing.key.pem) and is opened with ISSUING_KEY_PASSPHRASE when it is first
 * needed; it can't be exported again from what is handed out for certificates. The root's key is never here.
 */
import { readFile } from 'node:fs/promises'
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '#domain/seal/certificate.ts'
import { pkiFiles } from './pki-files.ts'
import { openPrivateKey, toSigningKey } from './private-key.ts'

export type OpenAuthority = {
  readonly certificate: Certificate
  /** For node:crypto: revocation list and OCSP. */
  readonly key: KeyObject
  /** The same for WebCrypto: certificates. */
  readonly signingKey: CryptoKey
}

export type IssuingAuthority = { readonly open: () => Promise<OpenAuthority> }

/** Opens the key in `pkiDir` once. Rejects, and tries again at the next call, when file or passphrase is wrong. */
export function issuingAuthority(of: {
  readonly pkiDir: string
  readonly passphrase: string
  readonly certificate: Certificate
}): IssuingAuthority {
  let opened: Promise<OpenAuthority> | undefined
  return {
    open() {
      opened ??= openAt(of).catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
  }
}

async function openAt({
  pkiDir,
  passphrase,
  certificate,
}: Parameters<typeof issuingAuthority>[0]): Promise<OpenAuthority> {
  const key = openPrivateKey(await readFile(pkiFiles(pkiDir).issuingKey, 'utf8'), passphrase)
  return { certificate, key, signingKey: await toSigningKey(key) }
}
