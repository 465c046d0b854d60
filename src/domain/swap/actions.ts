/**
 * 有色金属钨锑钼配额调换: an enterprise asks to turn quota of one of three metals into quota of another at the published
 * ratio. The quantity is held while the request is open; it is created in `reviewing` and decided by 许可证局.
 */
import { z } from 'zod'
import { canonicalDecimal, multiply, round, type Decimal } from '../decimal.ts'
import { machine, type Action, type Subject } from '../machine.ts'
import { opinion, optionalOpinion } from '../request/input.ts'

export const states = {
  reviewing: '待审批',
  approved: '已批准',
  returned: '已退回',
  withdrawn: '已撤回',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

/** Kinds of goods whose quota may be swapped for one another (manual 000 有色金属钨锑钼配额调换). */
export const swapGoods = ['tungsten', 'antimony', 'molybdenum'] as const
export type SwapGoods = (typeof swapGoods)[number]
export const isSwapGoods = (key: string): key is SwapGoods => swapGoods.some((one) => one === key)

/** Swaps are decided at 商务部配额许可证事务局 alone, whoever granted the quota. */
export const swapAuthority = 'AA'

/** What arrives for a quantity at a ratio: four digits at most, as the ledger keeps them. */
export const swapped = (quantity: Decimal, ratio: Decimal): Decimal =>
  canonicalDecimal(round(multiply(quantity, ratio), 4))

export interface Swap extends Subject<State> {
  /** Words why the year takes no swap any more, or null. */
  yearOver: string | null
}

const whenYearIsOver = (it: Swap) => it.yearOver ?? undefined

const actions = {
  withdraw: {
    label: '撤回',
    from: ['reviewing'],
    to: 'withdrawn',
    side: 'enterprise',
    confirm: '撤回后占用的配额退回可用余量。',
  },
  approve: {
    label: '批准',
    from: ['reviewing'],
    to: 'approved',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '批准后调出的配额减少，调入的配额立即可用。',
    unless: whenYearIsOver,
  },
  return: {
    label: '退回',
    from: ['reviewing'],
    to: 'returned',
    side: 'authority',
    input: opinion,
    opinion: 'required',
  },
} as const satisfies Record<string, Action<State, Swap>>

export type SwapAction = keyof typeof actions
export const swap = machine<State, Swap, SwapAction>('swap', '配额调换申请', states, actions)

/** What a request asks for; the account and the ratio are looked up, never taken from the page. */
export const swapInput = z.strictObject({
  reason: z.string().trim().min(1, '请填写调换原因').max(200, '调换原因最多 200 字'),
})
