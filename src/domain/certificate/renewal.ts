/** Which key may be renewed 更新 or replaced 补办, and until when. */
import type { Kind } from './actions.ts'

/** 更新 is open so many days before the end, unless set otherwise (proposed; the manual says 延期 without a day). */
export const usualRenewalDays = 90
const DAY_MS = 86_400_000

export interface OldKeyFacts {
  madeFor: string | null
  notAfter: Date
  revokedAt: Date | null
}

/**
 * Why a request about an old key can't be submitted, and why the new one can't be made; nothing when it can. A renewal
 * that was approved in time may be finished after the old key has run out, but not after it was revoked.
 */
export function renewalRefusal(
  of: { kind: Kind; createdBy: string },
  old: OldKeyFacts | undefined,
  now: Date,
  renewalDays: number,
): { toSubmit?: string; toIssue?: string } | undefined {
  if (of.kind !== 'renew' && of.kind !== 'reissue') return undefined
  if (old === undefined || old.madeFor !== of.createdBy) {
    const words = '没有找到本人的这把电子钥匙，请重新选择'
    return { toSubmit: words, toIssue: words }
  }
  if (of.kind === 'reissue') return undefined
  if (old.revokedAt !== null && old.revokedAt <= now) {
    const words = '原电子钥匙已注销，不能更新，请办理“补办”'
    return { toSubmit: words, toIssue: words }
  }
  if (old.notAfter < now) return { toSubmit: '原电子钥匙已经过期，不能再用它签署，请办理“补办”' }
  return old.notAfter.getTime() - now.getTime() > renewalDays * DAY_MS
    ? { toSubmit: `距到期不足 ${renewalDays} 天时才能办理更新，该电子钥匙现在不需要更新` }
    : undefined
}
