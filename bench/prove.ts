/** `prove`: the proof over a million entries, from the start of the program to its end, beside the running server. */
import { oneApplication } from './journey.ts'
import { accountsLike, fillLedger, tungstenAccount } from './ledger.ts'
import { Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import { provedBy } from './proof.ts'
import type { Run } from './scenario.ts'

const ACCOUNTS = 4_000
/** Three entries each, beside the grant. */
const ROUNDS = 83
const TURNS = 2

export async function prove({ system, say }: Run): Promise<Figures[]> {
  const { database } = system
  const application = await oneApplication(system)
  const accounts = await accountsLike(database, await tungstenAccount(database), 'XK-PROVE-', ACCOUNTS)
  const entries = await fillLedger(database, accounts, { rounds: ROUNDS, application })
  const memory = watchMemory(system.pid)
  const timings = new Timings()
  let said = ''
  for (let turn = 0; turn < TURNS; turn++) {
    const proof = await provedBy(system)
    timings.add(proof.seconds * 1000)
    said = proof.said
  }
  const rssMb = memory.stop()
  say(`prove: ${said}`)
  const p50 = timings.percentile(0.5)
  return [
    {
      scenario: 'prove',
      rate: p50 === null ? null : (entries * 1000) / p50,
      p50,
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
