/**
 * An application in words: every question and answer as shown, section by section. Frozen at submission, so that old
 * submissions are read from what was shown then, not from today's form; printed on the application's document.
 */
import { formatDecimal } from '../decimal.ts'
import type { Field, FieldTable } from '../fields.ts'
import type { ComputedLine, Filled } from './content.ts'
import { contractSheetFields, fields, type ApplicationForm, type ContractSheet } from './form.ts'

export interface WordsSection {
  title: string
  /** `code` stands before the name where a value is a code. */
  answers: { name: string; label: string; text: string }[]
  /** Rows of a table in the section: headings and cells. */
  rows?: { headings: string[]; cells: string[][] }[]
}

export interface WordsInput {
  form: ApplicationForm
  contractSheet: ContractSheet | null
  filled: Filled
  totals: { lines: readonly ComputedLine[] }
  files: readonly { type: string; name: string; sha256: string }[]
}

/** Name of a code of a list, or nothing. */
export type NameOf = (list: string, code: string) => string | undefined

/** One value as people read it: codes with their names, “—” where nothing is filled in. */
export function valueInWords(field: Field, value: unknown, nameOf: NameOf): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value !== 'string' || value === '') return '—'
  if (field.kind === 'code') {
    const name = nameOf(field.list, value)
    return name === undefined ? value : `${name}（${value}）`
  }
  return field.kind === 'decimal' ? formatDecimal(value, { grouping: true }) : value
}

const basic = [
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
  'declarationAccepted',
] as const satisfies readonly (keyof ApplicationForm)[]
const goods = ['hsCode', 'priceCurrency', 'originCountry', 'sandProofNo', 'approvalNo', 'quotaDocNo'] as const
const other = [
  'remark',
  'oneBatch',
  'issuingAuthority',
  'applicantName',
  'applicantPhone',
  'additionalInfo',
] as const satisfies readonly (keyof ApplicationForm)[]

/** The blocks of the contract sheet (manual 004 合同信息), as lists of its fields. */
export const sheetBlocks = [
  { title: '申领企业信息', first: 'foundedOn', last: 'businessLicenceNo' },
  { title: '对外成交合同/协议信息', first: 'exporterSignatory', last: 'goodsDescription' },
  { title: '国内贸易(代理)合同/协议信息', first: 'principalName', last: 'domesticWaybillNo' },
  { title: '其他相关信息', first: 'departureOn', last: 'goodsUse' },
] as const

/** Names of the fields of one block, in order. */
export function blockFields(block: (typeof sheetBlocks)[number]): string[] {
  const names = Object.keys(contractSheetFields)
  return names.slice(names.indexOf(block.first), names.indexOf(block.last) + 1)
}

function answers(table: FieldTable, form: object, names: readonly string[], nameOf: NameOf) {
  const values = new Map<string, unknown>(Object.entries(form))
  return names.flatMap((name) => {
    const field = table[name]
    if (field === undefined || field.kind === 'rows') return []
    return [{ name, label: field.label, text: valueInWords(field, values.get(name), nameOf) }]
  })
}

/** The whole application in words, in the order of the form. */
export function wordsOf(input: WordsInput, nameOf: NameOf): WordsSection[] {
  const { form, filled, totals, files } = input
  const number = (value: string) => (value === '' ? '—' : formatDecimal(value, { grouping: true }))
  const amount = (value: string) => (value === '' ? '—' : formatDecimal(value, { grouping: true, places: 2 }))
  const sections: WordsSection[] = [
    {
      title: '基本数据',
      answers: [
        { name: 'exporterCode', label: '出口商代码', text: filled.exporterCode },
        { name: 'exporterUscc', label: '出口商社会信用代码', text: filled.exporterUscc },
        { name: 'exporterName', label: '出口商名称', text: filled.exporterName },
        { name: 'applyDate', label: '申请日期', text: filled.applyDate },
        ...answers(fields, form, basic, nameOf),
      ],
    },
    {
      title: '商品信息',
      answers: [
        { name: 'goodsName', label: '商品名称', text: filled.goodsName },
        { name: 'goodsCategory', label: '商品大类码', text: filled.goodsCategory },
        { name: 'goodsUnit', label: '商品单位', text: filled.goodsUnit },
        ...answers(fields, form, goods, nameOf),
        {
          name: 'totalQuantity',
          label: '合计数量',
          text: `${formatDecimal(filled.totalQuantity, { grouping: true })} ${filled.goodsUnit}`,
        },
        { name: 'totalAmount', label: '总金额', text: amount(filled.totalAmount) },
        { name: 'totalAmountUsd', label: '总值折美元', text: amount(filled.totalAmountUsd) },
      ],
      rows: [
        {
          headings: ['规格、等级', '单价', '数量', '总价', '总值折美元'],
          cells: totals.lines.map((line) => [
            line.specGrade || '—',
            number(line.unitPrice),
            number(line.quantity),
            amount(line.amount),
            amount(line.amountUsd),
          ]),
        },
      ],
    },
  ]
  if (form.producers.length > 0 || form.productCertificates.length > 0) {
    sections.push({
      title: '生产商与产品证明',
      answers: [],
      rows: [
        {
          headings: ['生产商名称', '统一社会信用代码'],
          cells: form.producers.map((producer) => [producer.name, producer.uscc]),
        },
        {
          headings: ['产品质量检验合格证明编号'],
          cells: form.productCertificates.map((certificate) => [certificate.number]),
        },
      ],
    })
  }
  sections.push({ title: '其他信息', answers: answers(fields, form, other, nameOf) })
  for (const block of input.contractSheet === null ? [] : sheetBlocks) {
    sections.push({
      title: block.title,
      answers: answers(contractSheetFields, input.contractSheet ?? {}, blockFields(block), nameOf),
    })
  }
  sections.push({
    title: '附件',
    answers: [],
    rows: [
      {
        headings: ['类型', '文件名', 'SHA-256'],
        cells: files.map((file) => [
          nameOf('attachment_type', file.type) ?? file.type,
          file.name,
          file.sha256,
        ]),
      },
    ],
  })
  return sections
}
