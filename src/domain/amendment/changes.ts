/**
 * What an amendment (更改) may change, and whether each change leaves the quota alone (workflows 3). Exporter and
 * goods are not in the list: a licence of another exporter or of other goods is a new application.
 */
import type { CodeField, TextField } from '../fields.ts'

interface Change {
  field: CodeField | TextField
  /** Leaves the quota alone; otherwise new quota is held first. */
  neutral: boolean
  /** Box of the licence where the value stands. */
  box: string
}

export const changes = {
  customsPort: {
    field: { kind: 'code', label: '报关口岸', list: 'customs_port' },
    neutral: true,
    box: 'customsPort',
  },
  transportMode: {
    field: { kind: 'code', label: '运输方式', list: 'transport_mode' },
    neutral: true,
    box: 'transportMode',
  },
  paymentMethod: {
    field: { kind: 'code', label: '付款方式', list: 'payment_method' },
    neutral: true,
    box: 'paymentMethod',
  },
  importerNameZh: {
    field: { kind: 'text', label: '进口商中文名称', max: 100 },
    neutral: true,
    box: 'importerName',
  },
  importerNameEn: {
    field: { kind: 'text', label: '进口商英文名称', max: 200 },
    neutral: true,
    box: 'importerNameEn',
  },
  contractNo: { field: { kind: 'text', label: '合同号', max: 40 }, neutral: true, box: 'contractNo' },
  destinationCountry: {
    field: { kind: 'code', label: '进口国（地区）', list: 'country' },
    neutral: false,
    box: 'destinationCountry',
  },
  tradeMode: {
    field: { kind: 'code', label: '贸易方式', list: 'licence_trade_mode' },
    neutral: false,
    box: 'tradeMode',
  },
  quotaDocNo: { field: { kind: 'text', label: '配额文号', max: 50 }, neutral: false, box: '' },
} as const satisfies Record<string, Change>
export type ChangeName = keyof typeof changes
export const changeNames = Object.keys(changes) as ChangeName[]

/** Words for what is asked of the quota by a change. */
export const quotaWords = (neutral: boolean): string => (neutral ? '不影响配额' : '需重新核扣配额')

/** Whether these changes ask the quota anew: country, trade mode or document differ from the old licence's. */
export const asksQuota = (changed: Partial<Record<ChangeName, string>>): boolean =>
  changeNames.some((name) => changed[name] !== undefined && !changes[name].neutral)
