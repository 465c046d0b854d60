/** Revoking certificates 注销: at once in our table, which seals and sign-ins ask; soon after in the list for others. */
import type { RevocationCode } from '#domain/certificate/kinds.ts'
import type { Tx } from '../db/connect.ts'
import { addJob } from '../jobs/add.ts'

export const crlJob = 'pki.crl'

/**
 * Revokes these certificates in the open transaction and plans a new list. Those that were revoked already stay as
 * they are; answers the serial numbers of the others. Whether it may be done is the caller's to have asked.
 */
export async function revokeCertificates(
  tx: Tx,
  fingerprints: readonly string[],
  why: { now: Date; code: RevocationCode; reason: string; by: string | null },
): Promise<string[]> {
  if (fingerprints.length === 0) return []
  const rows = await tx
    .updateTable('certificate')
    .set({
      revoked_at: why.now,
      revocation_code: why.code,
      revocation_reason: why.reason,
      revoked_by: why.by,
    })
    .where('fingerprint', 'in', fingerprints)
    .where('kind', '=', 'operator')
    .where('revoked_at', 'is', null)
    .returning('serial')
    .execute()
  // One list waits at a time: a hundred revocations in a second make one list.
  if (rows.length > 0) await addJob(tx, crlJob, {}, { key: crlJob })
  return rows.map(({ serial }) => serial)
}
