/** The statement of an account (配额明细账): page by page from the newest entry back, and whole as a spreadsheet. */
import { Readable } from 'node:stream'
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { QuotaEntryRow, quotaStatement } from '#api/quota.ts'
import { addDays, formatInstant, startOfDay, type Day } from '#domain/day.ts'
import { canonicalDecimal, type Decimal } from '#domain/decimal.ts'
import { buckets, isEntryKind, kinds, type Bucket } from '#domain/quota/ledger.ts'
import { isKind, kinds as requestKinds } from '#domain/request/states.ts'
import { both } from '../application/list.ts'
import type { Db } from '../db/connect.ts'
import { workbook, type Cell } from '../sheet/write.ts'

interface Entry {
  seq: number
  at: Date
  kind: string
  from_bucket: string
  to_bucket: string
  quantity: Decimal
  available: Decimal
  held: Decimal
  committed: Decimal
  settled: Decimal
  lapsed: Decimal
  actor_name: string
  note: string
  batch_id: string | null
  swap_id: string | null
  application_id: string | null
  application_no: string | null
  licence_id: string | null
  licence_no: string | null
  request_id: string | null
  request_kind: string | null
  request_licence_no: string | null
}

type Between = { from?: Day | undefined; to?: Day | undefined }
type Row = z.input<typeof QuotaEntryRow>

async function entriesOf(
  db: Db,
  accountId: string,
  { before, limit, from, to }: Between & { before: number | undefined; limit: number },
): Promise<Row[]> {
  const where = both([
    sql<SqlBool>`account_id = ${accountId}::uuid`,
    ...(before === undefined ? [] : [sql<SqlBool>`seq < ${before}`]),
    ...(from === undefined ? [] : [sql<SqlBool>`at >= ${startOfDay(from)}`]),
    ...(to === undefined ? [] : [sql<SqlBool>`at < ${startOfDay(addDays(to, 1))}`]),
  ])
  // The page is cut before anything is joined to it.
  const { rows } = await sql<Entry>`
    select page.*, application.application_no, licence.licence_no, licence_request.kind as request_kind,
      licence_request.licence_no as request_licence_no
    from (select * from quota_entry where ${where} order by seq desc limit ${limit}) as page
    left join application on application.id = page.application_id
    left join licence on licence.id = page.licence_id
    left join licence_request on licence_request.id = page.request_id
    order by page.seq desc`.execute(db)
  return rows.map(entryReply)
}

const isBucket = (name: string): name is Bucket => Object.hasOwn(buckets, name)
const bucketLabel = (name: string) => (isBucket(name) ? buckets[name] : name)

function entryReply(row: Entry): Row {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    kind: row.kind,
    kindLabel: isEntryKind(row.kind) ? kinds[row.kind].label : row.kind,
    from: row.from_bucket,
    fromLabel: bucketLabel(row.from_bucket),
    to: row.to_bucket,
    toLabel: bucketLabel(row.to_bucket),
    quantity: canonicalDecimal(row.quantity),
    available: canonicalDecimal(row.available),
    held: canonicalDecimal(row.held),
    committed: canonicalDecimal(row.committed),
    settled: canonicalDecimal(row.settled),
    lapsed: canonicalDecimal(row.lapsed),
    who: row.actor_name,
    note: row.note,
    refs: refsOf(row),
  }
}

function refsOf(row: Entry): Row['refs'] {
  const refs: Row['refs'] = []
  if (row.application_id !== null) {
    refs.push({ thing: 'application', id: row.application_id, label: row.application_no ?? '申请表' })
  }
  if (row.licence_id !== null) {
    refs.push({ thing: 'licence', id: row.licence_id, label: row.licence_no ?? '许可证' })
  }
  if (row.request_id !== null) {
    const word =
      row.request_kind !== null && isKind(row.request_kind) ? requestKinds[row.request_kind] : '申请'
    refs.push({
      thing: 'request',
      id: row.request_id,
      label: `${word} ${row.request_licence_no ?? ''}`.trim(),
    })
  }
  if (row.swap_id !== null) refs.push({ thing: 'swap', id: row.swap_id, label: '配额调换' })
  if (row.batch_id !== null) refs.push({ thing: 'batch', id: row.batch_id, label: '下达批次' })
  return refs
}

export async function statementPage(
  db: Db,
  accountId: string,
  query: z.output<(typeof quotaStatement)['query']>,
): Promise<z.input<(typeof quotaStatement)['reply']>> {
  const rows = await entriesOf(db, accountId, { ...query, before: query.before, limit: query.limit + 1 })
  const shown = rows.slice(0, query.limit)
  return { rows: shown, next: rows.length > query.limit ? (shown.at(-1)?.seq ?? null) : null }
}

const heads = [
  '序号',
  '时间',
  '类型',
  '从',
  '到',
  '数量',
  '可用',
  '占用',
  '已核扣',
  '已核销',
  '失效',
  '经手人',
  '关联',
  '说明',
]
/** Few enough that a piece is gone before the young objects are looked through twice and kept. */
const perRead = 100

/** The statement as a workbook, read and written piece by piece: memory does not grow with the account. */
export function statementWorkbook(db: Db, accountId: string, between: Between): Readable {
  return workbook('配额明细账', rowsOf(db, accountId, between))
}

async function* rowsOf(db: Db, accountId: string, between: Between): AsyncGenerator<readonly Cell[][]> {
  yield [heads]
  for (let before: number | undefined; ;) {
    const rows = await entriesOf(db, accountId, { ...between, before, limit: perRead })
    if (rows.length > 0) yield rows.map(cellsOf)
    if (rows.length < perRead) return
    before = rows.at(-1)?.seq
  }
}

const cellsOf = (row: Row): Cell[] => [
  { number: String(row.seq) },
  formatInstant(new Date(row.at)),
  row.kindLabel,
  row.fromLabel,
  row.toLabel,
  { number: row.quantity },
  { number: row.available },
  { number: row.held },
  { number: row.committed },
  { number: row.settled },
  { number: row.lapsed },
  row.who,
  row.refs.map(({ label }) => label).join('、'),
  row.note,
]
