/** `lookup`: goods by the letters of their names, as somebody types them, on four connections. */
import { whoAmI } from '#api/account.ts'
import { lookUpCommodity } from '#api/reference.ts'
import { addressOf, Client } from '../scripts/client.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

const CONNECTIONS = 4
const SECONDS = 5
const WARM_UP_SECONDS = 3
/** 柠檬酸, 热轧, 钢铁, 焦炭, 稀土, 玉米, 大米, 牛, 磷酸, 消耗臭氧层: typed letter by letter, in full or by initials. */
const WORDS = ['ningmengsuan', 'rezha', 'gangtie', 'jiaotan', 'xitu', 'ym', 'dm', 'niu', 'lins', 'xhcyc']
const typed = WORDS.flatMap((word) => Array.from({ length: word.length }, (_, end) => word.slice(0, end + 1)))

export async function lookup({ system }: Run): Promise<Figures[]> {
  const client = new Client(system.url)
  await client.signIn('steel01')
  const { today } = await client.call(whoAmI, {})
  const addresses = typed.map((q) => addressOf(lookUpCommodity.path, {}, { year: today.slice(0, 4), q }))
  let next = 0
  const once = (timings: Timings) => async () => {
    const address = addresses[next++ % addresses.length] ?? ''
    const reply = await timings.of(() => client.send(address))
    if (reply.status !== 200) throw new Error(`${address}: ${reply.status}`)
  }
  const connections = Array.from({ length: CONNECTIONS }, () => client)
  const timings = new Timings()
  const tally = new Tally()
  const memory = watchMemory(system.pid)
  await loop(connections, WARM_UP_SECONDS, new Tally(), once(new Timings()))
  await loop(connections, SECONDS, tally, once(timings))
  const rssMb = memory.stop()
  client.close()
  return [
    {
      scenario: 'lookup',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
