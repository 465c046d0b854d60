/** A stored application as the rules see it: form, sheet, rows, files, exporter, goods, totals, sealed content. */
import type { Selectable } from 'kysely'
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { canonicalSealContent, type SealContent } from '#domain/seal/content.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { sealedForm, type Filled, type Totals } from '#domain/application/content.ts'
import {
  emptyContractSheet,
  wholeContractSheet,
  wholeForm,
  type ApplicationForm,
  type ContractSheet,
} from '#domain/application/form.ts'
import { upgradedForm, upgradedSheet } from '#domain/application/upgrade.ts'
import type { Db, Tx } from '../db/connect.ts'
import { prepared, type Later } from '../db/prepared.ts'
import type { Application as ApplicationTable } from '../db/types.gen.ts'

export type Row = Selectable<ApplicationTable>

export interface StoredFile {
  id: string
  type: string
  name: string
  size: number
  sha256: string
  mediaType: string
  createdAt: string
}

export interface Exporter {
  id: string
  code13: string
  uscc: string
  name: string
  region: string
  city: string | null
  centralEnterprise: boolean
}

export interface Content {
  form: ApplicationForm
  contractSheet: ContractSheet | null
  exporter: Exporter
  files: StoredFile[]
  /** The enterprise has not submitted any other application yet. */
  firstApplication: boolean
  filled: Filled
  totals: Totals
}

interface StoredLine {
  spec_grade: string
  unit_price: string | null
  quantity: string | null
  amount: string | null
  amount_usd: string | null
}

/** What of an application stands in other tables. */
export interface Part {
  lines: StoredLine[]
  files: StoredFile[]
  exporter: Exporter
  first: boolean
}

const lineValue = (value: string | null) => (value === null ? '' : canonicalDecimal(value))

/** Of a row of `application`: its exporter, and whether the enterprise has submitted no other one. */
export const exporterOf = sql<Exporter>`
  (select json_build_object('id', id, 'code13', code13, 'uscc', uscc, 'name', name, 'region', region,
      'city', city, 'centralEnterprise', central_enterprise)
    from enterprise where id = application.enterprise_id)`
export const isFirst = sql<boolean>`
  not exists (select 1 from application as other where other.enterprise_id = application.enterprise_id
    and other.submitted_at is not null and other.id <> application.id)`

/** The columns of Part beside a row of `application`. */
const parts = sql`
  coalesce((select json_agg(json_build_object('spec_grade', spec_grade, 'unit_price', unit_price::text,
      'quantity', quantity::text, 'amount', amount::text, 'amount_usd', amount_usd::text) order by line_no)
    from application_line where application_id = application.id), '[]') as lines,
  coalesce((select json_agg(json_build_object('id', id, 'type', type_code, 'name', name, 'size', size,
      'sha256', sha256, 'mediaType', media_type, 'createdAt', created_at) order by created_at, id)
    from attachment where application_id = application.id), '[]') as files,
  ${exporterOf} as exporter, ${isFirst} as first`

/** A stored application with its content. */
export class Whole {
  readonly row: Row
  readonly part: Part
  readonly content: Content
  constructor(row: Row, part: Part) {
    this.row = row
    this.part = part
    this.content = contentOf(row, part)
  }
}

/** The application that this condition names, read in one round trip. */
export async function readWhole(db: Db | Tx, where: RawBuilder<SqlBool>): Promise<Whole | undefined> {
  const { rows } = await sql<Row & Part>`
    select application.*, ${parts} from application where ${where}`.execute(db)
  return rows[0] && new Whole(rows[0], rows[0])
}

/**
 * Locks an application and reads its content in one round trip. Who had to wait for the lock has the row as it is now,
 * but the rest as it was before: `seen`, read with the rest, tells by the version, and the rest is read again.
 */
export async function lockWhole(tx: Tx, id: string): Promise<Whole | undefined> {
  const [found] = await lockAndSee(tx, { id })
  if (found === undefined) return undefined
  return found.seen === found.version ? new Whole(found, found) : loadWhole(tx, found)
}

const lockAndSee = prepared((db, later: Later<{ id: string }>) =>
  sql<Row & Part & { seen: number }>`
    select application.*, ${parts}, (select version from application as before where before.id = application.id) as seen
    from application where id = ${later('id')} for update`.compile(db),
)

/** A row with its content; under a lock it is what is locked. */
export const loadWhole = async (db: Db | Tx, row: Row): Promise<Whole> =>
  new Whole(row, await loadPart(db, row))

async function loadPart(db: Db | Tx, row: Row): Promise<Part> {
  const { rows } = await sql<Part>`select ${parts} from application where id = ${row.id}`.execute(db)
  const part = rows[0]
  if (part === undefined) throw new Error(`application ${row.id} has no content`)
  return part
}

function contentOf(row: Row, part: Part): Content {
  const { lines, files, exporter } = part
  const typed = lines.map((line) => ({
    specGrade: line.spec_grade,
    unitPrice: lineValue(line.unit_price),
    quantity: lineValue(line.quantity),
  }))
  const form = wholeForm({ ...upgradedForm(row.form, row.form_version), lines: typed })
  const sheet = row.contract_sheet === null ? null : upgradedSheet(row.contract_sheet, row.form_version)
  const totals: Totals = {
    lines: typed.map((line, index) => ({
      ...line,
      amount: lineValue(lines[index]?.amount ?? null),
      amountUsd: lineValue(lines[index]?.amount_usd ?? null),
    })),
    totalQuantity: canonicalDecimal(row.total_quantity),
    totalAmount: canonicalDecimal(row.total_amount),
    totalAmountUsd: lineValue(row.total_amount_usd),
  }
  return {
    form,
    contractSheet: sheet === null ? null : wholeContractSheet(sheet),
    exporter,
    files,
    firstApplication: part.first,
    totals,
    filled: filledOf(row, exporter, totals),
  }
}

function filledOf(row: Row, exporter: Exporter, totals: Totals): Filled {
  return {
    exporterCode: exporter.code13,
    exporterUscc: exporter.uscc,
    exporterName: exporter.name,
    goodsName: row.goods_name,
    goodsCategory: row.category_code,
    goodsUnit: row.goods_unit,
    applyDate: row.apply_date,
    totalQuantity: totals.totalQuantity,
    totalAmount: totals.totalAmount,
    totalAmountUsd: totals.totalAmountUsd,
  }
}

/** The bytes a seal of this application signs. Throws when no number has been reserved. */
export function sealBytes(row: Row, content: Content): Uint8Array<ArrayBuffer> {
  if (row.application_no === null) throw new Error(`application ${row.id} has no number to seal`)
  const sealed: SealContent = {
    kind: 'application',
    id: row.id,
    applicationNo: row.application_no,
    contentVersion: row.content_version,
    formVersion: row.form_version,
    form: sealedForm(content.form, content.filled, content.totals.lines),
    contractSheet: { ...(content.contractSheet ?? emptyContractSheet) },
    attachments: content.files.map(({ type, name, size, sha256 }) => ({ type, name, size, sha256 })),
  }
  return canonicalSealContent(sealed)
}
