/** The chain of a production system, and when its certificates count as near their end. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Certificate } from '#domain/seal/certificate.ts'
import { StartError } from '../start-error.ts'
import { isDemoChain } from './demo-secrets.ts'
import { pkiFiles } from './pki-files.ts'
import { buildTrust } from './trust.ts'

/** Near its end: an operator's certificate may be made for three years, and none outlives the one above it. */
export const ISSUING_RENEWED_DAYS = 3 * 365
export const AUTHORITY_RENEWED_DAYS = 180
const DAY_MS = 86_400_000

export const daysLeft = ({ notAfter }: Pick<Certificate, 'notAfter'>, now: Date): number =>
  Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS)

/** The chain of a production system; refused where there is none, or a demonstration's. */
export async function readChain(pkiDir: string): Promise<{ issuing: Certificate; root: Certificate }> {
  const { chain, earlier } = pkiFiles(pkiDir)
  if (!existsSync(chain)) {
    throw new StartError(`${pkiDir} 中还没有签发机构，请先用 npm run ca -- make 建立。`)
  }
  const text = await readFile(chain, 'utf8')
  if (isDemoChain(text)) throw new StartError(`${pkiDir} 中是演示证书。正式系统请用另一个 DATA_DIR。`)
  return buildTrust(text, existsSync(earlier) ? await readFile(earlier, 'utf8') : '')
}
