/** Servers killed between commit and send, and with a message in their hands: it goes out all the same. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase, type TestDatabase } from '#test/db.ts'

let database: TestDatabase
let gateway: http.Server
let url = ''
/** Ids of the messages that reached the gateway; while it is silent it answers none. */
const got: string[] = []
let silent = true
const children: ChildProcess[] = []

before(async () => {
  database = await testDatabase()
  gateway = http.createServer((request, response) => {
    void text(request).then(
      (body) => {
        got.push(JSON.parse(body).id)
        if (!silent) response.writeHead(204).end()
      },
      () => undefined,
    )
  })
  gateway.listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  const address = gateway.address()
  assert.ok(typeof address === 'object' && address !== null)
  url = `http://127.0.0.1:${address.port}/`
})
after(async () => {
  await Promise.all(children.map(kill))
  gateway.closeAllConnections()
  gateway.close()
  await database.close()
})

function start(what: 'queue' | 'send', instant: string): ChildProcess {
  const script = path.join(import.meta.dirname, 'message-worker.ts')
  const env = { ...process.env, NODE_TEST_CONTEXT: '' }
  const child = spawn(process.execPath, [script, what, database.url, url, instant], { stdio: 'ignore', env })
  children.push(child)
  return child
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function until(what: string, holds: () => Promise<boolean> | boolean) {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail(what)
}

const row = () => database.db.selectFrom('message').selectAll().executeTakeFirstOrThrow()

test('killed after the commit, killed while sending: the next server sends it, marked once', async () => {
  const dead = start('queue', '2026-06-15T02:00:00Z')
  const [, signal] = await once(dead, 'exit')
  assert.equal(signal, 'SIGKILL')
  const { id, state, attempts } = await row()
  assert.deepEqual([state, attempts, got], ['queued', 0, []])

  const first = start('send', '2026-06-15T02:00:00Z')
  await until('the gateway has it', () => got.length === 1)
  await kill(first)
  const inHand = await row()
  assert.deepEqual([inHand.state, inHand.attempts], ['queued', 1])

  silent = false
  start('send', '2026-06-15T02:01:01Z')
  await until('it is marked', async () => (await row()).state === 'sent')
  assert.deepEqual(got, [id, id], 'twice under one id: at least once, and the gateway can tell')
  assert.equal((await row()).attempts, 2)
})
