/** What each action on a request does besides moving its state: quota, licence, message to customs. */
import { randomUUIDv7 } from 'node:crypto'
import type { AmendmentAction } from '#domain/amendment/actions.ts'
import type { AmendmentForm } from '#domain/amendment/form.ts'
import type { CancellationAction } from '#domain/cancellation/actions.ts'
import { dayOf } from '#domain/day.ts'
import { compare, isPositive, subtract, type Decimal } from '#domain/decimal.ts'
import { freeBucket } from '#domain/quota/year.ts'
import { addWorkingDays } from '#domain/working-days.ts'
import { quantityRefusal, type WriteOffAction } from '#domain/write-off/actions.ts'
import type { SealFacts } from '../pki/seal-check.ts'
import { sha256Hex } from '../application/seal.ts'
import { queueMessage, withdrawUnsent, type OutboundKind } from '../customs/outbox.ts'
import type { Tx } from '../db/connect.ts'
import { system, type Effect } from '../door.ts'
import { actIn as actOnLicenceIn } from '../licence/act.ts'
import { lockAccount, move, type Cause, type LockedAccount } from '../quota/ledger.ts'
import { Refused } from '../refused.ts'
import { submittedContent } from './as-submitted.ts'
import { unsent, type LockedRequest, type RequestSet } from './act.ts'
import { unusedOf } from './record.ts'
import { exchange } from './replace.ts'

export interface Save {
  reason: string
  writeOffQuantity: Decimal | null
  form: AmendmentForm | null
}

/** What a caller has prepared before the lock. */
export type Prepared = { save: Save } | { seal: { cms: Uint8Array; facts: SealFacts; forVersion: number } }

export type RequestEffect = Effect<LockedRequest, RequestSet, Prepared>
type At = Parameters<RequestEffect>[0]

export const causeOf = (
  { actor, now, subject }: Pick<At, 'actor' | 'now' | 'subject'>,
  note = '',
): Cause => ({
  actor,
  now,
  licenceId: subject.licenceRow.id,
  applicationId: subject.licenceRow.application_id,
  requestId: subject.id,
  note,
})

/** Takes a quantity off the committed quota of the licence: nothing for goods without quota, nor for nothing. */
export async function uncommit(
  tx: Tx,
  account: LockedAccount | null,
  kind: 'cancel' | 'settle' | 'unused' | 'replace',
  quantity: Decimal,
  cause: Cause,
): Promise<void> {
  if (account === null || !isPositive(quantity)) return
  const to = kind === 'settle' ? 'settled' : freeBucket(account.row.year, dayOf(cause.now))
  await move(tx, account, { kind, from: 'committed', to, quantity }, cause)
}

const accountOf = (tx: Tx, { licenceRow }: LockedRequest) =>
  licenceRow.quota_account_id === null ? null : lockAccount(tx, licenceRow.quota_account_id)

function tell(at: At, kind: OutboundKind, body: Record<string, unknown>): Promise<string> {
  const { tx, subject, now } = at
  return queueMessage(tx, {
    licenceId: subject.licenceRow.id,
    licenceNo: subject.licenceRow.licence_no,
    kind,
    body,
    requestId: subject.id,
    now,
  })
}

async function submitted({ ctx, tx, subject, actor, now }: At) {
  const { calendar, settings } = await ctx.codes.current(tx)
  return {
    submitted: submittedContent(subject.row),
    submitted_at: now,
    submitted_by: actor.accountId,
    due_on: addWorkingDays(dayOf(now), settings.review_days, calendar),
    first_reviewer: null,
    second_reviewer: null,
    customs_message_id: null,
  } satisfies RequestSet
}

function saved({ subject, prepared }: At): RequestSet {
  if (prepared === undefined || !('save' in prepared)) throw new Error('nothing to save')
  const { reason, writeOffQuantity, form } = prepared.save
  return {
    reason,
    content_version: subject.row.content_version + 1,
    seal_id: null,
    ...(writeOffQuantity === null ? {} : { write_off_quantity: writeOffQuantity }),
    ...(form === null ? {} : { form: JSON.stringify(form) }),
  }
}

// ---- 删除申请

export const cancellationEffects: Partial<Record<CancellationAction, RequestEffect>> = {
  save: async (at) => ({ set: saved(at) }),
  submit: async (at) => ({ set: await submitted(at) }),
  pass: async (at) => {
    const { tx, subject, actor } = at
    const set = { first_reviewer: actor.accountId }
    if (await withdrawUnsent(tx, subject.licenceRow.id)) return { set, reply: unsent }
    const message = await tell(at, 'cancel', { reason: subject.row.reason })
    return { set: { ...set, customs_message_id: message } }
  },
  customs_yes: async (at) => {
    const { tx, ctx, subject, now } = at
    await actOnLicenceIn(tx, ctx, system, subject.licenceRow.id, 'cancel', 'unversioned')
    const account = await accountOf(tx, subject)
    await uncommit(tx, account, 'cancel', subject.licenceRow.quantity, causeOf(at))
    return { set: { decided_at: now } }
  },
}

// ---- 核销申请

export const writeOffEffects: Partial<Record<WriteOffAction, RequestEffect>> = {
  save: async (at) => {
    const { subject, prepared } = at
    const wanted = prepared !== undefined && 'save' in prepared ? prepared.save.writeOffQuantity : null
    const refusal = quantityRefusal(subject.licence, wanted)
    if (refusal !== undefined) throw new Refused(409, 'rule', refusal)
    return { set: saved(at) }
  },
  submit: async (at) => ({ set: await submitted(at) }),
  pass: async (at) => {
    const { tx, ctx, subject, actor, now } = at
    const { licenceRow, row } = subject
    if (row.write_off_quantity === null) throw new Error('a write-off without a quantity')
    await actOnLicenceIn(tx, ctx, system, licenceRow.id, 'write_off', 'unversioned')
    const account = await accountOf(tx, subject)
    // Over-shipment is beyond the quota: no more is settled than the licence was committed for.
    const settled =
      compare(row.write_off_quantity, licenceRow.quantity) < 0 ? row.write_off_quantity : licenceRow.quantity
    await uncommit(tx, account, 'settle', settled, causeOf(at))
    await uncommit(tx, account, 'unused', subtract(licenceRow.quantity, settled), causeOf(at))
    const message = await tell(at, 'written_off', { quantity: row.write_off_quantity })
    return {
      set: { first_reviewer: actor.accountId, decided_at: now, customs_message_id: message },
    }
  },
}

// ---- 更改、延期、遗失

const seal: RequestEffect = async ({ tx, subject, actor, now, prepared }) => {
  if (prepared === undefined || !('seal' in prepared)) throw new Error('no seal was checked')
  const { bytes, row } = subject
  const { facts, cms, forVersion } = prepared.seal
  if (bytes === null || forVersion !== row.version || sha256Hex(bytes) !== facts.digest) {
    throw new Refused(409, 'stale', '内容在签章时有变化，请核对最新内容后重新盖章', {
      current: { version: row.version, state: row.state },
    })
  }
  const id = randomUUIDv7()
  await tx
    .insertInto('seal')
    .values({
      id,
      request_id: row.id,
      content_version: row.content_version,
      content: new TextDecoder().decode(bytes),
      digest: facts.digest,
      cms: Buffer.from(cms),
      certificate_fingerprint: facts.fingerprint,
      account_id: actor.accountId,
      signed_at: facts.signedAt,
      sealed_at: now,
    })
    .execute()
  return { set: { seal_id: id }, certificateSerial: facts.serial }
}

const submitAmendment: RequestEffect = async (at) => {
  const { tx, subject } = at
  const { plan } = subject
  if (plan === null || 'refusal' in plan) throw new Error('an amendment is submitted with its quota known')
  if (plan.accountId !== null && isPositive(plan.hold)) {
    const account = await lockAccount(tx, plan.accountId)
    const entry = { kind: 'hold', from: 'available', to: 'held', quantity: plan.hold } as const
    await move(tx, account, entry, causeOf(at))
  }
  return {
    set: {
      ...(await submitted(at)),
      unused_quantity: unusedOf(subject.licenceRow),
      quota_account_id: plan.accountId,
      quota_quantity: plan.hold,
    },
  }
}

const nothingHeld = { quota_account_id: null, quota_quantity: null } satisfies RequestSet

/** What was held for the new licence is free again; of a closed year it lapses. */
async function released(at: At): Promise<RequestSet> {
  const { quota_account_id: id, quota_quantity: quantity } = at.subject.row
  if (id === null || quantity === null || !isPositive(quantity)) return nothingHeld
  const account = await lockAccount(at.tx, id)
  const to = freeBucket(account.row.year, dayOf(at.now))
  await move(at.tx, account, { kind: 'release', from: 'held', to, quantity }, causeOf(at))
  return nothingHeld
}

const release: RequestEffect = async (at) => ({ set: await released(at) })

export const amendmentEffects: Partial<Record<AmendmentAction, RequestEffect>> = {
  save: async (at) => ({ set: saved(at) }),
  delete: release,
  seal,
  submit: submitAmendment,
  recall: release,
  return: release,
  return_second: release,
  pass_first: async ({ actor }) => ({ set: { first_reviewer: actor.accountId } }),
  pass_second: async (at) => {
    const kind = at.subject.kind === 'loss' ? 'lost' : 'replaced'
    const message = await tell(at, kind, { reason: at.subject.row.reason, request: at.subject.kind })
    return { set: { second_reviewer: at.actor.accountId, customs_message_id: message } }
  },
  customs_yes: async (at) => ({
    set: { ...nothingHeld, decided_at: at.now, new_licence_id: await exchange(at) },
  }),
  customs_no: release,
  stop_waiting: release,
}
