import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { runJobsOnce } from '#server/jobs/run.ts'
import { letterTo, testCarrier, unreachable } from '#test/messages.ts'
import { startTestApp, type TestApp } from '#test/people.ts'
import type { Context } from '../context.ts'
import { Malformed } from '../refused.ts'
import { NotCarried, type Carrier } from './carrier.ts'
import { pauseAfter, sendMessages } from './deliver.ts'
import { queueLetter, sendJob, type LetterToQueue } from './queue.ts'
import { sweepMessages } from './sweep.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00Z')
  it.logged.length = 0
  await it.ctx.db.deleteFrom('message').execute()
  await it.db.owner.pool.query('delete from graphile_worker._private_jobs')
})

const second = 1000
const letter: LetterToQueue = {
  channel: 'email',
  recipient: 'zhao@example.cn',
  kind: 'service_decided',
  subject: '申请结果',
  text: '已通过。',
}
const queue = (change: Partial<LetterToQueue> = {}) =>
  it.ctx.db.transaction().execute((tx) => queueLetter(tx, it.ctx, { ...letter, ...change }))
const withMail = (email: Carrier): Context => ({ ...it.ctx, carriers: { ...it.ctx.carriers, email } })
const seen = async (recipient = letter.recipient) => {
  const { state, attempts, error } = await letterTo(it, recipient)
  return { state, attempts, error }
}
const jobs = async () => {
  const { rows } = await it.db.owner.pool.query<{ n: number }>(
    `select count(*)::int as n from graphile_worker.jobs where task_identifier = $1`,
    [sendJob],
  )
  return rows[0]?.n
}

test('a job sends what its transaction has committed, and marks it', async () => {
  const { carrier, carried } = testCarrier()
  const id = await queue()
  const { done, failed } = await runJobsOnce(it.db.url, withMail(carrier), { [sendJob]: sendMessages })
  assert.deepEqual([done, failed], [1, []])
  assert.deepEqual(carried, [
    { id, recipient: letter.recipient, subject: letter.subject, text: letter.text, at: it.clock() },
  ])
  const row = await letterTo(it, letter.recipient)
  assert.deepEqual([row.state, row.sent_at, row.attempts], ['sent', it.clock(), 1])
})

test('what is rolled back is never sent', async () => {
  const failing = it.ctx.db.transaction().execute(async (tx) => {
    await queueLetter(tx, it.ctx, letter)
    throw new Error('no')
  })
  await assert.rejects(failing)
  assert.equal(await jobs(), 0)
  const { carrier, carried } = testCarrier()
  await sendMessages(withMail(carrier), {})
  assert.deepEqual(carried, [])
})

test('the other side is down, then up: tried after growing pauses, sent once, in the end marked', async () => {
  let down = true
  const { carrier, carried } = testCarrier(() => (down ? unreachable() : undefined))
  const ctx = withMail(carrier)
  await queue()
  const waits = [10, 30, 60, 300, 900, 3600, 3600]
  for (const [tries, wait] of waits.entries()) {
    await sendMessages(ctx, { channel: 'email' })
    assert.deepEqual(await seen(), { state: 'queued', attempts: tries + 1, error: '连接不上' })
    assert.equal(pauseAfter(tries + 1), wait * second)
    it.clock.add(wait * second - 1)
    await sendMessages(ctx, {})
    assert.equal((await seen()).attempts, tries + 1, 'not before the pause is over')
    it.clock.add(1)
  }
  assert.equal(await jobs(), 1 + waits.length, 'each failure plans its next try')
  down = false
  await sendMessages(ctx, {})
  await sendMessages(ctx, {})
  assert.equal(carried.length, 1)
  assert.deepEqual(await seen(), { state: 'sent', attempts: waits.length + 1, error: null })
})

test('after two days without success it is given up and says why', async () => {
  const ctx = withMail(testCarrier(unreachable).carrier)
  await queue()
  it.clock.add(48 * 3600 * second)
  await sendMessages(ctx, {})
  assert.equal((await seen()).state, 'queued')
  it.clock.add(10 * second)
  await sendMessages(ctx, {})
  assert.deepEqual(await seen(), { state: 'failed', attempts: 2, error: '连接不上' })
})

test('one that is refused is given up at once and holds up nobody', async () => {
  const { carrier, carried } = testCarrier(({ recipient }) => {
    if (recipient.startsWith('nobody')) throw new NotCarried('refused', '没有这个邮箱')
  })
  await queue({ recipient: 'nobody@example.cn' })
  await queue()
  await sendMessages(withMail(carrier), {})
  assert.deepEqual(await seen('nobody@example.cn'), { state: 'failed', attempts: 1, error: '没有这个邮箱' })
  assert.equal(carried.length, 1)
})

test('while the other side is down, the others wait without losing tries', async () => {
  const ctx = withMail(testCarrier(unreachable).carrier)
  for (let i = 0; i < 40; i++) await queue({ recipient: `a${i}@example.cn` })
  await sendMessages(ctx, {})
  const { rows } = await it.db.pool.query<{ n: number }>('select sum(attempts)::int as n from message')
  assert.ok((rows[0]?.n ?? 99) <= 5, `${rows[0]?.n} tries`)
})

test('without a carrier messages wait, untried, and go when there is one', async () => {
  const { carrier, carried } = testCarrier()
  carrier.missingWords = '没有设置'
  const ctx = withMail(carrier)
  await queue()
  await runJobsOnce(it.db.url, ctx, { [sendJob]: sendMessages })
  it.clock.add(100 * 3600 * second)
  await sendMessages(ctx, {})
  assert.deepEqual(await seen(), { state: 'queued', attempts: 0, error: null })
  carrier.missingWords = null
  await sendMessages(ctx, {})
  assert.equal(carried.length, 1)
})

/** Two servers: each has its own carrier. `inside` tells when the first holds the message in its hands. */
function slow() {
  const inside = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const { carrier, carried } = testCarrier(async () => {
    inside.resolve()
    await goOn.promise
  })
  return { carrier, carried, inside: inside.promise, goOn: goOn.resolve }
}

test('two servers never hand over the same message at the same time', async () => {
  const first = slow()
  const second_ = testCarrier()
  await queue()
  const sending = sendMessages(withMail(first.carrier), {})
  await first.inside
  await sendMessages(withMail(second_.carrier), {})
  assert.deepEqual(second_.carried, [])
  first.goOn()
  await sending
  await sendMessages(withMail(second_.carrier), {})
  assert.deepEqual([first.carried.length, second_.carried.length], [1, 0])
})

test('a server that died with a message in its hands: another sends it when the lease is over', async () => {
  const dead = slow()
  const other = testCarrier()
  await queue()
  const sending = sendMessages(withMail(dead.carrier), {})
  await dead.inside
  it.clock.add(60 * second - 1)
  await sendMessages(withMail(other.carrier), {})
  assert.equal(other.carried.length, 0)
  it.clock.add(1)
  await sendMessages(withMail(other.carrier), {})
  assert.equal(other.carried.length, 1)
  dead.goOn()
  await sending
  assert.deepEqual(await seen(), { state: 'sent', attempts: 2, error: null })
})

test('twenty workers and two hundred messages: each goes once', async () => {
  const carriers = Array.from({ length: 4 }, () => testCarrier())
  for (let i = 0; i < 200; i++) await queue({ recipient: `a${i}@example.cn` })
  await Promise.all(carriers.map(({ carrier }) => sendMessages(withMail(carrier), {})))
  const all = carriers.flatMap(({ carried }) => carried.map(({ id }) => id))
  assert.deepEqual([all.length, new Set(all).size], [200, 200])
})

test('one that is queued while the channel is busy is sent by the same run, even if that had given up', async () => {
  const inside = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const { carrier, carried } = testCarrier(async ({ recipient }) => {
    if (recipient !== letter.recipient) return
    inside.resolve()
    await goOn.promise
    unreachable()
  })
  const ctx = withMail(carrier)
  await queue()
  const sending = sendMessages(ctx, {})
  await inside.promise
  await queue({ recipient: 'later@example.cn' })
  await sendMessages(ctx, {})
  goOn.resolve()
  await sending
  assert.deepEqual(
    carried.map(({ recipient }) => recipient),
    ['later@example.cn'],
  )
})

test('one that is queued while the channel is busy is sent by the same run', async () => {
  const first = slow()
  const ctx = withMail(first.carrier)
  await queue()
  const sending = sendMessages(ctx, {})
  await first.inside
  await queue({ recipient: 'later@example.cn' })
  await sendMessages(ctx, {})
  first.goOn()
  await sending
  assert.equal(first.carried.length, 2)
})

test('a secret leaves with the message and is forgotten; after its time the message is not sent', async () => {
  const { carrier, carried } = testCarrier()
  const ctx = withMail(carrier)
  const until = new Date(it.clock().getTime() + 300 * second)
  const secret = { value: 'Qx7-4321', until }
  await queue({ text: '一次性密码 Qx7-4321。', secret })
  assert.equal((await letterTo(it, letter.recipient)).text, '一次性密码 ••••••。')
  await sendMessages(ctx, {})
  assert.equal(carried[0]?.text, '一次性密码 Qx7-4321。')
  const sent = await letterTo(it, letter.recipient)
  assert.ok(!JSON.stringify(sent).includes('4321'))

  await queue({ recipient: 'late@example.cn', text: '一次性密码 Qx7-4321。', secret })
  it.clock.add(300 * second)
  await sendMessages(ctx, {})
  assert.equal(carried.length, 1)
  assert.match((await seen('late@example.cn')).error ?? '', /已过期/)
  await sweepMessages(it.ctx)
  assert.equal((await letterTo(it, 'late@example.cn')).whole_text, null)
})

test('an unexpected fault is tried again; the log tells its kind and nothing of the message', async () => {
  const { carrier } = testCarrier(() => {
    throw new TypeError('text 654321 broke it')
  })
  await queue({ text: '验证码 654321', secret: { value: '654321', until: new Date('2026-06-15T02:05:00Z') } })
  await sendMessages(withMail(carrier), {})
  assert.equal((await seen()).state, 'queued')
  assert.match(JSON.stringify(it.logged), /TypeError/)
  assert.doesNotMatch(JSON.stringify(it.logged), /654321|zhao/)
})

test('who is no recipient is refused before anything is queued', async () => {
  const bad: [LetterToQueue['channel'], string][] = [
    ['email', 'a@b.cn\r\nBcc: all@b.cn'],
    ['email', 'a@b.cn,c@d.cn'],
    ['email', 'list:a@b.cn;'],
    ['email', '<a@b.cn>'],
    ['email', 'a@b'],
    ['sms', '10086'],
    ['sms', 'a@b.cn'],
  ]
  for (const [channel, recipient] of bad)
    await assert.rejects(queue({ channel, recipient }), Malformed, recipient)
  assert.equal(await jobs(), 0)
})

test('a secret stands in the text and nowhere else, or the program is wrong', async () => {
  const secret = { value: '123456', until: it.clock() }
  await assert.rejects(queue({ secret }), /does not carry its secret/)
  await assert.rejects(queue({ text: '123456', subject: '123456', secret }), /does not carry/)
  await assert.rejects(queue({ text: `${'字'.repeat(20_000)}123456`, secret }), /does not carry/, 'cut off')
})

test('old messages are forgotten, waiting ones are not', async () => {
  await queue({ recipient: 'old@example.cn' })
  await sendMessages(it.ctx, {})
  await queue({ recipient: 'waiting@example.cn' })
  it.clock.add(366 * 24 * 3600 * second)
  await sweepMessages(it.ctx)
  const rows = await it.ctx.db.selectFrom('message').select('recipient').execute()
  assert.deepEqual(rows, [{ recipient: 'waiting@example.cn' }])
})
