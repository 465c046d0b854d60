/** Every kind of job, and what the calendar plans. Each is safe to run twice. */
import type { Context } from './context.ts'
import { sweepAccounts } from './account/sweep.ts'
import { deliver } from './customs/deliver.ts'
import { deliverJob } from './customs/outbox.ts'
import { reconcile, reconcileYesterday } from './customs/reconcile.ts'
import { sweepFiles } from './files/sweep.ts'
import type { Periodic, Tasks } from './jobs/run.ts'
import { lapseApplicants } from './key/lapse.ts'
import { issueJob } from './licence/effects.ts'
import { issueLicence } from './licence/issue.ts'
import { remind } from './licence/remind.ts'
import { expireLicences, sweepIssuing } from './licence/sweep.ts'
import { sendMessages } from './message/deliver.ts'
import { sendJob } from './message/queue.ts'
import { sweepMessages } from './message/sweep.ts'
import { importSigners } from './pki/import-signers.ts'
import { renewRevocations } from './pki/routes.ts'
import { closeYears } from './quota/close-year.ts'
import { proveNightly } from './quota/prove.ts'
import { warnOfQuota } from './quota/warn.ts'

export const tasks: Tasks<Context> = {
  [issueJob]: issueLicence,
  'licence.sweep': sweepIssuing,
  'licence.expire': expireLicences,
  'licence.remind': remind,
  [deliverJob]: deliver,
  'customs.reconcile': reconcile,
  'customs.reconcile_yesterday': reconcileYesterday,
  [sendJob]: sendMessages,
  'message.sweep': sweepMessages,
  'account.sweep': sweepAccounts,
  'key.lapse': lapseApplicants,
  'files.sweep': sweepFiles,
  'pki.crl': renewRevocations,
  'pki.signers': async (ctx) => void (await importSigners(ctx)),
  'quota.close': closeYears,
  'quota.warn': warnOfQuota,
  'quota.prove': proveNightly,
}

/** Hours are UTC; midnight in China is 16:00. */
export const periodic: readonly Periodic[] = [
  { task: 'licence.sweep', cron: '*/5 * * * *' },
  { task: 'licence.expire', cron: '5 16 * * *', daily: true },
  { task: 'key.lapse', cron: '35 16 * * *', daily: true },
  { task: 'licence.remind', cron: '20 16 * * *', daily: true },
  { task: deliverJob, cron: '* * * * *' },
  { task: 'customs.reconcile_yesterday', cron: '0 20 * * *', daily: true },
  { task: sendJob, cron: '* * * * *' },
  { task: 'message.sweep', cron: '*/10 * * * *' },
  { task: 'account.sweep', cron: '17 * * * *' },
  { task: 'files.sweep', cron: '30 19 * * *', daily: true },
  { task: 'pki.crl', cron: '0 18 * * *', daily: true },
  { task: 'pki.signers', cron: '25 * * * *' },
  { task: 'quota.close', cron: '10 16 * * *', daily: true },
  { task: 'quota.warn', cron: '20 16 * * *', daily: true },
  { task: 'quota.prove', cron: '40 18 * * *', daily: true },
]
