/** Tells the database of the certificates that were made as files, and to whom each belongs. */
import { sql } from 'kysely'
import { readCertificate } from '#domain/seal/certificate.ts'
import { readPem } from '#domain/seal/pem.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { keyDigestOf } from '../pki/check-request.ts'
import { readIndex, type IndexedCertificate } from '../pki/pki-index.ts'

/**
 * Imports the certificates of `indexPath` (index.json of the certificate authority) that are not there yet; an
 * operator's is bound to the account of that login name and its enterprise, an authority's to its code. Safe to
 * repeat. Throws when there is no index or an operator has no account.
 */
export async function importCertificates(
  ctx: Pick<Context, 'db' | 'clock'>,
  indexPath: string,
): Promise<void> {
  const index = await readIndex(indexPath)
  if (index === undefined) throw new Error(`${indexPath}: not there`)
  await ctx.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke demo'))`.execute(tx)
    const rows = await tx.selectFrom('certificate').select(['fingerprint', 'key_digest']).execute()
    const known = new Map(rows.map((row) => [row.fingerprint, row.key_digest]))
    for (const certificate of index.certificates) {
      const { fingerprint } = certificate
      if (!known.has(fingerprint)) await importOne(tx, certificate, ctx.clock())
      // Imported before keys were marked.
      else if (known.get(fingerprint) === null) {
        await tx
          .updateTable('certificate')
          .set({ key_digest: keyDigestIn(certificate.pem) })
          .where('fingerprint', '=', fingerprint)
          .execute()
      }
    }
  })
}

function keyDigestIn(pem: string): string {
  const [block] = readPem(pem)
  if (block === undefined) throw new Error('no certificate')
  return keyDigestOf(readCertificate(block.bytes).publicKey)
}

async function importOne(tx: Tx, certificate: IndexedCertificate, now: Date) {
  const holder = await holderOf(tx, certificate)
  await tx
    .insertInto('certificate')
    .values({
      fingerprint: certificate.fingerprint,
      serial: certificate.serial,
      kind: certificate.kind,
      holder: certificate.holder,
      pem: certificate.pem,
      not_before: certificate.notBefore,
      not_after: certificate.notAfter,
      account_id: holder?.id ?? null,
      made_for: holder?.id ?? null,
      bound_at: holder === undefined ? null : now,
      login_name: certificate.loginName ?? null,
      certificate_type: holder === undefined ? null : 'general',
      device: holder === undefined ? null : 'file',
      key_digest: keyDigestIn(certificate.pem),
      enterprise_id: holder?.enterprise_id ?? null,
      authority_code: certificate.authorityCode ?? null,
      created_at: now,
    })
    .execute()
}

async function holderOf(tx: Tx, { kind, loginName }: IndexedCertificate) {
  if (kind !== 'operator') return undefined
  const account = await tx
    .selectFrom('account')
    .select(['id', 'enterprise_id'])
    .where('login_name', '=', loginName ?? '')
    .executeTakeFirst()
  if (account === undefined) throw new Error(`certificate of ${loginName ?? '?'}: no such account`)
  return account
}
