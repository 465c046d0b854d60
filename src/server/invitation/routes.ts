/** Requests around colleagues and invitations, and what others than its person do with an account. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/colleague.ts'
import { account } from '#domain/account/actions.ts'
import { invitation } from '#domain/invitation/actions.ts'
import { act as actOnAccount } from '../account/act.ts'
import { firstPassword } from '../account/password.ts'
import type { Context } from '../context.ts'
import { guarded, open } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act } from './act.ts'
import { accept, codeForInvited, invitationBehind, invite, shownInvitation } from './invite.ts'
import { colleaguesOf } from './list.ts'

/** What the own pages do with an account; the door is asked nothing else by name. */
const ownOnly: readonly string[] = ['change_password', 'change_contact']

export function invitationRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listColleagues, ({ actor }) => colleaguesOf(ctx, actor))
  guarded(app, ctx, api.inviteColleague, ({ actor, body }) => invite(ctx, actor, body))
  guarded(app, ctx, api.actOnInvitation, async ({ actor, params, body }) => {
    if (!invitation.isAction(params.action)) throw notFound('操作')
    return act(ctx, actor, params.id, params.action, body)
  })
  guarded(app, ctx, api.actOnAccount, async ({ actor, params, body }) => {
    const { id, action } = params
    if (!account.isAction(action) || ownOnly.includes(action)) throw notFound('操作')
    if (action !== 'reset_password') return actOnAccount(ctx, actor, id, action, body)
    const { password, hash } = await firstPassword()
    const done = await actOnAccount(ctx, actor, id, action, body, { set: { password_hash: hash } })
    return done.repeated ? done : { ...done, password }
  })
  open(app, ctx, api.readInvitation, async ({ request, body }) =>
    shownInvitation(await invitationBehind(ctx, request, body.token)),
  )
  open(app, ctx, api.sendInvitationCode, ({ request, body }) => codeForInvited(ctx, request, body))
  open(app, ctx, api.acceptInvitation, ({ request, body }) => accept(ctx, request, body))
}
