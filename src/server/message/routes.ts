/** Requests around e-mail and SMS. The outbox is there in a demonstration alone. */
import type { FastifyInstance } from 'fastify'
import { actOnMessage, demoOutbox, listMessages } from '#api/message.ts'
import { message, states } from '#domain/message/actions.ts'
import type { Context } from '../context.ts'
import { guarded, open } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act, messageState } from './act.ts'
import { listMessagesOf, outboxOf } from './list.ts'

export function messageRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, listMessages, ({ actor, query }) => listMessagesOf(ctx, actor, query))
  guarded(app, ctx, actOnMessage, async ({ actor, params, body }) => {
    if (!message.isAction(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return { ...done, stateLabel: states[messageState(done.state)] }
  })
  if (ctx.env.mode !== 'demo') return
  open(app, ctx, demoOutbox, ({ query, reply }) => {
    reply.header('cache-control', 'no-store')
    return outboxOf(ctx, query)
  })
}
