/** The proof of an approved request as it is printed: everything already in the words that stand on the page. */
import { formatInstant } from '../day.ts'
import { printedNumber } from '../licence/document.ts'
import type { Decimal } from '../decimal.ts'
import type { Kind } from './states.ts'

export type ProofDocument = {
  readonly title: string
  readonly licenceNo: string
  /** What the authority states. */
  readonly statement: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly changes: readonly { readonly label: string; readonly before: string; readonly after: string }[]
  readonly steps: readonly {
    readonly step: string
    readonly who: string
    readonly at: string
    readonly words: string
  }[]
  readonly authorityName: string
  readonly authorityCode: string
  readonly approvedAt: string
  /** Instant (ISO 8601) that file and signature give as theirs. */
  readonly createdAt: string
}

const titles: Record<Kind, string> = {
  cancellation: '出口许可证删除证明',
  write_off: '出口许可证核销证明',
  amendment: '出口许可证更改证明',
  extension: '出口许可证延期证明',
  loss: '出口许可证遗失补发证明',
}

export interface ProofFacts {
  kind: Kind
  licenceNo: string
  exporterName: string
  exporterCode: string
  goodsName: string
  hsCode: string
  unit: string
  quantity: Decimal
  usedQuantity: Decimal
  writeOffQuantity: Decimal | null
  newLicenceNo: string | null
  reason: string
  changes: ProofDocument['changes']
  steps: readonly { step: string; who: string; at: Date; words: string }[]
  authorityName: string
  authorityCode: string
  decidedAt: Date
  createdAt: Date
}

function statement({ kind, licenceNo, newLicenceNo }: ProofFacts): string {
  // 手册 000: an approved request proves that the licence is cancelled or written off, and its quota returned.
  if (kind === 'cancellation') return `兹证明出口许可证 ${licenceNo} 已经删除，所占用的配额已按规定退回。`
  if (kind === 'write_off') return `兹证明出口许可证 ${licenceNo} 已经核销，未使用的配额已按规定退回。`
  const ended = kind === 'loss' ? '已经挂失' : '已经换证'
  return `兹证明出口许可证 ${licenceNo} ${ended}，不得再使用，新证号 ${newLicenceNo ?? ''}。`
}

/** The proof from what was approved; the words of people stand as they were given. */
export function proofDocument(of: ProofFacts): ProofDocument {
  const amount = (value: Decimal) => `${printedNumber(value, 0)} ${of.unit}`
  const facts: [string, string][] = [
    ['出口商', `${of.exporterName}（${of.exporterCode}）`],
    ['出口许可证号', of.licenceNo],
    ['商品名称', `${of.goodsName}（${of.hsCode}）`],
    ['许可证数量', amount(of.quantity)],
    ['海关使用数量', amount(of.usedQuantity)],
    ...(of.writeOffQuantity === null ? [] : [['核销数量', amount(of.writeOffQuantity)] as [string, string]]),
    ...(of.newLicenceNo === null ? [] : [['新出口许可证号', of.newLicenceNo] as [string, string]]),
    ['申请原因', of.reason],
  ]
  return {
    title: titles[of.kind],
    licenceNo: of.licenceNo,
    statement: statement(of),
    facts: facts.map(([label, value]) => ({ label, value })),
    changes: of.changes,
    steps: of.steps.map((step) => ({ ...step, at: formatInstant(step.at) })),
    authorityName: of.authorityName,
    authorityCode: of.authorityCode,
    approvedAt: formatInstant(of.decidedAt),
    createdAt: of.createdAt.toISOString(),
  }
}
