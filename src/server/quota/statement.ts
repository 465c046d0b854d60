/** The statement of an account (配额明细账): page by page from the newest entry back, and whole as a spreadsheet. */
import { Readable } from 'node:stream'
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { QuotaEntryRow, quotaStatement } from '#api/quota.ts'
import { addDays, formatInstant, startOfDay, type Day } from '#domain/day.ts'
import { canonicalDecimal, type Decimal } from '#domain/decimal.ts'
import { buckets, isEntryKind, kinds, type Bucket } from '#domain/quota/ledger.ts'
import type { Actor } from '#domain/machine.ts'
import { isKind, kinds as requestKinds } from '#domain/request/states.ts'
import { applicationsInScope, licencesInScope, requestsInScope, swapsInScope } from '../account/scope.ts'
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
  /** How often customs has used the licence. */
  uses: number
  application_open: boolean
  licence_open: boolean
  request_open: boolean
  swap_open: boolean
}

type Between = { from?: Day | undefined; to?: Day | undefined }
type Row = z.input<typeof QuotaEntryRow>

async function entriesOf(
  db: Db,
  actor: Actor,
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
      licence_request.licence_no as request_licence_no,
      (select count(*)::int from customs_use where customs_use.licence_id = page.licence_id) as uses,
      coalesce(${applicationsInScope(actor)}, false) as application_open,
      coalesce(${licencesInScope(actor)}, false) as licence_open,
      coalesce(${requestsInScope(actor)}, false) as request_open,
      coalesce(${swapsInScope(actor)}, false) as swap_open
    from (select * from quota_entry where ${where} order by seq desc limit ${limit}) as page
    left join application on application.id = page.application_id
    left join licence on licence.id = page.licence_id
    left join licence_request on licence_request.id = page.request_id
    left join quota_swap on quota_swap.id = page.swap_id
    order by page.seq desc`.execute(db)
  const mayGrant = actor.permissions.has('quota.grant')
  return rows.map((row) => entryReply(row, mayGrant))
}

const isBucket = (name: string): name is Bucket => Object.hasOwn(buckets, name)
const bucketLabel = (name: string) => (isBucket(name) ? buckets[name] : name)

function entryReply(row: Entry, mayGrant: boolean): Row {
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
    refs: refsOf(row, mayGrant),
  }
}

/** Kinds of entries that come of what customs has told about a licence: its use, or that it is used no more. */
const afterCustoms: ReadonlySet<string> = new Set(['cancel', 'settle', 'unused', 'replace'])

/** What an entry came from; `open`: whether this person reaches it, so that no link leads nowhere. */
function refsOf(row: Entry, mayGrant: boolean): Row['refs'] {
  const refs: Row['refs'] = []
  const { application_id, licence_id, request_id, swap_id, batch_id, licence_no: licenceNo } = row
  if (application_id !== null) {
    const label = row.application_no ?? '申请表'
    refs.push({ thing: 'application', id: application_id, label, open: row.application_open })
  }
  if (licence_id !== null) {
    const open = row.licence_open
    refs.push({ thing: 'licence', id: licence_id, label: licenceNo ?? '许可证', open })
    if (licenceNo !== null && afterCustoms.has(row.kind)) {
      const [thing, label] =
        row.uses > 0 ? (['uses', `海关使用 ${row.uses} 次`] as const) : (['customs', '海关状态'] as const)
      refs.push({ thing, id: licence_id, label, open, licenceNo })
    }
  }
  if (request_id !== null) {
    const kind = row.request_kind
    const word = kind !== null && isKind(kind) ? requestKinds[kind] : '申请'
    const label = `${word} ${row.request_licence_no ?? ''}`.trim()
    refs.push({ thing: 'request', id: request_id, label, open: row.request_open })
  }
  if (swap_id !== null) refs.push({ thing: 'swap', id: swap_id, label: '配额调换申请', open: row.swap_open })
  if (batch_id !== null) refs.push({ thing: 'batch', id: batch_id, label: '下达批次', open: mayGrant })
  return refs
}

export async function statementPage(
  db: Db,
  actor: Actor,
  accountId: string,
  query: z.output<(typeof quotaStatement)['query']>,
): Promise<z.input<(typeof quotaStatement)['reply']>> {
  const rows = await entriesOf(db, actor, accountId, {
    ...query,
    before: query.before,
    limit: query.limit + 1,
  })
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
export function statementWorkbook(db: Db, actor: Actor, accountId: string, between: Between): Readable {
  return workbook('配额明细账', rowsOf(db, actor, accountId, between))
}

async function* rowsOf(
  db: Db,
  actor: Actor,
  accountId: string,
  between: Between,
): AsyncGenerator<readonly Cell[][]> {
  yield [heads]
  for (let before: number | undefined; ;) {
    const rows = await entriesOf(db, actor, accountId, { ...between, before, limit: perRead })
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
