/**
 * `sign-in`: eight people sign in again and again, each password checked with argon2id. And said beside: the pages of
 * others while somebody tries wrong passwords from many networks, with names of nobody's, so that no throttle stops it.
 */
import { listApplications } from '#api/application.ts'
import { demoAccountList } from '#api/demo.ts'
import { addressOf, Client, RequestFailed } from '../scripts/client.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { databasePid } from './place.ts'
import { watchMemory, watchProcessors } from './processes.ts'
import type { Run } from './scenario.ts'

const CONNECTIONS = 8
const SECONDS = 5
const WARM_UP_SECONDS = 1
const PAGE_SECONDS = 3
const READERS = 2
/** Each network is allowed 60 misses in a quarter of an hour; these are enough for the seconds of the flood. */
const TRIES_PER_NETWORK = 50

export async function signIn(run: Run): Promise<Figures[]> {
  const { system } = run
  const visitor = new Client(system.url)
  const { accounts } = await visitor.call(demoAccountList, {})
  // Nobody signs in twice at once: more than five at the same time would wait for one another by the rules.
  const people = accounts.slice(0, CONNECTIONS).map((account) => ({
    given: { loginName: account.loginName, password: account.password },
    client: new Client(system.url),
  }))
  const once =
    (timings: Timings) =>
    async ({ given, client }: (typeof people)[number]) => {
      await timings.of(() => client.enter(given))
    }
  const memory = watchMemory(system.pid)
  const [timings, tally] = [new Timings(), new Tally()]
  await loop(people, WARM_UP_SECONDS, new Tally(), once(new Timings()))
  const processors = watchProcessors(system.pid, databasePid(system.place))
  await loop(people, SECONDS, tally, once(timings))
  run.say(`sign-in: ${processors(timings.count)}`)
  const rssMb = memory.stop()
  for (const { client } of people) client.close()
  visitor.close()
  await pagesBesideFlood(run)
  return [
    {
      scenario: 'sign-in',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

/** Says how long a page of the desk takes, alone and while eight connections try passwords. */
async function pagesBesideFlood({ system, say }: Run): Promise<void> {
  // Only Linux gives every address of 127.0.0.0/8 to this machine.
  if (process.platform !== 'linux') return say('sign-in: the flood of wrong passwords needs Linux, left out')
  const reader = new Client(system.url)
  await reader.signIn('steel02')
  const address = addressOf(listApplications.path, {}, { list: 'all', page: 1, pageSize: 20 })
  const readers = Array.from({ length: READERS }, () => reader)
  const pages = async (timings: Timings) => {
    await loop(readers, PAGE_SECONDS, new Tally(), async () => {
      await timings.of(() => reader.file(address))
    })
  }
  const [alone, beside, tried] = [new Timings(), new Timings(), new Tally()]
  await pages(alone)
  const attackers = Array.from({ length: CONNECTIONS }, (_, index) => attacker(system.url, index))
  await Promise.all([pages(beside), loop(attackers, PAGE_SECONDS, tried, (one) => one.guess())])
  for (const one of attackers) one.close()
  reader.close()
  const words = (timings: Timings) =>
    `p50 ${timings.percentile(0.5)?.toFixed(1)} ms, p99 ${timings.percentile(0.99)?.toFixed(1)} ms`
  say(
    `sign-in: pages alone ${words(alone)}; beside ${tried.rate.toFixed(0)} wrong passwords/s ${words(beside)}`,
  )
}

/** Somebody who tries passwords of made-up names, and goes on to another network before one is closed. */
function attacker(url: string, index: number) {
  let tries = 0
  let client: Client | undefined
  return {
    async guess() {
      if (tries % TRIES_PER_NETWORK === 0) {
        client?.close()
        client = new Client(url, { from: `127.9.${index}.${tries / TRIES_PER_NETWORK + 1}` })
      }
      const loginName = `nobody-${index}-${tries++}`
      const refused = await client
        ?.enter({ loginName, password: 'Wrong-Password-1' })
        .catch((error: unknown) => error)
      // 429 would be an answer without a look at the password.
      if (!(refused instanceof RequestFailed) || refused.status !== 401)
        throw new Error(`a guess: ${String(refused)}`)
    },
    close: () => client?.close(),
  }
}
