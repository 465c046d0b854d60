/** Requests around the application. What may be done is asked at the door; here is only the way in and out. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/application.ts'
import { application } from '#domain/application/actions.ts'
import { issuingAuthority } from '#domain/application/routing.ts'
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import { dayOf } from '#domain/day.ts'
import { attachmentTypes } from '#domain/reference/attachment-rules.ts'
import { openYears } from '#domain/licence/validity.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Done } from '../door.ts'
import { guarded, type SignedInCall } from '../http/register.ts'
import { notFound, Refused } from '../refused.ts'
import { act, stateOf } from './act.ts'
import {
  detailOf,
  filledReply,
  choicesReply,
  goodsReply,
  needReply,
  visibleRow,
  visibleWhole,
} from './detail.ts'
import { sendApplicationDocument } from './document.ts'
import { choicesOf, issuesOf } from './facts.ts'
import { listOf, queueOf } from './list.ts'
import { nextOf, placeOf } from './queue-place.ts'
import { sealBytes, Whole } from './record.ts'
import { copyApplication, createApplication, operator } from './save.ts'
import { checkApplicationSeal, sha256Hex } from './seal.ts'

export function applicationRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listApplications, ({ actor, query }) => listOf(ctx, actor, query))
  guarded(app, ctx, api.listQueue, ({ actor, params, query }) => queueOf(ctx, actor, params.queue, query))
  guarded(app, ctx, api.nextInQueue, ({ actor, params, query }) =>
    nextOf(ctx, actor, params.queue, query.after),
  )
  guarded(app, ctx, api.placeInQueue, ({ actor, params }) => placeOf(ctx, actor, params.queue, params.id))
  guarded(app, ctx, api.getApplication, ({ actor, params }) => detailOf(ctx, actor, params.id))
  guarded(app, ctx, api.goodsFacts, (call) => goodsFacts(ctx, call))
  guarded(app, ctx, api.createApplication, async ({ actor, body }) => {
    const own = operator(actor)
    const made = await createApplication(ctx, ctx.db, own, body)
    return savedReply(ctx, made ?? (await visibleWhole(ctx, actor, body.id)))
  })
  guarded(app, ctx, api.saveApplication, async ({ actor, params, body }) => {
    const { version, requestId = null, ...save } = body
    const done = await act(ctx, actor, params.id, 'save', { version, requestId }, { save })
    return savedReply(ctx, await leftBy(ctx, actor, params.id, done))
  })
  guarded(app, ctx, api.copyApplication, async ({ actor, params, body }) => {
    const { row, content } = await visibleWhole(ctx, actor, params.id)
    const own = operator(actor)
    if (row.enterprise_id !== own.enterpriseId) throw notFound('申请表')
    await copyApplication(ctx, own, content, body.ids)
    return { ids: body.ids }
  })
  guarded(app, ctx, api.prepareSeal, (call) => prepareSeal(ctx, call))
  guarded(app, ctx, api.sealApplication, (call) => seal(ctx, call))
  guarded(app, ctx, api.actOnApplication, async ({ actor, params, body }) => {
    const { action } = params
    if (!application.isAction(action) || separate.has(action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, action, body)
    return { ...done, ...labelled(done.state), licenceNo: licenceNoOf(done.reply) }
  })
  guarded(app, ctx, api.printApplication, async ({ actor, params, reply }) =>
    sendApplicationDocument(ctx, actor, await visibleRow(ctx, actor, params.id), reply),
  )
}

/** Actions that carry more than words and have requests of their own. */
const separate: ReadonlySet<string> = new Set(['save', 'attach', 'detach', 'prepare_seal', 'seal'])

const labelled = (state: string) => ({ stateLabel: application.states[stateOf(state)] })

function licenceNoOf(reply: unknown): string | null {
  if (typeof reply !== 'object' || reply === null || !('licenceNo' in reply)) return null
  return typeof reply.licenceNo === 'string' ? reply.licenceNo : null
}

/** The application as an action has left it; read again when the action had been done before. */
const leftBy = async (ctx: Context, actor: Actor, id: string, { reply }: Done): Promise<Whole> =>
  reply instanceof Whole ? reply : visibleWhole(ctx, actor, id)

async function savedReply(ctx: Context, { row, content }: Whole) {
  const codes = await ctx.codes.current()
  const goods = codes.goods(Number(content.form.quotaYear), content.form.hsCode)
  return {
    id: row.id,
    version: row.version,
    contentVersion: row.content_version,
    state: stateOf(row.state),
    windowNo: row.window_no,
    filled: filledReply(content, dayOf(ctx.clock()), goods?.licenceDays ?? null),
    issues: issuesOf(ctx, codes, content),
    savedAt: row.modified_at.toISOString(),
  }
}

type PrepareCall = SignedInCall<{ id: string }, undefined, { version: number; requestId: string }>

async function prepareSeal(ctx: Context, { actor, params, body }: PrepareCall) {
  const done = await act(ctx, actor, params.id, 'prepare_seal', body)
  const { row, content } = await leftBy(ctx, actor, params.id, done)
  const bytes = sealBytes(row, content)
  return {
    version: done.version,
    applicationNo: row.application_no ?? '',
    content: new TextDecoder().decode(bytes),
    digest: sha256Hex(bytes),
  }
}

type SealCall = SignedInCall<{ id: string }, undefined, { version: number; requestId: string; cms: string }>

async function seal(ctx: Context, { actor, params, body }: SealCall) {
  const { version, requestId } = body
  const checked = await checkApplicationSeal(ctx, actor, params.id, Buffer.from(body.cms, 'base64'))
  const done = await act(ctx, actor, params.id, 'seal', { version, requestId }, { seal: checked })
  return { ...done, ...labelled(done.state), applicationNo: checked.applicationNo }
}

type GoodsCall = SignedInCall<{ year: number; hsCode: string }, undefined, undefined>

async function goodsFacts(ctx: Context, { actor, params, session }: GoodsCall) {
  const own = operator(actor)
  const { enterprise } = session
  const codes = await ctx.codes.current()
  const goods = codes.goods(params.year, params.hsCode)
  if (goods === undefined || enterprise === null) {
    throw new Refused(404, 'scope', `${params.year} 年度目录中没有商品代码 ${params.hsCode}，请重新选择商品`)
  }
  const today = dayOf(ctx.clock())
  const submitted = await ctx.db
    .selectFrom('application')
    .select('id')
    .where('enterprise_id', '=', own.enterpriseId)
    .where('submitted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return {
    goods: goodsReply(goods),
    choices: choicesReply(choicesOf(codes)),
    attachmentNeeds: attachmentTypes({
      goodsKey: goods.goodsKey,
      licenceType: licenceTypeFor(goods, ''),
      tradeMode: '',
      exporterIsConsignor: true,
      firstApplication: submitted === undefined,
    }).map(needReply),
    issuingAuthority:
      issuingAuthority(enterprise, goods.goodsKey, codes.authorities, codes.settings.bureau_goods) ?? '',
    openYears: openYears(today),
    usdRates: codes.usdRates(today),
  }
}
