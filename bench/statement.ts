/** `statement`: the newest page of an account with 100,000 entries, and the whole of it as a workbook. */
import { downloadStatement, quotaStatement } from '#api/quota.ts'
import { addressOf, Client } from '../scripts/client.ts'
import { oneApplication } from './journey.ts'
import { accountsLike, fillLedger, tungstenAccount } from './ledger.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

/** Three entries each. */
const ROUNDS = 33_333
const SECONDS = 3

export async function statement({ system, say }: Run): Promise<Figures[]> {
  const { database } = system
  const accounts = await accountsLike(database, await tungstenAccount(database), 'XK-STATEMENT-', 1)
  const application = await oneApplication(system)
  const [account] = accounts
  if (account === undefined) throw new Error('no account')
  const entries = await fillLedger(database, accounts, { rounds: ROUNDS, application })
  const client = new Client(system.url)
  await client.signIn('steel02')
  const memory = watchMemory(system.pid)
  const [timings, tally] = [new Timings(), new Tally()]
  await loop([client], SECONDS, tally, async () => {
    const page = await timings.of(() => client.call(quotaStatement, { params: { id: account }, query: {} }))
    if (page.rows[0]?.seq !== entries) throw new Error(`the newest entry is ${page.rows[0]?.seq}`)
  })
  const start = performance.now()
  const workbook = await client.file(addressOf(downloadStatement.path, { id: account }, {}))
  const seconds = (performance.now() - start) / 1000
  const rssMb = memory.stop()
  client.close()
  const size = (workbook.length / 1024 / 1024).toFixed(1)
  say(`statement: ${entries} entries as a workbook of ${size} MB in ${seconds.toFixed(1)} s`)
  return [
    {
      scenario: 'statement',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
