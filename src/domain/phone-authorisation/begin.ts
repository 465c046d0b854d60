/** Which kind of phone authorisation may be begun now, for which number, and whether one that was begun may go on. */
import { dayOf } from '../day.ts'
import type { MakingKind } from './actions.ts'

const DAY_MS = 86_400_000

/** The number that is authorised now and the last end of its certificates: none of them revoked, maybe run out. */
export interface Current {
  mobile: string
  notAfter: Date
}

/** `renewalDays`: the setting of that name. Why a kind can't be begun now, with the way out (manual 003: 未授权的“手机授权”，过期的“续签”), or undefined. */
export function kindRefusal(
  kind: MakingKind,
  current: Current | undefined,
  now: Date,
  renewalDays: number,
): string | undefined {
  if (kind === 'new') {
    return current === undefined
      ? undefined
      : `已授权手机号码 ${current.mobile}。证书到期请办理“手机证书续签”，换号码请办理“手机号码变更”，换手机请办理“手机变更”`
  }
  if (current === undefined) return '还没有授权的手机，请先办理“新授权”'
  if (kind !== 'renew' || current.notAfter.getTime() - now.getTime() <= renewalDays * DAY_MS) return undefined
  return `距到期不足 ${renewalDays} 天时才能办理续签，手机证书有效期至 ${dayOf(current.notAfter)}`
}

/** So many may be begun within 24 hours: each sends an SMS to a number that may be a stranger's. */
export const mostADay = 10

/** Words why no further one may be begun now, after so many within 24 hours, or undefined. */
export const tooManyRefusal = (begun: number): string | undefined =>
  begun < mostADay ? undefined : `24 小时内最多办理 ${mostADay} 次手机授权，请稍后再办`

/** What a request is about, once it exists. */
export interface Begun {
  kind: MakingKind
  mobile: string
  oldMobile: string | null
}

export const takenWords =
  '该手机号码已授权给其他用户，不能再次授权。请核对号码；确为您本人的号码，请联系原用户先注销手机证书'

/** Why a number can't be authorised, or undefined. `taken`: it is, or is about to be, somebody else's. */
export function numberRefusal(begun: Begun, taken: boolean): string | undefined {
  if (begun.kind === 'change_number' && begun.mobile === begun.oldMobile) {
    return '新授权手机号码与旧号码相同；只是换手机的，请办理“手机变更”'
  }
  return taken ? takenWords : undefined
}

/**
 * Why a request that was begun can't go on, or undefined: what it was begun for has changed meanwhile, the PC key that
 * agreed to it is gone, or the number is somebody else's by now.
 */
export function goingOnRefusal(
  begun: Begun,
  at: { current: Current | undefined; taken: boolean; pcKeyRevoked: boolean },
): string | undefined {
  if (at.pcKeyRevoked) return '授权时所用的电子钥匙已注销，请删除这份授权，用有效的电子钥匙重新授权'
  // Of a new authorisation there is none yet; a change of number starts from the old one; the others keep theirs.
  const expected = begun.kind === 'new' ? undefined : (begun.oldMobile ?? begun.mobile)
  if (at.current?.mobile !== expected) {
    return '授权的手机号码在此期间有变化，请删除这份授权，按现在的情况重新办理'
  }
  return at.taken ? takenWords : undefined
}
