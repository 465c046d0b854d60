/** Requests around 有色金属钨锑钼配额调换. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/swap.ts'
import { states, swap } from '#domain/swap/actions.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act, swapState } from './act.ts'
import { listSwapsOf, swapDetail } from './query.ts'
import { addRatio, ratioRows } from './ratios.ts'
import { createSwap } from './request.ts'

export function swapRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listSwaps, ({ actor, query }) => listSwapsOf(ctx, actor, query))
  guarded(app, ctx, api.getSwap, ({ actor, params }) => swapDetail(ctx, actor, params.id))
  guarded(app, ctx, api.requestSwap, async ({ actor, body }) => {
    await createSwap(ctx, actor, body)
    return swapDetail(ctx, actor, body.id)
  })
  guarded(app, ctx, api.actOnSwap, async ({ actor, params, body }) => {
    if (!swap.isAction(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return { ...done, stateLabel: states[swapState(done.state)] }
  })
  guarded(app, ctx, api.listSwapRatios, async () => ({ rows: await ratioRows(ctx) }))
  guarded(app, ctx, api.addSwapRatio, ({ actor, body }) => addRatio(ctx, actor, body))
}
