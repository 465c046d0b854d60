/** What each action on an application does besides moving its state and writing history. */
import { randomUUIDv7 } from 'node:crypto'
import { applicationNo, firstApplicationSerial } from '#domain/application/content.ts'
import type { ApplicationAction } from '#domain/application/actions.ts'
import { wordsOf } from '#domain/application/words.ts'
import { dayOf } from '#domain/day.ts'
import { addWorkingDays } from '#domain/working-days.ts'
import type { Effect } from '../door.ts'
import { system } from '../door.ts'
import { unwaited, type Tx } from '../db/connect.ts'
import { nextNumber } from '../db/number.ts'
import { keepSubmittedFiles } from '../attachment/submitted.ts'
import { actIn as actOnLicenceIn } from '../licence/act.ts'
import { approveLicence } from '../licence/approve.ts'
import { holdFor, holdsNone, releaseOf, uncommitOf } from '../quota/hold.ts'
import { Refused } from '../refused.ts'
import type { ApplicationSet, LockedApplication } from './act.ts'
import type { Whole } from './record.ts'
import { afterwards, contentSet, writeLines, type Save } from './save.ts'
import { sha256Hex, type CheckedSeal } from './seal.ts'

/** What a caller has prepared before the lock: the parsed save, or the checked seal. */
export type Prepared = { save: Save } | { seal: CheckedSeal }

type ApplicationEffect = Effect<LockedApplication, ApplicationSet, Prepared>

const unclaimed = { claimed_by: null, claimed_at: null } satisfies ApplicationSet

function wholeIn({ row, part, content }: LockedApplication): Whole {
  if (part === null || content === null) throw new Error('this action reads the content')
  return { row, part, content }
}

const save: ApplicationEffect = async ({ tx, ctx, subject, now, requestId, prepared }) => {
  if (prepared === undefined || !('save' in prepared)) throw new Error('nothing to save')
  const before = wholeIn(subject)
  const { row } = before
  const set = contentSet(await ctx.codes.current(tx), row, before.content, prepared.save, now)
  if (set.totals !== null) await writeLines(tx, subject.id, set.totals.lines)
  const more = { content_version: row.content_version + 1, save_request_id: requestId }
  return { set: { ...set.columns, ...more }, reply: afterwards(before, set, { ...more, modified_at: now }) }
}

/** Reserves the number once; the day of application is the day of sealing. Both are part of what is sealed. */
const prepareSeal: ApplicationEffect = async ({ tx, ctx, subject, now }) => {
  const today = dayOf(now)
  const before = wholeIn(subject)
  const { row, content } = before
  const number =
    row.application_no ??
    applicationNo(
      row.quota_year,
      content.exporter.code13,
      await nextNumber(tx, {
        kind: 'application',
        scope: content.exporter.code13,
        year: row.quota_year,
        first: firstApplicationSerial,
      }),
    )
  const dated = row.apply_date === today && row.application_no !== null
  const set = contentSet(await ctx.codes.current(tx), row, content, { form: content.form }, now)
  if (set.changed && set.totals !== null) await writeLines(tx, subject.id, set.totals.lines)
  const more = {
    application_no: number,
    apply_date: today,
    content_version: dated && !set.changed ? row.content_version : row.content_version + 1,
  }
  return { set: { ...set.columns, ...more }, reply: afterwards(before, set, { ...more, modified_at: now }) }
}

const seal: ApplicationEffect = async ({ tx, subject, actor, now, prepared }) => {
  if (prepared === undefined || !('seal' in prepared)) throw new Error('no seal was checked')
  const { bytes, row } = subject
  if (row.apply_date !== dayOf(now)) {
    const words = `待签内容中的申请日期是 ${row.apply_date}，申请日期须为盖章当日，请重新“保存并盖章”`
    throw new Refused(409, 'stale', words, { current: { version: row.version, state: row.state } })
  }
  const digest = bytes === null ? '' : sha256Hex(bytes)
  if (
    bytes === null ||
    prepared.seal.whole.row.version !== row.version ||
    digest !== prepared.seal.facts.digest
  ) {
    throw new Refused(409, 'stale', '内容在签章时有变化，请核对最新内容后重新盖章', {
      current: { version: row.version, state: row.state },
    })
  }
  const id = randomUUIDv7()
  const written = tx.insertInto('seal').values({
    id,
    application_id: row.id,
    content_version: row.content_version,
    content: new TextDecoder().decode(bytes),
    digest,
    cms: Buffer.from(prepared.seal.cms),
    certificate_fingerprint: prepared.seal.facts.fingerprint,
    account_id: actor.accountId,
    signed_at: prepared.seal.facts.signedAt,
    sealed_at: now,
  })
  await unwaited(tx, written)
  return { set: { seal_id: id }, certificateSerial: prepared.seal.facts.serial }
}

/** Freezes what was sent, in words; the sealed text itself stands with the seal. */
const submit: ApplicationEffect = async ({ tx, ctx, subject, actor, now }) => {
  const { row, content } = wholeIn(subject)
  if (row.seal_id === null) throw new Error('a submission without a seal')
  const codes = await ctx.codes.current(tx)
  const frozen = tx.insertInto('submission').values({
    id: randomUUIDv7(),
    application_id: row.id,
    seal_id: row.seal_id,
    words: JSON.stringify(wordsOf(content, (list, code) => codes.entry(list, code)?.name)),
    submitted_by: actor.accountId,
    submitted_at: now,
  })
  await unwaited(tx, frozen)
  await keepSubmittedFiles(
    tx,
    content.files.map((file) => file.sha256),
    now,
  )
  const today = dayOf(now)
  const account = subject.quotaNeed?.account ?? null
  return {
    ...(account === null ? {} : { last: () => holdFor(tx, row, account, { actor, now }) }),
    set: {
      ...(account === null
        ? holdsNone
        : { quota_account_id: account.id, quota_quantity: row.total_quantity }),
      submitted_at: now,
      submitted_by: actor.accountId,
      sent_to: subject.row.issuing_authority,
      due_on: addWorkingDays(today, codes.settings.review_days, codes.calendar),
      first_reviewer: null,
      second_reviewer: null,
      ...unclaimed,
    },
  }
}

const otherContent: ApplicationEffect = async ({ subject }) => ({
  set: { content_version: subject.row.content_version + 1 },
})

const claim: ApplicationEffect = async ({ actor, now }) => ({
  set: { claimed_by: actor.accountId, claimed_at: now },
})
const free: ApplicationEffect = async () => ({ set: unclaimed })

/** Quota that was held comes free when the application goes back or ends. */
const released: ApplicationEffect = async ({ tx, subject: { row }, actor, now }) => ({
  set: { ...unclaimed, ...holdsNone },
  last: () => releaseOf(tx, row, { actor, now }, dayOf(now)),
})
const reopened: ApplicationEffect = async (at) => {
  const { last, set } = (await released(at)) ?? {}
  return { set: { ...set, seal_id: null }, ...(last === undefined ? {} : { last }) }
}

/** The licence's number and the quota are what all second reviews of a day meet at: both are taken at the end. */
const passSecond: ApplicationEffect = async ({ tx, ctx, subject, actor, now }) => {
  const approve = await approveLicence(tx, ctx, subject.row, wholeIn(subject).content, { actor, now })
  return {
    set: { second_reviewer: actor.accountId, approved_at: now, ...unclaimed },
    last: async () => ({ licenceNo: await approve() }),
  }
}

export const effects: Partial<Record<ApplicationAction, ApplicationEffect>> = {
  save,
  attach: otherContent,
  detach: otherContent,
  prepare_seal: prepareSeal,
  seal,
  edit: async () => ({ set: { seal_id: null } }),
  submit,
  withdraw: free,
  print: async ({ subject, now }) => ({
    set: { printed_at: subject.row.printed_at ?? now, print_count: subject.row.print_count + 1 },
  }),
  claim,
  take_over: claim,
  release: free,
  pass_first: async ({ actor }) => ({ set: { first_reviewer: actor.accountId, ...unclaimed } }),
  return: reopened,
  pass_second: passSecond,
  reject: async (at) => {
    if (at.subject.licence !== null) await cancelLicence(at.tx, at.ctx, at.subject.id)
    return released(at)
  },
  send_back: async () => ({ set: { ...unclaimed, first_reviewer: null } }),
  agree_withdrawal: reopened,
  refuse_withdrawal: free,
  hand_back: async ({ tx, subject, actor, now }) => {
    const licence = await tx
      .updateTable('licence')
      .set((expression) => ({
        issue_step: null,
        issue_error: null,
        issue_started_at: null,
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('application_id', '=', subject.id)
      .where('replaces_id', 'is', null)
      .returning('id')
      .executeTakeFirst()
    return {
      set: { second_reviewer: null, ...unclaimed },
      last: () => uncommitOf(tx, subject.row, licence?.id ?? null, { actor, now }),
    }
  },
}

async function cancelLicence(tx: Tx, ctx: Parameters<ApplicationEffect>[0]['ctx'], applicationId: string) {
  const licence = await tx
    .selectFrom('licence')
    .select('id')
    .where('application_id', '=', applicationId)
    .where('replaces_id', 'is', null)
    .executeTakeFirstOrThrow()
  await actOnLicenceIn(tx, ctx, system, licence.id, 'cancel', 'unversioned')
}
