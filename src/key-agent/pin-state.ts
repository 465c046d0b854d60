/** What a token says about the tries of its PIN. PKCS#11 knows no number, only these three warnings. */
export type PinState = 'fine' | 'low' | 'final' | 'locked'

const FLAG = { low: 0x10000, final: 0x20000, locked: 0x40000 } as const
const OWN_KEYS = 0x100
const HAS_PIN = 0x8

export function pinState(flags: number): PinState {
  if (flags & FLAG.locked) return 'locked'
  if (flags & FLAG.final) return 'final'
  return flags & FLAG.low ? 'low' : 'fine'
}

/** The PIN is typed on the token itself. */
export const asksItself = (flags: number): boolean => (flags & OWN_KEYS) !== 0
/** A token without a PIN was never handed to its user. */
export const hasPin = (flags: number): boolean => (flags & HAS_PIN) !== 0

export const pinWords: Readonly<Record<PinState, string>> = {
  fine: 'PIN 没有输错记录',
  low: 'PIN 最近输错过，剩余次数已减少。请核对后再输',
  final: 'PIN 只剩最后一次机会：再输错，钥匙即被锁定',
  locked: 'PIN 已锁定，不能再试。请携钥匙到发证机构解锁或补办',
}
