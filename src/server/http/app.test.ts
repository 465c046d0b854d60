import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { signIn } from '#api/account.ts'
import { startTestApp, type TestApp } from '#test/people.ts'

let it: TestApp
before(async () => {
  it = await startTestApp({ reference: false })
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
