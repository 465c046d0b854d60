/** Requests of signing in, and of the log of it. */
import type { FastifyInstance } from 'fastify'
import { newCaptcha, signIn, signInLog, signOut, whoAmI } from '#api/account.ts'
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
import { makeCaptcha } from './captcha.ts'
import { meOf } from './me.ts'
import { recover, sendRecovery } from './recover.ts'
import { regionsOf, registerAccount, sendCodes } from './register.ts'
import { signInWith, signOutOf } from './sign-in.ts'
import { listSignIns } from './sign-in-log.ts'
import { countCaptcha } from './throttle.ts'

export function accountRoutes(app: FastifyInstance, ctx: Context): void {
  open(app, ctx, newCaptcha, async ({ request, reply }) => {
    await countCaptcha(ctx.db, networkOf(addressOf(request)), ctx.clock())
    reply.header('cache-control', 'no-store')
    return makeCaptcha(ctx)
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
}
