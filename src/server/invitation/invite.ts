/** Inviting a colleague, and what the link opens: the invitation, a code to the mobile, the account. */
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { acceptInvitation, inviteColleague, sendInvitationCode } from '#api/colleague.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import type { Actor } from '#domain/machine.ts'
import { addressOf, networkOf } from '../account/address.ts'
import { prove, requireCaptcha, spend } from '../account/confirm.ts'
import { makeAccount } from '../account/make-account.ts'
import { hashPassword } from '../account/password.ts'
import { passwordIssues, refuse } from '../account/register.ts'
import { countCodeTry } from '../account/throttle.ts'
import type { Context } from '../context.ts'
import { system } from '../door.ts'
import { giveCode } from '../message/code.ts'
import { Refused } from '../refused.ts'
import { actIn } from './act.ts'
import { freshLink, linkDigest, sendLink } from './link.ts'

/** Open invitations of one enterprise at a time: nobody writes letters to the world in its name. */
const mostOpen = 50

/** Invites. The same id again invites nobody twice. Refused (409): too many open, or one to this address is. */
export async function invite(ctx: Context, actor: Actor, given: z.output<typeof inviteColleague.body>) {
  const { enterpriseId } = actor
  if (enterpriseId === null) throw new Refused(403, 'permission', '只有企业管理员可以邀请同事')
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    await tx.selectFrom('enterprise').select('id').where('id', '=', enterpriseId).forNoKeyUpdate().execute()
    const open = await tx
      .selectFrom('invitation')
      .select(['id', 'email'])
      .where('enterprise_id', '=', enterpriseId)
      .where('state', '=', 'open')
      .where('expires_at', '>', now)
      .execute()
    if (open.some(({ id }) => id === given.id)) return
    if (open.some(({ email }) => email === given.email)) {
      throw new Refused(409, 'rule', '已邀请过这个邮箱，还没有接受；可以在列表中重新发送')
    }
    if (open.length >= mostOpen)
      throw new Refused(409, 'rule', `待接受的邀请已有 ${mostOpen} 份，请先撤回不用的`)
    const link = freshLink(now)
    const row = { email: given.email, person_name: given.personName, enterprise_id: enterpriseId }
    await tx
      .insertInto('invitation')
      .values({
        ...row,
        id: given.id,
        state: 'open',
        department: given.department === '' ? null : given.department,
        roles: given.roles,
        data_scope: given.dataScope,
        token_digest: link.digest,
        expires_at: link.expiresAt,
        invited_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .execute()
    await tx
      .insertInto('history')
      .values({
        thing: 'invitation',
        thing_id: given.id,
        action: 'create',
        to_state: 'open',
        account_id: actor.accountId,
        actor_name: actor.personName,
        actor_place: actor.code13 ?? '',
        at: now,
      })
      .execute()
    await sendLink(tx, ctx, row, link)
  })
  return { id: given.id }
}

/** The open invitation behind a link; refuses (410) one that is used, withdrawn, out of date or made up, all alike. */
export async function invitationBehind(ctx: Context, request: FastifyRequest, token: string) {
  await countCodeTry(ctx.db, networkOf(addressOf(request)), ctx.clock())
  const row = await ctx.db
    .selectFrom('invitation')
    .innerJoin('enterprise', 'enterprise.id', 'invitation.enterprise_id')
    .selectAll('invitation')
    .select('enterprise.name as enterprise_name')
    .where('token_digest', '=', linkDigest(token))
    .where('invitation.state', '=', 'open')
    .where('invitation.expires_at', '>', ctx.clock())
    .where('enterprise.verified_at', 'is not', null)
    .where('enterprise.suspended_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) {
    throw new Refused(410, 'gone', '邀请链接已使用、已撤回或已过期，请联系贵公司的企业管理员重新发送')
  }
  return row
}

export const shownInvitation = (row: Awaited<ReturnType<typeof invitationBehind>>) => ({
  enterpriseName: row.enterprise_name,
  personName: row.person_name,
  email: row.email,
  roles: row.roles.filter(isRole).map((name) => roles[name].label),
  expiresAt: row.expires_at.toISOString(),
})

export async function codeForInvited(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendInvitationCode.body>,
) {
  await requireCaptcha(ctx, request, given)
  await invitationBehind(ctx, request, given.token)
  const network = networkOf(addressOf(request))
  return giveCode(ctx, { purpose: 'register', channel: 'sms', recipient: given.mobile, network })
}

/** Makes the colleague's account. The letter that brought the link has confirmed the e-mail, a code the mobile. */
export async function accept(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof acceptInvitation.body>,
) {
  const row = await invitationBehind(ctx, request, given.token)
  refuse(passwordIssues(given))
  const asked = { path: 'mobileCode', purpose: 'register', channel: 'sms' } as const
  const codes = await prove(ctx, request, [{ ...asked, recipient: given.mobile, code: given.mobileCode }])
  const hash = await hashPassword(given.password)
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, codes)
    const accountId = await makeAccount(
      tx,
      ctx,
      {
        login_name: given.loginName,
        person_name: row.person_name,
        password_hash: hash,
        account_type: row.data_scope === 'consignor' ? 'consignor' : 'enterprise',
        roles: row.roles,
        data_scope: row.data_scope,
        enterprise_id: row.enterprise_id,
        department: row.department,
        email: row.email,
        email_confirmed_at: now,
        mobile: given.mobile,
        mobile_confirmed_at: now,
        invited_by: row.invited_by,
      },
      'invite',
    )
    const by = { ...system, personName: row.person_name }
    await actIn(tx, ctx, by, row.id, 'accept', 'unversioned', { accepted_by: accountId })
  })
  return { loginName: given.loginName }
}
