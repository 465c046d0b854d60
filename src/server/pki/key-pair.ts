/** A certificate with its private key, read from two files: opened, and asked whether they belong together. */
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Certificate, readCertificate } from '#domain/seal/certificate.ts'
import { readPem } from '#domain/seal/pem.ts'
import { StartError } from '../start-error.ts'
import type { Issuer } from './ca.ts'
import { openPrivateKey, toSigningKey } from './private-key.ts'
import { publicKeyOf } from './signature.ts'

/** The first certificate of a PEM file. */
export async function readOne(file: string): Promise<Certificate> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartError(`${file} 不存在或无法读取。`, { cause: error })
  })
  const [block] = readPem(text)
  if (block === undefined) throw new StartError(`${file} 中没有证书。`)
  return readCertificate(block.bytes)
}

/** Opens the pair. Refuses (StartError) a missing file, a wrong passphrase and a key that is another certificate's. */
export async function openIssuer(
  certificateFile: string,
  keyFile: string,
  { setting, passphrase }: { setting: string; passphrase: string },
): Promise<Issuer> {
  const certificate = await readOne(certificateFile)
  const pem = await readFile(keyFile, 'utf8').catch((error: unknown) => {
    throw new StartError(`${keyFile} 不存在或无法读取。`, { cause: error })
  })
  const key = (() => {
    try {
      return openPrivateKey(pem, passphrase)
    } catch (error) {
      throw new StartError(`${setting} 打不开 ${keyFile}：口令不正确，或文件已损坏。`, { cause: error })
    }
  })()
  if (!createPublicKey(key).equals(publicKeyOf(certificate))) {
    throw new StartError(`${keyFile} 不是 ${certificateFile} 的私钥。`)
  }
  return { certificate, key: await toSigningKey(key) }
}
