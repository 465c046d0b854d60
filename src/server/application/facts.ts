/** The facts the application's rules ask for, from the code tables and the stored content. */
import { dayOf, type Day } from '#domain/day.ts'
import { check } from '#domain/application/check.ts'
import type { Choices, Facts } from '#domain/application/check-facts.ts'
import type { Issue } from '#domain/fields.ts'
import { isLicenceType, licenceTypeFor, type LicenceType } from '#domain/commodity/goods.ts'
import { attachmentTypes, type AttachmentType } from '#domain/reference/attachment-rules.ts'
import type { Codes } from '../reference/codes.ts'
import type { Context } from '../context.ts'
import { missingCharacters } from '#domain/characters.ts'
import type { Db, Tx } from '../db/connect.ts'
import { needOf, type Need, type QuotaColumns } from '../quota/hold.ts'
import type { Content, Row } from './record.ts'

/** Which papers the application takes and needs, for its goods, destination and parties. */
export function attachmentNeedsOf(
  codes: Codes,
  content: Pick<Content, 'form' | 'exporter' | 'firstApplication'>,
): AttachmentType[] {
  const { form, exporter, firstApplication } = content
  const goods = codes.goods(Number(form.quotaYear), form.hsCode)
  return attachmentTypes({
    goodsKey: goods?.goodsKey ?? '',
    licenceType: goods === undefined ? 'licence' : licenceTypeFor(goods, form.destinationCountry),
    tradeMode: form.tradeMode,
    exporterIsConsignor: form.consignorCode === '' || form.consignorCode === exporter.code13,
    firstApplication,
    originCountry: form.originCountry,
  })
}

/** What an administrator has decided for the rules, as of today. */
export const choicesOf = ({ settings }: Codes): Choices => ({
  withinContract: settings.within_contract,
  dualUseRefused: settings.dual_use_refused,
  contractNoLength: settings.contract_no_length,
  inForce: [
    ...(settings.land_animals_rule ? (['O3'] as const) : []),
    ...(settings.imported_logs_rule ? (['O4'] as const) : []),
  ],
})

export function factsOf(codes: Codes, content: Content, today: Day): Facts {
  const { form, exporter, files } = content
  return {
    today,
    choices: choicesOf(codes),
    exporter,
    goods: codes.goods(Number(form.quotaYear), form.hsCode),
    code: (list, code) => codes.entry(list, code),
    usdRate: (currency) => codes.usdRate(currency, today),
    attachmentNeeds: attachmentNeedsOf(codes, content),
    attachments: files,
    unprintable: missingCharacters,
  }
}

type Sealed = Pick<
  Row,
  | 'quota_year'
  | 'hs_code'
  | 'destination_country'
  | 'licence_type'
  | 'goods_name'
  | 'category_code'
  | 'goods_unit'
>

/** Whether the goods take quota (配额、招标); asked of the catalogue as it is now, not as it was when saved. */
export function needsQuota(codes: Codes, row: Sealed): boolean {
  const goods = codes.goods(row.quota_year, row.hs_code)
  const type = goods === undefined ? storedType(row) : licenceTypeFor(goods, row.destination_country ?? '')
  return type !== 'licence'
}

/** The moment a rule asks about quota at: before the submission it must suffice, from then on it must be held. */
const holding: ReadonlySet<string> = new Set(['first_review', 'second_review', 'withdrawing', 'approved'])

/** What the goods' quota says to an application: nothing for goods under plain licence. */
export interface QuotaFacts {
  /** Words why there is not enough quota, or null. */
  refusal: string | null
  /** The account it would draw from, while it holds none. */
  need: Need | null
}

/** Before the submission the balance must suffice, from then on the quantity must be held. */
export async function quotaFacts(
  db: Db | Tx,
  codes: Codes,
  row: Sealed & QuotaColumns & { state: string },
  today: Day,
): Promise<QuotaFacts> {
  if (!needsQuota(codes, row)) return { refusal: null, need: null }
  if (!holding.has(row.state)) {
    const need = await needOf(db, row, today)
    return { refusal: need.refusal, need }
  }
  if (row.quota_account_id !== null) return { refusal: null, need: null }
  const refusal = `${row.goods_name}现按配额管理，本申请表上报时没有占用配额，不能通过；请退回企业，填写配额文号后重新上报`
  return { refusal, need: null }
}

const storedType = ({ licence_type: type }: Sealed): LicenceType => (isLicenceType(type) ? type : 'licence')

/**
 * Words why the goods are no longer those that were sealed, or null: a year's catalogue is published after the first
 * applications for it, and may name, measure or manage them otherwise.
 */
export function catalogueWords(codes: Codes, row: Sealed): string | null {
  const goods = codes.goods(row.quota_year, row.hs_code)
  const same =
    goods === undefined ||
    (goods.name === row.goods_name &&
      goods.categoryCode === row.category_code &&
      goods.unitName === row.goods_unit &&
      licenceTypeFor(goods, row.destination_country ?? '') === row.licence_type)
  return same
    ? null
    : '商品目录在盖章后有更新，商品名称、大类、单位或管理方式已不同，请“修改”后重新“保存并盖章”'
}

/** Everything that still keeps this content from being sealed, as of today. */
export function issuesOf(ctx: Context, codes: Codes, content: Content): Issue[] {
  return check(content, factsOf(codes, content, dayOf(ctx.clock())))
}
