/**
 * Requests on a licence (许可证退换, manual 000): 删除申请, 核销申请, and 更改、延期、遗失. One open request a licence at
 * a time. They share their states and the facts their rules speak of; each has an action table of its own
 * (cancellation/, write-off/, amendment/).
 */
import type { Day } from '../day.ts'
import type { Decimal } from '../decimal.ts'
import type { State as LicenceState } from '../licence/actions.ts'
import type { Actor, Subject } from '../machine.ts'

export const states = {
  ready: '待上报',
  reviewing: '待审核',
  second_review: '待复审',
  returned: '退回',
  awaiting_customs: '待海关确认',
  approved: '审核通过',
  deleted: '已删除',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

/** While a request is in one of these, its licence takes no other. */
export const openStates = [
  'ready',
  'reviewing',
  'second_review',
  'returned',
  'awaiting_customs',
] as const satisfies readonly State[]

/** From submission on it is the authority's business too. */
export const sentStates = [
  'reviewing',
  'second_review',
  'returned',
  'awaiting_customs',
  'approved',
] as const satisfies readonly State[]

export const kinds = {
  cancellation: '删除申请',
  write_off: '核销申请',
  amendment: '更改申请',
  extension: '延期申请',
  loss: '遗失申请',
} as const
export type Kind = keyof typeof kinds
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

/** Kinds that end in a new licence; they are sealed and reviewed twice. */
export const amendmentKinds = ['amendment', 'extension', 'loss'] as const satisfies readonly Kind[]

/** What the rules ask of the licence, as it stands on the locked row. */
export interface LicenceFacts {
  /** Judged by the day: past its last day it is expired whether or not a job has run. */
  state: LicenceState
  quantity: Decimal
  unit: string
  usedQuantity: Decimal
  useCount: number
  /** Percent. */
  overShipment: Decimal
  expiryDate: Day | null
  closedByCustoms: boolean
  /** Words why the year takes no new licence any more, or null. */
  closedYear: string | null
}

export interface LicenceRequest extends Subject<State> {
  kind: Kind
  licence: LicenceFacts
  writeOffQuantity: Decimal | null
  /** What a submission of today would lack; [] when all is well, null when it was not asked for. */
  openIssues: readonly string[] | null
  sealed: boolean
  /** Words why the seal does not hold any more, or null. */
  sealBroken: string | null
  /** Words why there is not enough quota for what the amendment asks, or null. */
  quotaRefusal: string | null
  /** Words why uses since the submission leave less than the amendment was to carry, or null. */
  shrunk: string | null
  firstReviewer: string | null
}

// 审核分初审、复审，复审人不得为初审人。
export const sameReviewer = (it: LicenceRequest, actor: Actor) =>
  it.firstReviewer === actor.accountId ? '您是这份申请的初审人，复审须由另一位审核员进行' : undefined

export const firstOf = (words: readonly string[] | null) =>
  words === null || words.length === 0
    ? undefined
    : words.length === 1
      ? words[0]
      : `${words[0]}（共 ${words.length} 项）`
