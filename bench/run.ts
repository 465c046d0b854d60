/**
 * npm run bench -- [--json] [--only submit,list,…] [--profile DIR]
 *
 * Starts a server and a database of its own in a temporary folder, measures, and removes everything again. With --json
 * one line of JSON per scenario on standard output; the table for people is on standard error either way.
 * `soak` runs only when it is asked for. --profile writes CPU profiles of the server to DIR.
 */
import { parseArgs } from 'node:util'
import { certificate } from './certificate.ts'
import { issue } from './issue.ts'
import { list } from './list.ts'
import { lookup } from './lookup.ts'
import { line, type Figures } from './measure.ts'
import { ocsp } from './ocsp.ts'
import { openPlace, type Place } from './place.ts'
import { prove } from './prove.ts'
import { quotaReview } from './quota-review.ts'
import { reconcile } from './reconcile.ts'
import { review } from './review.ts'
import type { Run, Scenario } from './scenario.ts'
import { sealCheck } from './seal-check.ts'
import { signIn } from './sign-in.ts'
import { soak } from './soak.ts'
import { start } from './start.ts'
import { statement } from './statement.ts'
import { submit } from './submit.ts'
import { startSystem } from './system.ts'
import { upload } from './upload.ts'
import { uses } from './uses.ts'

/** In the order in which they run: the largest tables come last. */
const scenarios: Readonly<Record<string, Scenario>> = {
  submit,
  review,
  issue,
  'seal-check': sealCheck,
  lookup,
  'sign-in': signIn,
  certificate,
  start,
  upload,
  'quota-review': quotaReview,
  uses,
  statement,
  prove,
  reconcile,
  ocsp,
  soak,
  list,
}
/** Not part of a run for which nothing was named. */
const onRequest: ReadonlySet<string> = new Set(['soak'])

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, profile: { type: 'string' } },
})
const named = values.only?.split(',')
const unknown = named?.find((name) => !Object.hasOwn(scenarios, name))
if (unknown !== undefined) {
  console.error(`no scenario ${unknown}; there are ${Object.keys(scenarios).join(', ')}`)
  process.exit(2)
}

const say = (text: string) => console.error(text)
const row = (name: string, cells: readonly unknown[]) =>
  say(`${name.padEnd(16)}${cells.map((cell) => String(cell ?? '–').padStart(10)).join('')}`)

function show(figures: Figures) {
  const { scenario, ...rest } = line(figures)
  row(scenario, Object.values(rest))
  if (values.json === true) console.log(JSON.stringify(line(figures)))
}

async function runAll(place: Place) {
  let system = await startSystem(place, { profile: values.profile })
  const run: Run = {
    get system() {
      return system
    },
    async restart(customsUrl) {
      await system.stop()
      system = await startSystem(place, {
        profile: values.profile,
        ...(customsUrl === undefined ? {} : { customsUrl }),
      })
      return system
    },
    say: (text) => say(`  ${text}`),
  }
  row('scenario', ['rate/s', 'p50 ms', 'p99 ms', 'rss MB', 'ratio'])
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (named === undefined ? onRequest.has(name) : !named.includes(name)) continue
    const begun = performance.now()
    for (const figures of await scenario(run)) show(figures)
    run.say(`${name} took ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  await system.stop()
}

const place = await openPlace()
function giveUp(error: unknown) {
  console.error(error)
  void place.close().finally(() => process.exit(1))
}
process.on('uncaughtException', giveUp)
process.on('unhandledRejection', giveUp)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void place.close().finally(() => process.exit(130)))
}
try {
  await runAll(place)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await place.close()
}
