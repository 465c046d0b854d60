/** Requests around the exchange with customs, and the door through which customs itself comes in. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/customs.ts'
import { difference, states } from '#domain/customs/difference.ts'
import { ours, theirs } from '#domain/customs/messages.ts'
import { dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { act, differenceState } from '../difference/act.ts'
import { listDifferencesOf } from '../difference/list.ts'
import { guarded, open } from '../http/register.ts'
import { notFound, Refused } from '../refused.ts'
import { checkBefore } from './check.ts'
import { Unsigned } from './exchange.ts'
import { receive } from './inbound.ts'
import { licenceCustoms, listCustomsStates, listMessages, listUses } from './list.ts'
import { planReconciliation, listReconciliationsOf } from './reconcile.ts'

export function customsRoutes(app: FastifyInstance, ctx: Context): void {
  app.addContentTypeParser('application/jose', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  open(app, ctx, api.inbox, async ({ body, reply }) => {
    const envelope = await opened(ctx, body)
    const results = await receive(ctx, envelope.messages)
    const signed = await ctx.customs.reply({
      inReplyTo: envelope.id,
      from: ours,
      to: theirs,
      at: ctx.clock().toISOString(),
      results,
    })
    return reply.type('application/jose').send(signed)
  })
  guarded(app, ctx, api.listCustomsStates, ({ actor, query }) => listCustomsStates(ctx, actor, query))
  guarded(app, ctx, api.listUses, ({ actor, query }) => listUses(ctx, actor, query))
  guarded(app, ctx, api.listMessages, ({ actor, query }) => listMessages(ctx, actor, query))
  guarded(app, ctx, api.licenceCustoms, ({ actor, params }) => licenceCustoms(ctx, actor, params.id))
  guarded(app, ctx, api.checkDeclaration, ({ actor, body }) => checkBefore(ctx, actor, body))
  guarded(app, ctx, api.listDifferences, ({ actor, query }) => listDifferencesOf(ctx, actor, query))
  guarded(app, ctx, api.actOnDifference, async ({ actor, params, body }) => {
    if (!difference.isAction(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return { ...done, stateLabel: states[differenceState(done.state)] }
  })
  guarded(app, ctx, api.listReconciliations, ({ query }) => listReconciliationsOf(ctx, query))
  guarded(app, ctx, api.runReconciliation, async ({ body }) => {
    if (body.day > dayOf(ctx.clock())) throw new Refused(409, 'rule', '只能核对今天及以前的申报日')
    await planReconciliation(ctx.db, body.day)
    return { day: body.day }
  })
}

/** One answer to every way of not being customs: the log says which. */
async function opened(ctx: Context, body: unknown) {
  try {
    return await ctx.customs.open(typeof body === 'string' ? body : '')
  } catch (error) {
    if (!(error instanceof Unsigned)) throw error
    ctx.log({
      level: 'warning',
      part: 'customs',
      message: `envelope refused: ${error.message.slice(0, 500)}`,
    })
    throw new Refused(401, 'signature', '报文没有海关的有效签名，或不是约定的格式')
  }
}
