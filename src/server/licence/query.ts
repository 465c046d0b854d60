/** Lists and details of licences, and what the public may see of one. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { getLicence, LicenceRow as LicenceRowReply, listLicences, verifyLicence } from '#api/licence.ts'
import { customsWords, licence, shownState, states } from '#domain/licence/actions.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import { canonicalDecimal, isPositive, subtract } from '#domain/decimal.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { isKind, isState, kinds, openStates, states as requestStates } from '#domain/request/states.ts'
import { licencesInScope, requestsInScope } from '../account/scope.ts'
import { both, countLimit, scopeLabel, totalOf, type Counted } from '../application/list.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { notFound } from '../refused.ts'
import type { Codes } from '../reference/codes.ts'
import { licenceState, licenceSubject, openRequestWords, type LicenceRow } from './act.ts'
import { verifyUrl } from './document.ts'
import { signerRefusal } from './signer.ts'

const everyState = Object.keys(states)
/** 查看电子许可证 (manual 000): what has been issued, whatever became of it. */
const issuedStates = everyState.filter((state) => state !== 'pending')

type Joined = LicenceRow & {
  application_no: string | null
  application_state: string
  application_department: string | null
  application_creator: string
  exporter_name: string
}

const joined = sql`
  select licence.*, application.application_no, application.state as application_state,
    application.department as application_department, application.created_by as application_creator,
    enterprise.name as exporter_name
  from licence
  join application on application.id = licence.application_id
  join enterprise on enterprise.id = licence.enterprise_id`

const like = (part: string) => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

export async function listLicencesOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listLicences)['query']>,
): Promise<z.input<(typeof listLicences)['reply']>> {
  const listed = { issued: issuedStates, to_issue: ['pending'], all: everyState }[query.list]
  const part = query.q === undefined || query.q === '' ? undefined : like(query.q)
  const where = both([
    licencesInScope(actor),
    ...(part === undefined
      ? []
      : [
          sql<SqlBool>`(licence.licence_no like ${part} or licence.contract_no like ${part}
            or licence.goods_name like ${part} or exists (select from application
              where application.id = licence.application_id and application.application_no like ${part})
            or exists (select from enterprise
              where enterprise.id = licence.enterprise_id and enterprise.name like ${part}))`,
        ]),
    ...(query.issuedOn === undefined ? [] : [sql<SqlBool>`licence.issued_on = ${query.issuedOn}`]),
    // Handed back: it waits for the second review, not for issuing.
    ...(query.list === 'to_issue'
      ? [
          sql<SqlBool>`exists (select from application where application.id = licence.application_id
            and application.state = 'approved')`,
        ]
      : []),
  ])
  const shown = query.state === undefined ? listed : listed.filter((state) => state === query.state)
  const offset = (query.page - 1) * query.pageSize
  const direction = query.order === 'asc' ? sql`asc` : sql`desc`
  const [rows, counts, codes] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where licence.state = any(${shown}) and ${where}
          order by licence.licence_no ${direction} limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    countLicences(ctx.db, listed, where),
    ctx.codes.current(),
  ])
  const today = dayOf(ctx.clock())
  return {
    rows: rows.rows.map((row) => rowReply(row, actor, codes, today)),
    total: totalOf(counts.filter((one) => shown.includes(one.state))),
    counts: counts.map(({ state, count, more }) => {
      const known = licenceState(state)
      return { state: known, label: states[known], total: { count, more } }
    }),
    scope: scopeLabel(actor),
  }
}

async function countLicences(db: Db, listed: string[], where: ReturnType<typeof both>): Promise<Counted[]> {
  const found = await sql<{ state: string; count: string }>`
    select wanted.state, (select count(*) from (
      select from licence where licence.state = wanted.state and ${where} limit ${countLimit + 1}
    ) as counted) as count
    from unnest(${listed}::text[]) with ordinality as wanted(state, place) order by place`.execute(db)
  return found.rows.map(({ state, count }) => ({
    state,
    count: Math.min(Number(count), countLimit),
    more: Number(count) > countLimit,
  }))
}

function rowReply(row: Joined, actor: Actor, codes: Codes, today: string): z.input<typeof LicenceRowReply> {
  const stored = licenceState(row.state)
  const state = shownState(stored, row.expiry_date, today)
  return {
    id: row.id,
    licenceNo: row.licence_no,
    applicationId: row.application_id,
    applicationNo: row.application_no ?? '',
    state,
    stateLabel: states[state],
    version: row.version,
    exporterName: row.exporter_name,
    goodsName: row.goods_name,
    hsCode: row.hs_code,
    quantity: canonicalDecimal(row.quantity),
    goodsUnit: row.goods_unit,
    destinationName: codes.entry('country', row.destination_country)?.name ?? row.destination_country,
    issuedOn: row.document_sha256 === null ? null : row.issued_on,
    expiryDate: row.document_sha256 === null ? null : row.expiry_date,
    customsState: customsWords(state, row.delivery, row.use_count),
    issueStep: row.issue_step,
    issueError: row.issue_error,
    documentReady: isReady(row),
    actions: licence.actionNames.filter(
      (name) =>
        licence.actions[name].side !== 'system' &&
        licence.actions[name].from.includes(stored) &&
        actor.permissions.has(`licence.${name}`),
    ),
  }
}

/** The document is handed out once issuing is complete, never before. */
export const isReady = (row: { state: string; document_sha256: string | null }) =>
  row.document_sha256 !== null && row.state !== 'pending'

/** The row if this person may see it; refuses (404) otherwise. */
export async function visibleLicence(ctx: Context, actor: Actor, id: string): Promise<Joined> {
  const found = await sql<Joined>`${joined} where licence.id = ${id} and ${licencesInScope(actor)}`.execute(
    ctx.db,
  )
  const row = found.rows[0]
  if (row === undefined) throw notFound('许可证')
  return row
}

export async function licenceDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<(typeof getLicence)['reply']>> {
  const row = await visibleLicence(ctx, actor, id)
  const [history, codes, signer, openRequest, chain, request] = await Promise.all([
    licenceHistory(ctx, id, row.replaces_id),
    ctx.codes.current(),
    signerRefusal(ctx.db, row.authority_code, ctx.clock()),
    openRequestWords(ctx.db, id),
    chainOf(ctx, row),
    openRequestShown(ctx, actor, id),
  ])
  const today = dayOf(ctx.clock())
  const subject = licenceSubject(row, {
    applicationState: row.application_state,
    department: row.application_department,
    createdBy: row.application_creator,
    today,
    signerRefusal: signer,
    openRequest,
  })
  const ready = isReady(row)
  return {
    ...rowReply(row, actor, codes, today),
    boxes: LicenceContent.parse(row.content),
    validFrom: ready ? row.valid_from : null,
    oneBatch: row.one_batch,
    usedQuantity: canonicalDecimal(row.used_quantity),
    remainingQuantity: remaining(row),
    useCount: row.use_count,
    documentSha256: ready ? row.document_sha256 : null,
    verifyUrl: verifyUrl(ctx, row),
    checkCode: row.check_code,
    chain,
    openRequest: request,
    offered: licence.offered(subject, actor),
    history,
  }
}

/** What is left; an over-shipped licence has nothing left. */
const remaining = (row: Joined) => {
  const left = subtract(row.quantity, row.used_quantity)
  return isPositive(left) ? left : '0'
}

/** All licences of one application, as they replaced each other. */
async function chainOf(ctx: Context, row: LicenceRow) {
  const today = dayOf(ctx.clock())
  const rows = await ctx.db
    .selectFrom('licence')
    .select(['id', 'licence_no', 'state', 'expiry_date'])
    .where('application_id', '=', row.application_id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((one) => {
    const state = shownState(licenceState(one.state), one.expiry_date, today)
    return { id: one.id, licenceNo: one.licence_no, state, stateLabel: states[state] }
  })
}

async function openRequestShown(ctx: Context, actor: Actor, licenceId: string) {
  const row = await ctx.db
    .selectFrom('licence_request')
    .select(['licence_request.id', 'licence_request.kind', 'licence_request.state'])
    .where('licence_id', '=', licenceId)
    .where('state', 'in', openStates)
    .where(requestsInScope(actor))
    .executeTakeFirst()
  if (row === undefined || !isKind(row.kind) || !isState(row.state)) return null
  const { id, kind, state } = row
  return { id, kind, kindLabel: kinds[kind], state, stateLabel: requestStates[state], licenceId }
}

async function licenceHistory(ctx: Context, id: string, replaces: string | null) {
  const rows = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', 'licence')
    .where('thing_id', '=', id)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    action: row.action,
    label:
      row.action !== 'create'
        ? labelOf(row.action)
        : replaces === null
          ? '复审通过，取得许可证号'
          : '换发新证，取得许可证号',
    from: row.from_state,
    to: row.to_state,
    toLabel: row.to_state === null ? null : states[licenceState(row.to_state)],
    who: row.actor_name,
    place: row.actor_place,
    opinion: row.opinion,
    certificateSerial: row.certificate_serial,
    at: row.at.toISOString(),
  }))
}

const labelOf = (action: string) => (licence.isAction(action) ? licence.actions[action].label : action)

/**
 * What anybody who holds a licence may see: number and check code must both be right, and one answer stands for every
 * way of being wrong. Nothing is said about a licence that is not issued yet.
 */
export async function publicCheck(
  ctx: Context,
  no: string,
  code: string,
): Promise<z.input<(typeof verifyLicence)['reply']> | undefined> {
  const found =
    await sql<Joined>`${joined} where licence.licence_no = ${no} and licence.check_code = ${code}`.execute(
      ctx.db,
    )
  const row = found.rows[0]
  if (row === undefined || !isReady(row)) return undefined
  const now = ctx.clock()
  const today = dayOf(now)
  const state = shownState(licenceState(row.state), row.expiry_date, today)
  const started = row.valid_from !== null && row.valid_from <= today
  return {
    licenceNo: row.licence_no,
    exporterName: row.exporter_name,
    goodsName: row.goods_name,
    expiryDate: row.expiry_date,
    state,
    stateLabel: state === 'valid' && !started ? `有效，自 ${row.valid_from} 起生效` : states[state],
    usable: state === 'valid' && started,
    documentSha256: row.document_sha256,
    askedAt: now.toISOString(),
  }
}
