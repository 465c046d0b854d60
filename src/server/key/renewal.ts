/** The signature of the old key over a renewal, checked before the lock; the version is compared under it. */
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { checkSeal } from '../pki/seal-check.ts'
import { Refused } from '../refused.ts'
import { keyRequestSubject, renewalText } from './act.ts'
import { findKey } from './challenge.ts'
import { visibleRequest } from './query.ts'

/** Refuses, in words, a signature that is not by the very key that is to be renewed, over the request as it stands. */
export async function checkRenewal(ctx: Context, actor: Actor, id: string, cms: Uint8Array) {
  const row = await visibleRequest(ctx, actor, id)
  const subject = await keyRequestSubject(ctx.db, row, ctx.clock())
  const verdict = await checkSeal({
    cms,
    content: new TextEncoder().encode(renewalText(subject)),
    now: ctx.clock(),
    trust: ctx.trust,
    findCertificate: (fingerprint) => findKey(ctx, fingerprint),
  })
  if (!verdict.ok) throw new Refused(409, `seal_${verdict.code}`, verdict.words)
  if (verdict.facts.fingerprint !== row.old_fingerprint) {
    throw new Refused(409, 'other_key', '插入的不是需要更新的那把电子钥匙，请换一把后重新提交')
  }
  return { cms, serial: verdict.facts.serial, forVersion: row.version }
}
