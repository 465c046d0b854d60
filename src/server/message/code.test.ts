import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { codeSentTo, letterTo, otherThan } from '#test/messages.ts'
import { startTestApp, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import { Malformed, Refused } from '../refused.ts'
import { giveCode, proveCode, requireRight, spendCode, takeCode, type CodeFor } from './code.ts'
import { sweepMessages } from './sweep.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00Z')
  for (const table of ['throttle', 'code', 'message'] as const) await it.ctx.db.deleteFrom(table).execute()
})

const minute = 60_000
const to: CodeFor = { purpose: 'recover', channel: 'sms', recipient: '13912345678', network: '192.0.2.1' }
const mail: CodeFor = { ...to, channel: 'email', recipient: 'zhao@example.cn' }
const take = (code: string, asked: Partial<CodeFor> = {}) => takeCode(it.ctx, { ...to, ...asked, code })

/** Asks for a code: 0, or how many seconds to wait. */
async function ask(asked: Partial<CodeFor> = {}): Promise<number> {
  try {
    await giveCode(it.ctx, { ...to, ...asked })
    return 0
  } catch (error) {
    assert.ok(error instanceof Refused && error.status === 429, String(error))
    return error.retryAfterSeconds ?? NaN
  }
}

async function given(asked: Partial<CodeFor> = {}): Promise<string> {
  assert.equal(await ask(asked), 0)
  return codeSentTo(it, asked.recipient ?? to.recipient)
}

test('a code comes by message, is right once and then used up', async () => {
  assert.deepEqual(await giveCode(it.ctx, to), { validSeconds: 300, againSeconds: 60 })
  const code = await codeSentTo(it, to.recipient)
  assert.match(code, /^\d{6}$/)
  assert.equal(await take(code), 'right')
  assert.equal(await take(code), 'expired')
})

test('the letter names the purpose; what administrators may see has no digits', async () => {
  const code = await given(mail)
  const letter = await letterTo(it, mail.recipient)
  assert.match(letter.whole_text ?? '', new RegExp(`找回密码，验证码 ${code}，5 分钟内有效`))
  assert.match(letter.text, /验证码 ••••••，/)
  assert.ok(!letter.text.includes(code))
  assert.ok(!letter.subject.includes(code))
})

test('kept is a digest that neither is nor holds the code, and means nothing under another id', async () => {
  const code = await given()
  const row = await it.ctx.db.selectFrom('code').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.digest.length, 32)
  assert.ok(!JSON.stringify(row).includes(code))
  assert.ok(!row.digest.includes(Buffer.from(code)))
  await it.ctx.db.updateTable('code').set({ id: crypto.randomUUID() }).execute()
  assert.equal(await take(code), 'wrong')
})

test('after five minutes it is worth nothing', async () => {
  const code = await given()
  it.clock.add(5 * minute - 1)
  assert.equal(await take(otherThan(code)), 'wrong')
  it.clock.add(1)
  assert.equal(await take(code), 'expired')
})

test('five tries; the fifth may still be right, a sixth never', async () => {
  const first = await given()
  for (let i = 0; i < 4; i++) assert.equal(await take(otherThan(first)), 'wrong')
  assert.equal(await take(first), 'right')
  it.clock.add(minute)
  const second = await given()
  for (let i = 0; i < 4; i++) assert.equal(await take(otherThan(second)), 'wrong')
  assert.equal(await take(otherThan(second)), 'exhausted')
  assert.equal(await take(second), 'exhausted')
})

test('what is no code at all counts as a try and is wrong', async () => {
  const code = await given()
  for (const text of ['', `${code} `, '１２３４５６', `${code}0`])
    assert.equal(await take(text), 'wrong', text)
  assert.equal(await take(code), 'right')
})

test('a code for another purpose, channel or recipient is refused', async () => {
  const code = await given()
  for (const other of [{ purpose: 'register' }, mail, { recipient: '13912345679' }] as const) {
    assert.equal(await take(code, other), 'expired')
    it.clock.add(minute)
    const foreign = await given(other)
    if (foreign !== code) assert.equal(await take(code, other), 'wrong')
  }
  assert.equal(await take(code), 'right')
})

test('a new code makes the one before void', async () => {
  const first = await given()
  it.clock.add(minute)
  const second = await given()
  if (first !== second) assert.equal(await take(first), 'wrong')
  assert.equal(await take(second), 'right')
})

test('one a minute, five an hour, ten a day for a recipient, whatever the purpose or the network', async () => {
  assert.equal(await ask(), 0)
  assert.equal(await ask({ purpose: 'register', network: '198.51.100.1' }), 60)
  it.clock.add(minute - 1)
  assert.equal(await ask(), 1)
  it.clock.add(1)
  for (let i = 0; i < 4; i++) {
    assert.equal(await ask({ network: `192.0.2.${i}` }), 0)
    it.clock.add(minute)
  }
  assert.equal(await ask(), 55 * 60)
  it.clock.add(55 * minute)
  for (let i = 0; i < 5; i++) {
    assert.equal(await ask(), 0)
    it.clock.add(minute)
  }
  it.clock.add(60 * minute)
  assert.ok((await ask()) > 21 * 3600)
})

test('an address in capitals is the same recipient', async () => {
  assert.equal(await ask({ ...mail, recipient: ' Zhao@Example.CN' }), 0)
  assert.equal(await ask(mail), 60)
  assert.equal(
    await take(await codeSentTo(it, mail.recipient), { ...mail, recipient: 'ZHAO@example.cn' }),
    'right',
  )
})

test('one network asks for thirty codes in a quarter of an hour and tries sixty', async () => {
  for (let i = 0; i < 30; i++) assert.equal(await ask({ recipient: `139000000${i + 10}` }), 0)
  assert.equal(await ask({ recipient: '13900000099' }), 900)
  assert.equal(
    await ask({ recipient: '13900000099', network: '192.0.2.2' }),
    0,
    'the refused one counted nowhere',
  )
  for (let i = 0; i < 60; i++) await take('000000', { recipient: `138000000${i + 10}` })
  await assert.rejects(take('000000'), { status: 429 })
})

test('a recipient that belongs to nobody is answered alike, and nothing is sent', async () => {
  const known = await giveCode(it.ctx, mail)
  const nobody: CodeFor = { ...mail, recipient: 'nobody@example.cn' }
  assert.deepEqual(await giveCode(it.ctx, { ...nobody, deliver: false }), known)
  assert.equal(await ask(nobody), 60, 'counted alike')
  const { n } = await it.ctx.db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  assert.equal(n, '1')
  const tries = async (asked: CodeFor) => {
    const answers = []
    const right = asked === nobody ? '' : await codeSentTo(it, asked.recipient)
    for (let i = 0; i < 6; i++) answers.push(await take(otherThan(right || '5'), asked))
    return answers
  }
  assert.deepEqual(await tries(nobody), await tries(mail))
})

test('what is no recipient is refused and counted nowhere', async () => {
  for (const recipient of ['12345678901', '139123456789', '13912345678\r\n', '']) {
    if (recipient.trim() === to.recipient) continue
    await assert.rejects(giveCode(it.ctx, { ...to, recipient }), Malformed, recipient)
  }
  const row = await it.ctx.db.selectFrom('throttle').select('bucket').executeTakeFirst()
  assert.equal(row, undefined)
})

test('sixteen guesses at once: five are looked at', async () => {
  const code = await given()
  const results = await race(
    it.db,
    (tx) => sql`select from code for update`.execute(tx),
    Array.from({ length: 16 }, () => () => take(otherThan(code))),
  )
  const answers = results.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))
  assert.deepEqual(answers.toSorted(), [
    ...Array<string>(12).fill('exhausted'),
    ...Array<string>(4).fill('wrong'),
  ])
  const row = await it.ctx.db.selectFrom('code').select('tries').executeTakeFirstOrThrow()
  assert.equal(row.tries, 5)
})

test('the right code five times at once is right once', async () => {
  const code = await given()
  const results = await race(
    it.db,
    (tx) => sql`select from code for update`.execute(tx),
    Array.from({ length: 5 }, () => () => take(code)),
  )
  const answers = results.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))
  assert.equal(answers.filter((one) => one === 'right').length, 1)
})

test('two at once ask for a code: one message', async () => {
  const results = await race(it.db, (tx) => sql`lock table throttle in exclusive mode`.execute(tx), [
    () => ask(),
    () => ask({ network: '192.0.2.9' }),
  ])
  const waits = results.map((one) => (one.status === 'fulfilled' ? one.value : NaN))
  assert.deepEqual(waits.toSorted(), [0, 60])
})

test('a proved code is spent in the transaction that it allows, and is still there when that fails', async () => {
  const code = await given()
  const proved = await proveCode(it.ctx, { ...to, code })
  assert.ok(proved.answer === 'right')
  const failing = it.ctx.db.transaction().execute(async (tx) => {
    assert.equal(await spendCode(tx, it.ctx, proved.id), true)
    throw new Error('the name is taken')
  })
  await assert.rejects(failing, /taken/)
  assert.equal(await spendCode(it.ctx.db, it.ctx, proved.id), true)
  assert.equal(await spendCode(it.ctx.db, it.ctx, proved.id), false)
  const row = await it.ctx.db.selectFrom('code').select('tries').executeTakeFirstOrThrow()
  assert.equal(row.tries, 1, 'a try is not given back by a transaction that fails')
})

test('refusals say what to do', () => {
  requireRight('right')
  assert.throws(() => requireRight('wrong'), /请核对后重新输入/)
  assert.throws(() => requireRight('expired'), /请重新获取/)
  assert.throws(() => requireRight('exhausted'), /请重新获取/)
})

test('the sweep forgets codes out of date and the digits in messages', async () => {
  await given()
  it.clock.add(5 * minute - 1)
  await sweepMessages(it.ctx)
  assert.notEqual((await letterTo(it, to.recipient)).whole_text, null)
  assert.ok(await it.ctx.db.selectFrom('code').select('id').executeTakeFirst())
  it.clock.add(1)
  await sweepMessages(it.ctx)
  assert.equal((await letterTo(it, to.recipient)).whole_text, null)
  assert.equal(await it.ctx.db.selectFrom('code').select('id').executeTakeFirst(), undefined)
})

test('no digits in the log', async () => {
  const code = await given()
  await take(otherThan(code))
  assert.ok(!JSON.stringify(it.logged).includes(code))
})
