/** Lists around customs: states of licences, uses, messages, and what one licence has had. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type * as api from '#api/customs.ts'
import { messageKinds, messageStates } from '#api/customs.ts'
import { customsWords, licence, shownState, states } from '#domain/licence/actions.ts'
import { leftOf, mostOf } from '#domain/customs/use.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { licencesInScope } from '../account/scope.ts'
import { both, countLimit, scopeLabel } from '../application/list.ts'
import type { Context } from '../context.ts'
import { licenceState, licenceSubject, openRequestWords, type LicenceRow } from '../licence/act.ts'
import { visibleLicence } from '../licence/query.ts'
import { usesLeft } from './check.ts'
import { asking } from './outbox.ts'
import { inForce, termsOf, usesOf } from './uses.ts'

type Where = RawBuilder<SqlBool>
type Query<E extends { query: z.ZodType }> = z.output<E['query']>
type Reply<E extends { reply: z.ZodType }> = Promise<z.input<E['reply']>>

export const startsWith = (column: string, start: string | undefined): Where[] =>
  start === undefined || start === ''
    ? []
    : [sql<SqlBool>`${sql.ref(column)} like ${`${start.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`}`]

/** Rows of one page and how many there are, counted to the limit of all lists. */
export async function paged<R>(
  ctx: Context,
  at: { select: RawBuilder<unknown>; from: RawBuilder<unknown>; where: Where; order: RawBuilder<unknown> },
  query: { page: number; pageSize: number },
) {
  const offset = (query.page - 1) * query.pageSize
  const [rows, count] = await Promise.all([
    offset >= countLimit
      ? { rows: [] as R[] }
      : sql<R>`select ${at.select} from ${at.from} where ${at.where} order by ${at.order}
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    sql<{ n: string }>`select count(*) as n from (select from ${at.from} where ${at.where}
      limit ${countLimit + 1}) as counted`.execute(ctx.db),
  ])
  return { rows: rows.rows, total: totalFrom(Number(count.rows[0]?.n ?? 0)) }
}

export const totalFrom = (n: number) => ({ count: Math.min(n, countLimit), more: n > countLimit })

const ended = sql`('cancelled', 'written_off', 'cleared')`
const stateWhere = (state: keyof typeof api.customsStates): Where => {
  if (state === 'cancelled' || state === 'written_off' || state === 'cleared')
    return sql<SqlBool>`licence.state = ${state}`
  if (state === 'part') return sql<SqlBool>`licence.use_count > 0 and licence.state not in ${ended}`
  return sql<SqlBool>`licence.delivery = ${state} and licence.use_count = 0 and licence.state not in ${ended}`
}

type StateRow = LicenceRow & { exporter_name: string; last_message: Date | null }

export async function listCustomsStates(
  ctx: Context,
  actor: Actor,
  query: Query<typeof api.listCustomsStates>,
): Reply<typeof api.listCustomsStates> {
  const where = both([
    licencesInScope(actor),
    sql<SqlBool>`licence.state <> 'pending'`,
    ...startsWith('licence.licence_no', query.licenceNo),
    ...(query.customsState === undefined ? [] : [stateWhere(query.customsState)]),
    ...(query.issuedFrom === undefined ? [] : [sql<SqlBool>`licence.issued_on >= ${query.issuedFrom}`]),
    ...(query.issuedTo === undefined ? [] : [sql<SqlBool>`licence.issued_on <= ${query.issuedTo}`]),
  ])
  const { rows, total } = await paged<StateRow>(
    ctx,
    {
      select: sql`licence.*, enterprise.name as exporter_name, (select coalesce(answered_at, sent_at, created_at)
        from customs_message where licence_id = licence.id order by seq desc limit 1) as last_message`,
      from: sql`licence join enterprise on enterprise.id = licence.enterprise_id`,
      where,
      order: sql`licence.licence_no desc`,
    },
    query,
  )
  const today = dayOf(ctx.clock())
  return { rows: rows.map((row) => stateRow(row, today)), total, scope: scopeLabel(actor) }
}

function stateRow(row: StateRow, today: string): z.input<typeof api.CustomsLicence> {
  const state = shownState(licenceState(row.state), row.expiry_date, today)
  return {
    id: row.id,
    licenceNo: row.licence_no,
    exporterName: row.exporter_name,
    goodsName: row.goods_name,
    hsCode: row.hs_code,
    customsPort: row.customs_port,
    goodsUnit: row.goods_unit,
    quantity: canonicalDecimal(row.quantity),
    usedQuantity: canonicalDecimal(row.used_quantity),
    leftQuantity: leftOf({
      quantity: row.quantity,
      uses: [{ declarationNo: '', itemNo: 1, quantity: row.used_quantity }],
    }),
    useCount: row.use_count,
    oneBatch: row.one_batch,
    issuedOn: row.issued_on,
    expiryDate: row.expiry_date,
    stateLabel: states[state],
    customsState: customsWords(state, row.delivery, row.use_count),
    lastMessageAt: row.last_message?.toISOString() ?? null,
  }
}

interface UseSqlRow {
  id: string
  licence_id: string
  licence_no: string
  exporter_name: string
  goods_name: string
  goods_unit: string
  declaration_no: string
  item_no: number
  declared_on: string
  customs_code: string
  quantity: string
  final: boolean
  manual_reason: string | null
  recorder: string | null
  recorded_at: Date
}

const useColumns = sql`customs_use.*, licence.licence_no, licence.goods_name, licence.goods_unit,
  enterprise.name as exporter_name, account.person_name as recorder`
const useTables = sql`customs_use join licence on licence.id = customs_use.licence_id
  join enterprise on enterprise.id = licence.enterprise_id left join account on account.id = customs_use.recorded_by`

export async function listUses(
  ctx: Context,
  actor: Actor,
  query: Query<typeof api.listUses>,
): Reply<typeof api.listUses> {
  const where = both([
    licencesInScope(actor),
    inForce,
    ...startsWith('licence.licence_no', query.licenceNo),
    ...startsWith('customs_use.declaration_no', query.declarationNo),
    ...(query.declaredFrom === undefined ? [] : [sql<SqlBool>`declared_on >= ${query.declaredFrom}`]),
    ...(query.declaredTo === undefined ? [] : [sql<SqlBool>`declared_on <= ${query.declaredTo}`]),
  ])
  const order = sql`customs_use.declared_on desc, declaration_no desc, item_no`
  const found = await paged<UseSqlRow>(ctx, { select: useColumns, from: useTables, where, order }, query)
  const named = await customsNames(ctx)
  const people = showsPeople(actor)
  return {
    rows: found.rows.map((row) => useRow(row, named, people)),
    total: found.total,
    scope: scopeLabel(actor),
  }
}

/** Which officer entered a use is the authority's affair; that one did, and why, is everybody's. */
const showsPeople = ({ scope }: Actor) => scope === 'authority' || scope === 'all'

async function customsNames(ctx: Context) {
  const codes = await ctx.codes.current()
  return (code: string) => codes.entry('customs_port', code)?.name ?? ''
}

const useRow = (
  row: UseSqlRow,
  named: (code: string) => string,
  people: boolean,
): z.input<typeof api.UseRow> => ({
  id: row.id,
  licenceId: row.licence_id,
  licenceNo: row.licence_no,
  exporterName: row.exporter_name,
  goodsName: row.goods_name,
  goodsUnit: row.goods_unit,
  declarationNo: row.declaration_no,
  itemNo: row.item_no,
  declaredOn: row.declared_on,
  customsCode: row.customs_code,
  customsName: named(row.customs_code),
  quantity: canonicalDecimal(row.quantity),
  final: row.final,
  manualReason: row.manual_reason,
  recordedBy: people ? row.recorder : null,
  recordedAt: row.recorded_at.toISOString(),
})

interface MessageSqlRow {
  message_no: string
  licence_id: string
  licence_no: string
  licence_version: number
  exporter_name: string
  kind: keyof typeof messageKinds
  state: keyof typeof messageStates
  attempts: number
  next_at: Date | null
  sent_at: Date | null
  answered_at: Date | null
  answer_reason: string | null
  last_error: string | null
  request_id: string | null
  created_at: Date
}

const messageColumns = sql`customs_message.*, licence.licence_no, licence.version as licence_version,
  enterprise.name as exporter_name`
const messageTables = sql`customs_message join licence on licence.id = customs_message.licence_id
  join enterprise on enterprise.id = licence.enterprise_id`
const stuck: (keyof typeof messageStates)[] = ['queued', 'sent', 'failed', 'rejected']

export async function listMessages(
  ctx: Context,
  actor: Actor,
  query: Query<typeof api.listMessages>,
): Reply<typeof api.listMessages> {
  const listed = query.list === 'stuck' ? stuck : (Object.keys(messageStates) as typeof stuck)
  const shown = query.state === undefined ? listed : listed.filter((state) => state === query.state)
  const base = [licencesInScope(actor), ...startsWith('licence.licence_no', query.licenceNo)]
  const where = both([...base, sql<SqlBool>`customs_message.state = any(${shown}::text[])`])
  const order = sql`customs_message.created_at desc, customs_message.id desc`
  const [found, counts] = await Promise.all([
    paged<MessageSqlRow>(ctx, { select: messageColumns, from: messageTables, where, order }, query),
    sql<{ state: keyof typeof messageStates; n: string }>`
      select wanted.state, (select count(*) from (select from ${messageTables}
        where customs_message.state = wanted.state and ${both(base)} limit ${countLimit + 1}) as counted) as n
      from unnest(${listed}::text[]) with ordinality as wanted(state, place) order by place`.execute(ctx.db),
  ])
  const mayResend = actor.permissions.has('licence.resend')
  return {
    rows: found.rows.map((row) => messageRow(row, mayResend)),
    total: found.total,
    counts: counts.rows.map(({ state, n }) => ({
      state,
      label: messageStates[state],
      total: totalFrom(Number(n)),
    })),
    missing: ctx.customs.missing(),
    scope: scopeLabel(actor),
  }
}

const instant = (value: Date | null) => value?.toISOString() ?? null

function messageRow(row: MessageSqlRow, mayResend: boolean): z.input<typeof api.MessageRow> {
  const again =
    ['queued', 'sent', 'failed'].includes(row.state) ||
    (row.state === 'rejected' && !asking.some((kind) => kind === row.kind))
  return {
    messageNo: row.message_no,
    licenceId: row.licence_id,
    licenceNo: row.licence_no,
    licenceVersion: row.licence_version,
    exporterName: row.exporter_name,
    kindLabel: messageKinds[row.kind],
    state: row.state,
    stateLabel: messageStates[row.state],
    attempts: row.attempts,
    nextAt: row.state === 'queued' ? instant(row.next_at) : null,
    sentAt: instant(row.sent_at),
    answeredAt: instant(row.answered_at),
    error: row.answer_reason ?? row.last_error,
    createdAt: row.created_at.toISOString(),
    canResend: mayResend && again,
  }
}

const inboundKinds: Record<string, string> = {
  answer: '回执',
  use: '使用',
  closing: '结案',
  unknown: '不能识别',
}

export async function licenceCustoms(
  ctx: Context,
  actor: Actor,
  id: string,
): Reply<typeof api.licenceCustoms> {
  const row = await visibleLicence(ctx, actor, id)
  const [uses, sent, received, recorded, openRequest, named] = await Promise.all([
    sql<UseSqlRow>`select ${useColumns} from ${useTables} where customs_use.licence_id = ${id} and ${inForce}
      order by declared_on, declaration_no, item_no limit 2000`.execute(ctx.db),
    sql<MessageSqlRow>`select ${messageColumns} from ${messageTables} where customs_message.licence_id = ${id}
      order by seq limit 500`.execute(ctx.db),
    sql<{ message_id: string; kind: string; outcome: string; reason: string; received_at: Date }>`
      select message_id, kind, outcome, reason, received_at from customs_inbound where licence_id = ${id}
      order by received_at, message_id limit 2000`.execute(ctx.db),
    usesOf(ctx.db, [id]),
    openRequestWords(ctx.db, id),
    customsNames(ctx),
  ])
  const terms = termsOf(row, recorded.get(id) ?? [], null, null)
  const today = dayOf(ctx.clock())
  const state = shownState(licenceState(row.state), row.expiry_date, today)
  const subject = licenceSubject(row, {
    applicationState: row.application_state,
    department: row.application_department,
    createdBy: row.application_creator,
    today,
    signerRefusal: null,
    openRequest,
  })
  const mayResend = actor.permissions.has('licence.resend')
  return {
    licenceNo: row.licence_no,
    version: row.version,
    unit: row.goods_unit,
    quantity: canonicalDecimal(row.quantity),
    usedQuantity: canonicalDecimal(row.used_quantity),
    leftQuantity: leftOf(terms),
    lastMost: mostOf(terms, true),
    overShipment: canonicalDecimal(row.over_shipment),
    usesLeft: usesLeft(row.one_batch, row.use_count, state),
    customsState: customsWords(state, row.delivery, row.use_count),
    customsPort: row.customs_port,
    customsPortName: named(row.customs_port),
    uses: uses.rows.map((one) => useRow(one, named, showsPeople(actor))),
    sent: sent.rows.map((one) => messageRow(one, mayResend)),
    received: received.rows.map((one) => ({
      messageId: one.message_id,
      kindLabel: inboundKinds[one.kind] ?? one.kind,
      outcome: one.outcome === 'recorded' ? '已登记' : '未登记',
      reason: one.reason,
      receivedAt: one.received_at.toISOString(),
    })),
    offered: licence.offered(subject, actor).filter(({ action }) => action === 'register_use'),
  }
}
