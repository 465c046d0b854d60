/** `review`: two officers claim and pass applications, each on four connections. */
import { Client } from '../scripts/client.ts'
import { copyApplications } from './copies.ts'
import { act, sealerOf, submitOne } from './journey.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

const OFFICERS = ['review01', 'review02']
const CONNECTIONS = 8
const APPLICATIONS = 6_000
const FIRST = 100_000
const SECONDS = 8
const WARM_UP_SECONDS = 2

export async function review({ system }: Run): Promise<Figures[]> {
  const sealer = await sealerOf(system.url, 'steel02')
  const { id, version } = await submitOne(sealer)
  const waiting = await copyApplications(system.database, id, FIRST, APPLICATIONS)
  const officers = await Promise.all(OFFICERS.map((name) => officerOf(system.url, name)))
  const connections = Array.from({ length: CONNECTIONS }, (_, index) => officers[index % officers.length])
  const timings = { warm: new Timings(), measured: new Timings() }
  const tally = { warm: new Tally(), measured: new Tally() }
  const pair = (times: Timings) => async (client: Client | undefined) => {
    const next = waiting.pop()
    if (next === undefined || client === undefined) return false
    const claimed = await times.of(() => act(client, next, 'claim', version))
    await times.of(() => act(client, next, 'pass_first', claimed.version))
    return true
  }
  const memory = watchMemory(system.pid)
  await loop(connections, WARM_UP_SECONDS, tally.warm, pair(timings.warm))
  await loop(connections, SECONDS, tally.measured, pair(timings.measured))
  const rssMb = memory.stop()
  for (const client of [sealer.client, ...officers]) client.close()
  return [
    {
      scenario: 'review',
      rate: tally.measured.rate,
      p50: timings.measured.percentile(0.5),
      p99: timings.measured.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

async function officerOf(url: string, name: string): Promise<Client> {
  const client = new Client(url)
  await client.signIn(name)
  return client
}
