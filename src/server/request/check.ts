/** 试核: what a request that is being typed still lacks, asked while it is typed. Nothing is written. */
import type { z } from 'zod'
import type { checkRequest } from '#api/request.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { quantityRefusal } from '#domain/write-off/actions.ts'
import type { Context } from '../context.ts'
import { isAmendmentKind } from './act.ts'
import { shortage } from './detail.ts'
import { issuesOf, licenceFacts, nearOf, quotaPlan } from './record.ts'
import { licenceByNumber } from './save.ts'

type Asked = z.output<(typeof checkRequest)['body']>

/** The issues as seal and submission would tell them, and words of the quota that is short. 404 for a licence of others. */
export async function checkOf(
  ctx: Context,
  actor: Actor,
  { kind, licenceNo, writeOffQuantity, form }: Asked,
): Promise<z.input<(typeof checkRequest)['reply']>> {
  const licence = await licenceByNumber(ctx.db, actor, licenceNo)
  const today = dayOf(ctx.clock())
  if (kind === 'write_off') {
    const words = quantityRefusal(licenceFacts(licence, today), writeOffQuantity ?? null)
    const issues = words === undefined ? [] : [{ path: 'writeOffQuantity', words, rule: 'quantity' }]
    return { issues, quota: null }
  }
  if (!isAmendmentKind(kind) || form === undefined) return { issues: [], quota: null }
  const [near, codes] = await Promise.all([nearOf(ctx.db, licence), ctx.codes.current()])
  const of = { licence, near, form }
  const plan = await quotaPlan(ctx.db, codes, of, today)
  return { issues: issuesOf(codes, { kind, ...of }, today), quota: await shortage(ctx.db, plan) }
}
