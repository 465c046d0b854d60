/** A request comes into being: the licence is read in by its number, and it is said at once what may be asked of it. */
import { amendmentRefusal } from '#domain/amendment/actions.ts'
import type { AmendmentForm } from '#domain/amendment/form.ts'
import { cancellationRefusal } from '#domain/cancellation/actions.ts'
import { dayOf, type Day } from '#domain/day.ts'
import type { Decimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { kinds, openStates, states, type Kind } from '#domain/request/states.ts'
import { quantityRefusal, writeOffRefusal } from '#domain/write-off/actions.ts'
import { licencesInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { LicenceRow } from '../licence/act.ts'
import { Refused, refusedBy } from '../refused.ts'
import { lockLicence, machineOf } from './act.ts'
import { kindOf, licenceFacts, requestState } from './record.ts'

export interface NewRequest {
  id: string
  kind: Kind
  licenceNo: string
  reason: string
  writeOffQuantity: Decimal | null
  form: AmendmentForm | null
}

/** Words why this kind can't be asked for a licence on a day, or nothing. `writeOffQuantity` null: not typed yet. */
export function kindRefusal(
  kind: Kind,
  row: LicenceRow,
  today: Day,
  writeOffQuantity: Decimal | null,
): string | undefined {
  const licence = licenceFacts(row, today)
  if (kind === 'cancellation') return cancellationRefusal({ licence })
  if (kind !== 'write_off') return amendmentRefusal({ licence, kind })
  // Before a quantity is typed, whether any could be: what customs reports always can.
  const quantity = writeOffQuantity ?? licence.usedQuantity
  return writeOffRefusal({ licence, writeOffQuantity: quantity })
}

/** The request that is open on a licence, if any, and the words that name it. */
export async function openRequestOf(db: Db | Tx, licenceId: string) {
  const row = await db
    .selectFrom('licence_request')
    .select(['id', 'kind', 'state'])
    .where('licence_id', '=', licenceId)
    .where('state', 'in', openStates)
    .executeTakeFirst()
  if (row === undefined) return null
  const kind = kindOf(row.kind)
  const label = kinds[kind]
  const stateLabel = states[requestState(row.state)]
  return {
    id: row.id,
    kind,
    label,
    stateLabel,
    words: `许可证已有一份${label}（${stateLabel}），办结或删除后才能另行申请`,
  }
}

/** The licence of this number if it is the person's own; refuses (404) otherwise in one way. */
export async function licenceByNumber(db: Db | Tx, actor: Actor, licenceNo: string): Promise<LicenceRow> {
  const row =
    actor.enterpriseId === null || actor.scope === 'consignor'
      ? undefined
      : await db
          .selectFrom('licence')
          .selectAll('licence')
          .where('licence_no', '=', licenceNo)
          .where(licencesInScope(actor))
          .executeTakeFirst()
  if (row === undefined) {
    throw new Refused(404, 'scope', `本企业没有许可证 ${licenceNo}，请核对许可证号`)
  }
  return row
}

/** Makes the request `ready` under the client's id; the same id again is answered as done. */
export async function createRequest(ctx: Context, actor: Actor, asked: NewRequest): Promise<void> {
  const machine = machineOf(asked.kind)
  const forbidden = machine.forbidden('save', actor)
  if (forbidden !== undefined) throw refusedBy(forbidden)
  await ctx.db.transaction().execute(async (tx) => {
    const found = await licenceByNumber(tx, actor, asked.licenceNo)
    const licence = await lockLicence(tx, found.id)
    if (await isRepeat(tx, actor, asked, licence.id)) return
    const open = await openRequestOf(tx, licence.id)
    if (open !== null) throw new Refused(409, 'rule', open.words)
    const because = kindRefusal(asked.kind, licence, dayOf(ctx.clock()), asked.writeOffQuantity)
    if (because !== undefined) throw new Refused(409, 'rule', because)
    if (asked.kind === 'write_off') {
      const wrong = quantityRefusal(licenceFacts(licence, dayOf(ctx.clock())), asked.writeOffQuantity)
      if (wrong !== undefined) throw new Refused(409, 'rule', wrong)
    }
    await insert(tx, ctx, actor, asked, licence)
  })
}

async function isRepeat(tx: Tx, actor: Actor, asked: NewRequest, licenceId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('licence_request')
    .select(['created_by', 'licence_id', 'kind'])
    .where('id', '=', asked.id)
    .executeTakeFirst()
  if (row === undefined) return false
  if (row.created_by === actor.accountId && row.licence_id === licenceId && row.kind === asked.kind)
    return true
  throw new Refused(409, 'rule', '这个编号已用于另一份申请，请刷新页面后重新录入')
}

async function insert(tx: Tx, ctx: Context, actor: Actor, asked: NewRequest, licence: LicenceRow) {
  const now = ctx.clock()
  const { department } = await tx
    .selectFrom('application')
    .select('department')
    .where('id', '=', licence.application_id)
    .executeTakeFirstOrThrow()
  const machine = machineOf(asked.kind)
  await tx
    .insertInto('licence_request')
    .values({
      id: asked.id,
      kind: asked.kind,
      state: 'ready',
      licence_id: licence.id,
      licence_no: licence.licence_no,
      enterprise_id: licence.enterprise_id,
      department,
      authority_code: licence.authority_code,
      quota_year: licence.quota_year,
      reason: asked.reason,
      write_off_quantity: asked.kind === 'write_off' ? asked.writeOffQuantity : null,
      form: JSON.stringify(asked.form ?? {}),
      created_by: actor.accountId,
      created_at: now,
      modified_by: actor.accountId,
      modified_at: now,
    })
    .execute()
  await tx
    .insertInto('history')
    .values({
      thing: machine.name,
      thing_id: asked.id,
      action: 'create',
      from_state: null,
      to_state: 'ready',
      account_id: actor.accountId,
      actor_name: actor.personName,
      actor_place: actor.code13 ?? '',
      at: now,
    })
    .execute()
}
