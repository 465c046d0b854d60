/** How a request for a service is locked, read and moved; the enterprise is told of every decision. */
import { sql, type Selectable, type Updateable } from 'kysely'
import { enterpriseInfoFields } from '#domain/application/form.ts'
import { missing } from '#domain/fields.ts'
import {
  isState,
  serviceRequest,
  states,
  type ServiceRequestAction,
  type ServiceRequestSubject,
  type State,
} from '#domain/hall/actions.ts'
import { isService, serviceOf, services, type ServiceCode } from '#domain/hall/catalogue.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { ServiceRequest } from '../db/types.gen.ts'
import { door, type Effect, type Thing } from '../door.ts'
import { infoOf } from '../enterprise/queries.ts'
import { queueLetter } from '../message/queue.ts'

export type RequestRow = Selectable<ServiceRequest>
type RequestSet = Updateable<ServiceRequest>

export interface LockedRequest extends ServiceRequestSubject {
  id: string
  version: number
  lastQuietRequest: null
  row: RequestRow
}

/** Lock order: the enterprise, then its request: data that the office judges stays as it is meanwhile. */
async function lock(tx: Tx, _ctx: Context, id: string) {
  const found = await tx
    .selectFrom('service_request')
    .select('enterprise_id')
    .where('id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { info } = await tx
    .selectFrom('enterprise')
    .select('info')
    .where('id', '=', found.enterprise_id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const row = await tx
    .selectFrom('service_request')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return requestSubject(row, info)
}

/** The facts of a row as its rules name them; `info` is the stored data of its enterprise. */
export function requestSubject(row: RequestRow, info: unknown): LockedRequest {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: requestState(row.state),
    office: serviceOf(serviceCode(row.service)).office === true,
    missing: missing(enterpriseInfoFields, infoOf(info)).map(
      ({ path }) => new Map(Object.entries(enterpriseInfoFields)).get(path)?.label ?? path,
    ),
    enterpriseId: row.enterprise_id,
    department: null,
    createdBy: row.requested_by ?? '',
    consignorCode: null,
    authorityCode: null,
  }
}

export function requestState(state: string): State {
  if (!isState(state)) throw new Error(`unknown state of a service request ${state}`)
  return state
}

export function serviceCode(code: string): ServiceCode {
  if (!isService(code)) throw new Error(`unknown service ${code}`)
  return code
}

const thing: Thing<State, LockedRequest, ServiceRequestAction, RequestSet> = {
  lock,
  move: (tx, { id, state, set, now }) =>
    tx
      .updateTable('service_request')
      .set({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: sql`version + 1`,
        modified_at: now,
      })
      .where('id', '=', id),
}

type RequestEffect = Effect<LockedRequest, RequestSet, never>

const decided =
  (to: State): RequestEffect =>
  async ({ tx, ctx, subject: { row }, actor, now, input }) => {
    const opinion = typeof input['opinion'] === 'string' ? input['opinion'] : ''
    await tellRequester(tx, ctx, row, to, opinion)
    const by = actor.scope === 'system' ? {} : { decided_by: actor.accountId }
    return { set: { ...by, decided_at: now, decision: opinion === '' ? null : opinion } }
  }

/** To the confirmed e-mail of who asked, else to the confirmed mobile; who has neither finds it in the hall. */
async function tellRequester(tx: Tx, ctx: Context, row: RequestRow, to: State, opinion: string) {
  if (row.requested_by === null) return
  const account = await tx
    .selectFrom('account')
    .select(['id', 'email', 'email_confirmed_at', 'mobile', 'mobile_confirmed_at'])
    .where('id', '=', row.requested_by)
    .executeTakeFirstOrThrow()
  const { name } = services[serviceCode(row.service)]
  const because = opinion === '' ? '' : `说明：${opinion}。`
  const next = to === 'granted' ? '请在业务大厅办理。' : '可在业务大厅查看，补充后重新申请。'
  const letter = {
    kind: 'service_decided',
    subject: `应用“${name}”${states[to]}`,
    text: `【出口许可证系统】您申请的应用“${name}”${states[to]}。${because}${next}`,
    accountId: account.id,
    enterpriseId: row.enterprise_id,
  } as const
  if (account.email !== null && account.email_confirmed_at !== null) {
    await queueLetter(tx, ctx, { ...letter, channel: 'email', recipient: account.email })
  } else if (account.mobile !== null && account.mobile_confirmed_at !== null) {
    await queueLetter(tx, ctx, { ...letter, channel: 'sms', recipient: account.mobile })
  }
}

const effects: Partial<Record<ServiceRequestAction, RequestEffect>> = {
  // A key officer had said yes already: nobody is asked a second time.
  approve_data: async ({ subject: { row } }) => {
    if (row.source === 'before') return { next: 'grant_before' }
    return row.source === 'key' ? { next: 'grant_with_key' } : {}
  },
  refuse_data: decided('refused'),
  grant: decided('granted'),
  refuse: decided('refused'),
  close: decided('closed'),
  came_with_key: async () => ({ set: { source: 'key' } }),
  grant_with_key: async (at) => {
    const done = await decided('granted')(at)
    return { ...done, set: { ...done?.set, source: 'key' } }
  },
  came_before: async () => ({ set: { source: 'before' } }),
  grant_before: async (at) => {
    const done = await decided('granted')(at)
    return { ...done, set: { ...done?.set, source: 'before' } }
  },
}

export const { act, actIn } = door(serviceRequest, thing, effects)
