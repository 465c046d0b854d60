/** Requests for code lists and the catalogue, and an administrator's for rates and calendar. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  addRate,
  getCalendar,
  getCodeList,
  getCommodity,
  listCalendarChanges as calendarChanges,
  listCommodities,
  listRateChanges as rateChanges,
  listRates,
  lookUpCode,
  lookUpCommodity,
  removeCalendarDay,
  setCalendarDay,
} from '#api/reference.ts'
import { carriedForwardNote } from '#domain/commodity/catalogue.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { calendarOf, removeDay, setDay } from './calendar.ts'
import { commodityReply, entryReply, lookUpEntries, lookUpGoods, pageOfGoods, type Sight } from './look-up.ts'
import { listCalendarChanges, listRateChanges } from './queries.ts'
import { giveRate, ratesOn } from './rates.ts'

const sightOf = (actor: Actor): Sight => ({ inspects: actor.permissions.has('reference.inspect') })

/** Answers 304 when the caller has this very version already. */
async function isFresh(request: FastifyRequest, reply: FastifyReply, digest: string): Promise<boolean> {
  const tag = `"${digest}"`
  reply.header('cache-control', 'private, no-cache').header('etag', tag)
  const held = request.headers['if-none-match']?.split(',').map((value) => value.trim().replace(/^W\//, ''))
  if (held?.includes(tag) !== true) return false
  await reply.code(304).send()
  return true
}

export function referenceRoutes(app: FastifyInstance, ctx: Context): void {
  codeRoutes(app, ctx)
  commodityRoutes(app, ctx)
  rateRoutes(app, ctx)
  calendarRoutes(app, ctx)
}

function codeRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, getCodeList, async ({ actor, params, request, reply }) => {
    const sight = sightOf(actor)
    const { list, label, digest, entries } = (await ctx.codes.current()).list(params.list)
    const fresh = await isFresh(request, reply, sight.inspects ? `${digest}-i` : digest)
    return { list, label, entries: fresh ? [] : entries.map((entry) => entryReply(entry, sight)) }
  })
  guarded(app, ctx, lookUpCode, async ({ actor, params, query }) => {
    const { entries } = (await ctx.codes.current()).list(params.list)
    const found = lookUpEntries(entries, query.q, query.limit)
    return { entries: found.map((entry) => entryReply(entry, sightOf(actor))) }
  })
}

function commodityRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, listCommodities, async ({ actor, query }) => {
    const codes = await ctx.codes.current()
    const { total, rows } = pageOfGoods(codes, query)
    const from = codes.catalogue(query.year)[0]?.year ?? query.year
    return {
      total,
      years: [...codes.catalogueYears],
      carriedForward: carriedForwardNote(query.year, from),
      rows: rows.map((goods) => commodityReply(codes, goods, sightOf(actor))),
    }
  })
  guarded(app, ctx, lookUpCommodity, async ({ actor, query }) => {
    const codes = await ctx.codes.current()
    const rows = lookUpGoods(codes, query.year, query.q, query.limit)
    return { rows: rows.map((goods) => commodityReply(codes, goods, sightOf(actor))) }
  })
  guarded(app, ctx, getCommodity, async ({ actor, params }) => {
    const codes = await ctx.codes.current()
    const goods = codes.goods(params.year, params.hsCode)
    if (goods === undefined) throw notFound('商品')
    return commodityReply(codes, goods, sightOf(actor))
  })
}

function rateRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, listRates, async ({ query }) => ratesOn(ctx, query.day ?? dayOf(ctx.clock())))
  guarded(app, ctx, rateChanges, async ({ params }) => {
    const name = (await ctx.codes.current()).entry('currency', params.currency)?.name ?? params.currency
    const changes = await listRateChanges(ctx.db, params.currency)
    return {
      changes: changes.map((change) => ({
        ...change,
        currencyName: name,
        changedAt: change.changedAt.toISOString(),
      })),
    }
  })
  guarded(app, ctx, addRate, ({ actor, body }) => giveRate(ctx, actor, body))
}

function calendarRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, getCalendar, ({ params }) => calendarOf(ctx.db, params.year))
  guarded(app, ctx, calendarChanges, async ({ params }) => {
    const changes = await listCalendarChanges(ctx.db, params.year)
    return {
      changes: changes.map((change) => ({
        ...change,
        changedAt: change.changedAt.toISOString(),
      })),
    }
  })
  guarded(app, ctx, setCalendarDay, ({ actor, params, body }) => setDay(ctx, actor, { ...params, ...body }))
  guarded(app, ctx, removeCalendarDay, async ({ actor, params, query }) => {
    await removeDay(ctx, actor, { ...params, ...query })
    return undefined
  })
}
