/** The list of revoked certificates, signed anew and written as a file that others fetch. */
import { readFile } from 'node:fs/promises'
import { type CrlEntry, makeCrl, nextUpdateOf, readCrlNumber } from './crl.ts'
import type { IssuingAuthority } from './issuing-authority.ts'
import { pkiFiles, PUBLIC, writeWhole } from './pki-files.ts'

export type CrlContext = {
  readonly clock: () => Date
  /** The folder `pki` of the data directory. */
  readonly pkiDir: string
  readonly issuing: IssuingAuthority
  /** All that were revoked so far, from the table `certificate`. */
  readonly listRevoked: () => Promise<readonly CrlEntry[]>
}

/**
 * Writes issuing.crl anew, to be done daily and after each revocation. The number is the instant in
 * milliseconds, or one more than the last list's if the clock was set back, so it always grows.
 * Throws when the passphrase is wrong or a file is missing; the old list stays then.
 */
export async function renewCrl(
  ctx: CrlContext,
): Promise<{ number: bigint; nextUpdate: Date; entries: number }> {
  const files = pkiFiles(ctx.pkiDir)
  const { certificate: issuingCert, key: issuingKey } = await ctx.issuing.open()
  const entries = await ctx.listRevoked()
  const now = ctx.clock()
  const last = await lastNumber(files.crl)
  const byClock = BigInt(now.getTime())
  const number = last !== undefined && last >= byClock ? last + 1n : byClock
  const crl = await makeCrl({
    issuingCert,
    issuingKey,
    entries,
    number,
    now,
  })
  await writeWhole(files.crl, crl, PUBLIC)
  return { number, nextUpdate: nextUpdateOf(now), entries: entries.length }
}

async function lastNumber(path: string): Promise<bigint | undefined> {
  try {
    return readCrlNumber(await readFile(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
