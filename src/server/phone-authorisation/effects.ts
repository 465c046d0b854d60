/** What each action on a phone authorisation does besides moving its state and writing history. */
import type { KeyHolder } from '#domain/seal/certificate.ts'
import { sameBytes } from '#domain/seal/bytes.ts'
import { holderName } from '#domain/seal/name.ts'
import { kinds, type PhoneAuthorisationAction } from '#domain/phone-authorisation/actions.ts'
import { issuedText, readyText } from '#domain/phone-authorisation/letters.ts'
import { isCertificateType } from '#domain/certificate/kinds.ts'
import type { Effect } from '../door.ts'
import { holderOf } from '../key/holder.ts'
import { queueLetter } from '../message/queue.ts'
import type { CheckedRequest } from '../pki/check-request.ts'
import { issueCertificate } from '../pki/issue-certificate.ts'
import { Refused } from '../refused.ts'
import type { LockedPhoneAuthorisation, PhoneAuthorisationSet } from './act.ts'
import { revokePhones } from './revoke.ts'

/** What a caller has prepared before the lock. */
export type Prepared =
  | { making: { request: CheckedRequest; holder: KeyHolder; deviceName: string } }
  /** Certificates that are to be revoked. */
  | { cancelling: { fingerprints: readonly string[] } }

type PhoneEffect = Effect<LockedPhoneAuthorisation, PhoneAuthorisationSet, Prepared>

/** The phone is told that it can go to work. */
const submit: PhoneEffect = async ({ tx, ctx, subject, now }) => {
  const { row } = subject
  const { enterpriseName } = await holder(tx, row)
  await queueLetter(tx, ctx, {
    channel: 'sms',
    recipient: row.mobile,
    kind: 'certificate_ready',
    subject: '',
    text: readyText(enterpriseName),
    accountId: row.created_by,
    enterpriseId: row.enterprise_id,
  })
  return { set: { submitted_at: now } }
}

const holder = (tx: Parameters<typeof holderOf>[0], row: LockedPhoneAuthorisation['row']) =>
  holderOf(tx, row, { applicantName: row.holder })

/**
 * The certificate for the key that the phone has made, bound to the account at once. A change of number revokes those of
 * the old one (manual 003: 原手机号授权的证书将被注销); a change of phone adds one; the renewed one goes on until its end.
 */
const issue: PhoneEffect = async ({ tx, ctx, subject, actor, now, prepared }) => {
  if (prepared === undefined || !('making' in prepared)) throw new Error('no certificate was asked for')
  const { row } = subject
  const { making } = prepared
  const named = await holder(tx, row)
  if (!sameBytes(holderName(named), holderName(making.holder))) {
    throw new Refused(409, 'stale', '企业登记在办理过程中有变化，请刷新后重新制作证书')
  }
  if (!isCertificateType(row.certificate_type)) throw new Error(`certificate type ${row.certificate_type}`)
  if (row.old_mobile !== null) {
    await revokePhones(tx, ctx, {
      ...(await unrevoked(tx, row.created_by, row.old_mobile)),
      code: 'superseded',
      reason: `${kinds.change_number}，原号码的手机证书注销`,
      by: actor.accountId,
    })
  }
  const issued = await issueCertificate(tx, ctx, {
    request: making.request,
    holder: making.holder,
    accountId: row.created_by,
    bind: true,
    enterpriseId: row.enterprise_id,
    keyRequestId: null,
    certificateType: row.certificate_type,
    device: 'phone',
    mobile: row.mobile,
  })
  await queueLetter(tx, ctx, {
    channel: 'sms',
    recipient: row.mobile,
    kind: 'phone_certificate',
    subject: '',
    text: issuedText(named.enterpriseName, issued.notAfter),
    accountId: row.created_by,
    enterpriseId: row.enterprise_id,
  })
  return {
    set: { fingerprint: issued.fingerprint, device_name: making.deviceName, issued_at: now },
    certificateSerial: issued.serial,
  }
}

async function unrevoked(tx: Parameters<typeof holderOf>[0], accountId: string, mobile: string) {
  const rows = await tx
    .selectFrom('certificate')
    .select('fingerprint')
    .where('made_for', '=', accountId)
    .where('device', '=', 'phone')
    .where('mobile', '=', mobile)
    .where('revoked_at', 'is', null)
    .execute()
  return { fingerprints: rows.map((row) => row.fingerprint) }
}

const cancel: PhoneEffect = async ({ tx, ctx, actor, now, input, prepared }) => {
  if (prepared === undefined || !('cancelling' in prepared)) throw new Error('nothing to revoke')
  const serials = await revokePhones(tx, ctx, {
    fingerprints: prepared.cancelling.fingerprints,
    code: 'cessationOfOperation',
    reason: `${kinds.cancel}：${String(input['opinion'] ?? '')}`,
    by: actor.accountId,
  })
  if (serials.length === 0) throw new Refused(409, 'rule', '手机证书已经注销，不需要再次注销')
  return { set: { submitted_at: now }, certificateSerial: serials.join(' ') }
}

export const effects: Partial<Record<PhoneAuthorisationAction, PhoneEffect>> = { submit, issue, cancel }
