/** The steps after the licence as a client makes them: customs takes it, goods are declared, what was used is written off. */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { getLicence } from '#api/licence.ts'
import * as api from '#api/request.ts'
import { RequestFailed, type Client } from './client.ts'
import type { At } from './journey.ts'

type Seen = Awaited<ReturnType<typeof see>>
const see = (client: Client, id: string) => client.call(getLicence, { params: { id } })

/** Waits until the licence is as wanted; throws after half a minute with what it is instead. */
export async function untilLicence(
  client: Client,
  id: string,
  what: string,
  holds: (now: Seen) => boolean,
): Promise<void> {
  let now = await see(client, id)
  for (let tries = 0; !holds(now); tries++) {
    if (tries === 600)
      throw new Error(`${what}: not within half a minute, it is ${now.stateLabel}, ${now.customsState}`)
    await sleep(50)
    now = await see(client, id)
  }
}

/** Enters a declaration at the simulator of customs (no session there); answers its number. */
export async function declare(
  customs: Client,
  of: { licenceNo: string; quantity: string; declarationNo?: string },
): Promise<string> {
  const path = '/api/declarations'
  const reply = await customs.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...of, final: true }),
  })
  if (reply.status >= 300) throw new RequestFailed(`customs ${path}`, reply)
  const done: unknown = JSON.parse(reply.body.toString())
  if (typeof done !== 'object' || done === null || !('declarationNo' in done))
    throw new Error('customs names no declaration')
  return String(done.declarationNo)
}

/** A cancellation or write-off of a licence, as it is entered. */
export async function createRequest(
  client: Client,
  of: { kind: 'cancellation' | 'write_off'; licenceNo: string; writeOffQuantity?: string },
): Promise<At> {
  const body = { ...of, id: randomUUIDv7(), reason: '合同已履行或取消' }
  const made = await client.call(api.createRequest, { body })
  return { id: made.id, version: made.version }
}

export async function actOnRequest(client: Client, at: At, action: string): Promise<At> {
  const body = { version: at.version, requestId: randomUUIDv7() }
  const done = await client.call(api.actOnRequest, { params: { id: at.id, action }, body })
  return { id: at.id, version: done.version }
}
