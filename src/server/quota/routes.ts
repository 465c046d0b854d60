/** Requests around quota. */
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import * as api from '#api/quota.ts'
import * as warning from '#api/quota-warning.ts'
import { dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { disposition } from '../files/send.ts'
import { guarded } from '../http/register.ts'
import { xlsxType } from '../sheet/write.ts'
import { accountDetail, listAccounts, visibleAccount } from './accounts.ts'
import { balanceFor } from './balance.ts'
import { batchesOf, batchRows } from './batches.ts'
import { categoriesOf } from './categories.ts'
import { judgedFile, templateWorkbook } from './grant-file.ts'
import { writeBatch } from './grant.ts'
import { handBack } from './hand-back.ts'
import { lowPercentPage, setLowPercent } from './low-percent.ts'
import { addManagement, managementRows } from './manage.ts'
import { statementPage, statementWorkbook } from './statement.ts'
import { setTotal, totalsOf } from './totals.ts'
import { whatIf } from './what-if.ts'

export function quotaRoutes(app: FastifyInstance, ctx: Context): void {
  accountRoutes(app, ctx)
  officerRoutes(app, ctx)
}

function accountRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, api.listQuotaAccounts, ({ actor, query }) => listAccounts(ctx, actor, query))
  guarded(app, ctx, api.getQuotaAccount, ({ actor, params }) => accountDetail(ctx, actor, params.id))
  guarded(app, ctx, api.quotaStatement, async ({ actor, params, query }) => {
    await visibleAccount(ctx, actor, params.id)
    return statementPage(ctx.db, actor, params.id, query)
  })
  guarded(app, ctx, api.downloadStatement, async ({ actor, params, query, reply }) => {
    const account = await visibleAccount(ctx, actor, params.id)
    const name = `配额明细账-${account.doc_no}-${dayOf(ctx.clock())}.xlsx`
    return sendWorkbook(reply, name, statementWorkbook(ctx.db, actor, params.id, query))
  })
  guarded(app, ctx, api.quotaBalance, ({ actor, query }) => balanceFor(ctx, actor, query))
  guarded(app, ctx, api.quotaWhatIf, ({ actor, body }) => whatIf(ctx, actor, body.ids))
  guarded(app, ctx, api.handBackQuota, ({ actor, params, body }) => handBack(ctx, actor, params.id, body))
}

function officerRoutes(app: FastifyInstance, ctx: Context) {
  guarded(app, ctx, warning.getLowPercent, () => lowPercentPage(ctx))
  guarded(app, ctx, warning.setLowPercent, ({ actor, body }) => setLowPercent(ctx, actor, body))
  guarded(app, ctx, api.listQuotaTotals, async ({ query }) => ({ rows: await totalsOf(ctx, query.year) }))
  guarded(app, ctx, api.setQuotaTotal, ({ actor, params, body }) =>
    setTotal(ctx, actor, { ...params, ...body }),
  )
  guarded(app, ctx, api.listQuotaCategories, async ({ query }) => ({
    rows: [...categoriesOf(await ctx.codes.current(), query.year).values()].toSorted((a, b) =>
      a.categoryCode < b.categoryCode ? -1 : 1,
    ),
  }))
  guarded(app, ctx, api.listGoodsManagement, async ({ query }) => ({
    rows: await managementRows(ctx, query.year),
  }))
  guarded(app, ctx, api.addGoodsManagement, ({ actor, body }) => addManagement(ctx, actor, body))
  guarded(app, ctx, api.readGrants, ({ body }) => judgedFile(ctx, body))
  guarded(app, ctx, api.grantQuota, ({ actor, body }) => writeBatch(ctx, actor, body))
  guarded(app, ctx, api.listGrantBatches, ({ query }) => batchesOf(ctx, query))
  guarded(app, ctx, api.grantTemplate, async ({ reply }) =>
    sendWorkbook(reply, '配额下达模板.xlsx', templateWorkbook()),
  )
  guarded(app, ctx, api.getGrantBatch, ({ params }) => batchRows(ctx, params.id))
}

const sendWorkbook = (reply: FastifyReply, name: string, bytes: Readable) =>
  reply
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-disposition', disposition(name, false))
    .type(xlsxType)
    .send(bytes)
