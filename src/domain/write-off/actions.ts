/**
 * 许可证核销申请 (manual 000): for a licence that is cleared. What was not used goes back to the quota, or lapses with a
 * year that is over.
 */
import { add, compare, divide, figure, isPositive, multiply, type Decimal } from '../decimal.ts'
import { machine, type Action } from '../machine.ts'
import { optionalOpinion } from '../request/input.ts'
import { recall, sendBack } from '../request/rows.ts'
import { states, type LicenceFacts, type LicenceRequest, type State } from '../request/states.ts'

/** The most that can be written off: the licence's quantity with its over-shipment (溢装). */
export const mostWrittenOff = ({
  quantity,
  overShipment,
}: Pick<LicenceFacts, 'quantity' | 'overShipment'>): Decimal =>
  add(quantity, divide(multiply(quantity, overShipment), '100', 4))

/** Words why this quantity can't be written off, or nothing (workflows 3: not below what customs reports). */
export function quantityRefusal(licence: LicenceFacts, quantity: Decimal | null): string | undefined {
  if (quantity === null || !isPositive(quantity)) return '请填写核销数量，应大于 0'
  const most = mostWrittenOff(licence)
  if (compare(quantity, most) > 0) {
    return `核销数量不能超过 ${figure(most)} ${licence.unit}（许可证数量加溢装）`
  }
  if (compare(quantity, licence.usedQuantity) < 0) {
    return `核销数量不能少于海关反馈的 ${figure(licence.usedQuantity)} ${licence.unit}`
  }
  return undefined
}

/** Words why the licence can't be written off, or nothing. 手册 000: 对已在海关报关清关使用的许可证. */
export function writeOffRefusal(
  it: Pick<LicenceRequest, 'licence' | 'writeOffQuantity'>,
): string | undefined {
  const { licence } = it
  if (licence.state === 'written_off') return '许可证已核销'
  if (licence.state !== 'cleared') {
    return licence.useCount > 0
      ? '许可证已部分使用、尚未清关；不再使用的，请海关结案后再核销'
      : '许可证尚未清关，不能核销；没有使用的，请办理“许可证删除申请”'
  }
  return quantityRefusal(licence, it.writeOffQuantity)
}

type Row = Action<State, LicenceRequest>

const actions = {
  save: { label: '修改', from: ['ready', 'returned'], side: 'enterprise' },
  delete: {
    label: '删除',
    from: ['ready', 'returned'],
    to: 'deleted',
    side: 'enterprise',
    danger: true,
    confirm: '删除这份核销申请，许可证保持原状。',
  },
  submit: {
    label: '上报',
    from: ['ready', 'returned'],
    to: 'reviewing',
    side: 'enterprise',
    confirm: '上报后由发证机构审核，通过后许可证核销，未用数量退回配额。',
    unless: writeOffRefusal,
  },
  recall,
  return: sendBack,
  pass: {
    label: '审核通过',
    from: ['reviewing'],
    to: 'approved',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '通过后许可证核销，不能恢复。',
    unless: writeOffRefusal,
  },
} as const satisfies Record<string, Row>

export type WriteOffAction = keyof typeof actions
export const writeOff = machine<State, LicenceRequest, WriteOffAction>(
  'write_off',
  '核销申请',
  states,
  actions,
)
