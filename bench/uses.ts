/** `uses`: 10,000 declarations of customs in signed envelopes of 100, one envelope after the other. */
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { openKeys } from '../src/customs-sim/keys.ts'
import { Client } from '../scripts/client.ts'
import { copyLicences } from './copies.ts'
import { approveOne, issueAll, type Approved } from './issue.ts'
import { Timings, type Figures } from './measure.ts'
import { databasePid } from './place.ts'
import { watchMemory, watchProcessors } from './processes.ts'
import { provedBy } from './proof.ts'
import type { Run } from './scenario.ts'
import type { System } from './system.ts'

const ONE_BATCH = 1_000
const TEN_USES = 900
const PER_ENVELOPE = 100
const WARM_UP = 5
const FIRST = 510_000

interface Told {
  licenceNo: string
  quantity: string
  final: boolean
}

export async function uses(run: Run): Promise<Figures[]> {
  const { system } = run
  const source = await issuedOne(system)
  const { messages, licences } = await declarations(system, source)
  const keys = customsKeys(system)
  const envelopes: string[] = []
  for (let from = 0; from < messages.length; from += PER_ENVELOPE)
    envelopes.push(await keys.sign(envelopeOf(messages.slice(from, from + PER_ENVELOPE))))
  const customs = new Client(system.url)
  const memory = watchMemory(system.pid)
  const timings = new Timings()
  for (const envelope of envelopes.splice(0, WARM_UP)) await post(customs, envelope, new Timings())
  const processors = watchProcessors(system.pid, databasePid(system.place))
  const start = performance.now()
  for (const envelope of envelopes) await post(customs, envelope, timings)
  const seconds = (performance.now() - start) / 1000
  run.say(`uses: ${processors(envelopes.length * PER_ENVELOPE)}`)
  const rssMb = memory.stop()
  customs.close()
  const { rows } = await system.database.query<{ n: number }>(
    `select count(*)::int as n from licence where id = any($1) and state = 'cleared'`,
    [licences],
  )
  if (rows[0]?.n !== licences.length) throw new Error(`${rows[0]?.n} of ${licences.length} licences cleared`)
  run.say(`uses: all licences cleared; ${(await provedBy(system)).said}`)
  return [
    {
      scenario: 'uses',
      rate: (envelopes.length * PER_ENVELOPE) / seconds,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

/** The keys of the demonstration's customs, made as it makes them when it starts. */
export function customsKeys({ place }: System) {
  const data = path.join(place.dir, 'data')
  return openKeys({
    own: path.join(data, 'customs-sim', 'customs.key.pem'),
    ownPublic: path.join(data, 'customs', 'customs.pub.pem'),
    peer: path.join(data, 'customs', 'licensing.pub.pem'),
  })
}

/** A licence that has gone the whole way. */
export async function issuedOne(system: System): Promise<Approved> {
  const source = await approveOne(system)
  const issuer = new Client(system.url)
  await issuer.signIn('issue01')
  const { rows } = await system.database.query<{ id: string; version: number }>(
    'select id, version from licence where id = $1',
    [source.licence],
  )
  await issueAll(system, issuer, rows, new Timings())
  issuer.close()
  return source
}

/** Licences for one batch, and licences with ten uses whose declarations come between those of the others. */
async function declarations({ database }: System, source: Approved) {
  const single = await copyLicences(database, source, {
    first: FIRST,
    count: ONE_BATCH,
    changes: { one_batch: 'true' },
  })
  const ten = await copyLicences(database, source, {
    first: FIRST + ONE_BATCH,
    count: TEN_USES,
    changes: { one_batch: 'false' },
  })
  const { rows } = await database.query<Record<'port' | 'exporter' | 'hs' | 'day', string>>(
    `select customs_port as port, content->>'exporterCode' as exporter, hs_code as hs, valid_from::text as day
    from licence where id = $1`,
    [source.licence],
  )
  const [terms] = rows
  if (terms === undefined) throw new Error('no licence')
  const told: Told[] = []
  for (let turn = 0; turn < 10; turn++) {
    for (const { licenceNo } of ten) told.push({ licenceNo, quantity: '45000', final: turn === 9 })
    const share = ONE_BATCH / 10
    for (const { licenceNo } of single.slice(turn * share, (turn + 1) * share))
      told.push({ licenceNo, quantity: '450000.5', final: true })
  }
  const messages = told.map((one, index) => ({
    messageId: randomUUID(),
    kind: 'use',
    ...one,
    declarationNo: `${terms.port}${terms.day.slice(0, 4)}1${String(index).padStart(9, '0')}`,
    itemNo: 1,
    declaredOn: terms.day,
    customsCode: terms.port,
    declarantCode: terms.exporter,
    hsCode: terms.hs,
  }))
  return { messages, licences: [...single, ...ten].map(({ id }) => id) }
}

const envelopeOf = (messages: readonly unknown[]) => ({
  id: randomUUID(),
  from: 'customs',
  to: 'licensing',
  at: new Date().toISOString(),
  messages,
})

async function post(customs: Client, body: string, timings: Timings) {
  const reply = await timings.of(() =>
    customs.send('/customs/inbox', { method: 'POST', headers: { 'content-type': 'application/jose' }, body }),
  )
  if (reply.status !== 200) throw new Error(`inbox: ${reply.status} ${reply.body.toString()}`)
  const payload = reply.body.toString().split('.')[1] ?? ''
  const { results } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const refused = results.find((one: { outcome: string }) => one.outcome !== 'recorded')
  if (refused !== undefined || results.length !== PER_ENVELOPE)
    throw new Error(`a use was refused: ${JSON.stringify(refused)}`)
}
