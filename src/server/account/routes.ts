/** Requests of signing in, and of the log of it. */
import type { FastifyInstance } from 'fastify'
import { newCaptcha, signIn, signInLog, signOut, whoAmI } from '#api/account.ts'
import * as office from '#api/account-office.ts'
import * as own from '#api/own-account.ts'
import {
  recoverPassword,
  register,
  registrationPlaces,
  sendRecoveryCode,
  sendRegistrationCodes,
} from '#api/registration.ts'
import type { Context } from '../context.ts'
import { guarded, open } from '../http/register.ts'
import { addressOf, networkOf } from './address.ts'
import { makeCaptcha, makeQuestion } from './captcha.ts'
import { newOfficer } from './create-officer.ts'
import { meOf } from './me.ts'
import { accountDetail, listAccounts } from './office.ts'
import { contactCode, endOne, endOthers, ownAccountOf, setContact, setPassword } from './own-account.ts'
import { recover, sendRecovery } from './recover.ts'
import { regionsOf, registerAccount, sendCodes } from './register.ts'
import { signInWith, signOutOf } from './sign-in.ts'
import { listSignIns } from './sign-in-log.ts'
import { countCaptcha } from './throttle.ts'

export function accountRoutes(app: FastifyInstance, ctx: Context): void {
  open(app, ctx, newCaptcha, async ({ request, reply, query }) => {
    await countCaptcha(ctx.db, networkOf(addressOf(request)), ctx.clock())
    reply.header('cache-control', 'no-store')
    return query.kind === 'text' ? makeQuestion(ctx) : makeCaptcha(ctx)
  })
  open(app, ctx, signIn, async ({ request, reply, body }) => {
    reply.header('cache-control', 'no-store')
    return meOf(ctx, await signInWith(ctx, request, reply, body))
  })
  guarded(app, ctx, whoAmI, ({ session, reply }) => {
    reply.header('cache-control', 'no-store')
    return meOf(ctx, session)
  })
  guarded(app, ctx, signOut, async ({ request, reply, session }) => {
    await signOutOf(ctx, request, reply, session)
    return undefined
  })
  guarded(app, ctx, signInLog, ({ query }) => listSignIns(ctx.db, query))
  guarded(app, ctx, office.listAccounts, ({ actor, query }) => listAccounts(ctx, actor, query))
  guarded(app, ctx, office.getAccount, ({ actor, params }) => accountDetail(ctx, actor, params.id))
  guarded(app, ctx, office.createOfficer, ({ actor, body, reply }) => {
    reply.header('cache-control', 'no-store')
    return newOfficer(ctx, actor, body)
  })
  open(app, ctx, registrationPlaces, async () => ({
    regions: await regionsOf(ctx.db),
    relaxedCodes: ctx.env.relaxedCodes,
  }))
  open(app, ctx, sendRegistrationCodes, ({ request, body }) => sendCodes(ctx, request, body))
  open(app, ctx, register, ({ request, body }) => registerAccount(ctx, request, body))
  open(app, ctx, sendRecoveryCode, ({ request, body }) => sendRecovery(ctx, request, body))
  open(app, ctx, recoverPassword, async ({ request, body }) => {
    await recover(ctx, request, body)
    return undefined
  })
  guarded(app, ctx, own.ownAccount, ({ request, session }) => ownAccountOf(ctx, request, session))
  guarded(app, ctx, own.changePassword, async ({ request, session, body }) => {
    await setPassword(ctx, request, session, body)
    return undefined
  })
  guarded(app, ctx, own.sendContactCode, ({ request, body }) => contactCode(ctx, request, body))
  guarded(app, ctx, own.changeContact, async ({ request, session, body }) => {
    await setContact(ctx, request, session, body)
    return undefined
  })
  guarded(app, ctx, own.endSession, async ({ session, params }) => {
    await endOne(ctx, session, params.id)
    return undefined
  })
  guarded(app, ctx, own.endOtherSessions, ({ request, session }) => endOthers(ctx, request, session))
}
