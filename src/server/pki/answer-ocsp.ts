/** The answer to an OCSP request, from the table `certificate`. */
import { DerError } from '#domain/seal/der.ts'
import type { Context } from '../context.ts'
import { prepared, type Later } from '../db/prepared.ts'
import { crlReason } from './crl.ts'
import {
  type CertId,
  type CertStatus,
  isIssuedBy,
  ocspAnswer,
  ocspFailure,
  type OcspRequest,
  readOcspRequest,
} from './ocsp.ts'

const certificateOf = prepared((db, later: Later<{ serial: string }>) =>
  db
    .selectFrom('certificate')
    .select(['revoked_at', 'revocation_code'])
    .where('serial', '=', later('serial'))
    .where('kind', 'in', ['operator', 'authority'])
    .compile(),
)

/** The bytes to send, whatever came in; a fault of ours is logged and answered as the standard wants it. */
export async function answerOcsp(ctx: Context, bytes: Uint8Array): Promise<Buffer> {
  let request: OcspRequest
  try {
    request = readOcspRequest(bytes)
  } catch (error) {
    if (error instanceof DerError) return ocspFailure('malformed')
    throw error
  }
  try {
    const { certificate: issuing, key } = await ctx.issuing.open()
    const statuses = await Promise.all(
      request.asked.map((id) =>
        isIssuedBy(id, issuing) ? statusOf(ctx, id) : ({ status: 'unknown' } as const),
      ),
    )
    return ocspAnswer({ issuing, key, request, statuses, now: ctx.clock() })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    ctx.log({ level: 'error', part: 'pki', message: `no OCSP answer: ${message}` })
    return ocspFailure('fault')
  }
}

async function statusOf(ctx: Context, { serial }: CertId): Promise<CertStatus> {
  const [row] = await certificateOf(ctx.db, { serial })
  if (row === undefined) return { status: 'unknown' }
  if (row.revoked_at === null || row.revoked_at > ctx.clock()) return { status: 'good' }
  return { status: 'revoked', revokedAt: row.revoked_at, reason: crlReason(row.revocation_code) }
}
