/** The facts the application's rules ask for, from the code tables and the stored content. */
import { dayOf, type Day } from '#domain/day.ts'
import { check, type Facts } from '#domain/application/check.ts'
import type { Issue } from '#domain/fields.ts'
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import { attachmentTypes, type AttachmentType } from '#domain/reference/attachment-rules.ts'
import type { Codes } from '../reference/codes.ts'
import type { Context } from '../context.ts'
import { missingCharacters } from '#domain/characters.ts'
import type { Content } from './record.ts'

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

export function factsOf(codes: Codes, content: Content, today: Day): Facts {
  const { form, exporter, files } = content
  return {
    today,
    exporter,
    goods: codes.goods(Number(form.quotaYear), form.hsCode),
    code: (list, code) => codes.entry(list, code),
    usdRate: (currency) => codes.usdRate(currency, today),
    attachmentNeeds: attachmentNeedsOf(codes, content),
    attachments: files,
    unprintable: missingCharacters,
  }
}

/** Everything that still keeps this content from being sealed, as of today. */
export function issuesOf(ctx: Context, codes: Codes, content: Content): Issue[] {
  return check(content, factsOf(codes, content, dayOf(ctx.clock())))
}
