/**
 * 许可证删除申请 (manual 000): for a licence that was not used. The officer agrees, customs is asked, and its yes ends
 * request, licence and quota together. A message that has not left yet is withdrawn instead of asking.
 */
import { machine, type Action } from '../machine.ts'
import { answer, opinion, optionalOpinion } from '../request/input.ts'
import { recall, sendBack } from '../request/rows.ts'
import { states, type LicenceRequest, type State } from '../request/states.ts'

/** Words why the licence can't be cancelled, or nothing. 手册 000: 对未使用的许可证，企业可以提交删除申请. */
export function cancellationRefusal({ licence }: Pick<LicenceRequest, 'licence'>): string | undefined {
  if (licence.useCount > 0) return '许可证已在海关使用，不能删除；清关后请办理“许可证核销申请”'
  if (licence.closedByCustoms) return '海关已结案，不能删除，请办理“许可证核销申请”'
  if (licence.state === 'valid' || licence.state === 'expired') return undefined
  if (licence.state === 'pending') return '许可证尚未生成，不能删除；如需撤回请联系发证机构退回'
  return '许可证已不是有效状态，不能删除'
}

type Row = Action<State, LicenceRequest>

const actions = {
  save: { label: '修改', from: ['ready', 'returned'], side: 'enterprise', unless: cancellationRefusal },
  delete: {
    label: '删除',
    from: ['ready', 'returned'],
    to: 'deleted',
    side: 'enterprise',
    danger: true,
    confirm: '删除这份删除申请，许可证保持原状。',
  },
  submit: {
    label: '上报',
    from: ['ready', 'returned'],
    to: 'reviewing',
    side: 'enterprise',
    confirm: '上报后由发证机构审核，通过并经海关确认后许可证作废，占用的配额退回。',
    unless: cancellationRefusal,
  },
  recall,
  return: sendBack,
  pass: {
    label: '审核通过',
    from: ['reviewing'],
    to: 'awaiting_customs',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '通过后询问海关，海关确认未使用即作废许可证、退回配额。',
    unless: cancellationRefusal,
  },
  customs_yes: {
    label: '海关确认',
    from: ['awaiting_customs'],
    to: 'approved',
    side: 'system',
    input: answer,
    unless: cancellationRefusal,
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
    unless: (it) =>
      cancellationRefusal(it) === undefined ? '正在等待海关答复，海关同意后即可办结' : undefined,
  },
} as const satisfies Record<string, Row>

export type CancellationAction = keyof typeof actions
export const cancellation = machine<State, LicenceRequest, CancellationAction>(
  'cancellation',
  '删除申请',
  states,
  actions,
)
