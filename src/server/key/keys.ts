/** The keys themselves: lists, revocation, binding to an account, and what the server thinks of a certificate. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { checkKey, KeyRow, listKeys, revokeKey } from '#api/key.ts'
import { certificateTypes, isCertificateType, isKeyDevice, keyDevices } from '#domain/certificate/kinds.ts'
import { keyFormVersion } from '#domain/certificate/form.ts'
import { renewalRefusal } from '#domain/certificate/renewal.ts'
import type { Actor } from '#domain/machine.ts'
import { readCertificate } from '#domain/seal/certificate.ts'
import { DerError } from '#domain/seal/der.ts'
import { dayOf } from '#domain/day.ts'
import { both, countLimit, totalOf } from '../application/list.ts'
import type { Context } from '../context.ts'
import { certificateFingerprint } from '../pki/signature.ts'
import { trustedCertificate } from '../pki/trust.ts'
import { notFound, Refused } from '../refused.ts'
import { settingOn } from '../settings.ts'
import { actIn } from './act.ts'
import { answerChallenge, findKey } from './challenge.ts'
import { noteCreated } from './create.ts'
import { like } from './query.ts'
import { keysInScope } from './scope.ts'

interface Joined {
  fingerprint: string
  serial: string
  holder: string
  login_name: string | null
  enterprise_name: string
  code13: string
  device: string | null
  certificate_type: string | null
  mobile: string | null
  not_before: Date
  not_after: Date
  revoked_at: Date | null
  revocation_reason: string | null
  made_for: string | null
  bound_to: string | null
  bound_at: Date | null
}

const from = sql`from certificate join enterprise on enterprise.id = certificate.enterprise_id
  left join account on account.id = certificate.account_id`

export async function listKeysOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listKeys)['query']>,
): Promise<z.input<(typeof listKeys)['reply']>> {
  const now = ctx.clock()
  const text = query.text ?? ''
  const where = both([
    keysInScope(actor),
    ...(text === ''
      ? []
      : [
          sql<SqlBool>`(certificate.holder like ${like(text)} or enterprise.name like ${like(text)}
            or enterprise.uscc = ${text} or enterprise.code13 = ${text} or certificate.serial = ${text.toLowerCase()}
            or certificate.login_name = ${text})`,
        ]),
    ...(query.status === undefined ? [] : [inStatus(query.status, now)]),
  ])
  const offset = (query.page - 1) * query.pageSize
  const [renewalDays, rows, counts] = await Promise.all([
    settingOn(ctx.db, 'renewal_days', dayOf(now)),
    sql<Joined>`select certificate.*, enterprise.name as enterprise_name, enterprise.code13,
        account.login_name as bound_to ${from} where ${where}
      order by certificate.created_at desc, certificate.fingerprint limit ${query.pageSize} offset ${offset}`.execute(
      ctx.db,
    ),
    sql<{
      count: number
    }>`select count(*)::int as count from (select 1 ${from} where ${where} limit ${countLimit + 1}) _`.execute(
      ctx.db,
    ),
  ])
  const count = counts.rows[0]?.count ?? 0
  return {
    rows: rows.rows.map((row) => keyReply(row, actor, now, renewalDays)),
    total: totalOf([{ state: '', count: Math.min(count, countLimit), more: count > countLimit }]),
  }
}

function inStatus(status: 'valid' | 'expired' | 'revoked', now: Date) {
  if (status === 'revoked') return sql<SqlBool>`certificate.revoked_at is not null`
  return status === 'valid'
    ? sql<SqlBool>`certificate.revoked_at is null and certificate.not_after >= ${now}`
    : sql<SqlBool>`certificate.revoked_at is null and certificate.not_after < ${now}`
}

const statusLabels = { valid: '有效', expiring: '即将到期', expired: '已过期', revoked: '已注销' } as const

function statusOf(row: Pick<Joined, 'revoked_at' | 'not_after'>, now: Date, renewalDays: number) {
  if (row.revoked_at !== null) return 'revoked'
  if (row.not_after < now) return 'expired'
  return row.not_after.getTime() - now.getTime() < renewalDays * 86_400_000 ? 'expiring' : 'valid'
}

function keyReply(row: Joined, actor: Actor, now: Date, renewalDays: number): z.input<typeof KeyRow> {
  const device = row.device !== null && isKeyDevice(row.device) ? row.device : 'file'
  const type =
    row.certificate_type !== null && isCertificateType(row.certificate_type)
      ? row.certificate_type
      : 'general'
  const status = statusOf(row, now, renewalDays)
  const facts = { madeFor: row.made_for, notAfter: row.not_after, revokedAt: row.revoked_at }
  const refusal = renewalRefusal({ kind: 'renew', createdBy: actor.accountId }, facts, now, renewalDays)
  return {
    fingerprint: row.fingerprint,
    serial: row.serial,
    holder: row.holder,
    loginName: row.login_name,
    enterpriseName: row.enterprise_name,
    code13: row.code13,
    device,
    deviceLabel: keyDevices[device],
    certificateType: type,
    certificateTypeLabel: certificateTypes[type],
    mobile: row.mobile,
    notBefore: row.not_before.toISOString(),
    notAfter: row.not_after.toISOString(),
    status,
    statusLabel: statusLabels[status],
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revocationReason: row.revocation_reason,
    own: row.made_for === actor.accountId,
    boundTo: row.bound_to,
    boundAt: row.bound_at?.toISOString() ?? null,
    notRenewable: refusal?.toSubmit ?? null,
  }
}

/** 吊销 in one step: a request of this kind is its record, and the door writes who did it and why. */
export async function revokeOne(
  ctx: Context,
  actor: Actor,
  fingerprint: string,
  body: z.output<(typeof revokeKey)['body']>,
): Promise<{ id: string }> {
  const now = ctx.clock()
  const action = actor.permissions.has('key_request.revoke_by_officer') ? 'revoke_by_officer' : 'revoke'
  await ctx.db.transaction().execute(async (tx) => {
    const found = await sql<{
      enterprise_id: string
      certificate_type: string | null
      login_name: string | null
    }>`
      select enterprise_id, certificate_type, login_name from certificate
      where fingerprint = ${fingerprint} and ${keysInScope(actor)}`.execute(tx)
    const [key] = found.rows
    if (key === undefined) throw notFound('电子钥匙')
    const made = await tx
      .insertInto('key_request')
      .values({
        id: body.id,
        kind: 'revoke',
        state: 'draft',
        enterprise_id: key.enterprise_id,
        certificate_type: key.certificate_type ?? 'general',
        login_name: key.login_name ?? '',
        form_version: keyFormVersion,
        form: '{}',
        old_fingerprint: fingerprint,
        reason: body.reason,
        created_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (made.numInsertedOrUpdatedRows === 0n) {
      const there = await tx
        .selectFrom('key_request')
        .selectAll()
        .where('id', '=', body.id)
        .executeTakeFirst()
      if (there?.created_by === actor.accountId && there.old_fingerprint === fingerprint) return
      throw new Refused(409, 'rule', '请求编号已用于另一项操作，请刷新页面后重新操作')
    }
    await noteCreated(tx, actor, { thing: 'key_request', id: body.id, state: 'draft', now })
    await actIn(
      tx,
      ctx,
      actor,
      body.id,
      action,
      { version: 1, requestId: body.id, input: { opinion: body.reason } },
      { revoking: { fingerprint, code: body.code } },
    )
  })
  return { id: body.id }
}

/**
 * 绑卡 (manual 004): the key proves to be at hand, and that its holder is the person who is signed in. Refused: a key of
 * another enterprise or of a colleague. Done again it changes nothing.
 */
export async function bindKeyTo(
  ctx: Context,
  actor: Actor,
  given: { challengeId: string; cms: string },
): Promise<{ serial: string; boundAt: string }> {
  const { facts, certificate } = await answerChallenge(ctx, 'bind', given)
  if (certificate.enterpriseId !== actor.enterpriseId || actor.enterpriseId === null) {
    throw new Refused(
      409,
      'other_enterprise',
      `该电子钥匙属于“${facts.enterpriseName}”，不是本企业的电子钥匙，不能绑定。请使用本企业的电子钥匙`,
    )
  }
  if (certificate.madeFor !== actor.accountId) {
    throw new Refused(
      409,
      'other_account',
      `该电子钥匙的持有人是 ${facts.holder}，与当前登录账号不符，不能绑定。请由持有人登录后绑定`,
    )
  }
  const now = ctx.clock()
  const row = await ctx.db
    .updateTable('certificate')
    .set((eb) => ({
      account_id: actor.accountId,
      bound_at: eb.fn.coalesce('bound_at', eb.val(now)),
    }))
    .where('fingerprint', '=', facts.fingerprint)
    .where('revoked_at', 'is', null)
    .returning('bound_at')
    .executeTakeFirst()
  if (row === undefined) throw new Refused(409, 'seal_revoked', '该电子钥匙已注销，不能绑定')
  return { serial: facts.serial, boundAt: (row.bound_at ?? now).toISOString() }
}

/** The key stays valid and can be bound again by its holder; nothing can be sealed with it meanwhile. */
export async function unbindKeyFrom(ctx: Context, actor: Actor, fingerprint: string): Promise<void> {
  const done = await ctx.db
    .updateTable('certificate')
    .set({ account_id: null, bound_at: null })
    .where('fingerprint', '=', fingerprint)
    .where('account_id', '=', actor.accountId)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) throw notFound('已绑定到本账号的电子钥匙')
}

/** What can be said of a certificate without its key; anybody may ask, as with OCSP. */
export async function opinionOf(
  ctx: Context,
  accountId: string | undefined,
  certificate: string,
): Promise<z.input<(typeof checkKey)['reply']>> {
  const der = Buffer.from(certificate, 'base64')
  const now = ctx.clock().toISOString()
  const nothing = { now, issued: false, known: false, revokedAt: null, notAfter: null, boundToMe: null }
  try {
    readCertificate(der)
  } catch (error) {
    if (error instanceof DerError) return nothing
    throw error
  }
  const trusted = trustedCertificate(ctx.trust, der)
  if (typeof trusted === 'string') return nothing
  const row = await findKey(ctx, certificateFingerprint(der))
  return {
    now,
    issued: true,
    known: row !== undefined,
    revokedAt: row?.revokedAt?.toISOString() ?? null,
    notAfter: trusted.period.notAfter.toISOString(),
    boundToMe: accountId === undefined || row === undefined ? null : row.accountId === accountId,
  }
}
