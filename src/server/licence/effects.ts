/** What each action on a licence does besides moving its state. The work of issuing is a job: see issue.ts. */
import type { LicenceAction } from '#domain/licence/actions.ts'
import type { Effect } from '../door.ts'
import { addJob } from '../jobs/add.ts'
import type { LicenceSet, LockedLicence, Step } from './act.ts'

export interface Failure {
  error: string
}

type LicenceEffect = Effect<LockedLicence, LicenceSet, Failure>

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
  fail: async ({ prepared }) => ({ set: { issue_error: prepared?.error ?? '未知错误' } }),
}
