import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { addJob } from '#server/jobs/add.ts'
import { runJobsOnce, startJobs, type Tasks } from '#server/jobs/run.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

type Ctx = { seen: unknown[]; log: (entry: Record<string, unknown>) => void; logged: unknown[] }
const tasks: Tasks<Ctx> = {
  note: async (ctx, payload) => void ctx.seen.push(payload),
  fail: async () => {
    throw new Error('no')
  },
}
function context(): Ctx {
  const logged: unknown[] = []
  return { seen: [], logged, log: (entry) => void logged.push(entry) }
}

async function until(what: () => boolean | Promise<boolean>) {
  for (let i = 0; i < 400; i++) {
    if (await what()) return
    await sleep(25)
  }
  throw new Error('it did not happen')
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from graphile_worker._private_jobs`.execute(database.db)
  return rows[0]?.n ?? -1
}

test('a job exists if and only if its transaction commits', async () => {
  const ctx = context()
  await assert.rejects(
    database.db.transaction().execute(async (tx) => {
      await addJob(tx, 'note', { n: 1 })
      throw new Error('undo')
    }),
    /undo/,
  )
  await database.db.transaction().execute((tx) => addJob(tx, 'note', { n: 2, 名: '钢' }))
  const result = await runJobsOnce(database.url, ctx, tasks)
  assert.deepEqual(ctx.seen, [{ n: 2, 名: '钢' }])
  assert.deepEqual(result, { done: 1, failed: [] })
})

test('the key keeps one waiting job, and a later time is waited for', async () => {
  const ctx = context()
  await addJob(database.db, 'note', { n: 1 }, { key: 'k' })
  await addJob(database.db, 'note', { n: 2 }, { key: 'k' })
  await addJob(database.db, 'note', { n: 3 }, { key: 'later', runAt: new Date(Date.now() + 3_600_000) })
  await runJobsOnce(database.url, ctx, tasks)
  assert.deepEqual(ctx.seen, [{ n: 2 }])
  assert.equal(await waiting(), 1)
})

test('a failed job is told, kept, and not tried beyond its number', async () => {
  await addJob(database.db, 'fail', {}, { maxAttempts: 1 })
  const before = await waiting()
  const result = await runJobsOnce(database.url, context(), tasks)
  assert.equal(result.failed[0]?.task, 'fail')
  assert.equal(result.failed[0]?.error.message, 'no')
  assert.equal(await waiting(), before)
  assert.deepEqual(await runJobsOnce(database.url, context(), tasks), { done: 0, failed: [] })
})

test('the running server, with the rights of xuke_app, takes jobs as they come and by the calendar', async () => {
  const ctx = context()
  const jobs = await startJobs(database.url, ctx, tasks, { periodic: [{ task: 'note', cron: '* * * * *' }] })
  try {
    assert.equal(jobs.isRunning(), true)
    await addJob(database.db, 'note', { n: 'live' })
    await until(() => ctx.seen.length > 0)
    const { rows } = await sql<{
      identifier: string
    }>`select identifier from graphile_worker._private_known_crontabs`.execute(database.db)
    assert.deepEqual(rows, [{ identifier: 'note' }])
    const { rows: users } = await sql<{ usename: string }>`
      select distinct usename from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and usename <> 'postgres'`.execute(database.owner.db)
    assert.deepEqual(users, [{ usename: 'xuke_app' }])
    assert.deepEqual(ctx.logged, [])
  } finally {
    await jobs.stop()
  }
  assert.equal(jobs.isRunning(), false)
})

test('a daily task that was missed while nothing ran is done at the next start, once', async () => {
  const ctx = context()
  const nightly: Tasks<Ctx> = { nightly: async ({ seen }) => void seen.push('nightly') }
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60_000)
  const cron = `${twoHoursAgo.getUTCMinutes()} ${twoHoursAgo.getUTCHours()} * * *`
  const start = () =>
    startJobs(database.url, ctx, nightly, { periodic: [{ task: 'nightly', cron, daily: true }] })
  await (await start()).stop()
  assert.deepEqual(ctx.seen, [], 'a new installation has missed nothing')
  await sql`update graphile_worker._private_known_crontabs
    set known_since = known_since - interval '2 days', last_execution = known_since - interval '1 day'
    where identifier = 'nightly'`.execute(database.owner.db)
  const jobs = await start()
  try {
    await until(() => ctx.seen.length > 0)
  } finally {
    await jobs.stop()
  }
  await (await start()).stop()
  assert.deepEqual(ctx.seen, ['nightly'])
})

test('a job in the hands of a killed process is taken again at the next start', async () => {
  const ctx = context()
  await addJob(database.db, 'note', { n: 'again' }, { key: 'again' })
  await sql`update graphile_worker._private_jobs set locked_at = clock_timestamp(), locked_by = 'worker-dead', attempts = 1
    where key = 'again'`.execute(database.db)
  await runJobsOnce(database.url, ctx, tasks)
  assert.deepEqual(ctx.seen, [], 'locked: nobody may take it')

  const beside = await startJobs(database.url, context(), {})
  await sql`update graphile_worker._private_jobs set locked_at = clock_timestamp(), locked_by = 'worker-dead'
    where key = 'again'`.execute(database.db)
  const second = await startJobs(database.url, ctx, tasks)
  await sleep(300)
  assert.deepEqual(ctx.seen, [], 'another process runs jobs: the lock may be its own')
  await beside.stop()
  await second.stop()

  const jobs = await startJobs(database.url, ctx, tasks)
  try {
    await until(() => ctx.seen.length > 0)
    assert.deepEqual(ctx.seen, [{ n: 'again' }])
  } finally {
    await jobs.stop()
  }
})

test('jobs go on after the database has ended all sessions', async () => {
  const ctx = context()
  const jobs = await startJobs(database.url, ctx, tasks)
  try {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = 'xuke_app' and application_name = 'xuke jobs'`.execute(
      database.db,
    )
    await until(() => !jobs.isRunning())
    await until(() => jobs.isRunning())
    await addJob(database.db, 'note', { n: 'back' })
    await until(() => ctx.seen.length > 0)
  } finally {
    await jobs.stop()
  }
})

test('the running server may not change the structure of the jobs', async () => {
  await assert.rejects(
    sql`alter table graphile_worker._private_jobs add column x int`.execute(database.db),
    /owner/,
  )
  await assert.rejects(sql`delete from graphile_worker.migrations`.execute(database.db), /permission denied/)
})

test('jobs are taken after a start at which the database could not answer', async () => {
  const ctx = context()
  const rename = (from: string, to: string) =>
    sql`alter table graphile_worker.${sql.id(from)} rename to ${sql.id(to)}`.execute(database.owner.db)
  await rename('_private_tasks', 'away')
  const jobs = await startJobs(database.url, ctx, tasks)
  try {
    await until(() => JSON.stringify(ctx.logged).includes('fetching jobs'))
    await rename('away', '_private_tasks')
    await addJob(database.db, 'note', { n: 'after' })
    await until(() => ctx.seen.some((one) => JSON.stringify(one) === '{"n":"after"}'))
  } finally {
    await jobs.stop()
  }
})
