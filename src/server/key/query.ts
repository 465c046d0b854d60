/** Lists and details of key requests. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { KeyRequestDetail, KeyRequestRow, listKeyRequests, Paper } from '#api/key.ts'
import { kinds, keyRequest, states } from '#domain/certificate/actions.ts'
import {
  isPaperKind,
  keyFormIssues,
  neededPapers,
  paperKinds,
  wholeKeyForm,
  type KeyForm,
} from '#domain/certificate/form.ts'
import { maskedNumber } from '#domain/certificate/id-number.ts'
import { certificateTypes, isCertificateType } from '#domain/certificate/kinds.ts'
import type { Actor } from '#domain/machine.ts'
import { both, countLimit, totalOf } from '../application/list.ts'
import type { Context } from '../context.ts'
import { notFound } from '../refused.ts'
import {
  keyRequestKind,
  keyRequestState,
  keyRequestSubject,
  renewalText,
  type KeyRequestRow as Row,
} from './act.ts'
import { historyOf } from './history.ts'
import { holderOf } from './holder.ts'
import { keyRequestsInScope } from './scope.ts'

type Joined = Row & {
  enterprise_name: string
  code13: string
  uscc: string
  certificate_serial: string | null
}

const joined = sql`
  select key_request.*, enterprise.name as enterprise_name, enterprise.code13, enterprise.uscc,
    (select serial from certificate where certificate.key_request_id = key_request.id
      order by created_at limit 1) as certificate_serial
  from key_request join enterprise on enterprise.id = key_request.enterprise_id`

export const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, (found) => `\\${found}`)}%`

export async function listKeyRequestsOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listKeyRequests)['query']>,
): Promise<z.input<(typeof listKeyRequests)['reply']>> {
  const text = query.text ?? ''
  const where = both([
    keyRequestsInScope(actor),
    ...(query.kind === undefined ? [] : [sql<SqlBool>`key_request.kind = ${query.kind}`]),
    ...(text === ''
      ? []
      : [
          sql<SqlBool>`(enterprise.name like ${like(text)} or enterprise.uscc = ${text} or enterprise.code13 = ${text}
            or key_request.login_name = ${text} or key_request.form->>'applicantName' = ${text})`,
        ]),
  ])
  const shown = query.state
  const offset = (query.page - 1) * query.pageSize
  const [rows, counts] = await Promise.all([
    offset >= countLimit
      ? { rows: [] }
      : sql<Joined>`${joined} where ${where}
          ${shown === undefined ? sql`and key_request.state <> 'deleted'` : sql`and key_request.state = ${shown}`}
          order by key_request.created_at desc, key_request.id desc
          limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    sql<{ state: string; count: number }>`select key_request.state, count(*)::int as count
      from key_request join enterprise on enterprise.id = key_request.enterprise_id
      where ${where} group by 1`.execute(ctx.db),
  ])
  const counted = Object.keys(states).map((name) => {
    const state = keyRequestState(name)
    const count = counts.rows.find((one) => one.state === state)?.count ?? 0
    return { state, count: Math.min(count, countLimit), more: count > countLimit }
  })
  const listed = counted.filter(({ state }) => (shown === undefined ? state !== 'deleted' : state === shown))
  return {
    rows: rows.rows.map(rowReply),
    total: totalOf(listed),
    counts: counted.map(({ state, count, more }) => ({
      state,
      label: states[state],
      total: { count, more },
    })),
  }
}

export const certificateType = (name: string) => {
  if (!isCertificateType(name)) throw new Error(`certificate type ${name}`)
  return name
}

function rowReply(row: Joined): z.input<typeof KeyRequestRow> {
  const kind = keyRequestKind(row.kind)
  const state = keyRequestState(row.state)
  const type = certificateType(row.certificate_type)
  return {
    id: row.id,
    kind,
    kindLabel: kinds[kind],
    state,
    stateLabel: states[state],
    version: row.version,
    enterpriseName: row.enterprise_name,
    code13: row.code13,
    uscc: row.uscc,
    applicantName: wholeKeyForm(row.form).applicantName,
    loginName: row.login_name,
    certificateType: type,
    certificateTypeLabel: certificateTypes[type],
    createdAt: row.created_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    decidedAt: row.decided_at?.toISOString() ?? null,
    certificateSerial: row.certificate_serial,
  }
}

/** The row of a request that this person may see, or 404. */
export async function visibleRequest(ctx: Context, actor: Actor, id: string): Promise<Joined> {
  const found =
    await sql<Joined>`${joined} where key_request.id = ${id} and ${keyRequestsInScope(actor)}`.execute(ctx.db)
  const [row] = found.rows
  if (row === undefined) throw notFound('电子钥匙申请')
  return row
}

export async function keyRequestDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof KeyRequestDetail>> {
  const row = await visibleRequest(ctx, actor, id)
  const [subject, enterprise, papers, history, waiting] = await Promise.all([
    keyRequestSubject(ctx.db, row, ctx.clock()),
    ctx.db.selectFrom('enterprise').selectAll().where('id', '=', row.enterprise_id).executeTakeFirstOrThrow(),
    ctx.db
      .selectFrom('key_request_file')
      .selectAll()
      .where('key_request_id', '=', id)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
    historyOf(ctx.db, keyRequest, id),
    ctx.db
      .selectFrom('account')
      .select('id')
      .where('id', '=', row.created_by)
      .where('awaiting_key', '=', true)
      .executeTakeFirst(),
  ])
  const { form, old, kind } = subject
  const verified = enterprise.verified_at !== null
  const own = row.created_by === actor.accountId
  const info = new Map<string, unknown>(Object.entries(enterprise.info ?? {}))
  const address = info.get('address')
  const held = papers.map((paper) => paper.kind)
  return {
    ...rowReply(row),
    own,
    enterprise: {
      id: enterprise.id,
      name: enterprise.name,
      code13: enterprise.code13,
      uscc: enterprise.uscc,
      region: enterprise.region,
      city: enterprise.city,
      address: typeof address === 'string' ? address : '',
      verified,
      contested: enterprise.contested,
    },
    fields: shownFields(form, own || actor.permissions.has('key_request.approve')),
    services: form.services,
    papers: papers.map(paperReply),
    needed: neededPapers(kind, verified),
    issues: kind === 'revoke' ? [] : keyFormIssues(form, { kind, verified, papers: held }),
    opensAccount: waiting !== undefined,
    reason: row.reason,
    opinion: history.findLast((line) => line.opinion !== null)?.opinion ?? null,
    old:
      old === undefined
        ? null
        : {
            fingerprint: old.fingerprint,
            serial: old.serial,
            notAfter: old.not_after.toISOString(),
            revokedAt: old.revoked_at?.toISOString() ?? null,
          },
    toSign: own && kind === 'renew' ? renewalText(subject) : null,
    holder: await holderOf(ctx.db, row, form),
    offered: keyRequest.offered(subject, actor),
    history,
  }
}

/** The identity number is for the applicant and for whoever compares it with the card. */
function shownFields(form: KeyForm, whole: boolean): Record<string, string> {
  const { services: _services, ...fields } = form
  return whole ? fields : { ...fields, identityNumber: maskedNumber(fields.identityNumber) }
}

function paperReply(row: {
  id: string
  kind: string
  name: string
  size: number
  media_type: string
  created_at: Date
}): z.input<typeof Paper> {
  if (!isPaperKind(row.kind)) throw new Error(`paper of kind ${row.kind}`)
  return {
    id: row.id,
    kind: row.kind,
    kindLabel: paperKinds[row.kind],
    name: row.name,
    size: row.size,
    mediaType: row.media_type,
    createdAt: row.created_at.toISOString(),
  }
}
