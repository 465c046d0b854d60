/** Revoking certificates of phones: the certificates, the authorisations they came from, the sessions, and a letter. */
import type { RevocationCode } from '#domain/certificate/kinds.ts'
import { phoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import { revokedText } from '#domain/phone-authorisation/letters.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { door, system } from '../door.ts'
import { queueLetter } from '../message/queue.ts'
import { revokeCertificates } from '../pki/revoke.ts'
import { lockAccount, thing } from './act.ts'

/** Ends alone: what revokes has been done by whoever asks. */
const { actIn } = door(phoneAuthorisation, thing, {})

export interface Revoking {
  fingerprints: readonly string[]
  code: RevocationCode
  reason: string
  by: string
}

/**
 * Revokes these certificates; whichever are of phones, ends their authorisations and sessions, and tells the number.
 * Answers the serial numbers of those that were not revoked before. Locks accounts, then authorisations, then
 * certificates: everybody who revokes a key that may be a phone's comes this way.
 */
export async function revokePhones(tx: Tx, ctx: Context, why: Revoking): Promise<string[]> {
  const { fingerprints, code, reason, by } = why
  if (fingerprints.length === 0) return []
  const authorisations = await tx
    .selectFrom('phone_authorisation')
    .select(['id', 'created_by', 'enterprise_id', 'mobile', 'fingerprint'])
    .where('fingerprint', 'in', fingerprints)
    .where('state', '=', 'issued')
    .orderBy('created_by')
    .orderBy('id')
    .execute()
  for (const { created_by } of authorisations) await lockAccount(tx, created_by)
  const now = ctx.clock()
  const told = new Map<string, (typeof authorisations)[number]>()
  for (const one of authorisations) {
    const row = await tx
      .selectFrom('phone_authorisation')
      .select('version')
      .where('id', '=', one.id)
      .where('state', '=', 'issued')
      .executeTakeFirst()
    // Ended by somebody else before the account was locked.
    if (row === undefined) continue
    const request = { version: row.version, requestId: null, input: { opinion: reason.slice(0, 200) } }
    await actIn(tx, ctx, system, one.id, 'end', request)
    told.set(`${one.created_by} ${one.mobile}`, one)
  }
  const serials = await revokeCertificates(tx, fingerprints, { now, code, reason, by })
  for (const one of told.values()) {
    await endSessions(tx, one.created_by, one.mobile)
    await queueLetter(tx, ctx, {
      channel: 'sms',
      recipient: one.mobile,
      kind: 'phone_certificate',
      subject: '',
      text: revokedText(reason),
      accountId: one.created_by,
      enterpriseId: one.enterprise_id,
    })
  }
  return serials
}

/** A phone whose number is given up is signed out. */
const endSessions = (tx: Tx, accountId: string, mobile: string) =>
  tx
    .deleteFrom('session')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'phone')
    .where('mobile', '=', mobile)
    .execute()
