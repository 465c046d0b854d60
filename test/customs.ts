/** Customs in a test: keys of both sides, signed envelopes by hand, and the real simulator on a port of its own. */
import { generateKeyPairSync, randomUUIDv7, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CompactSign, compactVerify } from 'jose'
import { InboundReply, type Result } from '#domain/customs/messages.ts'
import { httpCustoms, type Customs } from '#server/customs/exchange.ts'
import { startSimulator } from '../src/customs-sim/simulator.ts'
import type { TestApp } from '#test/people.ts'

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const licensing = newPair()
const customsSide = newPair()

/** The way to customs with this process's keys; `url`: where the other side listens, if at all. */
export function testCustoms(url?: () => string): { customs: Customs } {
  const keys = { own: () => licensing.privateKey, peer: () => customsSide.publicKey }
  if (url === undefined) return { customs: httpCustoms({ url: undefined, keys }) }
  return { customs: httpCustoms({ url: url(), keys }) }
}

export const pack = (content: unknown, key: KeyObject = customsSide.privateKey, typ = 'customs+jws') =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ES256', typ })
    .sign(key)

export const envelope = (messages: readonly unknown[], id: string = randomUUIDv7()) => ({
  id,
  from: 'customs',
  to: 'licensing',
  at: '2026-06-15T02:00:00.000Z',
  messages,
})

export const strangerKey = newPair().privateKey

/** Posts a text as customs would, and answers what came back. */
export const post = (it: TestApp, jws: string) =>
  it.app.inject({
    method: 'POST',
    url: '/customs/inbox',
    payload: jws,
    headers: { 'content-type': 'application/jose' },
  })

/** Sends messages signed by customs and answers the signed results. */
export async function tell(it: TestApp, messages: readonly unknown[]): Promise<Result[]> {
  const response = await post(it, await pack(envelope(messages)))
  if (response.statusCode !== 200)
    throw new Error(`${response.statusCode} ${response.body} ${JSON.stringify(it.logged.at(-1))}`)
  const { payload } = await compactVerify(response.body, licensing.publicKey, { algorithms: ['ES256'] })
  return InboundReply.parse(JSON.parse(new TextDecoder().decode(payload))).results
}

const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' })

/** The simulator with this process's keys, in a folder of its own. It sends when `flush` is called. */
export async function testSimulator(licensingUrl: () => string) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke-sim-'))
  const keyFolder = path.join(folder, 'keys')
  fs.mkdirSync(keyFolder)
  fs.writeFileSync(path.join(keyFolder, 'licensing.pub.pem'), publicPem(licensing.publicKey))
  fs.writeFileSync(
    path.join(folder, 'customs.key.pem'),
    customsSide.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  const options = { folder, keyFolder, port: 0, licensingUrl, watch: false }
  const sim = await startSimulator(options)
  return {
    ...sim,
    customs: testCustoms(() => sim.url).customs,
    async api(route: string, body: object) {
      const response = await fetch(`${sim.url}/api/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(await response.text())
      return response.json()
    },
    async close() {
      await sim.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type TestSimulator = Awaited<ReturnType<typeof testSimulator>>
