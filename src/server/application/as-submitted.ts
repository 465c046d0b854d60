/**
 * What people outside the enterprise see of an application that was returned or withdrawn and may be changing again:
 * the content of its last submission, read from the text that was sealed for it.
 */
import { sql } from 'kysely'
import { z } from 'zod'
import { isSubmitted } from '#domain/application/actions.ts'
import type { Filled, Totals } from '#domain/application/content.ts'
import { wholeContractSheet, wholeForm } from '#domain/application/form.ts'
import { upgradedForm, upgradedSheet } from '#domain/application/upgrade.ts'
import type { Actor } from '#domain/machine.ts'
import { isOutsider } from '../account/scope.ts'
import type { Db } from '../db/connect.ts'
import { notFound } from '../refused.ts'
import { loadWhole, type Content, type Row } from './record.ts'

const Text = z.string()
const Line = z.object({ specGrade: Text, unitPrice: Text, quantity: Text, amount: Text, amountUsd: Text })
const Sealed = z.object({
  formVersion: z.number(),
  form: z.looseObject({
    exporterCode: Text,
    exporterUscc: Text,
    exporterName: Text,
    goodsName: Text,
    goodsCategory: Text,
    goodsUnit: Text,
    applyDate: Text,
    totalQuantity: Text,
    totalAmount: Text,
    totalAmountUsd: Text,
    hsCode: Text,
    customsPort: Text,
    tradeMode: Text,
    destinationCountry: Text,
    contractNo: Text,
    lines: z.array(Line),
  } satisfies Record<keyof Filled, z.ZodType> & Record<string, z.ZodType>),
  contractSheet: z.record(Text, z.unknown()),
  attachments: z.array(z.object({ sha256: Text })),
})
type Sealed = z.infer<typeof Sealed>

interface Submitted {
  sealId: string
  sealed: Sealed
}

/** Whether this person sees the last submission in place of what stands in the row. */
export const seesSubmission = (actor: Actor, row: { state: string }): boolean =>
  isOutsider(actor) && !isSubmitted(row.state)

/** The last submissions of these applications. */
async function lastSubmissions(db: Db, ids: readonly string[]): Promise<Map<string, Submitted>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ application_id: string; seal_id: string; content: string }>`
    select distinct on (submission.application_id) submission.application_id, submission.seal_id, seal.content
    from submission join seal on seal.id = submission.seal_id
    where submission.application_id = any(${[...ids]}::uuid[])
    order by submission.application_id, submission.submitted_at desc, submission.id desc`.execute(db)
  return new Map(
    rows.map((row) => [
      row.application_id,
      { sealId: row.seal_id, sealed: Sealed.parse(JSON.parse(row.content)) },
    ]),
  )
}

/** The columns that lists and details show, as they were submitted. */
const columnsOf = ({ form }: Sealed) => ({
  hs_code: form.hsCode,
  goods_name: form.goodsName,
  category_code: form.goodsCategory,
  goods_unit: form.goodsUnit,
  total_quantity: form.totalQuantity,
  total_amount: form.totalAmount,
  total_amount_usd: form.totalAmountUsd === '' ? null : form.totalAmountUsd,
  trade_mode: form.tradeMode,
  destination_country: form.destinationCountry,
  customs_port: form.customsPort,
  contract_no: form.contractNo,
  apply_date: form.applyDate,
})

/** Rows of a list as this person may see them. */
export async function rowsShown<R extends { id: string; state: string }>(
  db: Db,
  actor: Actor,
  rows: readonly R[],
): Promise<R[]> {
  const changing = rows.filter((row) => seesSubmission(actor, row))
  const submissions = await lastSubmissions(
    db,
    changing.map((row) => row.id),
  )
  return rows.map((row) => {
    const submission = submissions.get(row.id)
    return submission === undefined ? row : only(row, columnsOf(submission.sealed))
  })
}

/** The row with those of the columns that it has. */
const only = <R extends object>(row: R, columns: object): R =>
  Object.assign({}, row, Object.fromEntries(Object.entries(columns).filter(([name]) => name in row)))

/** One application as this person may see it: its row, its content, and the seal under it. */
export async function contentShown(db: Db, actor: Actor, row: Row): Promise<{ row: Row; content: Content }> {
  const { content } = await loadWhole(db, row)
  if (!seesSubmission(actor, row)) return { row, content }
  const submission = (await lastSubmissions(db, [row.id])).get(row.id)
  if (submission === undefined) throw notFound('申请表')
  const { sealId, sealed } = submission
  return {
    row: { ...row, ...columnsOf(sealed), seal_id: sealId },
    content: { ...content, ...contentOf(sealed, content.files) },
  }
}

function contentOf({ form, formVersion, contractSheet, attachments }: Sealed, files: Content['files']) {
  const typed = form.lines.map(({ specGrade, unitPrice, quantity }) => ({ specGrade, unitPrice, quantity }))
  const sealed = new Set(attachments.map((file) => file.sha256))
  const { totalQuantity, totalAmount, totalAmountUsd } = form
  return {
    form: wholeForm({ ...upgradedForm(form, formVersion), lines: typed }),
    contractSheet: wholeContractSheet(upgradedSheet(contractSheet, formVersion)),
    // What was taken away since is kept in the store and named in the printed application.
    files: files.filter((file) => sealed.has(file.sha256)),
    filled: filledOf(form),
    totals: { lines: form.lines, totalQuantity, totalAmount, totalAmountUsd } satisfies Totals,
  }
}

function filledOf(form: Sealed['form']): Filled {
  const { exporterCode, exporterUscc, exporterName, goodsName, goodsCategory, goodsUnit, applyDate } = form
  const { totalQuantity, totalAmount, totalAmountUsd } = form
  return {
    exporterCode,
    exporterUscc,
    exporterName,
    goodsName,
    goodsCategory,
    goodsUnit,
    applyDate,
    totalQuantity,
    totalAmount,
    totalAmountUsd,
  }
}
