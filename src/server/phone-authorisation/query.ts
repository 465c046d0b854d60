/** Lists and details of phone authorisations, and what may be begun now. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type {
  listPhoneAuthorisations,
  PhoneAuthorisationDetail,
  PhoneAuthorisationRow,
} from '#api/phone-authorisation.ts'
import { wholeKeyForm } from '#domain/certificate/form.ts'
import { maskedNumber } from '#domain/certificate/id-number.ts'
import { certificateTypes } from '#domain/certificate/kinds.ts'
import type { Actor } from '#domain/machine.ts'
import { kinds, makingDays, phoneAuthorisation, states } from '#domain/phone-authorisation/actions.ts'
import { both, countLimit, totalOf } from '../application/list.ts'
import type { Context } from '../context.ts'
import { historyOf } from '../key/history.ts'
import { certificateType } from '../key/query.ts'
import { notFound } from '../refused.ts'
import { phoneAuthorisationsInScope } from './scope.ts'
import {
  phoneAuthorisationKind,
  phoneAuthorisationState,
  phoneAuthorisationSubject,
  type PhoneAuthorisationRow as Row,
} from './act.ts'

export type Joined = Row & {
  enterprise_name: string
  code13: string
  uscc: string
  info: unknown
  serial: string | null
  not_before: Date | null
  not_after: Date | null
  revoked_at: Date | null
  revocation_reason: string | null
}

const joined = sql`
  select phone_authorisation.*, enterprise.name as enterprise_name, enterprise.code13, enterprise.uscc, enterprise.info,
    certificate.serial, certificate.not_before, certificate.not_after, certificate.revoked_at,
    certificate.revocation_reason
  from phone_authorisation join enterprise on enterprise.id = phone_authorisation.enterprise_id
    left join certificate on certificate.fingerprint = phone_authorisation.fingerprint`

/** 历史信息 (manual 003): what was deleted stands in it too, under 是否删除. */
export async function listPhoneAuthorisationsOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listPhoneAuthorisations)['query']>,
): Promise<z.input<(typeof listPhoneAuthorisations)['reply']>> {
  const where = both([
    phoneAuthorisationsInScope(actor),
    ...(query.kind === undefined ? [] : [sql<SqlBool>`phone_authorisation.kind = ${query.kind}`]),
  ])
  const shown = query.state
  const offset = (query.page - 1) * query.pageSize
  const [rows, counts] = await Promise.all([
    sql<Joined>`${joined} where ${where}
      ${shown === undefined ? sql`` : sql`and phone_authorisation.state = ${shown}`}
      order by phone_authorisation.created_at desc, phone_authorisation.id desc
      limit ${query.pageSize} offset ${offset}`.execute(ctx.db),
    sql<{ state: string; count: number }>`select state, count(*)::int as count from phone_authorisation
      where ${where} group by 1`.execute(ctx.db),
  ])
  const counted = Object.keys(states).map((name) => {
    const state = phoneAuthorisationState(name)
    const count = counts.rows.find((one) => one.state === state)?.count ?? 0
    return { state, count: Math.min(count, countLimit), more: count > countLimit }
  })
  return {
    rows: await Promise.all(rows.rows.map((row) => rowReply(ctx, actor, row))),
    total: totalOf(counted.filter(({ state }) => shown === undefined || state === shown)),
    counts: counted.map(({ state, count, more }) => ({
      state,
      label: states[state],
      total: { count, more },
    })),
  }
}

/** What comes with a request of its own: the making on the phone, 注销. */
const elsewhere: readonly string[] = ['issue', 'cancel']

async function rowReply(
  ctx: Context,
  actor: Actor,
  row: Joined,
): Promise<z.input<typeof PhoneAuthorisationRow>> {
  const now = ctx.clock()
  const subject = await phoneAuthorisationSubject(ctx.db, row, now)
  const kind = phoneAuthorisationKind(row.kind)
  const state = phoneAuthorisationState(row.state)
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
    loginName: row.login_name,
    holder: row.holder,
    certificateType: type,
    certificateTypeLabel: certificateTypes[type],
    mobile: row.mobile,
    oldMobile: row.old_mobile,
    createdAt: row.created_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    own: row.created_by === actor.accountId,
    certificate: certificateReply(row, now),
    offered: phoneAuthorisation.offered(subject, actor).filter(({ action }) => !elsewhere.includes(action)),
  }
}

function certificateReply(row: Joined, now: Date): z.input<typeof PhoneAuthorisationRow>['certificate'] {
  const { fingerprint, serial, not_before: notBefore, not_after: notAfter } = row
  if (fingerprint === null || serial === null || notBefore === null || notAfter === null) return null
  return {
    fingerprint,
    serial,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    expired: notAfter < now,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revocationReason: row.revocation_reason,
    deviceName: row.device_name,
  }
}

/** The row of an authorisation that this person may see, or 404. */
async function visible(ctx: Context, actor: Actor, id: string): Promise<Joined> {
  const found =
    await sql<Joined>`${joined} where phone_authorisation.id = ${id} and ${phoneAuthorisationsInScope(actor)}`.execute(
      ctx.db,
    )
  const [row] = found.rows
  if (row === undefined) throw notFound('手机授权')
  return row
}

export async function phoneAuthorisationDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof PhoneAuthorisationDetail>> {
  const row = await visible(ctx, actor, id)
  const [reply, history, pc] = await Promise.all([
    rowReply(ctx, actor, row),
    historyOf(ctx.db, phoneAuthorisation, id),
    ctx.db
      .selectFrom('certificate')
      .select('serial')
      .where('fingerprint', '=', row.pc_fingerprint)
      .executeTakeFirst(),
  ])
  const { services: _services, ...fields } = wholeKeyForm(row.form)
  return {
    ...reply,
    enterprise: {
      name: row.enterprise_name,
      code13: row.code13,
      uscc: row.uscc,
      address: addressOf(row.info),
    },
    fields: reply.own ? fields : { ...fields, identityNumber: maskedNumber(fields.identityNumber) },
    pcSerial: pc?.serial ?? null,
    reason: row.reason,
    makeUntil: row.kind === 'cancel' ? null : (makeUntil(row.submitted_at)?.toISOString() ?? null),
    history,
  }
}

/** The instant after which a submitted authorisation can't be made any more. */
export const makeUntil = (submittedAt: Date | null): Date | null =>
  submittedAt === null ? null : new Date(submittedAt.getTime() + makingDays * 86_400_000)

/** 企业注册经营地址, as it was registered. */
export function addressOf(info: unknown): string {
  const address: unknown = new Map<string, unknown>(Object.entries(info ?? {})).get('address')
  return typeof address === 'string' ? address : ''
}
