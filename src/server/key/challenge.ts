/** Challenges: a random text that a key signs once, soon after it was given, to prove that it is at hand. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { canonicalText } from '#domain/seal/canonical.ts'
import type { Context } from '../context.ts'
import { Refused } from '../refused.ts'
import { checkSeal, type SealFacts } from '../pki/seal-check.ts'

export type ChallengePurpose = 'sign_in' | 'bind' | 'phone'

/** Long enough to find the file and type the PIN. */
const lifetimeMs = 2 * 60_000

/** What is signed says for what and where, so that it can be used for nothing else. */
const textOf = (ctx: Context, of: { id: string; purpose: string; nonce: string }) =>
  canonicalText({
    kind: 'key_challenge',
    at: ctx.env.publicUrl,
    id: of.id,
    purpose: of.purpose,
    nonce: of.nonce,
  })

export async function giveChallenge(
  ctx: Context,
  purpose: ChallengePurpose,
): Promise<{ id: string; text: string; expiresAt: string }> {
  const challenge = { id: randomUUIDv7(), purpose, nonce: randomBytes(32).toString('base64url') }
  const expiresAt = new Date(ctx.clock().getTime() + lifetimeMs)
  await ctx.db
    .insertInto('key_challenge')
    .values({ ...challenge, expires_at: expiresAt })
    .execute()
  return { id: challenge.id, text: textOf(ctx, challenge), expiresAt: expiresAt.toISOString() }
}

export interface ProvenKey {
  facts: SealFacts
  /** The row of the certificate as it was when the signature was checked. */
  certificate: {
    accountId: string | null
    madeFor: string | null
    enterpriseId: string | null
    device: string | null
    certificateType: string | null
    notBefore: Date
    notAfter: Date
    revokedAt: Date | null
  }
}

/**
 * Takes the answer to a challenge: gone afterwards, whatever was answered (in an open transaction: if it commits).
 * Refused in words: an old or used one, and a signature that is not by a key in date, of ours, not revoked. `over` puts
 * what the key agrees to around the challenge; without it the challenge alone is signed.
 */
export async function answerChallenge(
  ctx: Context,
  purpose: ChallengePurpose,
  given: { challengeId: string; cms: string },
  over: (challenge: string) => string = (challenge) => challenge,
): Promise<ProvenKey> {
  const row = await ctx.db
    .deleteFrom('key_challenge')
    .where('id', '=', given.challengeId)
    .returningAll()
    .executeTakeFirst()
  const now = ctx.clock()
  if (row === undefined || row.purpose !== purpose || row.expires_at <= now) {
    throw new Refused(409, 'challenge', '电子钥匙的验证已超时或已使用，请重新插入电子钥匙')
  }
  const verdict = await checkSeal({
    cms: Buffer.from(given.cms, 'base64'),
    content: new TextEncoder().encode(over(textOf(ctx, row))),
    now,
    trust: ctx.trust,
    findCertificate: (fingerprint) => findKey(ctx, fingerprint),
  })
  if (!verdict.ok) throw new Refused(409, `seal_${verdict.code}`, verdict.words)
  return { facts: verdict.facts, certificate: verdict.certificate }
}

export async function findKey(ctx: Context, fingerprint: string) {
  const row = await ctx.db
    .selectFrom('certificate')
    .select(['account_id', 'made_for', 'enterprise_id', 'device', 'certificate_type'])
    .select(['not_before', 'not_after', 'revoked_at'])
    .where('fingerprint', '=', fingerprint)
    .where('kind', '=', 'operator')
    .executeTakeFirst()
  return (
    row && {
      accountId: row.account_id,
      madeFor: row.made_for,
      enterpriseId: row.enterprise_id,
      device: row.device,
      certificateType: row.certificate_type,
      notBefore: row.not_before,
      notAfter: row.not_after,
      revokedAt: row.revoked_at,
    }
  )
}
