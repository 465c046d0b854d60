// The runner of jobs, over graphile-worker, with the rights of the running server alone.
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, run, runOnce, type Runner, type TaskList } from 'graphile-worker'
import pg from 'pg'

/** One try of a job. `signal` is set off when the server stops and the task should give up soon. */
export type Attempt = { jobId: string; attempt: number; last: boolean; signal: AbortSignal | undefined }

/** What a job does. It parses its payload itself, throws to be tried again, and is safe to run twice. */
export type Task<C> = (ctx: C, payload: unknown, attempt: Attempt) => Promise<void>
export type Tasks<C> = Readonly<Record<string, Task<C>>>

/**
 * A task planned by the calendar: `cron` is five fields in UTC, for example every minute: `* * * * *`. `daily`: what was
 * missed in the last day while nobody ran jobs is done at the next start; a machine may be off every night.
 */
export type Periodic = { task: string; cron: string; daily?: true }

const DAY_MS = 24 * 60 * 60_000

export type Jobs = {
  /** Whether jobs are being taken at this moment; false while the database is out of reach. */
  isRunning(): boolean
  /** Takes no more jobs and waits for those in hand. */
  stop(): Promise<void>
}

type Log = { log: (entry: Record<string, unknown>) => void }

const RESTART_MS = 2_000
/** Session locks: whoever runs jobs holds this one shared, so that none of it held means nobody runs any. */
export const RUNNERS = `hashtext('xuke jobs')`

function poolFor(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** How the library says that it could not fetch jobs. Its first look at the tasks is kept, also when it failed. */
const FETCH_FAILED = /^Error occurred fetching jobs/

function loggerFor(ctx: Log, fetchFailed: () => void): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') ctx.log({ level, part: 'jobs', message })
    if (FETCH_FAILED.test(message)) fetchFailed()
  })
}

function taskList<C>(ctx: C, tasks: Tasks<C>): TaskList {
  const entries = Object.entries(tasks).map(([name, task]) => [
    name,
    async (payload: unknown, { job, abortSignal }: Parameters<TaskList[string] & object>[1]) => {
      const last = job.attempts >= job.max_attempts
      await task(ctx, payload, { jobId: job.id, attempt: job.attempts, last, signal: abortSignal })
    },
  ])
  return Object.fromEntries(entries)
}

/**
 * Jobs in the hands of a process that was killed stay locked for four hours. If no other process runs jobs,
 * every lock is such a one: let them go.
 */
async function releaseLocksOfTheDead(keeper: pg.Client) {
  const { rows } = await keeper.query<{ alone: boolean }>(`select pg_try_advisory_lock(${RUNNERS}) as alone`)
  if (rows[0]?.alone) {
    await keeper.query(`
      select graphile_worker.force_unlock_workers(array(
        select locked_by from graphile_worker._private_jobs where locked_by is not null
        union select locked_by from graphile_worker._private_job_queues where locked_by is not null))`)
  }
  await keeper.query(`select pg_advisory_lock_shared(${RUNNERS})`)
  if (rows[0]?.alone) await keeper.query(`select pg_advisory_unlock(${RUNNERS})`)
}

/**
 * Runs jobs until stopped, `concurrency` at a time, on a pool of its own at `url`. A lost database is waited
 * for. Resolves when the first jobs can be taken, and throws if it cannot start at all.
 */
export async function startJobs<C extends Log>(
  url: string,
  ctx: C,
  tasks: Tasks<C>,
  options: { concurrency?: number; periodic?: readonly Periodic[] } = {},
): Promise<Jobs> {
  const concurrency = options.concurrency ?? 4
  const cron = (options.periodic ?? []).map(({ task, cron: match, daily }) => ({
    task,
    match,
    identifier: task,
    options: { backfillPeriod: daily === true ? DAY_MS : 0 },
  }))
  const stopping = new AbortController()
  let runner: Runner | undefined

  async function start() {
    const keeper = new pg.Client({ connectionString: url, application_name: 'xuke jobs' })
    // Without its lock others would take our jobs for those of a dead process: begin again.
    const beginAgain = () => void runner?.stop().catch(() => undefined)
    keeper.on('error', beginAgain)
    const pool = poolFor(url, concurrency + 2)
    const close = async () => {
      await pool.end()
      await keeper.end().catch(() => undefined)
    }
    try {
      await keeper.connect()
      await releaseLocksOfTheDead(keeper)
      runner = await run({
        pgPool: pool,
        taskList: taskList(ctx, tasks),
        parsedCronItems: parseCronItems(cron),
        concurrency,
        noHandleSignals: true,
        logger: loggerFor(ctx, beginAgain),
        preset: { worker: { localQueue: { size: concurrency * 2 }, completeJobBatchDelay: 0 } },
      })
      return { ended: runner.promise.catch(() => undefined), close }
    } catch (error) {
      await close()
      throw error
    }
  }

  async function startAgain() {
    while (!stopping.signal.aborted) {
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return undefined
      try {
        return await start()
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        ctx.log({ level: 'error', part: 'jobs', message: `cannot run jobs: ${message}` })
      }
    }
    return undefined
  }

  async function keepRunning(first: Awaited<ReturnType<typeof start>>) {
    for (let now: typeof first | undefined = first; now; now = await startAgain()) {
      if (stopping.signal.aborted) await runner?.stop().catch(() => undefined)
      await now.ended
      runner = undefined
      await now.close()
    }
  }

  const done = keepRunning(await start())
  return {
    isRunning: () => runner !== undefined,
    async stop() {
      stopping.abort()
      await runner?.stop().catch(() => undefined)
      await done
    },
  }
}

/** How often tasks were run by hand, and which of them failed (those are tried again later, as always). */
export type RunOfJobs = { done: number; failed: { task: string; error: Error }[] }

/** Runs all jobs that are due now, one after the other, also those they plan for now. For tests and scripts. */
export async function runJobsOnce<C extends Log>(url: string, ctx: C, tasks: Tasks<C>): Promise<RunOfJobs> {
  const pool = poolFor(url, 3)
  const result: RunOfJobs = { done: 0, failed: [] }
  const watched = Object.entries(tasks).map(([task, work]): [string, Task<C>] => [
    task,
    async (...args) => {
      try {
        await work(...args)
        result.done += 1
      } catch (error) {
        result.failed.push({ task, error: error instanceof Error ? error : new Error(String(error)) })
        throw error
      }
    },
  ])
  try {
    await runOnce({
      pgPool: pool,
      taskList: taskList(ctx, Object.fromEntries(watched)),
      concurrency: 1,
      noHandleSignals: true,
      logger: new Logger(() => () => undefined),
    })
    return result
  } finally {
    await pool.end()
  }
}
