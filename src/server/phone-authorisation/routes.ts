/** Requests around 手机授权, of the pages and of phones. */
import type { FastifyInstance } from 'fastify'
import * as phone from '#api/phone.ts'
import * as api from '#api/phone-authorisation.ts'
import { phoneAuthorisation, states } from '#domain/phone-authorisation/actions.ts'
import type { Context } from '../context.ts'
import { guarded, onPhone, open } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act } from './door.ts'
import { authorisePhone, cancelPhones } from './create.ts'
import { certificateOnPhone, makeOnPhone } from './make.ts'
import { phoneHomeOf } from './phone-home.ts'
import { sendCodeToPhone, signPhoneIn, signPhoneOut } from './phone-sign-in.ts'
import { listPhoneAuthorisationsOf, phoneAuthorisationDetail } from './query.ts'
import { phoneStandingOf } from './standing.ts'
import { phoneAuthorisationState } from './act.ts'

/** Actions that come with nothing besides; the others have requests of their own. */
const plain = ['submit', 'delete'] as const
const isPlain = (name: string): name is (typeof plain)[number] => plain.some((one) => one === name)

export function phoneAuthorisationRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.phoneStanding, ({ actor }) => phoneStandingOf(ctx, actor))
  guarded(app, ctx, api.listPhoneAuthorisations, ({ actor, query }) =>
    listPhoneAuthorisationsOf(ctx, actor, query),
  )
  guarded(app, ctx, api.getPhoneAuthorisation, ({ actor, params }) =>
    phoneAuthorisationDetail(ctx, actor, params.id),
  )
  guarded(app, ctx, api.createPhoneAuthorisation, async ({ actor, body }) => {
    await authorisePhone(ctx, actor, body)
    return phoneAuthorisationDetail(ctx, actor, body.id)
  })
  guarded(app, ctx, api.actOnPhoneAuthorisation, async ({ actor, params, body }) => {
    if (!phoneAuthorisation.isAction(params.action) || !isPlain(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return {
      state: done.state,
      stateLabel: states[phoneAuthorisationState(done.state)],
      version: done.version,
    }
  })
  guarded(app, ctx, api.cancelPhoneCertificates, ({ actor, body }) => cancelPhones(ctx, actor, body))
  phoneRoutes(app, ctx)
}

function phoneRoutes(app: FastifyInstance, ctx: Context) {
  open(app, ctx, phone.sendPhoneCode, ({ request, body }) => sendCodeToPhone(ctx, request, body.mobile))
  open(app, ctx, phone.signInPhone, ({ request, reply, body }) => {
    reply.header('cache-control', 'no-store')
    return signPhoneIn(ctx, request, reply, body)
  })
  onPhone(app, ctx, phone.phoneHome, ({ session, reply }) => {
    reply.header('cache-control', 'no-store')
    return phoneHomeOf(ctx, session)
  })
  onPhone(app, ctx, phone.signOutPhone, async ({ request, reply, session }) => {
    await signPhoneOut(ctx, request, reply, session)
    return undefined
  })
  onPhone(app, ctx, phone.makePhoneCertificate, ({ session, params, body }) =>
    makeOnPhone(ctx, session, params.id, body),
  )
  onPhone(app, ctx, phone.getPhoneCertificate, ({ session, params }) =>
    certificateOnPhone(ctx, session, params.id),
  )
}
