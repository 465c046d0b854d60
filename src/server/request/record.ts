/** A stored request with the licence it is about, as the rules see them. */
import { sql, type Selectable } from 'kysely'
import { asksQuota, changeNames, changes, type ChangeName } from '#domain/amendment/changes.ts'
import { check, newQuantity, type AmendmentFacts } from '#domain/amendment/check.ts'
import { amendmentFormVersion, wholeAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { missingCharacters } from '#domain/characters.ts'
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import type { Day } from '#domain/day.ts'
import { canonicalDecimal, isPositive, subtract, type Decimal } from '#domain/decimal.ts'
import type { Issue } from '#domain/fields.ts'
import { shownState } from '#domain/licence/actions.ts'
import { LicenceContent, wording, type Named } from '#domain/licence/content.ts'
import { closedYear } from '#domain/licence/validity.ts'
import { isKind, isState, type Kind, type LicenceFacts } from '#domain/request/states.ts'
import { canonicalAmendmentContent } from '#domain/seal/content.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { LicenceRequest as RequestTable } from '../db/types.gen.ts'
import { licenceState, type LicenceRow } from '../licence/act.ts'
import { matchAccount } from '../quota/match.ts'
import type { Codes } from '../reference/codes.ts'

export type RequestRow = Selectable<RequestTable>

export function kindOf(kind: string): Kind {
  if (!isKind(kind)) throw new Error(`unknown kind of request ${kind}`)
  return kind
}

export function requestState(state: string) {
  if (!isState(state)) throw new Error(`unknown state of a request ${state}`)
  return state
}

/** The licence's facts that the rules of requests ask for, on a day. */
export const licenceFacts = (row: LicenceRow, today: Day): LicenceFacts => ({
  state: shownState(licenceState(row.state), row.expiry_date, today),
  quantity: canonicalDecimal(row.quantity),
  unit: row.goods_unit,
  usedQuantity: canonicalDecimal(row.used_quantity),
  useCount: row.use_count,
  overShipment: canonicalDecimal(row.over_shipment),
  expiryDate: row.expiry_date,
  closedByCustoms: row.closed_by_customs,
  closedYear: closedYear(row.quota_year, today) ?? null,
})

/** What customs has not used of a licence; zero once it is over-shipped. */
export function unusedOf(row: Pick<LicenceRow, 'quantity' | 'used_quantity'>): Decimal {
  const left = subtract(row.quantity, row.used_quantity)
  return isPositive(left) ? left : '0'
}

/** What is near an amendment's licence, in one round trip. */
export interface Near {
  transportMode: string
  quotaDocNo: string
  exporter: { id: string; code13: string; uscc: string; name: string }
}

/**
 * Exporter, document of the quota and the code of the transport as they hold for this licence: a licence says its
 * transport in words, the code stands with the application or with the latest exchange that changed it.
 */
export async function nearOf(db: Db | Tx, licence: LicenceRow): Promise<Near> {
  const found = await sql<{
    transport: string | null
    doc_no: string | null
    id: string
    code13: string
    uscc: string
    name: string
  }>`
    select coalesce(
        (select r.form->'changes'->>'transportMode' from licence_request r
          join licence l on l.id = r.new_licence_id
          where l.application_id = ${licence.application_id} and r.form->'changes'->>'transportMode' is not null
          order by r.decided_at desc limit 1),
        application.form->>'transportMode') as transport,
      coalesce((select doc_no from quota_account where id = ${licence.quota_account_id}),
        application.form->>'quotaDocNo') as doc_no,
      enterprise.id, enterprise.code13, enterprise.uscc, enterprise.name
    from application join enterprise on enterprise.id = ${licence.enterprise_id}
    where application.id = ${licence.application_id}`.execute(db)
  const row = found.rows[0]
  if (row === undefined) throw new Error(`licence ${licence.licence_no} has no application`)
  const { transport, doc_no: docNo, id, code13, uscc, name } = row
  return {
    transportMode: transport ?? '',
    quotaDocNo: docNo ?? '',
    exporter: { id, code13, uscc, name },
  }
}

const groups = { paymentMethod: 'licenceGroup', transportMode: 'licenceWording' } as const
const isGrouped = (name: string): name is keyof typeof groups => Object.hasOwn(groups, name)

/** A new value in the words the licence says it in. */
export function wordOf(
  name: ChangeName,
  value: string,
  entry: (list: string, code: string) => Named | undefined,
): string {
  const { field } = changes[name]
  if (field.kind !== 'code') return value.trim()
  const found = entry(field.list, value)
  return isGrouped(name) ? wording(found, value, groups[name]) : (found?.name ?? value)
}

/** What the old licence says of each thing that may be changed. */
export function oldWords(content: LicenceContent, near: Near): Record<ChangeName, string> {
  const boxes: Record<string, unknown> = content
  const words = changeNames.map((name) => {
    const value = boxes[changes[name].box]
    return [name, name === 'quotaDocNo' ? near.quotaDocNo : typeof value === 'string' ? value : ''] as const
  })
  return Object.fromEntries(words) as Record<ChangeName, string>
}

/** Whether the new licence will be under quota or bidding: by the account of the old one, else by the catalogue. */
export function managedAfter(codes: Codes, licence: LicenceRow, form: AmendmentForm): boolean {
  const country = form.changes.destinationCountry ?? licence.destination_country
  const goods = codes.goods(licence.quota_year, licence.hs_code)
  const licenceType = licence.quota_account_id === null ? (goods?.licenceType ?? 'licence') : 'quota'
  return licenceTypeFor({ goodsKey: licence.goods_key, licenceType }, country) !== 'licence'
}

export function amendmentFacts(
  codes: Codes,
  licence: LicenceRow,
  near: Near,
  form: AmendmentForm,
  today: Day,
): AmendmentFacts {
  const content = LicenceContent.parse(licence.content)
  const entry = (list: string, code: string) => codes.entry(list, code)
  return {
    today,
    lossNotice: codes.settings.loss_notice,
    unit: licence.goods_unit,
    unused: unusedOf(licence),
    lines: content.lines.map((line) => ({ specGrade: line.spec, unitPrice: line.unitPrice })),
    old: oldWords(content, near),
    codes: { destinationCountry: licence.destination_country, transportMode: near.transportMode },
    goods: codes.goods(licence.quota_year, licence.hs_code),
    managed: managedAfter(codes, licence, form),
    exporterIsConsignor: licence.consignor_code === near.exporter.code13,
    usdRate: codes.usdRate(licence.currency, today),
    code: entry,
    word: (name, value) => wordOf(name, value, entry),
    unprintable: missingCharacters,
  }
}

export const issuesOf = (
  codes: Codes,
  of: { kind: Kind; licence: LicenceRow; near: Near; form: AmendmentForm },
  today: Day,
): Issue[] => check(of.kind, of.form, amendmentFacts(codes, of.licence, of.near, of.form, today))

/** Account the new licence will draw from, and what must be held there first; or why that can't be. */
export type QuotaPlan = { accountId: string | null; hold: Decimal } | { refusal: string }

/**
 * Non-neutral changes hold new quota first: beyond the unused part in the licence's own account, all of it in another.
 */
export async function quotaPlan(
  db: Db | Tx,
  codes: Codes,
  of: { licence: LicenceRow; near: Near; form: AmendmentForm },
  today: Day,
): Promise<QuotaPlan> {
  const { licence, near, form } = of
  if (!managedAfter(codes, licence, form)) return { accountId: null, hold: '0' }
  const asked = newQuantity(form)
  const more = subtract(asked, unusedOf(licence))
  const own = licence.quota_account_id
  const beyond = own !== null && isPositive(more) ? more : '0'
  if (!asksQuota(form.changes)) return { accountId: own, hold: beyond }
  const match = await matchAccount(
    db,
    {
      enterpriseId: licence.enterprise_id,
      year: licence.quota_year,
      categoryCode: licence.category_code,
      unitName: licence.goods_unit,
      tradeMode: form.changes.tradeMode ?? licence.trade_mode,
      country: form.changes.destinationCountry ?? licence.destination_country,
      docNo: form.changes.quotaDocNo ?? near.quotaDocNo,
    },
    licence.goods_name,
    today,
  )
  if ('refusal' in match) return match
  return { accountId: match.account.id, hold: match.account.id === own ? beyond : asked }
}

/** The bytes a seal of this amendment signs. */
export const sealBytes = (row: RequestRow, licence: LicenceRow): Uint8Array<ArrayBuffer> =>
  canonicalAmendmentContent({
    kind: 'amendment',
    id: row.id,
    requestKind: row.kind,
    licenceNo: row.licence_no,
    contentVersion: row.content_version,
    formVersion: amendmentFormVersion,
    unusedQuantity: unusedOf(licence),
    reason: row.reason,
    form: { ...wholeAmendment(row.form) },
  })
