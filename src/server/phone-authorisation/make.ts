/** 制作证书 on the phone: its PKCS#10 request checked before the lock, answered under it. */
import type { z } from 'zod'
import type { MadeCertificate } from '#api/key.ts'
import type { makePhoneCertificate } from '#api/phone.ts'
import { phoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import type { PhoneSession } from '../account/session.ts'
import type { Context } from '../context.ts'
import { holderOf } from '../key/holder.ts'
import { chainOf } from '../key/make.ts'
import { checkRequest } from '../pki/check-request.ts'
import { notFound, Refused, refusedBy } from '../refused.ts'
import { act } from './door.ts'
import { rowOnPhone } from './phone-home.ts'
import { phoneAuthorisationSubject } from './act.ts'

type Body = z.output<(typeof makePhoneCertificate)['body']>

/**
 * Issues, or answers again what the same request got. Refused: another number's or person's authorisation, one that can't
 * go on, and what `checkRequest` finds: a key of another kind or without proof, another name; and a key certified before.
 */
export async function makeOnPhone(
  ctx: Context,
  session: PhoneSession,
  id: string,
  body: Body,
): Promise<z.input<typeof MadeCertificate>> {
  const row = await rowOnPhone(ctx, session, id)
  if (row.state === 'submitted') {
    // Said before the key is looked at: the words of the rule help more.
    const subject = await phoneAuthorisationSubject(ctx.db, row, ctx.clock())
    const refusal = phoneAuthorisation.refusal('issue', subject, session.actor)
    if (refusal !== undefined) throw refusedBy(refusal, { version: row.version, state: row.state })
  }
  const holder = await holderOf(ctx.db, row, { applicantName: row.holder })
  const verdict = checkRequest(Buffer.from(body.request, 'base64'), holder)
  if (!verdict.ok) throw new Refused(409, verdict.code, verdict.words)
  const { publicKey, keyDigest } = verdict
  const making = { request: { publicKey, keyDigest }, holder, deviceName: body.deviceName }
  const { version, requestId } = body
  await act(ctx, session.actor, id, 'issue', { version, requestId }, { making })
  // Repeated with another key, the answer would not fit it.
  const made = await certificateOf(ctx, id, keyDigest)
  if (made !== undefined) return made
  throw new Refused(
    409,
    'rule',
    '这份授权的证书已为另一把密钥签发。如果没有保存好，请在电脑端办理“手机变更”后重新制作',
  )
}

/** 查看本机证书: what was made for this authorisation, revoked or not. */
export async function certificateOnPhone(
  ctx: Context,
  session: PhoneSession,
  id: string,
): Promise<z.input<typeof MadeCertificate>> {
  await rowOnPhone(ctx, session, id)
  const made = await certificateOf(ctx, id)
  if (made === undefined) throw notFound('手机证书')
  return made
}

async function certificateOf(ctx: Context, id: string, keyDigest?: string) {
  const made = await ctx.db
    .selectFrom('phone_authorisation')
    .innerJoin('certificate', 'certificate.fingerprint', 'phone_authorisation.fingerprint')
    .select(['certificate.fingerprint', 'serial', 'not_before', 'not_after', 'pem', 'key_digest'])
    .where('phone_authorisation.id', '=', id)
    .executeTakeFirst()
  if (made === undefined || (keyDigest !== undefined && made.key_digest !== keyDigest)) return undefined
  return {
    fingerprint: made.fingerprint,
    serial: made.serial,
    notBefore: made.not_before.toISOString(),
    notAfter: made.not_after.toISOString(),
    certificatePem: made.pem,
    chainPem: chainOf(ctx),
  }
}
