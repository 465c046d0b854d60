/**
 * 更改、延期、遗失 (出口许可证签发工作规范 第十五条至第十七条): typed, sealed, reviewed twice. Customs' yes ends the old
 * licence and makes the new one, which carries the unused part and names the old number in its remark.
 */
import { isPositive, subtract } from '../decimal.ts'
import { machine, type Action } from '../machine.ts'
import { answer, opinion, optionalOpinion } from '../request/input.ts'
import { recall, sendBack } from '../request/rows.ts'
import { firstOf, sameReviewer, states, type LicenceRequest, type State } from '../request/states.ts'

/** Words why the licence can't be exchanged, or nothing. */
export function amendmentRefusal({
  licence,
  kind,
}: Pick<LicenceRequest, 'licence' | 'kind'>): string | undefined {
  if (licence.state === 'expired') return '许可证已过有效期，自行失效，不能再办理更改、延期或遗失补发'
  if (licence.state === 'pending') return '许可证尚未生成，不能办理；如需修改请联系发证机构退回'
  if (licence.state !== 'valid') return '许可证已不是有效状态，不能办理'
  if (licence.closedByCustoms) return '海关已结案，不能办理'
  if (licence.closedYear !== null) return licence.closedYear
  // 签发工作规范 第十八条: lost before any clearance; customs is asked once more before it ends.
  if (kind === 'loss' && licence.useCount > 0) return '许可证已在海关使用，不能办理遗失补发'
  return isPositive(subtract(licence.quantity, licence.usedQuantity)) ? undefined : '许可证数量已用完'
}

/**
 * Words why customs' yes can't end the exchange, or nothing. The term may end while customs is asked; a use told
 * meanwhile stands against a loss, or shrinks what is left.
 */
const yesRefusal = (it: LicenceRequest): string | undefined =>
  amendmentRefusal(
    it.licence.state === 'expired' ? { ...it, licence: { ...it.licence, state: 'valid' } } : it,
  ) ??
  it.shrunk ??
  undefined

type Row = Action<State, LicenceRequest>

const actions = {
  save: { label: '修改', from: ['ready', 'returned'], side: 'enterprise', unless: amendmentRefusal },
  delete: {
    label: '删除',
    from: ['ready', 'returned'],
    to: 'deleted',
    side: 'enterprise',
    danger: true,
    confirm: '删除这份申请，许可证保持原状。',
  },
  prepare_seal: {
    label: '保存并盖章',
    from: ['ready', 'returned'],
    side: 'enterprise',
    quiet: true,
    unless: (it) => amendmentRefusal(it) ?? firstOf(it.openIssues),
  },
  seal: {
    label: '加盖签章',
    from: ['ready', 'returned'],
    side: 'enterprise',
    unless: (it) => amendmentRefusal(it) ?? firstOf(it.openIssues),
  },
  submit: {
    label: '上报',
    from: ['ready', 'returned'],
    to: 'reviewing',
    side: 'enterprise',
    confirm: '上报后由发证机构初审、复审，海关确认后原证作废、换发新证。',
    unless: (it) =>
      amendmentRefusal(it) ??
      (it.sealed ? undefined : '申请还没有有效的签章，请先“保存并盖章”') ??
      it.sealBroken ??
      firstOf(it.openIssues) ??
      it.quotaRefusal ??
      undefined,
  },
  recall,
  return: sendBack,
  pass_first: {
    label: '初审通过',
    from: ['reviewing'],
    to: 'second_review',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    unless: (it) => amendmentRefusal(it) ?? it.shrunk ?? undefined,
  },
  pass_second: {
    label: '复审通过',
    from: ['second_review'],
    to: 'awaiting_customs',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '通过后询问海关，海关确认后原证作废、新证待生成。',
    unless: (it, actor) => sameReviewer(it, actor) ?? amendmentRefusal(it) ?? it.shrunk ?? undefined,
  },
  return_second: {
    label: '复审退回',
    from: ['second_review'],
    to: 'returned',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: sameReviewer,
  },
  customs_yes: {
    label: '海关确认',
    from: ['awaiting_customs'],
    to: 'approved',
    side: 'system',
    input: answer,
    unless: yesRefusal,
  },
  customs_no: {
    label: '海关不同意',
    from: ['awaiting_customs'],
    to: 'returned',
    side: 'system',
    input: answer,
  },
  /** Customs' yes could not be applied any more: the request goes back instead of waiting for ever. */
  stop_waiting: {
    label: '终止等待',
    from: ['awaiting_customs'],
    to: 'returned',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: (it) => (yesRefusal(it) === undefined ? '正在等待海关答复，海关同意后即可办结' : undefined),
  },
} as const satisfies Record<string, Row>

export type AmendmentAction = keyof typeof actions
export const amendment = machine<State, LicenceRequest, AmendmentAction>(
  'amendment',
  '换证申请',
  states,
  actions,
)
