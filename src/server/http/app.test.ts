import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { sql } from 'kysely'
import { after, before, test } from 'node:test'
import { signIn, whoAmI } from '#api/account.ts'
import { connect } from '#server/db/connect.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

test('nobody holds a connection for ever with a request that never ends', async () => {
  await it.app.listen({ port: 0, host: '127.0.0.1' })
  const { server } = it.app
  assert.ok(server.requestTimeout > 0 && server.timeout > 0)
  server.timeout = 50
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const socket = net.connect(address.port, '127.0.0.1')
  const head = ['host: localhost', 'content-type: application/json', 'content-length: 1000', '', '{']
  socket.write([`POST ${signIn.path} HTTP/1.1`, ...head].join('\r\n'))
  socket.resume()
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) })
})

test('what waits too long in the database is stopped and told, and its connection is free again', async () => {
  const client = await as(it, 'steel01')
  const impatient = connect(it.db.url, { max: 1, patienceMs: 100 })
  const { db } = it.ctx
  it.ctx.db = impatient.db
  try {
    await it.db.owner.db.transaction().execute(async (tx) => {
      await sql`lock table session in access exclusive mode`.execute(tx)
      const { status, failure } = await client.refused(whoAmI, {})
      assert.deepEqual([status, failure.code], [503, 'busy'])
      assert.match(failure.words, /用时过长，已停止/)
    })
    await client.call(whoAmI, {})
  } finally {
    it.ctx.db = db
    await impatient.close()
  }
})
