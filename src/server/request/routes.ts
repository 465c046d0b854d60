/** Requests around 许可证退换. What may be done is asked at the doors; here is only the way in and out. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/request.ts'
import { emptyAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { states } from '#domain/request/states.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { notFound, Refused } from '../refused.ts'
import { act, isAmendmentKind } from './act.ts'
import { checkOf } from './check.ts'
import { entryOf, requestDetail } from './detail.ts'
import { sendProof } from './proof.ts'
import { listRequestsOf, requestQueueOf } from './query.ts'
import { kindOf, requestState } from './record.ts'
import { createRequest } from './save.ts'
import { checkRequestSeal, contentToSeal } from './seal.ts'
import type { Kind } from '#domain/request/states.ts'

export function requestRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listRequests, ({ actor, query }) => listRequestsOf(ctx, actor, query))
  guarded(app, ctx, api.listRequestQueue, ({ actor, query }) => requestQueueOf(ctx, actor, query))
  guarded(app, ctx, api.readLicenceIn, ({ actor, query }) => entryOf(ctx, actor, query.licenceNo))
  guarded(app, ctx, api.createRequest, async ({ actor, body }) => {
    const { id, kind, licenceNo } = body
    await createRequest(ctx, actor, { id, kind, licenceNo, ...contentOf(kind, body) })
    return savedReply(ctx, actor, id)
  })
  guarded(app, ctx, api.checkRequest, ({ actor, body }) => checkOf(ctx, actor, body))
  guarded(app, ctx, api.saveRequest, async ({ actor, params, body }) => {
    const { version, requestId } = body
    const found = await ctx.db
      .selectFrom('licence_request')
      .select('kind')
      .where('id', '=', params.id)
      .executeTakeFirst()
    if (found === undefined) throw notFound('申请')
    const save = contentOf(kindOf(found.kind), body)
    await act(ctx, actor, params.id, 'save', { version, requestId }, { save })
    return savedReply(ctx, actor, params.id)
  })
  guarded(app, ctx, api.getRequest, ({ actor, params }) => requestDetail(ctx, actor, params.id))
  guarded(app, ctx, api.prepareRequestSeal, async ({ actor, params, body }) => {
    const { version } = await act(ctx, actor, params.id, 'prepare_seal', body)
    return { version, ...(await contentToSeal(ctx, actor, params.id)) }
  })
  guarded(app, ctx, api.sealRequest, async ({ actor, params, body }) => {
    const { version, requestId } = body
    const prepared = await checkRequestSeal(ctx, actor, params.id, Buffer.from(body.cms, 'base64'))
    return labelled(await act(ctx, actor, params.id, 'seal', { version, requestId }, prepared))
  })
  guarded(app, ctx, api.actOnRequest, async ({ actor, params, body }) => {
    if (separate.has(params.action)) throw notFound('操作')
    return labelled(await act(ctx, actor, params.id, params.action, body))
  })
  guarded(app, ctx, api.requestProof, ({ actor, params, query, request, reply }) =>
    sendProof(ctx, actor, params.id, query.show === '1', request, reply),
  )
}

/** Actions that carry more than words and have requests of their own. */
const separate: ReadonlySet<string> = new Set(['save', 'prepare_seal', 'seal'])

const labelled = <D extends { state: string }>(done: D) => ({
  ...done,
  state: requestState(done.state),
  stateLabel: states[requestState(done.state)],
})

/** Only what belongs to the kind is taken: a quantity of a write-off, the form of an exchange. */
function contentOf(
  kind: Kind,
  body: { reason: string; writeOffQuantity?: string | undefined; form?: AmendmentForm | undefined },
) {
  const { reason, writeOffQuantity, form } = body
  if (kind === 'write_off' && writeOffQuantity === undefined) {
    throw new Refused(409, 'rule', '请填写核销数量')
  }
  return {
    reason,
    writeOffQuantity: kind === 'write_off' ? (writeOffQuantity ?? null) : null,
    form: isAmendmentKind(kind) ? (form ?? emptyAmendment) : null,
  }
}

async function savedReply(ctx: Context, actor: Actor, id: string) {
  const { version, state, issues } = await requestDetail(ctx, actor, id)
  return { id, version, state, issues }
}
