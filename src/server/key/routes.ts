/** Requests around the key office. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/key.ts'
import * as entrance from '#api/key-entrance.ts'
import { keyRequest, states } from '#domain/certificate/actions.ts'
import { wholeKeyForm } from '#domain/certificate/form.ts'
import type { Actor } from '#domain/machine.ts'
import { meOf } from '../account/me.ts'
import { maybeSignedIn } from '../account/session.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../files/send.ts'
import { guarded, open } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { act, keyRequestState } from './act.ts'
import { giveChallenge } from './challenge.ts'
import { createRequest } from './create.ts'
import { apply, enter, sendEntrance, sendToApplicant } from './entrance.ts'
import { bindKeyTo, listKeysOf, opinionOf, revokeOne, unbindKeyFrom } from './keys.ts'
import { makeKeyCertificate } from './make.ts'
import { addPaper, paperOf, removePaper } from './papers.ts'
import { keyRequestDetail, listKeyRequestsOf } from './query.ts'
import { checkRenewal } from './renewal.ts'

/** Actions that come with nothing but an opinion; the others have endpoints of their own. */
const plain = ['submit', 'recall', 'delete', 'approve', 'return'] as const
const isPlain = (name: string): name is (typeof plain)[number] => plain.some((one) => one === name)

const stateReply = (done: { state: string; version: number }) => ({
  state: done.state,
  stateLabel: states[keyRequestState(done.state)],
  version: done.version,
})

export function keyRoutes(app: FastifyInstance, ctx: Context): void {
  requestRoutes(app, ctx)
  paperRoutes(app, ctx)
  entranceRoutes(app, ctx)
  guarded(app, ctx, api.listKeys, ({ actor, query }) => listKeysOf(ctx, actor, query))
  guarded(app, ctx, api.revokeKey, ({ actor, params, body }) =>
    revokeOne(ctx, actor, params.fingerprint, body),
  )
  open(app, ctx, api.newKeyChallenge, ({ body }) => giveChallenge(ctx, body.purpose))
  guarded(app, ctx, api.bindKey, ({ actor, body }) => bindKeyTo(ctx, actor, body))
  guarded(app, ctx, api.unbindKey, async ({ actor, params }) => {
    await unbindKeyFrom(ctx, actor, params.fingerprint)
    return undefined
  })
  open(app, ctx, api.checkKey, async ({ body, request }) =>
    opinionOf(ctx, (await maybeSignedIn(ctx, request))?.account.id, body.certificate),
  )
  open(app, ctx, api.listIssuingBodies, async () => ({
    rows: await ctx.db
      .selectFrom('authority')
      .select(['code', 'name', 'region', 'place', 'address', 'phone'])
      .where('active', '=', true)
      .orderBy('sort')
      .orderBy('code')
      .execute(),
  }))
}

function entranceRoutes(app: FastifyInstance, ctx: Context) {
  open(app, ctx, entrance.sendEntranceCode, ({ request, body }) => sendEntrance(ctx, request, body))
  open(app, ctx, entrance.enterKeyOffice, async ({ request, reply, body }) => {
    reply.header('cache-control', 'no-store')
    return meOf(ctx, await enter(ctx, request, reply, body))
  })
  open(app, ctx, entrance.sendApplicantCodes, ({ request, body }) => sendToApplicant(ctx, request, body))
  open(app, ctx, entrance.applyForKey, async ({ request, reply, body }) => {
    reply.header('cache-control', 'no-store')
    return meOf(ctx, await apply(ctx, request, reply, body))
  })
}

function requestRoutes(app: FastifyInstance, ctx: Context) {
  const detail = (actor: Actor, id: string) => keyRequestDetail(ctx, actor, id)
  guarded(app, ctx, api.listKeyRequests, ({ actor, query }) => listKeyRequestsOf(ctx, actor, query))
  guarded(app, ctx, api.createKeyRequest, async ({ actor, body }) => {
    await createRequest(ctx, actor, body)
    return detail(actor, body.id)
  })
  guarded(app, ctx, api.getKeyRequest, ({ actor, params }) => detail(actor, params.id))
  guarded(app, ctx, api.saveKeyRequest, async ({ actor, params, body }) => {
    const { version, requestId, certificateType } = body
    const form = wholeKeyForm({ ...body.fields, services: body.services })
    await act(ctx, actor, params.id, 'save', { version, requestId }, { save: { form, certificateType } })
    return detail(actor, params.id)
  })
  guarded(app, ctx, api.actOnKeyRequest, async ({ actor, params, body }) => {
    if (!keyRequest.isAction(params.action) || !isPlain(params.action)) throw notFound('操作')
    return stateReply(await act(ctx, actor, params.id, params.action, body))
  })
  guarded(app, ctx, api.submitRenewal, async ({ actor, params, body }) => {
    const { version, requestId } = body
    const renewal = await checkRenewal(ctx, actor, params.id, Buffer.from(body.cms, 'base64'))
    return stateReply(await act(ctx, actor, params.id, 'submit', { version, requestId }, { renewal }))
  })
  guarded(app, ctx, api.makeCertificate, ({ actor, params, body }) =>
    makeKeyCertificate(ctx, actor, params.id, body),
  )
}

function paperRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, api.uploadPapers, async ({ actor, params, query, request }) => {
    await addPaper(ctx, actor, params.id, query.kind, request)
    return keyRequestDetail(ctx, actor, params.id)
  })
  guarded(app, ctx, api.downloadPaper, async ({ actor, params, query, request, reply }) => {
    const file = await paperOf(ctx, actor, params.id, params.paperId)
    return sendFile(ctx, request, reply, file, query.show === '1')
  })
  guarded(app, ctx, api.deletePaper, async ({ actor, params }) => {
    await removePaper(ctx, actor, params.id, params.paperId)
    return keyRequestDetail(ctx, actor, params.id)
  })
}
