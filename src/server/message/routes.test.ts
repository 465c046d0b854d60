/** What administrators see and may do, and who reads the outbox. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { z } from 'zod'
import { ready } from '#api/health.ts'
import { actOnMessage, demoOutbox, listMessages } from '#api/message.ts'
import { codeSentTo, letterTo, testCarrier, unreachable } from '#test/messages.ts'
import { as, startTestApp, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { carriersOf, type Carrier } from './carrier.ts'
import { giveCode } from './code.ts'
import { sendMessages } from './deliver.ts'
import { queueLetter, type LetterToQueue } from './queue.ts'

let it: TestApp
let admin: TestClient
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00Z')
  for (const table of ['throttle', 'code', 'message'] as const) await it.ctx.db.deleteFrom(table).execute()
  admin = await as(it, 'admin01')
})

const letter: LetterToQueue = {
  channel: 'email',
  recipient: 'zhao@example.cn',
  kind: 'invitation',
  subject: '邀请',
  text: '请登录。',
}
const queue = (change: Partial<LetterToQueue> = {}) =>
  it.ctx.db.transaction().execute((tx) => queueLetter(tx, it.ctx, { ...letter, ...change }))
const withMail = (email: Carrier) => ({ ...it.ctx, carriers: { ...it.ctx.carriers, email } })
const code = { purpose: 'register', channel: 'sms', recipient: '13912345678', network: '192.0.2.1' } as const
const list = (query: z.input<(typeof listMessages)['query']> = {}) => admin.call(listMessages, { query })
const one = async () => {
  const { rows } = await list()
  assert.equal(rows.length, 1)
  const [row] = rows
  assert.ok(row)
  return row
}
const retry = (id: string, version: number, requestId = randomUUIDv7()) => ({
  params: { id, action: 'retry' },
  body: { version, requestId },
})

test('administrators see what went out and what became of it', async () => {
  const account = admin.account?.id ?? ''
  await queue({ accountId: account })
  assert.deepEqual(
    { ...(await one()), id: '', createdAt: '' },
    {
      id: '',
      version: 1,
      channel: 'email',
      channelLabel: '电子邮件',
      recipient: 'zhao@example.cn',
      kindLabel: '邀请',
      subject: '邀请',
      text: '请登录。',
      state: 'queued',
      stateLabel: '待发',
      attempts: 0,
      nextAt: null,
      error: null,
      about: 'admin01 王守正',
      createdAt: '',
      sentAt: null,
      offered: [{ action: 'retry' }],
    },
  )
  await sendMessages(withMail(testCarrier(unreachable).carrier), {})
  const tried = await one()
  assert.deepEqual([tried.attempts, tried.error, tried.nextAt], [1, '连接不上', '2026-06-15T02:00:10.000Z'])
  it.clock.add(10_000)
  await sendMessages(it.ctx, {})
  const sent = await one()
  assert.deepEqual([sent.state, sent.sentAt, sent.offered], ['sent', '2026-06-15T02:00:10.000Z', []])
})

test('by state, channel, kind and the beginning of the recipient', async () => {
  await queue()
  await queue({ recipient: 'qian@example.cn', kind: 'certificate_ready' })
  await queue({ channel: 'sms', recipient: '13912345678' })
  await sendMessages(it.ctx, { channel: 'sms' })
  const counts = async (query: Parameters<typeof list>[0]) => {
    const { rows, total, counts: states } = await list(query)
    assert.equal(rows.length, total.count)
    return [rows.length, ...states.map((state) => state.total.count)]
  }
  assert.deepEqual(await counts({}), [3, 2, 1, 0])
  assert.deepEqual(await counts({ state: 'sent' }), [1, 2, 1, 0])
  assert.deepEqual(await counts({ channel: 'email' }), [2, 2, 0, 0])
  assert.deepEqual(await counts({ kind: 'certificate_ready' }), [1, 1, 0, 0])
  assert.deepEqual(await counts({ recipient: 'ZHAO' }), [1, 1, 0, 0])
  assert.deepEqual(await counts({ recipient: '%' }), [0, 0, 0, 0], 'a sign of SQL is a letter like others')
})

test('a code is never shown to an administrator, waiting, sent or failed', async () => {
  await giveCode(it.ctx, code)
  const digits = await codeSentTo(it, code.recipient)
  const answer = async () => (await admin.get(listMessages.path)).body
  assert.match(await answer(), /验证码 ••••••/)
  assert.ok(!(await answer()).includes(digits))
  await sendMessages(it.ctx, {})
  assert.ok(!(await answer()).includes(digits))
})

test('再发: one that was given up goes again, once, and history tells who asked', async () => {
  const id = await queue()
  await it.ctx.db.updateTable('message').set({ state: 'failed', error: '没有这个邮箱' }).execute()
  const request = retry(id, 1)
  const first = await admin.call(actOnMessage, request)
  assert.deepEqual(first, { state: 'queued', stateLabel: '待发', version: 2, repeated: false })
  assert.equal((await admin.call(actOnMessage, request)).repeated, true)
  const { carrier, carried } = testCarrier()
  await sendMessages(withMail(carrier), {})
  assert.equal(carried.length, 1)
  const [line, ...more] = await it.ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing_id', '=', id)
    .execute()
  assert.ok(more.length === 0)
  assert.deepEqual([line?.action, line?.from_state, line?.actor_name], ['retry', 'failed', '王守正'])
})

test('再发 does not wait for the pause', async () => {
  const id = await queue()
  await sendMessages(withMail(testCarrier(unreachable).carrier), {})
  await admin.call(actOnMessage, retry(id, 1))
  await sendMessages(it.ctx, {})
  assert.equal((await one()).state, 'sent')
})

test('再发 while a server has it in its hands does not make a second one send it', async () => {
  const id = await queue()
  const inside = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const first = testCarrier(async () => {
    inside.resolve()
    await goOn.promise
  })
  const sending = sendMessages(withMail(first.carrier), {})
  await inside.promise
  await admin.call(actOnMessage, retry(id, 1))
  const second = testCarrier()
  await sendMessages(withMail(second.carrier), {})
  goOn.resolve()
  await sending
  assert.deepEqual([first.carried.length, second.carried.length], [1, 0])
  assert.equal((await one()).state, 'sent')
})

test('refused: sent already, a version that is gone, a code out of date, nothing there, an unknown action', async () => {
  const id = await queue()
  await admin.call(actOnMessage, retry(id, 1))
  assert.equal((await admin.refused(actOnMessage, retry(id, 1))).failure.code, 'stale')
  await sendMessages(it.ctx, {})
  const sent = await admin.refused(actOnMessage, retry(id, 2))
  assert.equal(sent.status, 409)
  assert.match(sent.failure.words, /当前为“已发”/)

  await giveCode(it.ctx, code)
  const letterId = (await letterTo(it, code.recipient)).id
  it.clock.add(300_000)
  const late = await admin.refused(actOnMessage, retry(letterId, 1))
  assert.match(late.failure.words, /已过期，请本人重新获取/)
  const shown = (await list({ channel: 'sms' })).rows[0]
  assert.deepEqual(shown?.offered, [{ action: 'retry', because: late.failure.words }])

  assert.equal((await admin.refused(actOnMessage, retry(randomUUIDv7(), 1))).status, 404)
  const unknown = { ...retry(id, 1), params: { id, action: 'delete' } }
  assert.equal((await admin.refused(actOnMessage, unknown)).status, 404)
})

test('the outbox of a demonstration: everybody on this machine reads it, codes while they hold', async () => {
  await giveCode(it.ctx, code)
  await queue({ subject: '<b>邀请</b>' })
  const digits = await codeSentTo(it, code.recipient)
  await sendMessages(it.ctx, {})
  const look = () => visitor(it).call(demoOutbox, { query: { recipient: code.recipient } })
  const { rows, total } = await look()
  assert.deepEqual([rows.length, total.count], [1, 1])
  assert.match(rows[0]?.text ?? '', new RegExp(`正在注册账号，验证码 ${digits}，`))
  assert.deepEqual([rows[0]?.channelLabel, rows[0]?.kindLabel], ['短信', '验证码'])
  assert.equal((await visitor(it).call(demoOutbox, { query: {} })).rows.length, 2)
  it.clock.add(300_000)
  assert.match((await look()).rows[0]?.text ?? '', /验证码 ••••••/)
})

test('in production there is no outbox, messages wait, and it is said what is missing', async () => {
  const env = { mode: 'production', publicUrl: 'https://xuke.example.cn' } as const
  const carriers = carriersOf({ ...env, mail: undefined, sms: undefined })
  const press = { ready: async () => undefined } as unknown as TestApp['ctx']['press']
  const real = await startTestApp({ env, context: { carriers, press } })
  try {
    for (const path of [demoOutbox.path, '/outbox']) {
      const response = await visitor(real).get(path)
      assert.equal(response.statusCode, 404, path)
    }
    await giveCode(real.ctx, code)
    await sendMessages(real.ctx, {})
    const waiting = await letterTo(real, code.recipient)
    assert.deepEqual([waiting.state, waiting.attempts], ['queued', 0])
    const words = [/没有设置 SMTP_URL.*待发队列/, /没有设置 SMS_GATEWAY_URL.*待发队列/]
    const health = await visitor(real).get(ready.path)
    const seen = await (await as(real, 'admin01')).call(listMessages, { query: {} })
    assert.equal(seen.demo, false)
    for (const missing of [ready.reply.parse(health.json()).missing, seen.missing]) {
      assert.equal(missing.length, 2)
      for (const [place, word] of words.entries()) assert.match(missing[place] ?? '', word)
    }
  } finally {
    await real.close()
  }
})
