/** The licence that comes into being when the second review passes, in the same transaction, with its number. */
import { randomInt, randomUUIDv7 } from 'node:crypto'
import { checkCodeLength, checkCodeLetters, licenceContent } from '#domain/licence/content.ts'
import { licenceNo } from '#domain/licence/validity.ts'
import { sql } from 'kysely'
import type { Content, Row } from '../application/record.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { nextNumber } from '../db/number.ts'
import { commitOf, lockForCommit } from '../quota/hold.ts'
import type { Cause } from '../quota/ledger.ts'

/** A check code: eight letters nobody reads for others. */
export const newCheckCode = () =>
  Array.from({ length: checkCodeLength }, () => checkCodeLetters[randomInt(checkCodeLetters.length)]).join('')

/**
 * Makes the `pending` licence of an approved application, and commits the quota it holds. A licence handed back keeps
 * its number: its content is written anew. Caller holds the application's lock. What is answered is the last step of
 * the transaction: it takes the locks that all second reviews meet at (quota account, then number counter), writes
 * licence and entry, and answers the licence's number.
 */
export async function approveLicence(
  tx: Tx,
  ctx: Context,
  row: Row,
  content: Content,
  cause: Cause,
): Promise<() => Promise<string>> {
  const codes = await ctx.codes.current(tx)
  const columns = columnsOf(row, content, (list, code) => codes.entry(list, code))
  const { now } = cause
  const existing = await tx
    .updateTable('licence')
    .set((expression) => ({ ...columns, version: expression('version', '+', 1), modified_at: now }))
    .where('application_id', '=', row.id)
    .where('replaces_id', 'is', null)
    .where('state', '=', 'pending')
    .returning(['id', 'licence_no'])
    .executeTakeFirst()
  const id = existing?.id ?? randomUUIDv7()
  if (existing === undefined) await writeBirth(tx, id, now)
  return async () => {
    await lockForCommit(tx, row)
    const number = existing?.licence_no ?? (await insertLicence(tx, id, row, columns, now))
    await commitOf(tx, row, id, cause)
    return number
  }
}

async function insertLicence(tx: Tx, id: string, row: Row, columns: ReturnType<typeof columnsOf>, now: Date) {
  const serial = await nextNumber(tx, {
    kind: 'licence',
    scope: columns.authority_code,
    year: row.quota_year,
    first: 1,
  })
  const number = licenceNo(row.quota_year, columns.authority_code, serial)
  await tx
    .insertInto('licence')
    .values({
      id,
      licence_no: number,
      application_id: row.id,
      state: 'pending',
      channel: row.channel,
      enterprise_id: row.enterprise_id,
      quota_year: row.quota_year,
      check_code: newCheckCode(),
      created_at: now,
      modified_at: now,
      ...columns,
    })
    .execute()
  return number
}

async function writeBirth(tx: Tx, licenceId: string, now: Date) {
  await tx
    .insertInto('history')
    .values({
      thing: 'licence',
      thing_id: licenceId,
      action: 'create',
      from_state: null,
      to_state: 'pending',
      account_id: null,
      actor_name: '系统',
      actor_place: '系统',
      at: now,
    })
    .execute()
}

function columnsOf(row: Row, content: Content, entry: Parameters<typeof licenceContent>[3]) {
  const { form, filled, totals } = content
  if (totals.totalAmountUsd === '')
    throw new Error(`application ${row.id} was approved without a dollar amount`)
  return {
    authority_code: form.issuingAuthority,
    consignor_code: form.consignorCode,
    hs_code: form.hsCode,
    category_code: row.category_code,
    goods_key: row.goods_key,
    goods_name: row.goods_name,
    goods_unit: row.goods_unit,
    quantity: totals.totalQuantity,
    amount: totals.totalAmount,
    amount_usd: totals.totalAmountUsd,
    currency: form.priceCurrency,
    trade_mode: form.tradeMode,
    destination_country: form.destinationCountry,
    customs_port: form.customsPort,
    contract_no: form.contractNo,
    one_batch: form.oneBatch,
    over_shipment: sql<string>`(select max_over_shipment from goods_category where key = ${row.goods_key})`,
    quota_account_id: row.quota_account_id,
    content: JSON.stringify(licenceContent(form, filled, totals.lines, entry)),
  }
}
