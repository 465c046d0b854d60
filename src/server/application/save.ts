/** Writing an application's content: what a save puts into the row, its lines, a new draft, copies. */
import { sql } from 'kysely'
import { tooLarge, totalsOf, type ComputedLine, type Totals } from '#domain/application/content.ts'
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import { compare } from '#domain/decimal.ts'
import { dayOf } from '#domain/day.ts'
import {
  copied,
  formVersion,
  wholeContractSheet,
  wholeForm,
  type ApplicationForm,
} from '#domain/application/form.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { unwaited, type Db, type Tx } from '../db/connect.ts'
import { Malformed, Refused } from '../refused.ts'
import type { Codes } from '../reference/codes.ts'
import { exporterOf, isFirst, Whole, type Content, type Part, type Row } from './record.ts'

/** A parsed draft; a part that is absent stays as it is, a sheet of null is taken away. */
export interface Save {
  form?: Record<string, unknown> | undefined
  contractSheet?: Record<string, unknown> | null | undefined
}

const malformed = (path: string, words: string) => new Malformed(words, [{ path, words, rule: 'malformed' }])

type FormColumns = ReturnType<typeof formColumns>['columns']

/** The columns that follow from a form; refuses an unknown commodity and amounts beyond their boxes. */
function formColumns(codes: Codes, form: ApplicationForm, now: Date) {
  if (form.quotaYear === '') throw malformed('quotaYear', '请选择年度')
  if (form.hsCode === '') throw malformed('hsCode', '请选择商品')
  const goods = codes.goods(Number(form.quotaYear), form.hsCode)
  if (goods === undefined) {
    throw malformed('hsCode', `${form.quotaYear} 年度目录中没有商品代码 ${form.hsCode}，请重新选择商品`)
  }
  const totals = totalsOf(form.lines, codes.usdRate(form.priceCurrency, dayOf(now)))
  const large = tooLarge(totals)
  if (large !== undefined) throw malformed('lines', large)
  const { lines: _, ...stored } = form
  return {
    totals,
    stored,
    columns: {
      form: JSON.stringify(stored),
      form_version: formVersion,
      goods_key: goods.goodsKey,
      goods_name: goods.name,
      category_code: goods.categoryCode,
      goods_unit: goods.unitName,
      licence_type: licenceTypeFor(goods, form.destinationCountry),
      total_quantity: totals.totalQuantity,
      total_amount: totals.totalAmount,
      total_amount_usd: totals.totalAmountUsd === '' ? null : totals.totalAmountUsd,
    },
  }
}

/**
 * What a save changes on a locked row; `totals` is null when the lines stay as they are. `changed` is asked where the
 * form itself is known to be the same.
 */
export function contentSet(codes: Codes, row: Row, content: Content, save: Save, now: Date) {
  const sheet = sheetColumns(save.contractSheet)
  if (save.form === undefined) return { ...sheet, totals: null, changed: true }
  const form = wholeForm(save.form)
  if (row.application_no !== null && form.quotaYear !== content.form.quotaYear) {
    throw new Refused(
      409,
      'rule',
      `申请表号已按 ${content.form.quotaYear} 年度预留，不能改年度。请复制为新的申请表`,
    )
  }
  // A licence that was handed back keeps its number, and the number names the authority.
  if (row.approved_at !== null && form.issuingAuthority !== content.form.issuingAuthority) {
    const words = '申请表已取得发证机构给出的许可证号，不能改发证机构。请复制为新的申请表'
    throw new Refused(409, 'rule', words)
  }
  const { columns, totals, stored } = formColumns(codes, form, now)
  return {
    columns: { ...columns, ...sheet.columns },
    stored: { form: stored, ...sheet.stored },
    totals,
    changed: refilled(row, content, columns, totals),
  }
}

/** The column of a contract sheet, as it is written and as it will be read. */
function sheetColumns(given: Save['contractSheet']) {
  if (given === undefined) return { columns: {}, stored: {} }
  const sheet = given === null ? null : wholeContractSheet(given)
  return {
    columns: { contract_sheet: sheet === null ? null : JSON.stringify(sheet) },
    stored: { contract_sheet: sheet },
  }
}

/** The application as it stands once these columns are written: what a reader would find. */
export function afterwards(
  before: { row: Row; part: Part },
  { columns, stored, totals }: ReturnType<typeof contentSet>,
  more: Partial<Row> & { modified_at: Date },
): Whole {
  const { row, part } = before
  const lines = totals === null ? part.lines : lineValues(row.id, totals.lines)
  return new Whole({ ...row, ...columns, ...stored, ...more, version: row.version + 1 }, { ...part, lines })
}

/** Whether the same form is sealed with other facts of the system than before: goods of the catalogue, dollars. */
function refilled(row: Row, { totals: before }: Content, now: FormColumns, totals: Totals): boolean {
  const filled = ['goods_name', 'category_code', 'goods_unit', 'form_version'] as const
  return (
    filled.some((column) => row[column] !== now[column]) ||
    compare(totals.totalAmountUsd || '0', before.totalAmountUsd || '0') !== 0 ||
    totals.lines.some((line, index) => line.amountUsd !== before.lines[index]?.amountUsd)
  )
}

const orNull = (value: string) => (value === '' ? null : value)

function lineValues(applicationId: string, lines: readonly ComputedLine[]) {
  return lines.map((line, index) => ({
    application_id: applicationId,
    line_no: index + 1,
    spec_grade: line.specGrade,
    unit_price: orNull(line.unitPrice),
    quantity: orNull(line.quantity),
    amount: orNull(line.amount),
    amount_usd: orNull(line.amountUsd),
  }))
}

/** Replaces the lines of a locked application. */
export async function writeLines(
  tx: Tx,
  applicationId: string,
  lines: readonly ComputedLine[],
): Promise<void> {
  const shorter = tx
    .deleteFrom('application_line')
    .where('application_id', '=', applicationId)
    .where('line_no', '>', lines.length)
  await unwaited(tx, shorter)
  if (lines.length === 0) return
  const written = tx
    .insertInto('application_line')
    .values(lineValues(applicationId, lines))
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'line_no']).doUpdateSet((excluded) => ({
        spec_grade: excluded.ref('excluded.spec_grade'),
        unit_price: excluded.ref('excluded.unit_price'),
        quantity: excluded.ref('excluded.quantity'),
        amount: excluded.ref('excluded.amount'),
        amount_usd: excluded.ref('excluded.amount_usd'),
      })),
    )
  await unwaited(tx, written)
}

export interface NewApplication extends Save {
  id: string
  channel: 'platform' | 'window' | 'mobile' | 'api'
  form: Record<string, unknown>
}

/** An operator of an enterprise: the only one who can own applications. */
export type Operator = Actor & { enterpriseId: string; code13: string }

export function operator(actor: Actor): Operator {
  if (actor.enterpriseId === null || actor.code13 === null) {
    throw new Refused(403, 'permission', '只有企业操作员可以录入申请表')
  }
  return { ...actor, enterpriseId: actor.enterpriseId, code13: actor.code13 }
}

/**
 * Makes a draft with its lines and history in one statement. The id comes from the client: the same id again makes
 * nothing new, and answers nothing, when it is this person's own application, and is refused otherwise.
 */
export async function createApplication(
  ctx: Context,
  db: Db | Tx,
  actor: Operator,
  given: NewApplication,
  action: 'create' | 'copy' = 'create',
): Promise<Whole | undefined> {
  const now = ctx.clock()
  const today = dayOf(now)
  const { columns, totals } = formColumns(await ctx.codes.current(db), wholeForm(given.form), now)
  const lines = lineValues(given.id, totals.lines)
  const made = await db
    .with('made', (query) =>
      query
        .insertInto('application')
        .values({
          id: given.id,
          window_no: sql`'XK' || ${today.slice(0, 4)}::text || lpad(nextval('window_no_seq')::text, 10, '0')`,
          state: 'draft',
          channel: given.channel,
          enterprise_id: actor.enterpriseId,
          department: actor.department,
          created_by: actor.accountId,
          created_at: now,
          modified_by: actor.accountId,
          modified_at: now,
          apply_date: today,
          ...sheetColumns(given.contractSheet ?? null).columns,
          ...columns,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returningAll(),
    )
    .with('lines', (query) =>
      query.insertInto('application_line').columns(lineColumns).expression(linesOf(lines)),
    )
    .with('noted', (query) =>
      query
        .insertInto('history')
        .columns(['thing', 'thing_id', 'action', 'to_state', 'account_id', 'actor_name', 'actor_place', 'at'])
        .expression(
          sql`select 'application', made.id, ${action}::text, made.state, ${actor.accountId}::uuid,
            ${actor.personName}::text, ${actor.code13}::text, ${now}::timestamptz from made`,
        ),
    )
    .selectFrom('made as application')
    .selectAll()
    .select([exporterOf.as('exporter'), isFirst.as('first')])
    .executeTakeFirst()
  if (made === undefined) await refuseForeignId(db, actor, given.id)
  return made && new Whole(made, { lines, files: [], exporter: made.exporter, first: made.first })
}

async function refuseForeignId(db: Db | Tx, actor: Actor, id: string) {
  const row = await db.selectFrom('application').select('created_by').where('id', '=', id).executeTakeFirst()
  if (row?.created_by !== actor.accountId) {
    throw new Refused(409, 'rule', '编号已被占用，请刷新页面后重新录入')
  }
}

const lineColumns = [
  'application_id',
  'line_no',
  'spec_grade',
  'unit_price',
  'quantity',
  'amount',
  'amount_usd',
] as const

/** The new draft's lines as a select over `made`, so that a repeated id writes none. */
const linesOf = (lines: ReturnType<typeof lineValues>) =>
  sql`select made.id, l.line_no, l.spec_grade, l.unit_price, l.quantity, l.amount, l.amount_usd
    from made, jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l(line_no int, spec_grade text,
      unit_price numeric, quantity numeric, amount numeric, amount_usd numeric)`

/** Copies a form and its contract sheet into new drafts without files, seal or numbers (manual 004 复制). */
export async function copyApplication(
  ctx: Context,
  actor: Operator,
  content: Content,
  ids: readonly string[],
): Promise<void> {
  const form = copied(content.form)
  await ctx.db.transaction().execute(async (tx) => {
    for (const id of ids) {
      const made: NewApplication = { id, channel: 'platform', form, contractSheet: content.contractSheet }
      await createApplication(ctx, tx, actor, made, 'copy')
    }
  })
}
