/** The licence that comes into being when the second review passes, in the same transaction, with its number. */
import { randomInt, randomUUIDv7 } from 'node:crypto'
import { checkCodeLength, checkCodeLetters, licenceContent } from '#domain/licence/content.ts'
import { licenceNo } from '#domain/licence/validity.ts'
import { sql, type RawBuilder } from 'kysely'
import type { Content, Row } from '../application/record.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { nextNumber } from '../db/number.ts'
import type { Codes } from '../reference/codes.ts'
import { commitEntry, lockOnly } from '../quota/hold.ts'
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
  const columns = columnsOf(row, content, codes)
  const { now } = cause
  if (row.approved_at !== null) {
    const existing = await writeAnew(tx, row, columns, now)
    if (existing !== undefined) return () => commitAgain(tx, row, existing, cause)
  }
  const id = randomUUIDv7()
  await writeBirth(tx, id, now)
  return () => insertLicence(tx, id, row, columns, cause)
}

/** The licence that was handed back, with its content as it is now. */
const writeAnew = (tx: Tx, row: Row, columns: ReturnType<typeof columnsOf>, now: Date) =>
  tx
    .updateTable('licence')
    .set((expression) => ({ ...columns, version: expression('version', '+', 1), modified_at: now }))
    .where('application_id', '=', row.id)
    .where('replaces_id', 'is', null)
    .where('state', '=', 'pending')
    .returning(['id', 'licence_no'])
    .executeTakeFirst()

async function commitAgain(tx: Tx, row: Row, existing: { id: string; licence_no: string }, cause: Cause) {
  const entry = commitEntry(row, existing.id, cause)
  if (entry !== undefined && row.quota_account_id !== null) {
    await lockOnly(tx, row.quota_account_id)
    await writeOne(tx, entry)
  }
  return existing.licence_no
}

/** Locks, number, licence and entry: two statements, and then the transaction ends. */
async function insertLicence(
  tx: Tx,
  id: string,
  row: Row,
  columns: ReturnType<typeof columnsOf>,
  cause: Cause,
) {
  const { now } = cause
  const serial = await nextNumber(tx, {
    kind: 'licence',
    scope: columns.authority_code,
    year: row.quota_year,
    first: 1,
    after: row.quota_account_id,
  })
  const number = licenceNo(row.quota_year, columns.authority_code, serial)
  const made = tx.insertInto('licence').values({
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
  const entry = commitEntry(row, id, cause)
  if (entry === undefined) await made.execute()
  else await writeOne(tx, sql`with made as (${made}) ${entry}`)
  return number
}

async function writeOne(tx: Tx, statement: RawBuilder<unknown>) {
  const written = await statement.execute(tx)
  if (Number(written.numAffectedRows ?? 0) !== 1)
    throw new Error('quota was held of an account without entries')
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

function columnsOf(row: Row, content: Content, { entry }: Codes) {
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
    // 溢装 as it is set on the day of the approval; whatever is set later leaves this licence as it is.
    over_shipment: entry('goods_category', row.goods_key ?? '')?.extra['maxOverShipment'] ?? '0',
    quota_account_id: row.quota_account_id,
    content: JSON.stringify(licenceContent(form, filled, totals.lines, entry)),
  }
}
