/** Requests of signing in, and of the log of it. */
import type { FastifyInstance } from 'fastify'
import { newCaptcha, signIn, signInLog, signOut, whoAmI } from '#api/account.ts'
import type { Context } from '../context.ts'
import { guarded, open } from '../http/register.ts'
import { addressOf, networkOf } from './address.ts'
import { makeCaptcha } from './captcha.ts'
import { meOf } from './me.ts'
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
}
