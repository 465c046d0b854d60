/** Requests about old users: import and lists, the old entrance, the first sign-in. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/old-user.ts'
import { entranceLimit, platformName } from '#domain/old-user/systems.ts'
import { meOf } from '../account/me.ts'
import { signInWith } from '../account/sign-in.ts'
import type { Context } from '../context.ts'
import { disposition } from '../files/send.ts'
import { guarded, open } from '../http/register.ts'
import { completeAccount, completionCodes, completionOf, ownMembers } from './complete.ts'
import { oldPersonOfAccount } from './find.ts'
import { importer } from './import.ts'
import { judgeFile, lookOf } from './judge.ts'
import { listImports, listOld } from './list.ts'
import { sampleFile } from './sample.ts'

export function oldUserRoutes(app: FastifyInstance, ctx: Context): void {
  const imports = importer(ctx)
  app.addHook('onClose', () => imports.stop())
  guarded(app, ctx, api.lookAtOldUsers, async ({ body }) => lookOf(await judgeFile(ctx, body)))
  guarded(app, ctx, api.importOldUsers, ({ actor, body }) => imports.take(actor, body))
  guarded(app, ctx, api.listOldUserImports, ({ query }) => listImports(ctx, query))
  guarded(app, ctx, api.oldUserSample, async ({ reply }) =>
    reply
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('content-disposition', disposition('存量用户样例.csv', false))
      .type('text/csv; charset=utf-8')
      .send(sampleFile()),
  )
  guarded(app, ctx, api.listOldUsers, ({ query }) => listOld(ctx, query))
  open(app, ctx, api.oldEntrance, async ({ request, reply, body }) => {
    reply.header('cache-control', 'no-store')
    const { system, code13, oldName, ...given } = body
    const loginName = platformName(system, code13.toUpperCase(), oldName)
    const session = await signInWith(ctx, request, reply, { ...given, loginName }, system)
    const old = await oldPersonOfAccount(ctx.db, session.account.id)
    return {
      me: meOf(ctx, session),
      left: entranceLimit - (old?.account.entrance_count ?? entranceLimit),
      loginName: session.account.loginName,
    }
  })
  guarded(app, ctx, api.getCompletion, ({ session }) => completionOf(ctx, session))
  guarded(app, ctx, api.sendCompletionCodes, ({ request, session, body }) =>
    completionCodes(ctx, request, session, body),
  )
  guarded(app, ctx, api.complete, ({ request, session, body }) =>
    completeAccount(ctx, request, session, body),
  )
  guarded(app, ctx, api.ownOldUsers, ({ session }) => ownMembers(ctx, session.account.id))
}
