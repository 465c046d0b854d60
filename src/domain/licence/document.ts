/**
 * The e-licence as it is printed: 21 boxes and the annex (出口许可证签发工作规范 附件3, GB/T 15311.2), everything
 * already in the words and digits that stand on the page. The press takes this and nothing else.
 */
import { formatDecimal, fractionDigitsOf, type Decimal } from '../decimal.ts'
import type { Day } from '../day.ts'
import type { LicenceContent } from './content.ts'

/** One row of boxes 12 to 17; '' prints nothing. */
export type PrintedLine = {
  readonly spec: string
  readonly unit: string
  readonly quantity: string
  readonly unitPrice: string
  readonly amount: string
  readonly amountUsd: string
}

export type LicenceDocument = {
  readonly exporterName: string
  readonly exporterCode: string
  readonly consignorName: string
  readonly consignorCode: string
  readonly licenceNo: string
  /** '2026年12月31日' */
  readonly expiryDate: string
  readonly tradeMode: string
  readonly contractNo: string
  readonly customsPort: string
  readonly destinationCountry: string
  readonly paymentMethod: string
  readonly transportMode: string
  readonly goodsName: string
  readonly hsCode: string
  /** Alpha-3, printed in the headings of boxes 15 and 16. */
  readonly currency: string
  /** The page holds four; with more, all of them stand on the annex. */
  readonly lines: readonly PrintedLine[]
  readonly totals: Pick<PrintedLine, 'quantity' | 'amount' | 'amountUsd'>
  /** May hold line breaks. */
  readonly remark: string
  readonly authorityName: string
  readonly authorityCode: string
  /** '2026年11月22日' */
  readonly issuedOn: string
  /** Annex, at most 330 characters; '' for no annex on its account. */
  readonly additionalInfo: string
  /** What the QR code holds. */
  readonly verifyUrl: string
  /** As printed beside the QR code: 'ABCD-EFGH'. */
  readonly checkCode: string
  /** Instant (ISO 8601) that file and signature give as theirs: the same document gives the same bytes. */
  readonly createdAt: string
}

/** What joins the content when a licence is issued. */
export type IssuedFacts = {
  readonly licenceNo: string
  readonly authorityCode: string
  readonly issuedOn: Day
  readonly expiryDate: Day
  /** From `validity`: said in box 19 when the licence starts later than it is issued; '' otherwise. */
  readonly validityRemark: string
  readonly checkCode: string
  readonly verifyUrl: string
  readonly createdAt: Date
}

/** '2026-12-31' as the paper form writes it: 2026年12月31日. */
export function printedDay(day: Day): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return `${year}年${Number(month)}月${Number(date)}日`
}

/** '1234567.5' as 1,234,567.50: grouped, with at least `places` digits after the point; '' stays ''. */
export function printedNumber(value: Decimal | '', places: number): string {
  if (value === '') return ''
  return formatDecimal(value, { grouping: true, places: Math.max(places, fractionDigitsOf(value)) })
}

/** In groups of four, to be read aloud and typed: 'ABCDEFGH' gives 'ABCD-EFGH'. */
export const printedCode = (code: string): string => code.match(/.{1,4}/gu)?.join('-') ?? ''

/** The licence's document from what was approved and what issuing added. */
export function licenceDocument(content: LicenceContent, issued: IssuedFacts): LicenceDocument {
  return {
    exporterName: content.exporterName,
    exporterCode: content.exporterCode,
    consignorName: content.consignorName,
    consignorCode: content.consignorCode,
    licenceNo: issued.licenceNo,
    expiryDate: printedDay(issued.expiryDate),
    tradeMode: content.tradeMode,
    contractNo: content.contractNo,
    customsPort: content.customsPort,
    destinationCountry: content.destinationCountry,
    paymentMethod: content.paymentMethod,
    transportMode: content.transportMode,
    goodsName: content.goodsName,
    hsCode: content.hsCode,
    currency: content.currency,
    lines: content.lines.map((line) => ({
      spec: line.spec,
      unit: content.unit,
      quantity: printedNumber(line.quantity, 0),
      unitPrice: printedNumber(line.unitPrice, 2),
      amount: printedNumber(line.amount, 2),
      amountUsd: printedNumber(line.amountUsd, 2),
    })),
    totals: {
      quantity: printedNumber(content.totalQuantity, 0),
      amount: printedNumber(content.totalAmount, 2),
      amountUsd: printedNumber(content.totalAmountUsd, 2),
    },
    remark: [issued.validityRemark, content.remark].filter((part) => part !== '').join('；'),
    authorityName: content.authorityName,
    authorityCode: issued.authorityCode,
    issuedOn: printedDay(issued.issuedOn),
    additionalInfo: content.additionalInfo,
    verifyUrl: issued.verifyUrl,
    checkCode: printedCode(issued.checkCode),
    createdAt: issued.createdAt.toISOString(),
  }
}
