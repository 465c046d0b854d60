/** What must be true when everything has come to rest after the last crash. Each check answers its complaints. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Client } from '../client.ts'
import { databaseUrl } from '../../bench/place.ts'
import type { Log } from './insist.ts'
import type { World } from './world.ts'

async function jsonOf(client: Client, address: string): Promise<Record<string, unknown>> {
  const reply = await client.send(address)
  const parsed: unknown = JSON.parse(reply.body.toString())
  if (reply.status !== 200 || typeof parsed !== 'object' || parsed === null)
    throw new Error(`${address}: ${reply.status}`)
  return { ...parsed }
}

async function numberOf(db: pg.Pool, query: string): Promise<number> {
  const { rows } = await db.query<{ n: string }>(query)
  return Number(rows[0]?.n ?? 0)
}

/** Waits until nothing is under way on either side; a complaint after two minutes. */
export async function rest(db: pg.Pool, customs: Client): Promise<string[]> {
  let left = ''
  for (let tries = 0; tries < 1200; tries++) {
    const outgoing = await numberOf(
      db,
      `select count(*) as n from customs_message where state in ('queued', 'sent')`,
    )
    const issuing = await numberOf(
      db,
      `select count(*) as n from licence where state = 'pending' and issue_step is not null and issue_error is null`,
    )
    const waiting = Number((await jsonOf(customs, '/api/messages'))['waiting'])
    if (outgoing + issuing + waiting === 0) return []
    left = `${outgoing} messages out, ${issuing} licences in issuing, ${waiting} messages of customs`
    await sleep(100)
  }
  return [`not at rest after two minutes: ${left}`]
}

/** Every acknowledged action stands in the history, once. */
export async function nothingLost(db: pg.Pool, log: Log): Promise<string[]> {
  const { rows } = await db.query<{ request_id: string; n: string }>(
    'select request_id, count(*) as n from history where request_id = any($1) group by 1',
    [log.acknowledged.map(({ requestId }) => requestId)],
  )
  const found = new Map(rows.map((row) => [row.request_id, Number(row.n)]))
  return log.acknowledged
    .filter(({ requestId }) => found.get(requestId) !== 1)
    .map(
      ({ thing, id, action, requestId }) =>
        `${thing} ${id}: ${action} was acknowledged and stands ${found.get(requestId) ?? 0} times`,
    )
}

/** Nothing is done twice: one licence an application, one completion a licence, numbers without a gap. */
export async function nothingTwice(db: pg.Pool): Promise<string[]> {
  const complaints = {
    'applications with two licences': `select count(*) as n from (select application_id from licence
      where replaces_id is null group by 1 having count(*) > 1) as twice`,
    'swaps decided twice': `select count(*) as n from (select thing_id from history
      where thing = 'swap' and action in ('approve', 'return', 'withdraw') group by 1 having count(*) > 1) as twice`,
    'licences completed twice': `select count(*) as n from (select thing_id from history
      where thing = 'licence' and action = 'complete' group by 1 having count(*) > 1) as twice`,
    'licence numbers left out': `select coalesce(max(substr(licence_no, 5)::int), 0) - count(*) as n from licence
      where substr(licence_no, 3, 2) = 'AA'`,
    'messages of one place in the order': `select count(*) as n from (select licence_id, seq from customs_message
      group by 1, 2 having count(*) > 1) as twice`,
    'licences without a document': `select count(*) as n from licence where state <> 'pending' and document_sha256 is null`,
  }
  const found: string[] = []
  for (const [what, query] of Object.entries(complaints)) {
    const n = await numberOf(db, query)
    if (n !== 0) found.push(`${what}: ${n}`)
  }
  return found
}

const useLine = (licenceNo: string, declarationNo: unknown, itemNo: unknown, quantity: unknown) =>
  `${licenceNo} ${String(declarationNo)} ${String(itemNo)} ${Number(quantity)}`

/** Both sides list the same uses, and every declaration that customs acknowledged is among them. */
export async function sidesAgree(db: pg.Pool, customs: Client, log: Log): Promise<string[]> {
  const { rows } = await db.query<{ no: string; declaration: string; item: number; quantity: string }>(
    `select licence.licence_no as no, declaration_no as declaration, item_no as item, customs_use.quantity
    from customs_use join licence on licence.id = customs_use.licence_id
    where not customs_use.taken_back and not exists (select from customs_use as later where later.licence_id = customs_use.licence_id
      and later.declaration_no = customs_use.declaration_no and later.item_no = customs_use.item_no
      and later.revision > customs_use.revision)`,
  )
  const ours = new Set(rows.map((row) => useLine(row.no, row.declaration, row.item, row.quantity)))
  const theirs = new Set<string>()
  const { licences } = await jsonOf(customs, '/api/licences')
  for (const no of Array.isArray(licences) ? licences : []) {
    const { uses } = await jsonOf(customs, `/api/licences/${String(no)}`)
    for (const use of Array.isArray(uses) ? uses : []) {
      theirs.add(useLine(String(no), use.declarationNo, use.itemNo, use.quantity))
    }
  }
  const declared = new Set(rows.map((row) => `${row.no} ${row.declaration}`))
  return [
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => `only here: ${line}`),
    ...[...theirs].filter((line) => !ours.has(line)).map((line) => `only at customs: ${line}`),
    ...log.declared
      .filter((one) => !declared.has(`${one.licenceNo} ${one.declarationNo}`))
      .map((one) => `acknowledged by customs, not here: ${one.licenceNo} ${one.declarationNo}`),
  ]
}

/** The ledger proves itself. */
export async function ledgerProves(world: World): Promise<{ complaints: string[]; said: string }> {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../prove.ts')], {
    env: { ...process.env, DATABASE_URL: databaseUrl(world.place, 'xuke'), DATA_DIR: world.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  return { complaints: code === 0 ? [] : [`prove: exit ${code} ${out} ${errors}`], said: out.trim() }
}
