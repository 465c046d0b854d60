/** `list`: pages of 20 of one enterprise, by state, among 100,000 and 1,000,000 applications, and while issuing goes on. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { listApplications } from '#api/application.ts'
import { addressOf, Client } from '../scripts/client.ts'
import { copyPending } from './copies.ts'
import { ENTERPRISES, fillApplications, makeEnterprises } from './fill.ts'
import { approveOne, issueAll, type Approved } from './issue.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { databaseUrl } from './place.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'
import { statementsOf, type Statement } from './statements.ts'
import type { System } from './system.ts'

const CONNECTIONS = 8
const SECONDS = 5
const WARM_UP_SECONDS = 2
/** Server and floor take turns, so that both meet the same machine. */
const ROUNDS = 2
const ISSUING_SECONDS = 10
const ISSUED_AT_ONCE = 100
const FIRST_ISSUED = 400_000
const SMALL = 100_000
const LARGE = 1_000_000

/** A request of somebody, and the statements it becomes. */
interface Page {
  address: string
  cookie: string
}

export async function list(run: Run): Promise<Figures[]> {
  const { system } = run
  // Licences to issue exist before the tables are large, and so do their indexes.
  const approved = await approveOne(system)
  const cookies = await makeEnterprises(system.database)
  const pages = mixedPages(cookies)
  const small = await filled(run, pages, 'list-100k', 1, SMALL)
  const large = await filled(run, pages, 'list-1m', SMALL + 1, LARGE)
  return [small.figures, large.figures, await whileIssuing(run, pages, approved, large.floor)]
}

/** Mostly first pages, now and then a later one; a fifth of them the large enterprise's. */
function mixedPages(cookies: readonly string[]): Page[] {
  const states = ['approved', 'approved', 'approved', 'first_review', 'draft', 'returned']
  const numbers = [1, 1, 1, 1, 2, 1, 1, 3, 1, 20]
  return Array.from({ length: 200 }, (_, index) => {
    const enterprise = index % 5 === 0 ? 0 : 1 + ((index * 37) % (ENTERPRISES - 1))
    const query = {
      list: 'all',
      state: states[(index * 7) % states.length],
      page: numbers[(index * 3) % numbers.length],
      pageSize: 20,
    }
    return { address: addressOf(listApplications.path, {}, query), cookie: cookies[enterprise] ?? '' }
  })
}

async function filled(
  run: Run,
  pages: readonly Page[],
  scenario: string,
  from: number,
  to: number,
): Promise<{ figures: Figures; floor: number }> {
  const { system, say } = run
  const start = performance.now()
  await fillApplications(system, from, to)
  say(`  ${to} applications after ${((performance.now() - start) / 1000).toFixed(0)} s`)
  const client = new Client(system.url)
  const floor = await bareDriver(system, await statementsOfPages(system, client, pages))
  const memory = watchMemory(system.pid)
  const [timings, tally, bare] = [new Timings(), new Tally(), new Tally()]
  await read(client, pages, WARM_UP_SECONDS, new Timings(), new Tally())
  await floor.run(WARM_UP_SECONDS, new Tally())
  for (let round = 0; round < ROUNDS; round++) {
    await read(client, pages, SECONDS, timings, tally)
    await floor.run(SECONDS, bare)
  }
  const rssMb = memory.stop()
  await floor.close()
  client.close()
  say(`${scenario}: floor ${bare.rate.toFixed(0)} pages/s`)
  const figures = {
    scenario,
    rate: tally.rate,
    p50: timings.percentile(0.5),
    p99: timings.percentile(0.99),
    rssMb,
    ratio: tally.rate / bare.rate,
  }
  return { figures, floor: bare.rate }
}

/** Pages one after the other on each connection, each beginning at another place of the mix. */
function read(client: Client, pages: readonly Page[], seconds: number, timings: Timings, tally: Tally) {
  return loop(cursors(pages), seconds, tally, async (cursor) => {
    const { address, cookie } = cursor.next()
    const reply = await timings.of(() => client.send(address, { headers: { cookie } }))
    if (reply.status !== 200) throw new Error(`${address}: ${reply.status} ${reply.body.toString()}`)
  })
}

function cursors<T>(items: readonly T[]): { next(): T }[] {
  return Array.from({ length: CONNECTIONS }, (_, connection) => {
    let place = Math.floor((connection * items.length) / CONNECTIONS)
    return {
      next() {
        const item = items[place++ % items.length]
        if (item === undefined) throw new Error('nothing to read')
        return item
      },
    }
  })
}

/** What the server asks its database for each of the pages. */
async function statementsOfPages(
  system: System,
  client: Client,
  pages: readonly Page[],
): Promise<Statement[][]> {
  const found: Statement[][] = []
  const all = await statementsOf(system, async () => {
    for (const { address, cookie } of pages) await client.send(address, { headers: { cookie } })
  })
  for (const statement of all) {
    // That a session was seen is written down once a minute, and a job clears old ones: no page asks for that.
    if (!/^select/i.test(statement.text)) continue
    if (/from "session"/.test(statement.text)) found.push([])
    found.at(-1)?.push(statement)
  }
  if (found.length !== pages.length) throw new Error(`${found.length} sessions for ${pages.length} pages`)
  return found
}

/** The floor: the same statements on as many connections, with nothing between the driver and the database. */
async function bareDriver({ place }: System, requests: readonly Statement[][]) {
  const named = requests.map((statements) =>
    statements.map(({ text, values }) => ({
      name: createHash('sha256').update(text).digest('hex').slice(0, 24),
      text,
      values,
    })),
  )
  const connections = await Promise.all(
    cursors(named).map(async (cursor) => {
      const client = new pg.Client({ connectionString: databaseUrl(place, 'xuke') })
      await client.connect()
      return { cursor, client }
    }),
  )
  return {
    run: (seconds: number, tally: Tally) =>
      loop(connections, seconds, tally, async ({ cursor, client }) => {
        for (const statement of cursor.next()) await client.query(statement)
      }),
    async close() {
      for (const { client } of connections) await client.end()
    },
  }
}

/** The same reading while the press works through licences; `floor` is that of the large tables at rest. */
async function whileIssuing(
  { system, say }: Run,
  pages: readonly Page[],
  approved: Approved,
  floor: number,
): Promise<Figures> {
  const issuer = new Client(system.url)
  await issuer.signIn('issue01')
  const client = new Client(system.url)
  const memory = watchMemory(system.pid)
  const [timings, tally, issued] = [new Timings(), new Tally(), new Tally()]
  const reading = read(client, pages, ISSUING_SECONDS, timings, tally)
  const end = performance.now() + ISSUING_SECONDS * 1000
  while (performance.now() < end) {
    const pending = await copyPending(system.database, approved, FIRST_ISSUED + issued.done, ISSUED_AT_ONCE)
    issued.seconds += await issueAll(system, issuer, pending, new Timings())
    issued.done += ISSUED_AT_ONCE
  }
  await reading
  const rssMb = memory.stop()
  for (const one of [issuer, client]) one.close()
  say(`list-1m-issuing: ${issued.rate.toFixed(1)} licences/s issued meanwhile`)
  return {
    scenario: 'list-1m-issuing',
    rate: tally.rate,
    p50: timings.percentile(0.5),
    p99: timings.percentile(0.99),
    rssMb,
    ratio: tally.rate / floor,
  }
}
