/** `issue`: from pending licences to sealed documents, beside typesetting and signing alone. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUIDv7 } from 'node:crypto'
import * as api from '#api/application.ts'
import { actOnLicence } from '#api/licence.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import { licenceDocument, type LicenceDocument } from '#domain/licence/document.ts'
import { Client } from '../scripts/client.ts'
import { copyPending } from './copies.ts'
import { FloorIssued } from './floor-issued.ts'
import { act, sealerOf, submitOne } from './journey.ts'
import { Tally, Timings, type Figures } from './measure.ts'
import { pressMemory, watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'
import type { System } from './system.ts'

const LICENCES = 300
/** Server and floor take turns, so that both meet the same machine. */
const ROUNDS = 2
const WARM_UP = 30
const POSTS_AT_ONCE = 8
const FIRST = 200_000
const PATIENCE_MS = 120_000

/** An approved application and its pending licence. */
export interface Approved {
  application: string
  licence: string
}

export interface Pending {
  id: string
  version: number
}

export async function issue(run: Run): Promise<Figures[]> {
  const { system } = run
  const source = await approveOne(system)
  const issuer = new Client(system.url)
  await issuer.signIn('issue01')
  const pending = await copyPending(system.database, source, FIRST, WARM_UP + ROUNDS * LICENCES)
  const memory = watchMemory(system.pid)
  await issueAll(system, issuer, pending.splice(0, WARM_UP), new Timings())
  const [timings, tally, floor] = [new Timings(), new Tally(), new Tally()]
  for (let round = 0; round < ROUNDS; round++) {
    const batch = pending.splice(0, LICENCES)
    tally.seconds += await issueAll(system, issuer, batch, timings)
    tally.done += batch.length
    const bare = await typesetAndSign(system, batch)
    floor.done += bare.documents
    floor.seconds += bare.seconds
  }
  const rssMb = memory.stop()
  issuer.close()
  run.say(`issue: floor ${floor.rate.toFixed(1)} documents/s; press ${pressMemory(system.pid).toFixed(0)} MB`)
  return [
    {
      scenario: 'issue',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: tally.rate / floor.rate,
    },
  ]
}

/** One journey, passed by both reviews. */
export async function approveOne({ url }: System): Promise<Approved> {
  const sealer = await sealerOf(url, 'steel02')
  let { id, version } = await submitOne(sealer)
  sealer.client.close()
  for (const [officer, pass] of [
    ['review01', 'pass_first'],
    ['review02', 'pass_second'],
  ] as const) {
    const client = new Client(url)
    await client.signIn(officer)
    version = (await act(client, id, 'claim', version)).version
    version = (await act(client, id, pass, version)).version
    const { licence } = await client.call(api.getApplication, { params: { id } })
    client.close()
    if (licence !== null) return { application: id, licence: licence.id }
  }
  throw new Error('approved without a licence')
}

/**
 * Asks for all of them and waits until the last is valid; adds the time of each, from its request to its validity,
 * and answers the seconds from the first request to the last validity.
 */
export async function issueAll(
  system: System,
  issuer: Client,
  pending: readonly Pending[],
  timings: Timings,
): Promise<number> {
  const asked = new Map<string, number>()
  const waiting = [...pending]
  const start = Date.now()
  const post = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      asked.set(next.id, Date.now())
      await issuer.call(actOnLicence, {
        params: { id: next.id, action: 'issue' },
        body: { version: next.version, requestId: randomUUIDv7() },
      })
    }
  }
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, post))
  const done = await validSince(
    system,
    pending.map(({ id }) => id),
  )
  for (const [id, at] of done) timings.add(at - (asked.get(id) ?? start))
  return (Math.max(...done.values()) - start) / 1000
}

/** When each of the licences became valid, in milliseconds, once all are. */
async function validSince({ database }: System, ids: string[]): Promise<Map<string, number>> {
  const patience = performance.now() + PATIENCE_MS
  for (;;) {
    const { rows } = await database.query<{ left: number; stuck: string | null }>(
      `select count(*) filter (where state = 'pending')::int as left, max(issue_error) as stuck
      from licence where id = any($1)`,
      [ids],
    )
    const [now] = rows
    if (now?.stuck) throw new Error(`a licence was not issued: ${now.stuck}`)
    if (now?.left === 0) break
    if (performance.now() > patience) throw new Error(`${now?.left} licences were not issued in time`)
    await sleep(50)
  }
  const { rows } = await database.query<{ thing_id: string; at: Date }>(
    `select thing_id, at from history where thing_id = any($1) and action = 'complete'`,
    [ids],
  )
  return new Map(rows.map((row) => [row.thing_id, row.at.getTime()]))
}

/** The floor: the same documents, set and signed one after the other in a process of its own. */
async function typesetAndSign(system: System, batch: readonly Pending[]): Promise<FloorIssued> {
  const { place } = system
  const documents = await documentsOf(system, batch)
  const file = path.join(place.dir, 'floor-documents.json')
  writeFileSync(file, JSON.stringify(documents))
  const authority = documents[0]?.authorityCode ?? ''
  const certificate = path.join(place.dir, 'data', 'pki', `authority-${authority}.pem`)
  const floor = place.start('bench/floor-issue.ts', { args: [file, certificate] })
  return FloorIssued.parse(JSON.parse(await floor.finished()))
}

async function documentsOf({ database, url }: System, batch: readonly Pending[]): Promise<LicenceDocument[]> {
  const { rows } = await database.query(
    `select content, licence_no, authority_code, issued_on::text, expiry_date::text, check_code, issue_started_at
    from licence where id = any($1)`,
    [batch.map(({ id }) => id)],
  )
  return rows.map((row) =>
    licenceDocument(LicenceContent.parse(row.content), {
      licenceNo: row.licence_no,
      authorityCode: row.authority_code,
      issuedOn: row.issued_on,
      expiryDate: row.expiry_date,
      validityRemark: '',
      checkCode: row.check_code,
      verifyUrl: `${url}/verify?no=${row.licence_no}&code=${row.check_code}`,
      createdAt: row.issue_started_at,
    }),
  )
}
