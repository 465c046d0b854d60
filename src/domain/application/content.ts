/**
 * What the system computes from a form (manual 004: row = price × quantity, totals are sums) and the
 * content that is sealed: everything shown, in one object. The seal binds exactly this.
 */
import { multiply, round, sum, type Decimal } from '../decimal.ts'
import type { ApplicationForm, Line } from './form.ts'

/** Most an amount may be: 15 digits before the point, so that it still prints in its box. */
const amountLimit = 15

export interface ComputedLine extends Line {
  /** price × quantity, 2 decimals; '' while one of them is missing. */
  amount: Decimal | ''
  amountUsd: Decimal | ''
}

export interface Totals {
  lines: ComputedLine[]
  totalQuantity: Decimal
  totalAmount: Decimal
  /** '' when the rate of the currency is unknown. */
  totalAmountUsd: Decimal | ''
}

/**
 * Row amounts and totals. `usdRate` is US dollars for one unit of the price currency ('' = unknown). A row that
 * lacks price or quantity counts with what it has.
 */
export function totalsOf(lines: readonly Line[], usdRate: Decimal | ''): Totals {
  const computed = lines.map((line): ComputedLine => {
    if (line.unitPrice === '' || line.quantity === '') return { ...line, amount: '', amountUsd: '' }
    const amount = round(multiply(line.unitPrice, line.quantity), 2)
    return { ...line, amount, amountUsd: usdRate === '' ? '' : round(multiply(amount, usdRate), 2) }
  })
  const filled = (values: (Decimal | '')[]) => values.filter((value) => value !== '')
  return {
    lines: computed,
    totalQuantity: sum(filled(computed.map((line) => line.quantity))),
    totalAmount: sum(filled(computed.map((line) => line.amount))),
    totalAmountUsd: usdRate === '' ? '' : sum(filled(computed.map((line) => line.amountUsd))),
  }
}

/** Words when the amounts would not fit into their boxes; such a form is refused even as a draft. */
export function tooLarge(totals: Totals): string | undefined {
  const worst = [totals.totalAmount, totals.totalAmountUsd || '0'].some(
    (value) => (value.split('.')[0] ?? '').length > amountLimit,
  )
  return worst ? `总金额超过 ${amountLimit} 位整数的上限，请检查单价和数量` : undefined
}

/** The system's own facts of an application, shown grey on the form and sealed with it. */
export interface Filled {
  exporterCode: string
  exporterUscc: string
  exporterName: string
  goodsName: string
  goodsCategory: string
  goodsUnit: string
  applyDate: string
  totalQuantity: Decimal
  totalAmount: Decimal
  totalAmountUsd: Decimal | ''
}

/** Everything shown on the form, as it is sealed: typed fields, the system's own facts, rows with amounts. */
export function sealedForm(form: ApplicationForm, filled: Filled, lines: readonly ComputedLine[]) {
  return { ...form, ...filled, lines: lines.map((line) => ({ ...line })) }
}

/** Amount of one currency in another through US dollars, 2 decimals; '' when a rate is unknown. */
export function inUsd(amount: Decimal, usdRate: Decimal | ''): Decimal | '' {
  return usdRate === '' ? '' : round(multiply(amount, usdRate), 2)
}

/** How many application numbers start at 600001 (numbers seen in manual 003). */
export const firstApplicationSerial = 600001

/** applicationNo: 2 digits of the 年度 + 13-character enterprise code + 6 digits (manual 003, 004). */
export function applicationNo(quotaYear: number, code13: string, serial: number): string {
  return `${String(quotaYear).slice(2)}${code13}${String(serial).padStart(6, '0')}`
}

/** Shown on the form beside the application's own number: made at the first save (manual 004 申请编号). */
export function windowNo(year: number, serial: number): string {
  return `XK${year}${String(serial).padStart(10, '0')}`
}
