/**
 * A row of a quota grant (配额下达) or of bid awards (招标中标): the columns of the spreadsheet and of the form, and what
 * each may hold. Whether enterprise, goods and total are right is asked of the database.
 */
import { z } from 'zod'
import { isPositive, parseDecimal } from '../decimal.ts'

/** Rows of one batch, and of one spreadsheet. */
export const mostRows = 2000
/** A spreadsheet of that many rows is far smaller. */
export const mostFileBytes = 300 * 1024

export const batchKinds = { grant: '配额下达', award: '招标中标' } as const
export type BatchKind = keyof typeof batchKinds

/** Columns in their order; the first line of a spreadsheet names them. */
export const columns = {
  year: '年度',
  enterpriseCode: '进出口企业代码',
  categoryCode: '商品大类代码',
  tradeMode: '贸易方式',
  country: '进口国（地区）',
  docNo: '配额文号',
  quantity: '数量',
  unit: '计量单位',
} as const
export type Column = keyof typeof columns
export const columnNames = Object.keys(columns) as Column[]

/** May stay empty: the grant then holds for every trade mode, every country. */
export const optionalColumns: ReadonlySet<Column> = new Set(['tradeMode', 'country'])

export const quantityLimits = { integerDigits: 11, fractionDigits: 4 } as const

/** Words why a text is no quantity above zero, or nothing. */
export function quantityProblem(text: string): string | undefined {
  const parsed = parseDecimal(text, quantityLimits)
  if (!parsed.ok) return parsed.words
  return isPositive(parsed.value) ? undefined : '数量应大于 0'
}

export const Quantity = z.string().superRefine((text, refinement) => {
  const message = quantityProblem(text)
  if (message !== undefined) refinement.addIssue({ code: 'custom', message })
})

const text = (max: number) => z.string().trim().max(max, `最多 ${max} 个字`)

export const GrantRow = z.strictObject({
  /** Line of the spreadsheet, or place in the form. */
  line: z.number().int().min(1).max(100_000),
  year: text(10),
  enterpriseCode: text(20),
  categoryCode: text(10),
  tradeMode: text(40),
  country: text(40),
  docNo: text(61),
  quantity: text(30),
  unit: text(20),
})
export type GrantRow = z.infer<typeof GrantRow>

/** What one row alone can be refused for. */
export function rowProblems(row: GrantRow): string[] {
  const missing = columnNames.filter((name) => !optionalColumns.has(name) && row[name] === '')
  if (missing.length > 0) return [`缺少${missing.map((name) => columns[name]).join('、')}`]
  const problem = quantityProblem(row.quantity)
  return [
    ...(/^20\d{2}$/.test(row.year) ? [] : ['年度应为 4 位数字，例如 2026']),
    ...(/^[0-9A-Z]{13}$/.test(row.enterpriseCode) ? [] : ['进出口企业代码应为 13 位数字或大写字母']),
    ...(/^[A-Z]\d{5}$/.test(row.categoryCode) ? [] : ['商品大类代码应为 1 位字母加 5 位数字']),
    ...(row.docNo.length > 60 ? ['配额文号最多 60 个字'] : []),
    ...(problem === undefined ? [] : [`数量：${problem}`]),
  ]
}

/** Two rows with the same key are for the same account: in one batch that is a mistake. */
export const accountKey = (row: {
  year: string | number
  enterpriseCode: string
  categoryCode: string
  docNo: string
  tradeMode: string | null
  country: string | null
}): string =>
  JSON.stringify([
    String(row.year),
    row.enterpriseCode,
    row.categoryCode,
    row.docNo,
    row.tradeMode ?? '',
    row.country ?? '',
  ])
