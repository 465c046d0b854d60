/** Requests of the business hall. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/hall.ts'
import { serviceRequest, states } from '#domain/hall/actions.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act, requestState } from './act.ts'
import { servicesPage, setAddress } from './address.ts'
import { hallOf, listRequests, requestDetail } from './list.ts'
import { askForService } from './request.ts'

export function serviceRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.hall, ({ actor }) => hallOf(ctx, actor))
  guarded(app, ctx, api.requestService, async ({ actor, body }) => {
    await askForService(ctx, actor, body)
    return requestDetail(ctx, actor, body.id)
  })
  guarded(app, ctx, api.listServiceRequests, ({ actor, query }) => listRequests(ctx, actor, query))
  guarded(app, ctx, api.getServiceRequest, ({ actor, params }) => requestDetail(ctx, actor, params.id))
  guarded(app, ctx, api.actOnServiceRequest, async ({ actor, params, body }) => {
    if (!serviceRequest.isAction(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return { ...done, stateLabel: states[requestState(done.state)] }
  })
  guarded(app, ctx, api.listServices, () => servicesPage(ctx.db))
  guarded(app, ctx, api.changeServiceAddress, async ({ actor, params, body }) => {
    await setAddress(ctx, actor, { ...body, code: params.code })
    return servicesPage(ctx.db)
  })
}
