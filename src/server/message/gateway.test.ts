/** SMS to a real gateway on this machine: what it is told, that it can believe it, and what becomes of its answers. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { codeSentTo, letterTo } from '#test/messages.ts'
import { startTestApp, type TestApp } from '#test/people.ts'
import { NotCarried, type Carrier } from './carrier.ts'
import { giveCode } from './code.ts'
import { sendMessages } from './deliver.ts'
import { smsGateway } from './gateway.ts'

const secret = 'shared-secret-of-16'
interface Asked {
  headers: http.IncomingHttpHeaders
  body: string
}
const asked: Asked[] = []
let status = 204
/** Echoes what it got, as careless ones do. */
const answer = (request: http.IncomingMessage, response: http.ServerResponse) =>
  void text(request).then((body) => {
    asked.push({ headers: request.headers, body })
    response.writeHead(status, { location: '/elsewhere' }).end(status === 204 ? undefined : body)
  })

let gateway: http.Server
let url = ''
let it: TestApp
async function listen(port = 0) {
  gateway = http.createServer(answer).listen(port, '127.0.0.1')
  await once(gateway, 'listening')
  const address = gateway.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/sms`
}
async function stopListening() {
  gateway.closeAllConnections()
  gateway.close()
  await once(gateway, 'close')
}
before(async () => {
  await listen()
  it = await startTestApp()
})
after(async () => {
  await stopListening()
  await it.close()
})
beforeEach(async () => {
  asked.length = 0
  status = 204
  it.logged.length = 0
  it.clock.set('2026-06-15T02:00:00Z')
  for (const table of ['throttle', 'code', 'message'] as const) await it.ctx.db.deleteFrom(table).execute()
})

const message = {
  id: '01980000-0000-7000-8000-000000000001',
  recipient: '13912345678',
  subject: '',
  text: '【出口许可证系统】“申请”已通过',
  at: new Date('2026-06-15T02:00:00Z'),
}
const withSms = (sms: Carrier) => ({ ...it.ctx, carriers: { ...it.ctx.carriers, sms } })
const request = {
  purpose: 'recover',
  channel: 'sms',
  recipient: message.recipient,
  network: '192.0.2.1',
} as const

test('one POST with JSON that the secret signs together with its time', async () => {
  await smsGateway({ url, secret }).carry(message)
  const [one, ...more] = asked
  assert.ok(one !== undefined && more.length === 0)
  assert.deepEqual(JSON.parse(one.body), { id: message.id, to: message.recipient, text: message.text })
  assert.equal(one.headers['content-type'], 'application/json')
  assert.equal(one.headers['x-timestamp'], '1781488800')
  const expected = createHmac('sha256', secret).update(`1781488800.${one.body}`).digest('hex')
  assert.equal(one.headers['x-signature'], `sha256=${expected}`)
})

test('what each answer means', async () => {
  const meaning = {
    200: 'sent',
    202: 'sent',
    302: 'unreachable',
    400: 'refused',
    401: 'unreachable',
    404: 'unreachable',
    422: 'refused',
    429: 'later',
    500: 'unreachable',
  }
  for (const [code, how] of Object.entries(meaning)) {
    status = Number(code)
    const got = await smsGateway({ url, secret })
      .carry(message)
      .then(
        () => 'sent',
        (error: unknown) => (error instanceof NotCarried ? error.how : String(error)),
      )
    assert.equal(got, how, code)
  }
  assert.equal(asked.length, Object.keys(meaning).length, 'no redirect is followed')
})

test('the gateway is down, then up: the code arrives once, under one id, and is marked; no digits anywhere else', async () => {
  const ctx = withSms(smsGateway({ url, secret }))
  const port = Number(new URL(url).port)
  await stopListening()
  await giveCode(ctx, request)
  const code = await codeSentTo(it, request.recipient)
  await sendMessages(ctx, {})
  const waiting = await letterTo(it, request.recipient)
  assert.deepEqual([waiting.state, waiting.attempts], ['queued', 1])
  assert.match(waiting.error ?? '', /连接不上短信网关（ECONNREFUSED）/)
  await listen(port)
  status = 500
  it.clock.add(10_000)
  await sendMessages(ctx, {})
  status = 200
  it.clock.add(30_000)
  await sendMessages(ctx, {})
  await sendMessages(ctx, {})
  assert.equal(asked.length, 2)
  assert.equal(new Set(asked.map(({ body }) => body)).size, 1)
  assert.ok(asked[1]?.body.includes(code))
  const sent = await letterTo(it, request.recipient)
  assert.deepEqual([sent.state, sent.attempts, sent.error, sent.whole_text], ['sent', 3, null, null])
  assert.ok(!JSON.stringify(sent).includes(code), 'nothing of it stays')
  assert.equal(it.logged.length, 2)
  assert.doesNotMatch(JSON.stringify(it.logged), new RegExp(`${code}|${request.recipient}|${secret}`))
})
