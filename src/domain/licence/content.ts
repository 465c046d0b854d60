/**
 * What a licence says, fixed in words when it is approved (the 21 boxes of 出口许可证, as far as they are known then).
 * Dates, number and stamp join when it is issued.
 */
import { z } from 'zod'
import type { ComputedLine, Filled } from '../application/content.ts'
import type { ApplicationForm } from '../application/form.ts'

const Words = z.string()
export const LicenceContent = z.object({
  exporterName: Words,
  exporterCode: Words,
  consignorName: Words,
  consignorCode: Words,
  tradeMode: Words,
  contractNo: Words,
  customsPort: Words,
  destinationCountry: Words,
  paymentMethod: Words,
  transportMode: Words,
  goodsName: Words,
  hsCode: Words,
  unit: Words,
  currency: Words,
  lines: z.array(
    z.object({ spec: Words, quantity: Words, unitPrice: Words, amount: Words, amountUsd: Words }),
  ),
  totalQuantity: Words,
  totalAmount: Words,
  totalAmountUsd: Words,
  remark: Words,
  additionalInfo: Words,
  authorityName: Words,
  importerName: Words,
  importerNameEn: Words,
})
export type LicenceContent = z.infer<typeof LicenceContent>

export interface Named {
  name: string
  extra: Record<string, unknown>
}

export const wording = (entry: Named | undefined, code: string, key: string): string => {
  const printed = entry?.extra[key]
  return typeof printed === 'string' && printed !== '' ? printed : (entry?.name ?? code)
}

/**
 * Box 19: what the rules want printed there (出口许可证签证填制规则; 非一批一证), before the applicant's own remark.
 */
export function remarkBox(form: Pick<ApplicationForm, 'oneBatch' | 'remark'>): string {
  return [form.oneBatch ? '' : '非一批一证', form.remark].filter((part) => part !== '').join('；')
}

/** The words of the licence from a sealed application; `entry` looks codes up as of now. */
export function licenceContent(
  form: ApplicationForm,
  filled: Filled,
  lines: readonly ComputedLine[],
  entry: (list: string, code: string) => Named | undefined,
): LicenceContent {
  const name = (list: string, code: string) => entry(list, code)?.name ?? code
  return {
    exporterName: filled.exporterName,
    exporterCode: filled.exporterCode,
    consignorName: form.consignorName,
    consignorCode: form.consignorCode,
    tradeMode: name('licence_trade_mode', form.tradeMode),
    contractNo: form.contractNo,
    customsPort: name('customs_port', form.customsPort),
    destinationCountry: name('country', form.destinationCountry),
    // Box 9 knows four words only: letter of credit, collection, remittance, other.
    paymentMethod: wording(entry('payment_method', form.paymentMethod), form.paymentMethod, 'licenceGroup'),
    transportMode: wording(entry('transport_mode', form.transportMode), form.transportMode, 'licenceWording'),
    goodsName: filled.goodsName,
    hsCode: form.hsCode,
    unit: filled.goodsUnit,
    currency: form.priceCurrency,
    lines: lines.map((line) => ({
      spec: line.specGrade,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      amount: line.amount,
      amountUsd: line.amountUsd,
    })),
    totalQuantity: filled.totalQuantity,
    totalAmount: filled.totalAmount,
    totalAmountUsd: filled.totalAmountUsd,
    remark: remarkBox(form),
    additionalInfo: form.additionalInfo,
    authorityName: name('authority', form.issuingAuthority),
    importerName: form.importerNameZh,
    importerNameEn: form.importerNameEn,
  }
}

/** Letters of a check code: none that are read for another (0 O, 1 I L, 5 S, 2 Z, 8 B are left out). */
export const checkCodeLetters = '34679ACDEFGHJKMNPQRTUVWXY'
export const checkCodeLength = 8
