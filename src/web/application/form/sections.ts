/** The sections of the form page, what stands in each, and how much of each is still open. */
import { agencyFields, contractSheetTable } from '#domain/application/form.ts'
import { blockFields, sheetBlocks } from '#domain/application/words.ts'
import type { Issue } from '#domain/fields.ts'

export const sections = {
  basic: '基本数据',
  goods: '商品信息',
  steel: '生产商 · 产品证明编号',
  other: '其他信息',
  sheet: '合同信息表',
  attachments: '附件',
  declaration: '承诺',
} as const
export type SectionName = keyof typeof sections

export const sectionId = (name: SectionName): string => `section-${name}`

/** Fields of each section in the order of the page (manual 004 许可证申请). */
export const basicFields = [
  'quotaYear',
  'customsPort',
  'consignorCode',
  'consignorUscc',
  'consignorName',
  'tradeMode',
  'destinationCountry',
  'transportMode',
  'paymentMethod',
  'contractNo',
  'importerNameZh',
  'importerNameEn',
  'contractQuantity',
  'contractSignedOn',
  'contractAmount',
  'contractCurrency',
  'contractValidUntil',
] as const
export const goodsFields = [
  'hsCode',
  'priceCurrency',
  'originCountry',
  'sandProofNo',
  'approvalNo',
  'quotaDocNo',
  'lines',
] as const
export const otherFields = [
  'remark',
  'oneBatch',
  'issuingAuthority',
  'applicantName',
  'applicantPhone',
  'additionalInfo',
] as const

const goodsNames: ReadonlySet<string> = new Set(goodsFields)
const otherNames: ReadonlySet<string> = new Set(otherFields)

/** The section a path of the rules belongs to. */
export function sectionOf(path: string): SectionName {
  const [name = ''] = path.split('.')
  if (name === 'contractSheet') return 'sheet'
  if (name === 'attachments') return 'attachments'
  if (name === 'declarationAccepted') return 'declaration'
  if (name === 'producers' || name === 'productCertificates') return 'steel'
  if (goodsNames.has(name)) return 'goods'
  return otherNames.has(name) ? 'other' : 'basic'
}

export interface SectionState {
  name: SectionName
  title: string
  issues: readonly Issue[]
}

/** The sections in the order of the page, those the goods do not ask for left out, each with what is open in it. */
export function sectionStates(issues: readonly Issue[], steel: boolean): SectionState[] {
  const names = Object.keys(sections).filter((name): name is SectionName => name in sections)
  return names
    .map((name) => ({
      name,
      title: sections[name],
      issues: inPageOrder(issues.filter(({ path }) => sectionOf(path) === name)),
    }))
    .filter(({ name, issues: open }) => name !== 'steel' || steel || open.length > 0)
}

/** Places of fields on the page, so that a checklist reads from top to bottom whatever rule found what. */
const places: ReadonlyMap<string, number> = new Map(
  [
    ...basicFields,
    ...goodsFields,
    ...otherFields,
    ...sheetBlocks.flatMap((block) => blockFields(block)).map((name) => `contractSheet.${name}`),
  ].map((path, index) => [path, index]),
)

const placeOf = (path: string) => {
  const [name = '', second = ''] = path.split('.')
  return places.get(name === 'contractSheet' ? `${name}.${second}` : name) ?? places.size
}

export const inPageOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => placeOf(a.path) - placeOf(b.path))

/** Whether a field of the contract sheet is required; block 3 is when the consignor is another enterprise. */
export const requiredInSheet = (name: string, agency: boolean): boolean =>
  contractSheetTable[name]?.kind !== 'rows' &&
  (contractSheetTable[name]?.required === true ||
    (agency && agencyFields.some((required) => required === name)))
