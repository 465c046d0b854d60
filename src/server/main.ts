// The server: reads the settings, opens the database, serves, and takes everything down again in order.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from '#server/customs/simulator.ts'
import { createContext } from '#server/create-context.ts'
import { openDatabase } from '#server/db/open.ts'
import { demoLines } from '#server/demo/accounts.ts'
import { readEnvironment, type Environment } from '#server/environment.ts'
import { buildApp } from '#server/http/app.ts'
import { startJobs } from '#server/jobs/run.ts'
import { missingCarriers } from '#server/message/carrier.ts'
import { loadReference } from '#server/reference/load.ts'
import { startLine } from '#server/start-error.ts'
import { periodic, tasks } from '#server/tasks.ts'

/** Longer than any request or job may take; then the process ends as it stands. */
const STOP_PATIENCE_MS = 15_000
/** Ctrl+C reaches the server twice, from the terminal and from the starting script. */
const SAME_SIGNAL_MS = 1_000

function fail(error: unknown): never {
  const line = startLine(error)
  console.error(line ?? error)
  process.exit(1)
}

/** The server that ran before may still be finishing: npm, which was asked to stop, does not wait for it. */
const PORT_PATIENCE_MS = 3_000

/** Said before anything is made or changed; listening itself checks again. */
async function checkPort(env: Environment) {
  const end = Date.now() + PORT_PATIENCE_MS
  for (;;) {
    const probe = createServer()
    try {
      probe.listen(env.port, env.host)
      await once(probe, 'listening')
      probe.close()
      await once(probe, 'close')
      return
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken || Date.now() > end) throw error
      await sleep(100)
    }
  }
}

async function start(env: Environment, stack: AsyncDisposableStack) {
  if (env.role !== 'jobs') await checkPort(env)
  const database = await openDatabase(env, (line) => {
    console.error(line)
    process.exit(1)
  })
  stack.defer(() => database.close())
  await loadReference(database.db, () => new Date())
  const { ctx, close, warnings } = await createContext(env, database.db)
  stack.defer(close)
  if (env.role !== 'web') {
    const jobs = await startJobs(database.url, ctx, tasks, { periodic })
    stack.defer(() => jobs.stop())
  }
  if (env.role !== 'jobs') {
    const app = await buildApp(ctx)
    stack.defer(() => app.close())
    await app.listen({ host: env.host, port: env.port })
  }
  if (env.customsSimPort !== undefined && env.role !== 'jobs') stack.defer(startSimulator(env))
  const at = env.role === 'jobs' ? '后台任务已启动' : `已启动：${env.publicUrl}`
  console.log(at)
  if (database.note) console.log(database.note)
  for (const words of [...warnings, ...missingCarriers(ctx.carriers)]) console.log(words)
  if (env.mode === 'demo' && env.role !== 'jobs') console.log(demoLines(env.publicUrl).join('\n'))
}

/** Takes down what is up, last first. A signal during the start waits for it; an impatient second one does not. */
function stopOnSignals(stack: AsyncDisposableStack, started: Promise<void>) {
  let since = 0
  const stop = async () => {
    if (since > 0) {
      if (Date.now() - since > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    since = Date.now()
    setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref()
    try {
      await started
    } catch {
      return // told and taken down below
    }
    await stack.disposeAsync()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop().catch(fail))
}

const stack = new AsyncDisposableStack()
try {
  const started = start(readEnvironment(process.env), stack)
  stopOnSignals(stack, started)
  await started
} catch (error) {
  await stack.disposeAsync().catch(() => undefined)
  fail(error)
}
