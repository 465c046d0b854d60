/** The certificate for an approved request: the page's PKCS#10 request checked before the lock, answered under it. */
import type { z } from 'zod'
import type { makeCertificate, MadeCertificate } from '#api/key.ts'
import { keyRequest } from '#domain/certificate/actions.ts'
import { wholeKeyForm } from '#domain/certificate/form.ts'
import type { Actor } from '#domain/machine.ts'
import { writePem } from '#domain/seal/pem.ts'
import type { Context } from '../context.ts'
import { checkRequest } from '../pki/check-request.ts'
import { Refused, refusedBy } from '../refused.ts'
import { act, keyRequestSubject } from './act.ts'
import { holderOf } from './holder.ts'
import { passwordFor } from './open-account.ts'
import { visibleRequest } from './query.ts'

type Body = z.output<(typeof makeCertificate)['body']>

/**
 * Issues, or answers again what the same request got. Refused: a request that is not approved or not this person's, and
 * what `checkRequest` finds; a certificate that went out whose key was lost is replaced by 补办.
 */
export async function makeKeyCertificate(
  ctx: Context,
  actor: Actor,
  id: string,
  body: Body,
): Promise<z.input<typeof MadeCertificate>> {
  const row = await visibleRequest(ctx, actor, id)
  if (row.state === 'approved') {
    // Said before the key is looked at: the words of the rule help more.
    const refusal = keyRequest.refusal('issue', await keyRequestSubject(ctx.db, row, ctx.clock()), actor)
    if (refusal !== undefined) throw refusedBy(refusal, { version: row.version, state: row.state })
  }
  const holder = await holderOf(ctx.db, row, wholeKeyForm(row.form))
  const verdict = checkRequest(Buffer.from(body.request, 'base64'), holder)
  if (!verdict.ok) throw new Refused(409, verdict.code, verdict.words)
  const { publicKey, keyDigest } = verdict
  const password = await passwordFor(ctx, row.created_by)
  const making = { request: { publicKey, keyDigest }, holder, device: body.device, password }
  const { version, requestId } = body
  await act(ctx, actor, id, 'issue', { version, requestId }, { making })
  const made = await ctx.db
    .selectFrom('certificate')
    .select(['fingerprint', 'serial', 'not_before', 'not_after', 'pem'])
    .where('key_request_id', '=', id)
    // Repeated with another key, the answer would not fit it.
    .where('key_digest', '=', keyDigest)
    .executeTakeFirst()
  if (made === undefined) {
    throw new Refused(
      409,
      'rule',
      '这份申请的证书已为另一把密钥签发。如果没有保存好电子钥匙文件，请办理“补办”',
    )
  }
  return {
    fingerprint: made.fingerprint,
    serial: made.serial,
    notBefore: made.not_before.toISOString(),
    notAfter: made.not_after.toISOString(),
    certificatePem: made.pem,
    chainPem: chainOf(ctx),
  }
}

/** Issuing certificate, then root, as they stand in chain.pem. */
export const chainOf = ({ trust }: Pick<Context, 'trust'>): string =>
  writePem('CERTIFICATE', trust.issuing.der) + writePem('CERTIFICATE', trust.root.der)
