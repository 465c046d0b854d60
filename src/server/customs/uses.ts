/** The uses recorded on licences: read for the rules, written once for all. The caller has locked the licences. */
import { randomUUIDv7 } from 'node:crypto'
import { sql, type SqlBool } from 'kysely'
import { LicenceContent } from '#domain/licence/content.ts'
import type { Day } from '#domain/day.ts'
import { canonicalDecimal, figure } from '#domain/decimal.ts'
import { isState } from '#domain/licence/actions.ts'
import { usedOf, type LicenceTerms, type Use, type UseFacts } from '#domain/customs/use.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { LicenceRow } from '../licence/act.ts'

export interface RecordedUse extends UseFacts {
  declarationNo: string
  itemNo: number
}

/** The condition for rows of `customs_use`, under that name: not corrected and not taken back since. */
export const inForce = sql<SqlBool>`not customs_use.taken_back and not exists (select from customs_use as later
  where later.licence_id = customs_use.licence_id and later.declaration_no = customs_use.declaration_no
    and later.item_no = customs_use.item_no and later.revision > customs_use.revision)`

/** Uses by licence, oldest first; a corrected item keeps its place, one that was taken back has none. */
export async function usesOf(
  db: Db | Tx,
  licenceIds: readonly string[],
): Promise<Map<string, RecordedUse[]>> {
  const found = await sql<{
    licence_id: string
    declaration_no: string
    item_no: number
    declared_on: Day
    customs_code: string
    quantity: string
    final: boolean
    taken_back: boolean
  }>`select licence_id, declaration_no, item_no, declared_on, customs_code, quantity, final, taken_back from customs_use
    where licence_id = any(${licenceIds}::uuid[]) order by revision, id`.execute(db)
  const byLicence = new Map<string, Map<string, RecordedUse>>()
  for (const row of found.rows) {
    const items = byLicence.get(row.licence_id) ?? new Map<string, RecordedUse>()
    byLicence.set(row.licence_id, items)
    const key = `${row.declaration_no}/${row.item_no}`
    if (row.taken_back) items.delete(key)
    else
      items.set(key, {
        declarationNo: row.declaration_no,
        itemNo: row.item_no,
        declaredOn: row.declared_on,
        customsCode: row.customs_code,
        quantity: canonicalDecimal(row.quantity),
        final: row.final,
      })
  }
  return new Map([...byLicence].map(([id, items]) => [id, [...items.values()]]))
}

/** Which licence carries a declaration already: declaration number → licence. */
export async function carriersOf(db: Db | Tx, declarations: readonly string[]) {
  const found = await sql<{ declaration_no: string; licence_id: string; licence_no: string }>`
    select declaration_no, licence_id, licence_no from customs_declaration
    join licence on licence.id = customs_declaration.licence_id
    where declaration_no = any(${[...new Set(declarations)]}::text[])`.execute(db)
  return new Map(
    found.rows.map((row) => [row.declaration_no, { id: row.licence_id, licenceNo: row.licence_no }]),
  )
}

/** What the rules ask of a licence. `today` null: of a declaration that is still to be made. */
export const termsOf = (
  row: LicenceRow,
  uses: readonly RecordedUse[],
  declaredOnOther: string | null,
  today: Day | null,
): LicenceTerms => ({
  state: isState(row.state) ? row.state : 'cancelled',
  licenceNo: row.licence_no,
  exporterCode: LicenceContent.parse(row.content).exporterCode,
  consignorCode: row.consignor_code,
  hsCode: row.hs_code,
  customsPort: row.customs_port,
  quantity: canonicalDecimal(row.quantity),
  unit: row.goods_unit,
  overShipment: canonicalDecimal(row.over_shipment),
  oneBatch: row.one_batch,
  validFrom: row.valid_from,
  expiryDate: row.expiry_date,
  closedByCustoms: row.closed_by_customs,
  uses,
  declaredOnOther,
  today,
})

/** The licence's facts after its uses: quantity used, and distinct declarations. */
export const factsOf = (uses: LicenceTerms['uses']) => ({
  used_quantity: usedOf({ uses }),
  use_count: new Set(uses.map((use) => use.declarationNo)).size,
})

export interface NewUse {
  licenceId: string
  use: Pick<Use, 'declarationNo' | 'itemNo' | keyof UseFacts>
  messageId: string | null
  manualReason: string | null
  recordedBy: string | null
}

/**
 * Writes uses. Answers false when another licence took one of the declarations meanwhile: the caller gives the
 * transaction up and judges anew.
 */
export async function insertUses(tx: Tx, uses: readonly NewUse[], now: Date): Promise<boolean> {
  if (uses.length === 0) return true
  const carried = new Map(uses.map(({ use, licenceId }) => [use.declarationNo, licenceId]))
  const claims = JSON.stringify(
    [...carried].map(([declaration_no, licence_id]) => ({ declaration_no, licence_id })),
  )
  await sql`insert into customs_declaration (declaration_no, licence_id)
    select declaration_no, licence_id from jsonb_to_recordset(${claims}::jsonb) as c(declaration_no text, licence_id uuid)
    order by declaration_no collate "C" on conflict do nothing`.execute(tx)
  const held = await carriersOf(tx, [...carried.keys()])
  if ([...carried].some(([no, licenceId]) => held.get(no)?.id !== licenceId)) return false
  const rows = uses.map(({ licenceId, use, messageId, manualReason, recordedBy }) => ({
    id: randomUUIDv7(),
    licence_id: licenceId,
    declaration_no: use.declarationNo,
    item_no: use.itemNo,
    declared_on: use.declaredOn,
    customs_code: use.customsCode,
    quantity: use.quantity,
    final: use.final,
    message_id: messageId,
    manual_reason: manualReason,
    recorded_by: recordedBy,
  }))
  // An item that was taken back may be told again: it goes on where its revisions ended.
  await sql`insert into customs_use (id, licence_id, declaration_no, item_no, revision, declared_on, customs_code, quantity,
      final, message_id, manual_reason, recorded_by, recorded_at)
    select id, licence_id, declaration_no, item_no,
      1 + coalesce((select max(revision) from customs_use as before where before.licence_id = u.licence_id
        and before.declaration_no = u.declaration_no and before.item_no = u.item_no), 0),
      declared_on, customs_code, quantity, final, message_id, manual_reason, recorded_by, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u(id uuid, licence_id uuid, declaration_no text,
      item_no int, declared_on date, customs_code text, quantity numeric, final boolean, message_id text,
      manual_reason text, recorded_by uuid)`.execute(tx)
  return true
}

/** Writes customs' figures of an item that is recorded: a further row, the old one stays. The licence is locked. */
export async function insertCorrection(
  tx: Tx,
  of: { licenceId: string; use: NewUse['use']; reason: string; accountId: string },
  now: Date,
): Promise<void> {
  const { licenceId, use, reason, accountId } = of
  await sql`insert into customs_use (id, licence_id, declaration_no, item_no, revision, declared_on, customs_code, quantity,
      final, manual_reason, recorded_by, recorded_at)
    select ${randomUUIDv7()}::uuid, licence_id, declaration_no, item_no, max(revision) + 1, ${use.declaredOn}::date,
      ${use.customsCode}, ${use.quantity}::numeric, ${use.final}, ${reason}, ${accountId}::uuid, ${now}::timestamptz
    from customs_use where licence_id = ${licenceId} and declaration_no = ${use.declarationNo} and item_no = ${use.itemNo}
    group by licence_id, declaration_no, item_no`.execute(tx)
}

/**
 * Writes that customs does not have a recorded item: a further row, the old ones stay. With its last item the licence
 * lets go of the declaration, which may be another one's. The licence is locked.
 */
export async function insertTakeBack(
  tx: Tx,
  of: { licenceId: string; use: NewUse['use']; reason: string; accountId: string },
  now: Date,
): Promise<void> {
  const { licenceId, use, reason, accountId } = of
  await sql`insert into customs_use (id, licence_id, declaration_no, item_no, revision, declared_on, customs_code, quantity,
      final, manual_reason, recorded_by, recorded_at, taken_back)
    select ${randomUUIDv7()}::uuid, licence_id, declaration_no, item_no, revision + 1, declared_on, customs_code, quantity,
      final, ${reason}, ${accountId}::uuid, ${now}::timestamptz, true
    from customs_use where licence_id = ${licenceId} and declaration_no = ${use.declarationNo}
      and item_no = ${use.itemNo} and ${inForce}`.execute(tx)
  await sql`delete from customs_declaration where declaration_no = ${use.declarationNo} and licence_id = ${licenceId}
      and not exists (select from customs_use where customs_use.licence_id = customs_declaration.licence_id
        and customs_use.declaration_no = customs_declaration.declaration_no and ${inForce})`.execute(tx)
}

/** Words of a use for the history of its licence. */
export const useWords = (use: NewUse['use'], unit: string): string =>
  `报关单 ${use.declarationNo} 第 ${use.itemNo} 项，${figure(use.quantity)} ${unit}${use.final ? '，最后一次' : ''}`

/** Who deals with a number that no licence of ours has: the issuer it names, or the bureau, which manages all of them. */
export const issuerOf = (licenceNo: string): string =>
  /^\d{2}([0-9A-Z]{2})\d{6}$/.exec(licenceNo)?.[1] ?? 'AA'
