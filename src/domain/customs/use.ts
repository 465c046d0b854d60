/**
 * Whether a use that customs reports may be recorded on a licence: one question with its words, asked for messages, for
 * entries by hand and for the check before a declaration. Source of each rule beside it.
 */
import { add, compare, divide, figure, isPositive, multiply, subtract, type Decimal } from '../decimal.ts'
import { compareDays, isDay, type Day } from '../day.ts'
import type { State } from '../licence/actions.ts'

/** Declarations that one licence may be used for, when several are possible (非一批一证不超过 12 次). */
export const mostUses = 12

/** One declaration item as customs tells it. `quantity` in the licence's unit, at most four decimals. */
export interface Use {
  declarationNo: string
  itemNo: number
  declaredOn: Day
  customsCode: string
  declarantCode: string
  hsCode: string
  quantity: Decimal
  /** No further use will come: the last one, which may carry the over-shipment. */
  final: boolean
}

/** What is asked of the licence: its terms, and the uses recorded so far. */
export interface LicenceTerms {
  state: State
  licenceNo: string
  exporterCode: string
  consignorCode: string
  hsCode: string
  /** 4 digits; its first two name the customs district. */
  customsPort: string
  quantity: Decimal
  unit: string
  /** Percent allowed beyond the quantity in the last use; '0' for goods that are not bulk. */
  overShipment: Decimal
  oneBatch: boolean
  validFrom: Day | null
  expiryDate: Day | null
  closedByCustoms: boolean
  uses: readonly { declarationNo: string; itemNo: number; quantity: Decimal }[]
  /** Number of another licence that this declaration carries already, or null: one declaration, one licence. */
  declaredOnOther: string | null
  /** Day in China by our clock; null where a declaration is asked about that is still to be made. */
  today: Day | null
}

export type UseCode =
  | 'form'
  | 'state'
  | 'declarant'
  | 'goods'
  | 'customs'
  | 'term'
  | 'future'
  | 'uses'
  | 'declaration'
  | 'quantity'
  | 'repeated'

export interface UseRefusal {
  code: UseCode
  words: string
}

const refuse = (code: UseCode, words: string): UseRefusal => ({ code, words })

/** The limits of what a message may hold; anything else is malformed. */
export const declarationNoPattern = /^[0-9A-Z]{18}$/
const quantityPattern = /^\d{1,9}(\.\d{1,4})?$/

function malformed(_terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (!declarationNoPattern.test(use.declarationNo)) return refuse('form', '报关单号应为 18 位数字或大写字母')
  if (!Number.isInteger(use.itemNo) || use.itemNo < 1 || use.itemNo > 999)
    return refuse('form', '项号应为 1 至 999')
  if (!/^\d{4}$/.test(use.customsCode)) return refuse('form', '海关代码应为 4 位数字')
  if (!isDay(use.declaredOn)) return refuse('form', '申报日期应为存在的日期，格式 2026-01-31')
  if (!quantityPattern.test(use.quantity))
    return refuse('form', '数量应为正数，整数部分最多 9 位，小数最多 4 位')
  return isPositive(use.quantity) ? undefined : refuse('form', '数量应大于 0')
}

const stateWords: Partial<Record<State, string>> = {
  pending: '许可证尚未生成',
  cancelled: '许可证已删除',
  replaced: '许可证已换证，请使用新证',
  lost: '许可证已挂失',
  revoked: '许可证已吊销',
  written_off: '许可证已核销',
}

export const usedOf = ({ uses }: Pick<LicenceTerms, 'uses'>): Decimal =>
  uses.reduce((sum, use) => add(sum, use.quantity), '0')

/** What is left of the licence's own quantity; zero once it is used up or over-shipped. */
export const leftOf = (terms: Pick<LicenceTerms, 'quantity' | 'uses'>): Decimal => {
  const left = subtract(terms.quantity, usedOf(terms))
  return isPositive(left) ? left : '0'
}

const declarationsOf = (terms: Pick<LicenceTerms, 'uses'>) =>
  new Set(terms.uses.map(({ declarationNo }) => declarationNo))

/** The most a next use may be: what is left, with the allowance on it when it is the last (rules C11). */
export function mostOf(
  terms: Pick<LicenceTerms, 'quantity' | 'uses' | 'overShipment'>,
  last: boolean,
): Decimal {
  const left = leftOf(terms)
  if (!last) return left
  return add(left, divide(multiply(left, terms.overShipment), '100', 4))
}

/**
 * The reason a use may not be recorded, or nothing. A repeat of a recorded item is told as `repeated` and is for the
 * caller to answer; late messages about a day inside the term pass whatever day it is.
 */
export function useRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  for (const rule of rules) {
    const refusal = rule(terms, use)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Every reason at once, for whoever can still change the declaration. A malformed one is told its form alone. */
export function everyRefusal(terms: LicenceTerms, use: Use): UseRefusal[] {
  const form = malformed(terms, use)
  if (form !== undefined) return [form]
  return rules.map((rule) => rule(terms, use)).filter((refusal) => refusal !== undefined)
}

/** In the order in which a refusal is told. */
const rules: readonly ((terms: LicenceTerms, use: Use) => UseRefusal | undefined)[] = [
  malformed,
  repeatRefusal,
  stateRefusal,
  declarantRefusal,
  goodsRefusal,
  customsRefusal,
  termRefusal,
  futureRefusal,
  declarationRefusal,
  countRefusal,
  quantityRefusal,
]

/** Further items of the declaration that cleared the licence belong to the same use. */
const sameDeclaration = (terms: LicenceTerms, use: Use) => declarationsOf(terms).has(use.declarationNo)

function stateRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (terms.state === 'valid' || terms.state === 'expired') return undefined
  if (terms.state === 'cleared') {
    if (terms.closedByCustoms) return refuse('state', '海关已结案，不能再使用')
    return sameDeclaration(terms, use) ? undefined : refuse('state', '许可证已清关，不能再使用')
  }
  return refuse('state', stateWords[terms.state] ?? '许可证不能使用')
}

// One item of a declaration is told once (rules K8); whether it is the same is for the caller to see.
function repeatRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  const { declarationNo, itemNo } = use
  return terms.uses.some((one) => one.declarationNo === declarationNo && one.itemNo === itemNo)
    ? refuse('repeated', `报关单 ${declarationNo} 第 ${itemNo} 项已登记过`)
    : undefined
}

// 出口许可证联网核查: declarant, goods and customs district are compared; the trade mode is not (rules K4, C8).
function declarantRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (use.declarantCode !== terms.exporterCode && use.declarantCode !== terms.consignorCode) {
    return refuse('declarant', `申报单位 ${use.declarantCode} 不是许可证的出口商或发货人`)
  }
  return undefined
}

function goodsRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (use.hsCode !== terms.hsCode) {
    return refuse('goods', `商品代码 ${use.hsCode} 与许可证的 ${terms.hsCode} 不符`)
  }
  return undefined
}

function customsRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (use.customsCode.slice(0, 2) !== terms.customsPort.slice(0, 2)) {
    return refuse(
      'customs',
      `一证一关：许可证限在关区 ${terms.customsPort} 使用，申报海关为 ${use.customsCode}`,
    )
  }
  return undefined
}

// 出口许可证签发工作规范 第十四条: within the term; the day of the declaration counts, not that of the message.
function termRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  const { validFrom, expiryDate } = terms
  if (validFrom === null || expiryDate === null) return refuse('state', '许可证尚未生成')
  if (compareDays(use.declaredOn, validFrom) < 0 || compareDays(use.declaredOn, expiryDate) > 0) {
    return refuse('term', `申报日期 ${use.declaredOn} 不在许可证有效期 ${validFrom} 至 ${expiryDate} 内`)
  }
  return undefined
}

// Nobody has declared on a day that has not come; where customs' clock is ahead of ours the line is judged again that day.
function futureRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (terms.today === null || compareDays(use.declaredOn, terms.today) <= 0) return undefined
  return refuse('future', `申报日期 ${use.declaredOn} 晚于今天 ${terms.today}，请核对申报日期`)
}

// 一份报关单只能填报一份许可证 (rules K2).
function declarationRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  if (terms.declaredOnOther === null) return undefined
  const words = `报关单 ${use.declarationNo} 已用于许可证 ${terms.declaredOnOther}，一份报关单只能使用一份许可证`
  return refuse('declaration', words)
}

// 一批一证: one declaration; otherwise at most twelve (rules C9).
function countRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  const declarations = declarationsOf(terms)
  if (declarations.has(use.declarationNo)) return undefined
  if (terms.oneBatch && declarations.size > 0) {
    return refuse('uses', '一批一证：许可证已由另一份报关单使用')
  }
  if (declarations.size >= mostUses) return refuse('uses', `许可证已使用 ${mostUses} 次，不能再使用`)
  return undefined
}

function quantityRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  const most = mostOf(terms, isLast(terms, use))
  if (compare(use.quantity, most) <= 0) return undefined
  const last = isLast(terms, use)
  const allowance = isPositive(terms.overShipment)
    ? last
      ? `（含溢装 ${terms.overShipment}%）`
      : `（溢装只能在最后一次使用）`
    : ''
  return refuse(
    'quantity',
    `数量 ${figure(use.quantity)} ${terms.unit} 超过可用的 ${figure(most)} ${terms.unit}${allowance}`,
  )
}

/** The last use: told so, the one of a one-batch licence, or the twelfth. */
function isLast(terms: LicenceTerms, use: Pick<Use, 'declarationNo' | 'final'>): boolean {
  if (use.final || terms.oneBatch) return true
  const declarations = declarationsOf(terms)
  return !declarations.has(use.declarationNo) && declarations.size === mostUses - 1
}

/** Whether the licence is used up by this use: last use, one batch, nothing left, or the twelfth declaration. */
export function clears(
  terms: LicenceTerms,
  use: Pick<Use, 'declarationNo' | 'itemNo' | 'quantity' | 'final'>,
): boolean {
  if (isLast(terms, use)) return true
  const withIt = { ...terms, uses: [...terms.uses, use] }
  return !isPositive(leftOf(withIt)) || declarationsOf(withIt).size >= mostUses
}

/** What must agree when an item is told again: the same item with other facts is a difference. */
export type UseFacts = Pick<Use, 'declaredOn' | 'customsCode' | 'quantity' | 'final'>

/** Words of what differs between a recorded item and what is told now, or nothing when both are equal. */
export function useDifference(ours: UseFacts, theirs: UseFacts): string | undefined {
  const parts = [
    ...(ours.declaredOn === theirs.declaredOn ? [] : [`申报日期 ${ours.declaredOn} 与 ${theirs.declaredOn}`]),
    ...(ours.customsCode === theirs.customsCode ? [] : [`海关 ${ours.customsCode} 与 ${theirs.customsCode}`]),
    ...(ours.quantity === theirs.quantity || compare(ours.quantity, theirs.quantity) === 0
      ? []
      : [`数量 ${ours.quantity} 与 ${theirs.quantity}`]),
    ...(ours.final === theirs.final ? [] : [`最后一次 ${yesNo(ours.final)} 与 ${yesNo(theirs.final)}`]),
  ]
  return parts.length === 0 ? undefined : `本系统与海关不一致：${parts.join('；')}`
}
const yesNo = (value: boolean) => (value ? '是' : '否')

/** Refusals that no officer may overrule: the licence would be over-used, or the use is none. */
const final: readonly UseCode[] = ['form', 'repeated', 'future', 'uses', 'quantity', 'declaration']
/** States in which a use may still be entered by an officer although the rules refuse it. */
const open: readonly State[] = ['valid', 'expired', 'cleared']

/**
 * The reason why even an officer, who answers for it with a reason, may not record a use; nothing where only identity,
 * customs, term or an early clearance stand against it.
 */
export function hardRefusal(terms: LicenceTerms, use: Use): UseRefusal | undefined {
  const refusal = useRefusal(terms, use)
  if (refusal === undefined) return undefined
  if (final.includes(refusal.code) || !open.includes(terms.state)) return refusal
  return (
    futureRefusal(terms, use) ??
    declarationRefusal(terms, use) ??
    countRefusal(terms, use) ??
    quantityRefusal(terms, use)
  )
}

/** A recorded use, in the order in which the items were first recorded. */
export type Recorded = UseFacts & Pick<Use, 'declarationNo' | 'itemNo'>

/**
 * The reason why customs' figures may not take the place of a recorded item, even on an officer's word; nothing when they
 * may. All uses are gone through again with the new figures: none may be more than the licence gave then, none may come
 * after the licence is used up. A licence that is cleared stays so, and the new figures have to clear it too.
 */
export function correctionRefusal(
  terms: LicenceTerms,
  recorded: readonly Recorded[],
  use: Use,
): UseRefusal | undefined {
  const form = malformed(terms, use)
  if (form !== undefined) return form
  if (!open.includes(terms.state)) return stateRefusal({ ...terms, uses: [] }, use)
  const future = futureRefusal(terms, use)
  if (future !== undefined) return future
  const after = corrected(recorded, use)
  const beyond = beyondTerms(terms, after, use)
  if (beyond !== undefined) return beyond
  if (terms.state !== 'cleared' || terms.closedByCustoms || isCleared(terms, after)) return undefined
  return refuse('state', '许可证已清关，按海关的数据则还没有用完；已清关的不能恢复')
}

/** The first of these uses, one after the other, that is more than the licence gave by then; nothing when none is. */
function beyondTerms(terms: LicenceTerms, uses: readonly Recorded[], like: Use): UseRefusal | undefined {
  for (const [index, one] of uses.entries()) {
    const then = { ...terms, uses: uses.slice(0, index) }
    const refusal = countRefusal(then, { ...like, ...one }) ?? quantityRefusal(then, { ...like, ...one })
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/**
 * The reason why a recorded item that customs does not have may not be taken back: the licence is over, or the uses that
 * stay would no longer be within it (a twelfth use with the allowance of the last is an eleventh without).
 */
export function takeBackRefusal(
  terms: LicenceTerms,
  recorded: readonly Recorded[],
  use: Use,
): UseRefusal | undefined {
  if (!open.includes(terms.state)) return stateRefusal({ ...terms, uses: [] }, use)
  return beyondTerms(terms, without(recorded, use), use)
}

/** The recorded uses without an item. */
export const without = <R extends Recorded>(
  recorded: readonly R[],
  item: Pick<Use, 'declarationNo' | 'itemNo'>,
): R[] => recorded.filter((one) => one.declarationNo !== item.declarationNo || one.itemNo !== item.itemNo)

/** Whether these uses clear the licence, whatever its state says. */
export const isCleared = (terms: LicenceTerms, uses: readonly Recorded[]): boolean =>
  uses.some((one, index) => clears({ ...terms, uses: uses.slice(0, index) }, one))

/** The recorded uses with the new figures in the place of the old. */
export const corrected = (recorded: readonly Recorded[], use: Recorded): Recorded[] =>
  recorded.map((one) => {
    if (one.declarationNo !== use.declarationNo || one.itemNo !== use.itemNo) return one
    const { declarationNo, itemNo, declaredOn, customsCode, quantity, final: last } = use
    return { declarationNo, itemNo, declaredOn, customsCode, quantity, final: last }
  })
