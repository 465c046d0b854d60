/** What each action on a licence does besides moving its state. The work of issuing is a job: see issue.ts. */
import type { LicenceAction } from '#domain/licence/actions.ts'
import { compareDays } from '#domain/day.ts'
import { queueMessage } from '../customs/outbox.ts'
import type { Effect } from '../door.ts'
import { addJob } from '../jobs/add.ts'
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
  fail: async ({ prepared }) => ({ set: { issue_error: prepared?.error ?? '未知错误' } }),
}
