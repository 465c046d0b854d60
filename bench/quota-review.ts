/** `quota-review`: 64 second reviews at once, all of one quota account; afterwards the account must be exact. */
import { sampleQuotaGoods } from '../scripts/sample.ts'
import { Client } from '../scripts/client.ts'
import { copyApplications } from './copies.ts'
import { act, sealerOf, submitOne } from './journey.ts'
import { tungstenAccount } from './ledger.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { databasePid } from './place.ts'
import { watchMemory, watchProcessors } from './processes.ts'
import { provedBy } from './proof.ts'
import type { Run } from './scenario.ts'
import type { System } from './system.ts'

const CONNECTIONS = 64
const APPLICATIONS = 4_000
const FIRST = 500_000
const SECONDS = 6
const WARM_UP_SECONDS = 2
const quantity = 120.5

export async function quotaReview({ system, say }: Run): Promise<Figures[]> {
  const { database } = system
  const account = await tungstenAccount(database)
  const reviewer = new Client(system.url)
  await reviewer.signIn('review02')
  const { id, version } = await claimed(system, reviewer)
  const waiting = await copyApplications(database, id, FIRST, APPLICATIONS)
  await holdAll(system, account, waiting)
  const before = await balances(system, account)
  const [timings, tally] = [
    { warm: new Timings(), measured: new Timings() },
    { warm: new Tally(), measured: new Tally() },
  ]
  let passed = 0
  const pass = (times: Timings) => async () => {
    const next = waiting.pop()
    if (next === undefined) return false
    await times.of(() => act(reviewer, next, 'pass_second', version))
    passed++
    return true
  }
  const connections = Array.from({ length: CONNECTIONS }, () => null)
  const memory = watchMemory(system.pid)
  await loop(connections, WARM_UP_SECONDS, tally.warm, pass(timings.warm))
  const warm = passed
  const processors = watchProcessors(system.pid, databasePid(system.place))
  await loop(connections, SECONDS, tally.measured, pass(timings.measured))
  say(`quota-review: ${processors(passed - warm)}`)
  const rssMb = memory.stop()
  reviewer.close()
  const after = await balances(system, account)
  const exact =
    after.available === before.available &&
    after.held === before.held - passed * quantity &&
    after.committed === before.committed + passed * quantity &&
    after.seq === before.seq + passed
  if (!exact)
    throw new Error(`${passed} reviews passed: ${JSON.stringify(before)} became ${JSON.stringify(after)}`)
  say(`quota-review: ${passed} passed, balance exact; ${(await provedBy(system)).said}`)
  return [
    {
      scenario: 'quota-review',
      rate: tally.measured.rate,
      p50: timings.measured.percentile(0.5),
      p99: timings.measured.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

/** One application for goods under quota, claimed for its second review. */
async function claimed(system: System, reviewer: Client): Promise<{ id: string; version: number }> {
  const sealer = await sealerOf(system.url, 'steel02')
  const today = sealer.form.contractSignedOn
  const form = { ...sealer.form, ...sampleQuotaGoods(today) }
  const { id, version } = await submitOne({ ...sealer, form }, undefined, ['CONTRACT', 'QUOTA_CERT'])
  sealer.client.close()
  const first = new Client(system.url)
  await first.signIn('review01')
  const taken = await act(first, id, 'claim', version)
  const passed = await act(first, id, 'pass_first', taken.version)
  first.close()
  return { id, version: (await act(reviewer, id, 'claim', passed.version)).version }
}

/** The copies hold what the original holds: one entry each, as their submissions would have written. */
async function holdAll({ database }: System, account: string, applications: readonly string[]) {
  await database.query(
    `insert into quota_entry (account_id, seq, kind, from_bucket, to_bucket, quantity, available, held, committed,
      settled, lapsed, application_id, actor_name, at)
    select $1, last.seq + n, 'hold', 'available', 'held', $3, last.available - n * $3::numeric,
      last.held + n * $3::numeric, last.committed, last.settled, last.lapsed, application.id, '性能测试', now()
    from unnest($2::uuid[]) with ordinality as application(id, n),
      (select * from quota_entry where account_id = $1 order by seq desc limit 1) as last`,
    [account, applications, quantity],
  )
}

async function balances({ database }: System, account: string) {
  const { rows } = await database.query<Record<'seq' | 'available' | 'held' | 'committed', string>>(
    `select seq, available, held, committed from quota_entry where account_id = $1 order by seq desc limit 1`,
    [account],
  )
  const number = (name: 'seq' | 'available' | 'held' | 'committed') => Number(rows[0]?.[name])
  return {
    seq: number('seq'),
    available: number('available'),
    held: number('held'),
    committed: number('committed'),
  }
}
