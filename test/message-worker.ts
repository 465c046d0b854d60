/**
 * A server's part that has to do with messages, as a process of its own that a test can kill. Arguments: what to do
 * (`queue`: queues one and dies the moment it has committed; `send`: runs jobs until it is killed), the database, the
 * gateway, and the instant its clock stands at.
 */
import assert from 'node:assert/strict'
import type { Context } from '#server/context.ts'
import { connect } from '#server/db/connect.ts'
import { startJobs } from '#server/jobs/run.ts'
import { carriersOf } from '#server/message/carrier.ts'
import { sendMessages } from '#server/message/deliver.ts'
import { queueLetter, sendJob } from '#server/message/queue.ts'

const [what, url, gateway, instant] = process.argv.slice(2)
assert.ok(url && gateway && instant)
const { db } = connect(url)
const sms = { url: gateway, secret: 'shared-secret-of-16' }
const ctx = {
  db,
  clock: () => new Date(instant),
  carriers: carriersOf({ mode: 'production', mail: undefined, sms }),
  log: () => undefined,
} as unknown as Context

if (what === 'queue') {
  const letter = { channel: 'sms', kind: 'certificate_ready', subject: '', text: '证书可以安装。' } as const
  await db.transaction().execute((tx) => queueLetter(tx, ctx, { ...letter, recipient: '13912345678' }))
  process.kill(process.pid, 'SIGKILL')
}
await startJobs(url, ctx, { [sendJob]: sendMessages })
