/** A request for a service is made: by somebody of the enterprise, or by a key officer's yes to a key asked for it. */
import { randomUUIDv7 } from 'node:crypto'
import type { z } from 'zod'
import type { requestService } from '#api/hall.ts'
import type { Actor } from '#domain/machine.ts'
import { openStates, states } from '#domain/hall/actions.ts'
import { isService, serviceOf, type ServiceCode } from '#domain/hall/catalogue.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { system } from '../door.ts'
import { Refused } from '../refused.ts'
import { actIn, requestState } from './act.ts'
import { addresses } from './address.ts'

interface Made {
  id: string
  enterpriseId: string
  service: ServiceCode
  source: 'asked' | 'key' | 'before'
  purpose: string
  requestedBy: string | null
  by: Pick<Actor, 'personName' | 'code13' | 'accountId' | 'scope'>
  now: Date
}

/** False when the id is taken, or the enterprise has this service or waits for it. */
async function make(tx: Tx, made: Made): Promise<boolean> {
  const state = serviceOf(made.service).office === true ? 'data_review' : 'requested'
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('service_request')
    .values({
      id: made.id,
      enterprise_id: made.enterpriseId,
      service: made.service,
      state,
      source: made.source,
      purpose: made.purpose,
      requested_by: made.requestedBy,
      created_at: made.now,
      modified_at: made.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n) return false
  await tx
    .insertInto('history')
    .values({
      thing: 'service_request',
      thing_id: made.id,
      action: 'request',
      from_state: null,
      to_state: state,
      account_id: made.by.scope === 'system' ? null : made.by.accountId,
      actor_name: made.by.personName,
      actor_place: made.by.code13 ?? '',
      opinion: made.purpose === '' ? null : made.purpose,
      at: made.now,
    })
    .execute()
  return true
}

/** 添加应用. Refused: what leads nowhere yet, what the enterprise has or waits for. The same id again does nothing. */
export async function askForService(
  ctx: Context,
  actor: Actor,
  body: z.output<(typeof requestService)['body']>,
): Promise<void> {
  const { enterpriseId } = actor
  if (enterpriseId === null) throw new Refused(403, 'permission', '您的账号不属于任何企业，不能申请应用')
  const { service } = body
  const { name, here } = serviceOf(service)
  if (here !== true && (await addresses(ctx.db)).get(service) === undefined) {
    throw new Refused(409, 'rule', `“${name}”还没有接入本平台，暂不能申请`)
  }
  await ctx.db.transaction().execute(async (tx) => {
    const made: Made = {
      ...body,
      enterpriseId,
      source: 'asked',
      requestedBy: actor.accountId,
      by: actor,
      now: ctx.clock(),
    }
    if (await make(tx, made)) return
    const there = await tx
      .selectFrom('service_request')
      .selectAll()
      .where((on) =>
        on.or([
          on('id', '=', body.id),
          on.and([
            on('enterprise_id', '=', enterpriseId),
            on('service', '=', service),
            on('state', 'in', openStates),
          ]),
        ]),
      )
      .execute()
    const same = there.find((row) => row.id === body.id)
    if (same?.requested_by === actor.accountId && same.service === service) return
    if (same !== undefined) {
      throw new Refused(409, 'rule', '申请编号已用于另一份应用申请，请刷新页面后重新操作')
    }
    const state = there[0]?.state
    const word = state === undefined ? '已申请' : states[requestState(state)]
    throw new Refused(409, 'rule', `本企业的“${name}”${word}，不必重复申请`)
  })
}

const ways = {
  key: { grant: 'grant_with_key', came: 'came_with_key' },
  before: { grant: 'grant_before', came: 'came_before' },
} as const

/**
 * Rights that come with an e-key, or (`source` before) from an old system: call it in the transaction that approves a
 * request for a key, after `verifyEnterprise`, with the enterprise that it answers and the services the request names, or
 * in the one that takes an old user over. What is granted stays so;
 * what was asked for is granted; the rest is made and granted. Where the electromechanical office decides on the
 * enterprise's data first, its yes then grants without another decision. Codes that are no service are passed over.
 * Lock order: enterprise, then its requests by service. `accountId` (the applicant) is told when it happens.
 */
export async function grantServices(
  tx: Tx,
  ctx: Context,
  at: {
    enterpriseId: string
    services: readonly string[]
    officer: Pick<Actor, 'personName'>
    accountId?: string | null
    source?: 'key' | 'before'
  },
): Promise<void> {
  const from = at.source ?? 'key'
  const by = { ...system, personName: at.officer.personName }
  await tx
    .selectFrom('enterprise')
    .select('id')
    .where('id', '=', at.enterpriseId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  for (const service of [...new Set(at.services)].filter(isService).toSorted()) {
    await make(tx, {
      id: randomUUIDv7(),
      enterpriseId: at.enterpriseId,
      service,
      source: from,
      purpose: '',
      requestedBy: at.accountId ?? null,
      by,
      now: ctx.clock(),
    })
    const { id, state, source } = await tx
      .selectFrom('service_request')
      .select(['id', 'state', 'source'])
      .where('enterprise_id', '=', at.enterpriseId)
      .where('service', '=', service)
      .where('state', 'in', openStates)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const { grant, came } = ways[from]
    if (state === 'requested') await actIn(tx, ctx, by, id, grant, 'unversioned')
    else if (state === 'data_review' && source === 'asked') await actIn(tx, ctx, by, id, came, 'unversioned')
  }
}
