/** `submit`: whole journeys on 16 connections, beside the same requests to a server that only writes. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import * as api from '#api/application.ts'
import { Client } from '../scripts/client.ts'
import { makeFloorDatabase, rowsOf } from './floor-database.ts'
import type { FloorSamples } from './floor-samples.ts'
import { sealerOf, submitOne, type Sealer } from './journey.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { databasePid } from './place.ts'
import { cpuOf, cpuOfAll, watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'
import { statementsOf } from './statements.ts'
import type { System } from './system.ts'

const CONNECTIONS = 16
/** Server and floor take turns, so that both meet the same machine. */
const ROUNDS = 3
const SECONDS = Number(process.env.XS ?? 3)
const WARM_UP_SECONDS = Number(process.env.XW ?? 8)

interface Side {
  sealers: Sealer[]
  /** Process that answers. */
  pid: number
  cpu: Cpu
  timings: Timings
  tally: Tally
}

/** Processor milliseconds: of the process that answers, of the database, of ourselves. */
interface Cpu {
  server: number
  database: number
  client: number
}

export async function submit(run: Run): Promise<Figures[]> {
  const { system, say } = run
  const people = [await sealerOf(system.url, 'steel02'), await sealerOf(system.url, 'trade01')]
  const first = await submitOne(sealerAt(people, 0))
  const floor = await startFloor(system, await samplesOf(system, first))
  const sides: Side[] = [
    side(system.pid, (index) => sealerAt(people, index)),
    side(floor.pid, (index) => ({ ...sealerAt(people, index), client: new Client(floor.url) })),
  ]
  await compareRows(system, floor.database, first.id, sides[1])
  const statements = await statementsOf(system, async () => void (await submitOne(sealerAt(people, 0))))
  const memory = watchMemory(system.pid)
  for (const one of sides)
    await round({ ...one, timings: new Timings(), tally: new Tally() }, WARM_UP_SECONDS)
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const one of sides) await metered(system, one, () => round(one, SECONDS))
  }
  const rssMb = memory.stop()
  await floor.stop()
  for (const { sealers } of sides) for (const { client } of sealers) client.close()
  const [server, bare] = sides
  if (server === undefined || bare === undefined) throw new Error('two sides')
  say(`server: ${describe(server)}; ${statements.length} statements a journey`)
  say(`floor:  ${describe(bare)}`)
  return [
    {
      scenario: 'submit',
      rate: server.tally.rate,
      p50: server.timings.percentile(0.5),
      p99: server.timings.percentile(0.99),
      rssMb,
      ratio: server.tally.rate / bare.tally.rate,
    },
  ]
}

function sealerAt(people: readonly Sealer[], index: number): Sealer {
  const sealer = people[index % people.length]
  if (sealer === undefined) throw new Error('nobody to seal')
  return sealer
}

const side = (pid: number, sealer: (index: number) => Sealer): Side => ({
  pid,
  cpu: { server: 0, database: 0, client: 0 },
  sealers: Array.from({ length: CONNECTIONS }, (_, index) => sealer(index)),
  timings: new Timings(),
  tally: new Tally(),
})

const round = ({ sealers, timings, tally }: Side, seconds: number) =>
  loop(sealers, seconds, tally, async (sealer) => void (await submitOne(sealer, timings)))

async function metered({ place }: System, { pid, cpu }: Side, work: () => Promise<void>) {
  const now = () => ({
    server: cpuOf(pid),
    database: cpuOfAll(databasePid(place)),
    client: cpuOf(process.pid),
  })
  const before = now()
  await work()
  const after = now()
  cpu.server += after.server - before.server
  cpu.database += after.database - before.database
  cpu.client += after.client - before.client
}

const describe = ({ cpu, tally, timings }: Side) =>
  `${tally.rate.toFixed(1)} journeys/s, p99 ${timings.percentile(0.99)?.toFixed(1)} ms; processor ms a journey: ` +
  Object.entries(cpu)
    .map(([who, ms]) => `${who} ${(ms / tally.done).toFixed(1)}`)
    .join(', ')

/** What the floor writes in place of computing it, from a journey that the server has made. */
async function samplesOf({ database }: System, made: { id: string; content: string }): Promise<FloorSamples> {
  const { rows } = await database.query(
    `select a.created_by, a.enterprise_id, e.code13, s.certificate_fingerprint, b.words
    from application a join enterprise e on e.id = a.enterprise_id join seal s on s.id = a.seal_id
    join submission b on b.application_id = a.id where a.id = $1`,
    [made.id],
  )
  const row = rows[0]
  return {
    account: row.created_by,
    enterprise: row.enterprise_id,
    code13: row.code13,
    certificate: row.certificate_fingerprint,
    content: made.content,
    words: row.words,
    filled,
  }
}

/** As long as a real one. */
const filled = {
  exporterCode: '1100DEM000014',
  exporterUscc: '91110000DEM000014E',
  exporterName: '演示钢铁集团有限公司',
  goodsName: '柠檬酸',
  goodsCategory: 'C90390',
  goodsUnit: '千克',
  applyDate: '2026-01-01',
  totalQuantity: '450000.5',
  totalAmount: '259875.29',
  totalAmountUsd: '259875.29',
  expiryDate: '2026-12-31',
  lines: Array.from({ length: 4 }, () => ({
    specGrade: 'SPHC 1.2mm×1250mm',
    unitPrice: '0.58',
    quantity: '200000',
    amount: '116000.00',
    amountUsd: '116000.00',
  })),
} satisfies ReturnType<typeof api.FilledReply.parse>

interface Floor {
  url: string
  pid: number
  database: pg.Pool
  stop(): Promise<void>
}

async function startFloor(system: System, samples: FloorSamples): Promise<Floor> {
  const { place } = system
  const address = await makeFloorDatabase(system)
  const file = path.join(place.dir, 'floor-samples.json')
  writeFileSync(file, JSON.stringify(samples))
  const program = place.start('bench/floor-server.ts', {
    args: [address, path.join(place.dir, 'floor-files'), file],
    env: { NODE_ENV: 'production' },
  })
  await program.until('listen', () => program.output().includes('\n'))
  const database = new pg.Pool({ connectionString: address, max: 1 })
  database.on('error', () => undefined)
  return {
    url: program.output().trim(),
    pid: program.pid,
    database,
    async stop() {
      await database.end()
      await program.stop()
    },
  }
}

/** A floor that writes other rows than the server measures something else. */
async function compareRows({ database }: System, floor: pg.Pool, real: string, bare: Side | undefined) {
  const sealer = bare?.sealers[0]
  if (sealer === undefined) throw new Error('nobody to seal')
  const { id } = await submitOne(sealer)
  const [server, written] = [await rowsOf(database, real), await rowsOf(floor, id)]
  if (server !== written) throw new Error(`the floor writes other rows: ${written} instead of ${server}`)
}
