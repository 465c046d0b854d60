/** A new key request, with what the system knows of applicant and enterprise filled in. */
import type { z } from 'zod'
import type { createKeyRequest } from '#api/key.ts'
import { kinds } from '#domain/certificate/actions.ts'
import { keyFormVersion, wholeKeyForm } from '#domain/certificate/form.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { notFound, Refused } from '../refused.ts'

type Body = z.output<(typeof createKeyRequest)['body']>

const refused = (words: string) => new Refused(409, 'rule', words)
const openStates = ['draft', 'submitted', 'returned', 'approved']

/**
 * Creates the request in `draft`; the same id again is answered as done. Refused: 更新 and 补办 of a key that is not the
 * person's own, and a second open request of the same kind or about the same key.
 */
export async function createRequest(ctx: Context, actor: Actor, body: Body): Promise<void> {
  const { enterpriseId } = actor
  if (enterpriseId === null) throw refused('您的账号不属于任何企业，不能申请电子钥匙')
  if (body.kind !== 'new' && body.fingerprint === undefined) {
    throw refused(`请选择需要${kinds[body.kind]}的电子钥匙`)
  }
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    const account = await tx
      .selectFrom('account')
      .selectAll()
      .where('id', '=', actor.accountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const there = await tx.selectFrom('key_request').selectAll().where('id', '=', body.id).executeTakeFirst()
    if (there !== undefined) {
      if (there.created_by === actor.accountId && there.kind === body.kind) return
      throw refused('申请编号已用于另一份申请，请刷新页面后重新操作')
    }
    const old = body.kind === 'new' ? null : await ownKey(tx, actor, body.fingerprint ?? '')
    await refuseSecond(tx, actor, body, old)
    const last = await lastForm(tx, actor.accountId)
    const enterprise = await tx
      .selectFrom('enterprise')
      .select(['info', 'region', 'city'])
      .where('id', '=', enterpriseId)
      .executeTakeFirstOrThrow()
    const info = wholeInfo(enterprise.info)
    await tx
      .insertInto('key_request')
      .values({
        id: body.id,
        kind: body.kind,
        state: 'draft',
        enterprise_id: enterpriseId,
        department: actor.department,
        certificate_type: body.certificateType,
        login_name: account.login_name,
        form_version: keyFormVersion,
        form: JSON.stringify({
          ...last,
          applicantName: last.applicantName || account.person_name,
          email: last.email || (account.email ?? ''),
          mobile: last.mobile || (account.mobile ?? ''),
          department: last.department || (account.department ?? ''),
          address: last.address || info('address'),
          phone: last.phone || info('contactPhone'),
          postcode: last.postcode || info('postcode'),
          services: last.services.length > 0 ? last.services : ['export_licence'],
        }),
        old_fingerprint: old,
        reason: body.reason ?? null,
        created_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .execute()
    await noteCreated(tx, actor, {
      thing: 'key_request',
      id: body.id,
      state: 'draft',
      now,
      note: body.reason,
    })
  })
}

/** The first history line of a thing of the key office. */
export const noteCreated = (
  tx: Tx,
  actor: Actor,
  of: { thing: string; id: string; state: string; now: Date; note?: string | undefined },
) =>
  tx
    .insertInto('history')
    .values({
      thing: of.thing,
      thing_id: of.id,
      action: 'create',
      from_state: null,
      to_state: of.state,
      account_id: actor.accountId,
      actor_name: actor.personName,
      actor_place: actor.authorityCode ?? actor.code13 ?? '',
      opinion: of.note === undefined || of.note === '' ? null : of.note,
      at: of.now,
    })
    .execute()

async function ownKey(tx: Tx, actor: Actor, fingerprint: string): Promise<string> {
  const row = await tx
    .selectFrom('certificate')
    .select(['fingerprint', 'device'])
    .where('fingerprint', '=', fingerprint)
    .where('kind', '=', 'operator')
    .where('made_for', '=', actor.accountId)
    .executeTakeFirst()
  if (row === undefined) throw notFound('本人的电子钥匙')
  if (row.device === 'phone') throw refused('手机证书请在“手机授权”中续签、变更或注销')
  return row.fingerprint
}

async function refuseSecond(tx: Tx, actor: Actor, body: Body, old: string | null) {
  const open = await tx
    .selectFrom('key_request')
    .select('kind')
    .where('created_by', '=', actor.accountId)
    .where('state', 'in', openStates)
    .where((eb) =>
      old === null ? eb('kind', '=', body.kind) : eb('old_fingerprint', '=', old).and('kind', '<>', 'revoke'),
    )
    .executeTakeFirst()
  if (open === undefined) return
  throw refused('已有一份正在办理的申请，请先办完、删除或撤回后删除它，再新建申请')
}

/** What the person filled in the last time. */
async function lastForm(tx: Tx, accountId: string) {
  const row = await tx
    .selectFrom('key_request')
    .select('form')
    .where('created_by', '=', accountId)
    .where('kind', 'in', ['new', 'renew', 'reissue'])
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return wholeKeyForm(row?.form)
}

function wholeInfo(info: unknown): (name: string) => string {
  const values = new Map<string, unknown>(Object.entries(info ?? {}))
  return (name) => {
    const value = values.get(name)
    return typeof value === 'string' ? value : ''
  }
}
