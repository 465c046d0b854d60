/**
 * How a request's row is locked, read and moved, for the three machines that share the table. Lock order: request →
 * application → licence → quota accounts by id → number counter. What the actions do besides stands in effects.ts.
 */
import type { Updateable } from 'kysely'
import { amendment } from '#domain/amendment/actions.ts'
import { shrunk } from '#domain/amendment/check.ts'
import { wholeAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import { dayOf } from '#domain/day.ts'
import { isPositive } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import { shortOf } from '#domain/quota/ledger.ts'
import { amendmentKinds, type Kind, type LicenceRequest, type State } from '#domain/request/states.ts'
import { writeOff } from '#domain/write-off/actions.ts'
import { requestRelation } from '../account/scope.ts'
import { sealBroken } from '../application/seal.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { LicenceRequest as RequestTable } from '../db/types.gen.ts'
import { door, system, type ActRequest, type Done, type Thing } from '../door.ts'
import type { LicenceRow } from '../licence/act.ts'
import { lockAccount } from '../quota/ledger.ts'
import { notFound } from '../refused.ts'
import { amendmentEffects, cancellationEffects, writeOffEffects, type Prepared } from './effects.ts'
import {
  issuesOf,
  kindOf,
  licenceFacts,
  nearOf,
  quotaPlan,
  requestState,
  sealBytes,
  unusedOf,
  type Near,
  type QuotaPlan,
  type RequestRow,
} from './record.ts'

/** A locked request with its locked licence; of an amendment also form, neighbours and the bytes to seal. */
export interface LockedRequest extends LicenceRequest {
  id: string
  version: number
  lastQuietRequest: null
  row: RequestRow
  licenceRow: LicenceRow
  form: AmendmentForm
  near: Near | null
  plan: QuotaPlan | null
  bytes: Uint8Array<ArrayBuffer> | null
}

export type RequestSet = Updateable<RequestTable>

export const isAmendmentKind = (kind: Kind) => amendmentKinds.some((one) => one === kind)

const machines = { cancellation, write_off: writeOff, amendment } as const
export type MachineName = keyof typeof machines

/** The machine whose rules a kind follows: 延期 and 遗失 follow those of 更改. */
export const machineNameOf = (kind: Kind): MachineName =>
  kind === 'cancellation' || kind === 'write_off' ? kind : 'amendment'
export const machineOf = (kind: Kind) => machines[machineNameOf(kind)]

/** Facts of the content as the rules name them; for actions that ask none of it. */
export const unread = {
  openIssues: null,
  sealBroken: null,
  quotaRefusal: null,
  shrunk: null,
  near: null,
  plan: null,
  bytes: null,
}
type ContentFacts = Pick<
  LockedRequest,
  'openIssues' | 'sealBroken' | 'quotaRefusal' | 'shrunk' | 'near' | 'plan' | 'bytes'
>

/** The facts of a row as the rules name them; pages use it too, with what they have read without a lock. */
export function subjectOf(
  row: RequestRow,
  licenceRow: LicenceRow,
  today: string,
  facts: ContentFacts,
): LockedRequest {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    licenceRow,
    form: wholeAmendment(row.form),
    kind: kindOf(row.kind),
    state: requestState(row.state),
    ...requestRelation(row),
    licence: licenceFacts(licenceRow, today),
    writeOffQuantity: row.write_off_quantity,
    sealed: row.seal_id !== null,
    firstReviewer: row.first_reviewer,
    ...facts,
  }
}

/** Words when uses since the submission no longer leave what the amendment asks, or null. */
export const shrunkWords = (row: RequestRow, licenceRow: LicenceRow): string | null =>
  row.unused_quantity === null
    ? null
    : (shrunk({
        form: wholeAmendment(row.form),
        unusedThen: row.unused_quantity,
        unusedNow: unusedOf(licenceRow),
        unit: licenceRow.goods_unit,
      }) ?? null)

const readsContent = new Set(['save', 'prepare_seal', 'seal', 'submit'])

async function contentFacts(
  tx: Tx,
  ctx: Context,
  action: string,
  row: RequestRow,
  licence: LicenceRow,
): Promise<ContentFacts> {
  if (!readsContent.has(action)) return { ...unread, shrunk: shrunkWords(row, licence) }
  const [codes, near] = [await ctx.codes.current(tx), await nearOf(tx, licence)]
  const today = dayOf(ctx.clock())
  const form = wholeAmendment(row.form)
  const bytes = sealBytes(row, licence)
  const issues = issuesOf(codes, { kind: kindOf(row.kind), licence, near, form }, today)
  const facts = { ...unread, near, bytes, openIssues: issues.map((issue) => issue.words) }
  if (action !== 'submit') return facts
  const plan = await quotaPlan(tx, codes, { licence, near, form }, today)
  return {
    ...facts,
    plan,
    sealBroken: await sealBroken(tx, ctx, row, bytes),
    quotaRefusal: await shortage(tx, plan),
  }
}

async function shortage(tx: Tx, plan: QuotaPlan): Promise<string | null> {
  if ('refusal' in plan) return plan.refusal
  if (plan.accountId === null || !isPositive(plan.hold)) return null
  const account = await lockAccount(tx, plan.accountId)
  const short = shortOf(account.balances, 'available', plan.hold)
  return short === undefined ? null : `配额 ${account.row.doc_no}：${short}`
}

const lockFor = (name: MachineName) => async (tx: Tx, ctx: Context, id: string, action: string) => {
  const row = await tx
    .selectFrom('licence_request')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined || machineNameOf(kindOf(row.kind)) !== name) return undefined
  const licence = await lockLicence(tx, row.licence_id)
  const facts = name === 'amendment' ? await contentFacts(tx, ctx, action, row, licence) : unread
  return subjectOf(row, licence, dayOf(ctx.clock()), facts)
}

/** Locks the application and then the licence, in this order. */
export async function lockLicence(tx: Tx, licenceId: string): Promise<LicenceRow> {
  await tx
    .selectFrom('application')
    .innerJoin('licence', 'licence.application_id', 'application.id')
    .select('application.id')
    .where('licence.id', '=', licenceId)
    .forUpdate('application')
    .execute()
  return tx
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', licenceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

function thing(name: MachineName): Thing<State, LockedRequest, string, RequestSet> {
  return {
    lock: lockFor(name),
    move: (tx, { id, state, set, actor, now }) =>
      tx
        .updateTable('licence_request')
        .set((expression) => ({
          ...set,
          ...(state === undefined ? {} : { state }),
          version: expression('version', '+', 1),
          ...(actor.scope === 'system' ? {} : { modified_by: actor.accountId }),
          modified_at: now,
        }))
        .where('id', '=', id),
  }
}

const doors = {
  cancellation: door(cancellation, thing('cancellation'), cancellationEffects),
  write_off: door(writeOff, thing('write_off'), writeOffEffects),
  amendment: door(amendment, thing('amendment'), amendmentEffects),
}

/** One action on a request inside a transaction that is open already. Refuses (404) an action its kind has not. */
export async function actIn(
  tx: Tx,
  ctx: Context,
  actor: Actor,
  of: { id: string; kind: Kind },
  action: string,
  request: ActRequest,
  prepared?: Prepared,
): Promise<Done> {
  const name = machineNameOf(of.kind)
  if (name === 'cancellation' && cancellation.isAction(action)) {
    const done = await doors.cancellation.actIn(tx, ctx, actor, of.id, action, request, prepared)
    return action === 'pass' && done.reply === unsent ? withdrawn(tx, ctx, of.id, done) : done
  }
  if (name === 'write_off' && writeOff.isAction(action)) {
    return doors.write_off.actIn(tx, ctx, actor, of.id, action, request, prepared)
  }
  if (name === 'amendment' && amendment.isAction(action)) {
    return doors.amendment.actIn(tx, ctx, actor, of.id, action, request, prepared)
  }
  throw notFound('操作')
}

/** What the effect of a cancellation's `pass` answers when customs has never heard of the licence. */
export const unsent = 'unsent'

/** Nothing ever left: nobody is asked, and the cancellation ends in the same transaction. */
async function withdrawn(tx: Tx, ctx: Context, id: string, { version }: Done): Promise<Done> {
  const opinion = '许可证信息尚未发往海关，已撤回，不须询问海关'
  return doors.cancellation.actIn(tx, ctx, system, id, 'customs_yes', {
    version,
    requestId: null,
    input: { opinion },
  })
}

/** Does one action on one request for one person, in a transaction of its own. */
export async function act(
  ctx: Context,
  actor: Actor,
  id: string,
  action: string,
  request: ActRequest,
  prepared?: Prepared,
): Promise<Done> {
  return ctx.db.transaction().execute(async (tx) => {
    const found = await tx
      .selectFrom('licence_request')
      .select('kind')
      .where('id', '=', id)
      .executeTakeFirst()
    // Of a request that is not there the door says no more and no less than of one that is somebody else's.
    const kind = found === undefined ? likely(action) : kindOf(found.kind)
    return actIn(tx, ctx, actor, { id, kind }, action, request, prepared)
  })
}

const likely = (action: string): Kind => (cancellation.isAction(action) ? 'cancellation' : 'amendment')
