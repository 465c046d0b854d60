/**
 * Where the contract sheet and the form agree and where they do not: for the reviewer, who judges; nothing is refused
 * here. Each difference carries both values side by side.
 */
import { compare } from '../decimal.ts'
import { compareDays, isDay } from '../day.ts'
import type { ApplicationForm, ContractSheet } from './form.ts'

export interface Difference {
  what: string
  /** Field of the form it stands at. */
  path: string
  form: string
  contract: string
  words: string
}

interface Input {
  form: ApplicationForm
  sheet: ContractSheet
  exporterName: string
  goodsName: string
  totalQuantity: string
  totalAmount: string
  nameOf: (list: string, code: string) => string | undefined
}

/** Two values that could be compared; what could not (one of them is not there) is no comparison. */
interface Comparison extends Difference {
  same: boolean
}
type Compare = (input: Input) => Comparison[]

const payment: Compare = ({ form, sheet, nameOf }) =>
  form.paymentMethod === '' || sheet.paymentMethod === ''
    ? []
    : [
        {
          same: form.paymentMethod === sheet.paymentMethod,
          what: '付款方式',
          path: 'paymentMethod',
          form: nameOf('payment_method', form.paymentMethod) ?? form.paymentMethod,
          contract: nameOf('payment_method', sheet.paymentMethod) ?? sheet.paymentMethod,
          words: '申请表与合同信息表的付款方式不同',
        },
      ]

const han = /\p{Script=Han}{2,}/gu

/** Two-letter pieces of the Chinese words in a text; goods and contract should share at least one. */
function pieces(text: string): Set<string> {
  return new Set(
    (text.match(han) ?? []).flatMap((word) =>
      Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2)),
    ),
  )
}

const goods: Compare = ({ sheet, goodsName, form }) => {
  if (sheet.goodsDescription === '' || form.hsCode === '') return []
  const described = pieces(sheet.goodsDescription)
  return [
    {
      same:
        sheet.goodsDescription.includes(form.hsCode) ||
        [...pieces(goodsName)].some((piece) => described.has(piece)),
      what: '商品名称',
      path: 'hsCode',
      form: goodsName,
      contract: sheet.goodsDescription,
      words: '合同的商品描述与目录商品名称没有相同的词，请核对是否同一商品',
    },
  ]
}

const quantity: Compare = ({ form, totalQuantity }) =>
  form.contractQuantity === ''
    ? []
    : [
        {
          same: compare(form.contractQuantity, totalQuantity) === 0,
          what: '数量',
          path: 'contractQuantity',
          form: totalQuantity,
          contract: form.contractQuantity,
          words: '申领数量与合同总数量不同',
        },
      ]

const amount: Compare = ({ form, totalAmount }) =>
  form.contractAmount === ''
    ? []
    : [
        {
          same:
            form.contractCurrency === form.priceCurrency && compare(form.contractAmount, totalAmount) === 0,
          what: '金额',
          path: 'contractAmount',
          form: `${form.priceCurrency} ${totalAmount}`,
          contract: `${form.contractCurrency} ${form.contractAmount}`,
          words: '申领金额与合同总金额（或币种）不同',
        },
      ]

const days: Compare = ({ form, sheet }) => {
  const inside = (label: string, value: string) =>
    isDay(value)
      ? [
          {
            same: !(
              (isDay(form.contractSignedOn) && compareDays(value, form.contractSignedOn) < 0) ||
              (isDay(form.contractValidUntil) && compareDays(value, form.contractValidUntil) > 0)
            ),
            what: label,
            path: 'contractValidUntil',
            form: `${form.contractSignedOn || '—'} 至 ${form.contractValidUntil || '—'}`,
            contract: value,
            words: `${label}不在合同签订日期与有效日期之间`,
          },
        ]
      : []
  return [...inside('启运日期', sheet.departureOn), ...inside('代理合同签订日期', sheet.agencySignedOn)]
}

const plain = (name: string) => name.replace(/[\s()（）·]/gu, '')

const agency: Compare = ({ form, sheet, exporterName }) => {
  const against = (label: string, path: string, shown: string, stated: string, words: string) =>
    stated === ''
      ? []
      : [{ same: plain(stated) === plain(shown), what: label, path, form: shown, contract: stated, words }]
  const agencyCase = plain(form.consignorName) !== plain(exporterName)
  if (!agencyCase) {
    return against(
      '发货企业',
      'consignorName',
      form.consignorName,
      sheet.shipperName,
      '合同信息表的发货企业与申请表的发货人不同',
    )
  }
  return [
    ...against(
      '委托人',
      'consignorName',
      form.consignorName,
      sheet.principalName,
      '代理合同的委托人与申请表的发货人不同',
    ),
    ...against('代理人', 'exporterName', exporterName, sheet.agentName, '代理合同的代理人与出口商不同'),
  ]
}

const comparisons: readonly Compare[] = [payment, goods, quantity, amount, days, agency]

type SheetInput = Omit<Input, 'sheet'> & { sheet: ContractSheet | null }

const comparisonsOf = ({ sheet, ...input }: SheetInput): Comparison[] =>
  sheet === null ? [] : comparisons.flatMap((compareParts) => compareParts({ ...input, sheet }))

/** All differences; none when the sheet has not been saved. */
export const differencesOf = (input: SheetInput): Difference[] =>
  comparisonsOf(input).flatMap(({ same, ...difference }) => (same ? [] : [difference]))

/** Fields of the form (paths) that were compared with the contract sheet and agree with it in everything. */
export function agreementsOf(input: SheetInput): string[] {
  const all = comparisonsOf(input)
  const differing = new Set(all.filter(({ same }) => !same).map(({ path }) => path))
  return [...new Set(all.map(({ path }) => path))].filter((path) => !differing.has(path))
}
