/** What each action on a licence does besides moving its state. The work of issuing is a job: see issue.ts. */
import { sql } from 'kysely'
import { compareDays } from '#domain/day.ts'
import { figure } from '#domain/decimal.ts'
import { clears, useRefusal } from '#domain/customs/use.ts'
import { manualUse, type LicenceAction } from '#domain/licence/actions.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import { asking, deliverJob, queueMessage } from '../customs/outbox.ts'
import { carriersOf, factsOf, insertUses, termsOf, usesOf } from '../customs/uses.ts'
import type { Effect } from '../door.ts'
import { addJob } from '../jobs/add.ts'
import { tell } from '../notice/notices.ts'
import { lockAccount, move } from '../quota/ledger.ts'
import { Refused } from '../refused.ts'
import type { LicenceSet, LockedLicence, Step } from './act.ts'

export interface Failure {
  error: string
}

type LicenceEffect = Effect<LockedLicence, LicenceSet, Failure>

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

export const issueJob = 'licence.issue'
/** Tried three times within about ten seconds before the officer is told. */
export const issueAttempts = 3

const start =
  (first: (subject: LockedLicence) => Step): LicenceEffect =>
  async ({ tx, subject, actor, now }) => {
    // One job waiting at most: a second press of the button finds the licence under way.
    await addJob(
      tx,
      issueJob,
      { licenceId: subject.id },
      { key: `${issueJob}/${subject.id}`, maxAttempts: issueAttempts },
    )
    return {
      set: {
        issue_step: first(subject),
        issue_error: null,
        issue_started_at: now,
        issued_by: actor.accountId,
      },
    }
  }

const refuse = (words: string) => new Refused(409, 'rule', words)

/** A use told on paper because the network failed (rules K6): judged like a message, kept with the officer's reason. */
const registerUse: LicenceEffect = async ({ tx, subject, actor, now, input }) => {
  const { opinion, ...entered } = manualUse.parse(input)
  const use = {
    ...entered,
    declarantCode: LicenceContent.parse(subject.row.content).exporterCode,
    hsCode: subject.row.hs_code,
  }
  const uses = (await usesOf(tx, [subject.id])).get(subject.id) ?? []
  const carrier = (await carriersOf(tx, [use.declarationNo])).get(use.declarationNo)
  const other = carrier === undefined || carrier.id === subject.id ? null : carrier.licenceNo
  const terms = termsOf(subject.row, uses, other, subject.today)
  const refusal = useRefusal(terms, use)
  if (refusal !== undefined) throw refuse(refusal.words)
  const manual = { messageId: null, manualReason: opinion, recordedBy: actor.accountId }
  if (!(await insertUses(tx, [{ licenceId: subject.id, use, ...manual }], now))) {
    throw refuse(`报关单 ${use.declarationNo} 刚被另一份许可证使用，请核对报关单号`)
  }
  return {
    set: factsOf([...uses, use]),
    ...(clears(terms, use) && subject.state !== 'cleared' ? { next: 'clear' } : {}),
  }
}

/**
 * What waits is tried at once; what customs did not take goes out again; what it rejected, or left without an answer, is
 * put to it anew. A
 * request that customs rejected has gone back to the enterprise: it is submitted again, not resent.
 */
const resend: LicenceEffect = async ({ tx, subject, now, input }) => {
  const number = String(input['messageNo'])
  const message = await tx
    .selectFrom('customs_message')
    .select(['id', 'seq', 'state', 'kind', 'request_id'])
    .where('licence_id', '=', subject.id)
    .where('message_no', '=', number)
    .forUpdate()
    .executeTakeFirst()
  if (message === undefined) throw refuse(`这份许可证没有报文 ${number}，请刷新页面`)
  const stuck = ['queued', 'sent', 'failed', 'rejected'].includes(message.state)
  if (!stuck) throw refuse('这份报文海关已经接受或已撤回，不必重发')
  if (message.state === 'rejected' && asking.some((kind) => kind === message.kind)) {
    throw refuse('海关已不同意这份申请，申请已退回企业；企业修改后重新上报即可')
  }
  const anew = message.state === 'rejected' || message.state === 'sent'
  await tx
    .updateTable('customs_message')
    .set({
      state: 'queued',
      next_at: now,
      last_error: null,
      ...(anew ? { round: sql`round + 1`, answered_at: null, answer_reason: null } : {}),
    })
    .where('id', '=', message.id)
    .execute()
  await addJob(tx, deliverJob, {}, { key: deliverJob })
  return message.seq === subject.row.customs_seq ? { set: { delivery: 'queued' } } : {}
}

/** What the licence was committed for goes to 失效 with its year, and the exporter is told. */
const lapse: LicenceEffect = async ({ tx, subject, actor, now }) => {
  const { id, quota_account_id: accountId, quantity, application_id: applicationId } = subject.row
  const { licence_no: licenceNo, quota_year: year, goods_unit: unit } = subject.row
  const lost = accountId === null ? '' : `，${figure(quantity)} ${unit} 配额随年度失效`
  const words = `换发的许可证 ${licenceNo} 在 ${year} 年度内没有生成，已作废${lost}`
  const notice = { enterpriseId: subject.enterpriseId, kind: 'licence_lapsed', thing: 'licence', thingId: id }
  await tell(tx, [{ ...notice, key: `licence_lapsed/${id}`, words }], now)
  if (accountId === null) return
  const last = async () => {
    const account = await lockAccount(tx, accountId)
    const entry = { kind: 'cancel', from: 'committed', to: 'lapsed', quantity } as const
    await move(tx, account, entry, { actor, now, licenceId: id, applicationId, note: `${year} 年度结束` })
  }
  return { last }
}

export const effects: Partial<Record<LicenceAction, LicenceEffect>> = {
  issue: start(() => 'dates'),
  // A sealed document keeps its day; without one the licence is issued on the day of the retry.
  retry: start((subject) => (subject.row.document_sha256 === null ? 'dates' : 'message')),
  // Quota is not returned; customs is told, and the enterprise may be barred until a day (货物进出口管理条例 第六十四条).
  revoke: async ({ tx, subject, actor, now, input }) => {
    const ground = textOf(input['opinion'])
    const until = textOf(input['barredUntil'])
    await queueMessage(tx, {
      licenceId: subject.id,
      licenceNo: subject.row.licence_no,
      kind: 'revoked',
      body: { reason: ground },
      now,
    })
    if (until !== '') {
      if (compareDays(until, subject.today) < 0) {
        throw new Refused(409, 'rule', '不予受理的截止日期不能早于今天')
      }
      await tx
        .insertInto('enterprise_bar')
        .values({
          enterprise_id: subject.enterpriseId,
          barred_until: until,
          reason: `许可证 ${subject.row.licence_no} 被吊销（${ground}）`,
          licence_id: subject.id,
          changed_by: actor.accountId,
          changed_at: now,
        })
        .execute()
    }
  },
  lapse,
  register_use: registerUse,
  resend,
  fail: async ({ prepared }) => ({ set: { issue_error: prepared?.error ?? '未知错误' } }),
}
