/** Tells the database of the authorities' certificates that lie in the folder: rules and OCSP ask the table. */
import { readFile } from 'node:fs/promises'
import { readCertificate, readName } from '#domain/seal/certificate.ts'
import { OID } from '#domain/seal/oids.ts'
import { readPem, writePem } from '#domain/seal/pem.ts'
import type { Context } from '../context.ts'
import { keyDigestOf } from './check-request.ts'
import { pkiFiles } from './pki-files.ts'
import { certificateFingerprint, isSignedBy } from './signature.ts'
import { signerCodes } from './standing.ts'

/**
 * Adds those that are not there yet, at the start and every hour: `npm run ca` makes them while the server runs. What our
 * issuing authority has not signed is left out.
 */
export async function importSigners(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'trust'>,
): Promise<{ added: string[] }> {
  const files = pkiFiles(ctx.env.pkiDir)
  const added: string[] = []
  for (const code of await signerCodes(ctx.env.pkiDir)) {
    const [block] = readPem(await readFile(files.authorityCertificate(code), 'utf8'))
    if (block === undefined) continue
    const certificate = readCertificate(block.bytes)
    if (!isSignedBy(certificate, ctx.trust.issuing, ctx.trust.issuingKey)) continue
    const { numInsertedOrUpdatedRows } = await ctx.db
      .insertInto('certificate')
      .values({
        fingerprint: certificateFingerprint(certificate.der),
        serial: certificate.serial,
        kind: 'authority',
        holder: readName(certificate.subject).get(OID.commonName) ?? code,
        pem: writePem(block.label, block.bytes),
        not_before: certificate.notBefore,
        not_after: certificate.notAfter,
        key_digest: keyDigestOf(certificate.publicKey),
        authority_code: code,
        created_at: ctx.clock(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 1n) added.push(code)
  }
  return { added }
}
