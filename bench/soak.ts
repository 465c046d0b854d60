/** `soak`: issues 5,000 licences and shows the memory of the server and its press on the way. Only when asked for. */
import { Client } from '../scripts/client.ts'
import { copyPending } from './copies.ts'
import { approveOne, issueAll } from './issue.ts'
import { Tally, Timings, type Figures } from './measure.ts'
import { memoryOf, pressMemory, watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

const LICENCES = 5_000
const STEP = 250
const FIRST = 300_000

export async function soak(run: Run): Promise<Figures[]> {
  const { system } = run
  const source = await approveOne(system)
  const issuer = new Client(system.url)
  await issuer.signIn('issue01')
  const [timings, tally] = [new Timings(), new Tally()]
  const memory = watchMemory(system.pid)
  run.say('soak: licences, server MB, press MB, licences/s')
  while (tally.done < LICENCES) {
    const pending = await copyPending(system.database, source, FIRST + tally.done, STEP)
    const seconds = await issueAll(system, issuer, pending, timings)
    tally.done += STEP
    tally.seconds += seconds
    const cells = [tally.done, memoryOf(system.pid) ?? 0, pressMemory(system.pid), STEP / seconds]
    run.say(`      ${cells.map((cell) => cell.toFixed(0).padStart(8)).join('')}`)
  }
  const rssMb = memory.stop()
  issuer.close()
  return [
    {
      scenario: 'soak',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
