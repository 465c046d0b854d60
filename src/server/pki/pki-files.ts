/** The files of the certificate authority in one folder, and how they are written: whole or not at all. */
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Paths below the folder `pki` of the data directory. */
export const pkiFiles = (dir: string) => ({
  rootCertificate: join(dir, 'root.pem'),
  rootKey: join(dir, 'root.key.pem'),
  issuingCertificate: join(dir, 'issuing.pem'),
  /** The same in DER, to be served where certificates point to (caIssuers). */
  issuingDer: join(dir, 'issuing.cer'),
  issuingKey: join(dir, 'issuing.key.pem'),
  chain: join(dir, 'chain.pem'),
  /** Issuing certificates of the same key that were renewed: seals made with older e-key files carry them. */
  earlier: join(dir, 'issuing-earlier.pem'),
  crl: join(dir, 'issuing.crl'),
  index: join(dir, 'index.json'),
  authorityCertificate: (code: string) => join(dir, `authority-${code}.pem`),
  authorityKey: (code: string) => join(dir, `authority-${code}.key.pem`),
  eKeys: join(dir, 'keys'),
  eKey: (loginName: string) => join(dir, 'keys', `${loginName}.pem`),
})

export const PRIVATE = 0o600
export const PUBLIC = 0o644

/** Replaces a file in one step, on the disk before it has its name. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: typeof PRIVATE | typeof PUBLIC,
) {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w', mode)
    try {
      // The mode given to open is cut by the umask and ignored for a file that was left behind.
      await file.chmod(mode)
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** A rename is safe from a power cut once the folder is on the disk too. */
async function syncFolder(path: string) {
  // Windows cannot open folders.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
