/** Requests for one's own enterprise, for the look-up of a consignor, and of the officers who decide on enterprises. */
import type { FastifyInstance } from 'fastify'
import * as office from '#api/enterprise-office.ts'
import {
  enterpriseByCode,
  findEnterpriseCode,
  ownChanges,
  ownEnterprise,
  saveEnterpriseInfo,
} from '#api/enterprise.ts'
import { dayOf } from '#domain/day.ts'
import { enterprise as machine } from '#domain/enterprise/actions.ts'
import type { SignedIn } from '../account/session.ts'
import type { Context } from '../context.ts'
import { guarded, open } from '../http/register.ts'
import { notFound, Refused } from '../refused.ts'
import { act } from './act.ts'
import { barOf, barWords } from './bar.ts'
import { changesOf } from './changes.ts'
import { findCode } from './find-code.ts'
import { enterpriseDetail, listEnterprises } from './office.ts'
import { findByCode13, findEnterprise } from './queries.ts'
import { saveInfo } from './save-info.ts'

const none = () => new Refused(404, 'scope', '您的账号不属于任何企业，没有企业信息')

export function enterpriseRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, ownEnterprise, ({ session }) => own(ctx, session))
  guarded(app, ctx, saveEnterpriseInfo, async ({ session, actor, body }) => {
    if (session.enterprise === null) throw none()
    await saveInfo(ctx, actor, session.enterprise.id, body)
    return own(ctx, session)
  })
  open(app, ctx, findEnterpriseCode, ({ request, body }) => findCode(ctx, request, body))
  guarded(app, ctx, ownChanges, async ({ session }) => {
    if (session.enterprise === null) throw none()
    return { rows: await changesOf(ctx.db, session.enterprise.id) }
  })
  guarded(app, ctx, office.listEnterprises, ({ query }) => listEnterprises(ctx, query))
  guarded(app, ctx, office.getEnterprise, ({ actor, params }) => enterpriseDetail(ctx, actor, params.id))
  guarded(app, ctx, office.actOnEnterprise, ({ actor, params, body }) => {
    if (!machine.isAction(params.action)) throw notFound('操作')
    return act(ctx, actor, params.id, params.action, body)
  })
  guarded(app, ctx, enterpriseByCode, async ({ params }) => {
    const found = await findByCode13(ctx.db, params.code13)
    if (found === undefined) {
      throw new Refused(404, 'scope', `没有找到代码为 ${params.code13} 的企业，请核对进出口企业代码`)
    }
    return found
  })
}

async function own(ctx: Context, session: SignedIn) {
  const enterprise =
    session.enterprise === null ? undefined : await findEnterprise(ctx.db, session.enterprise.id)
  if (enterprise === undefined) throw none()
  const bar = await barOf(ctx.db, enterprise.id, dayOf(ctx.clock()))
  return { ...enterprise, barred: bar === null ? null : { until: bar.until, words: barWords(bar) } }
}
