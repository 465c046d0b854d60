/** `reconcile`: a day of 100,000 uses here compared with as many in the list that customs serves, from the order to the result. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listReconciliations, runReconciliation } from '#api/customs.ts'
import { addDays, dayOf, type Day } from '#domain/day.ts'
import { openStore, type UseRow } from '../src/customs-sim/store.ts'
import { Client } from '../scripts/client.ts'
import { copyLicences } from './copies.ts'
import { Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'
import { freePort, type System } from './system.ts'
import { issuedOne } from './uses.ts'

const LICENCES = 10_000
const PER_LICENCE = 10
const LINES = LICENCES * PER_LICENCE
/** Customs has another quantity in so many of them. */
const DIFFERENT = 20
const TURNS = 3
const FIRST = 520_000
const PATIENCE_MS = 120_000

export async function reconcile(run: Run): Promise<Figures[]> {
  const day = addDays(dayOf(new Date()), -1)
  const uses = await recordUses(run.system, day)
  fillCustoms(run.system, uses)
  // What waits for customs would go out as soon as there is one, and is not what is measured.
  await run.system.database.query(
    `update customs_message set next_at = next_at + interval '1 day' where state = 'queued'`,
  )
  const port = await freePort()
  const system = await run.restart(`http://127.0.0.1:${port}`)
  const data = path.join(system.place.dir, 'data')
  const customs = system.place.start('src/customs-sim/main.ts', {
    env: { DATA_DIR: data, CUSTOMS_SIM_PORT: String(port), LICENSING_URL: system.url },
  })
  await customs.until('listen', () => customs.output() !== '')
  const officer = new Client(system.url)
  await officer.signIn('issue01')
  const memory = watchMemory(system.pid)
  const timings = new Timings()
  for (let turn = 0; turn < TURNS; turn++) await timings.of(() => compare(officer, day))
  const rssMb = memory.stop()
  officer.close()
  await customs.stop()
  await run.restart()
  const p50 = timings.percentile(0.5)
  return [
    {
      scenario: 'reconcile',
      rate: p50 === null ? null : (LINES * 1000) / p50,
      p50,
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

/** Licences with ten uses each on that day, entered by hand as when the network fails. */
async function recordUses(system: System, day: Day): Promise<UseRow[]> {
  const { database } = system
  const licences = await copyLicences(database, await issuedOne(system), {
    first: FIRST,
    count: LICENCES,
    changes: {
      one_batch: 'false',
      used_quantity: String(PER_LICENCE * 100),
      use_count: String(PER_LICENCE),
      delivery: `'accepted'`,
    },
  })
  const uses = licences.flatMap(({ licenceNo }, licence) =>
    Array.from({ length: PER_LICENCE }, (_, place): UseRow => ({
      licenceNo,
      declarationNo: `2225${day.slice(0, 4)}2${String(licence * PER_LICENCE + place).padStart(9, '0')}`,
      itemNo: 1,
      declaredOn: day,
      customsCode: '2225',
      quantity: '100',
      final: false,
    })),
  )
  const ids = licences.flatMap(({ id }) => Array.from({ length: PER_LICENCE }, () => id))
  const given = [ids, uses.map(({ declarationNo }) => declarationNo)]
  await database.query(
    `insert into customs_declaration (declaration_no, licence_id)
    select declaration_no, licence_id from unnest($1::uuid[], $2::text[]) as u(licence_id, declaration_no)`,
    given,
  )
  await database.query(
    `insert into customs_use (id, licence_id, declaration_no, item_no, declared_on, customs_code, quantity, final,
      manual_reason, recorded_at)
    select uuidv7(), licence_id, declaration_no, 1, $3::date, '2225', 100, false, '性能测试', now()
    from unnest($1::uuid[], $2::text[]) as u(licence_id, declaration_no)`,
    [...given, day],
  )
  await database.query('vacuum (analyze) customs_use, customs_declaration, licence')
  return uses
}

/** The same uses in the simulator's own database, some of them with another quantity. */
function fillCustoms({ place }: System, uses: readonly UseRow[]): void {
  const folder = path.join(place.dir, 'data', 'customs-sim')
  mkdirSync(folder, { recursive: true })
  const store = openStore(folder)
  const every = LINES / DIFFERENT
  store.together(() =>
    uses.forEach((use, index) => store.putUse(index % every === 0 ? { ...use, quantity: '99' } : use)),
  )
  store.close()
}

/** Orders the comparison and waits for its result. */
async function compare(officer: Client, day: Day): Promise<void> {
  const before = await latest(officer, day)
  await officer.call(runReconciliation, { body: { day } })
  const patience = performance.now() + PATIENCE_MS
  for (;;) {
    const now = await latest(officer, day)
    if (now?.state === 'failed') throw new Error(`the comparison failed: ${now.error}`)
    if (now?.state === 'done' && now.startedAt !== before?.startedAt) {
      const { ours, theirs, differences } = now
      if (ours !== LINES || theirs !== LINES || differences !== DIFFERENT)
        throw new Error(`compared ${ours} with ${theirs}: ${differences} differences`)
      return
    }
    if (performance.now() > patience) throw new Error('not compared within two minutes')
    await sleep(20)
  }
}

async function latest(officer: Client, day: Day) {
  const { rows } = await officer.call(listReconciliations, { query: { page: 1, pageSize: 20 } })
  return rows.find((row) => row.day === day)
}
