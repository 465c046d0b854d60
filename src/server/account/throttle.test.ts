import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { signIn } from '#api/account.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { startTestApp, TestClient, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import { Refused } from '../refused.ts'
import { sweepAccounts } from './sweep.ts'
import { countAttempt, countWrongCaptcha, forgive } from './throttle.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00Z')
  await it.ctx.db.deleteFrom('throttle').execute()
})

const second = 1000
const minute = 60 * second
const password = demoAccount('steel02')?.password ?? ''
const wrong = 'Wrong-Pass-1'

/** One attempt through the door; answers its status and, when it has to wait, for how many seconds. */
async function attempt(given: string, from = '192.0.2.1', loginName = 'steel02') {
  const response = await new TestClient(it.app, undefined, { 'x-demo': '1' }).inject({
    method: 'POST',
    url: signIn.path,
    payload: { loginName, password: given },
    remoteAddress: from,
  })
  const wait = response.headers['retry-after']
  return { status: response.statusCode, wait: wait === undefined ? undefined : Number(wait), response }
}

/** Seconds to wait, or 0 when the attempt was counted. */
async function count(loginName: string, network: string): Promise<number> {
  try {
    await countAttempt(it.ctx.db, { loginName, network }, it.clock())
    return 0
  } catch (error) {
    assert.ok(error instanceof Refused && error.status === 429, String(error))
    return error.retryAfterSeconds ?? NaN
  }
}

const total = async (bucket: string) =>
  (await it.ctx.db.selectFrom('throttle').select('count').where('bucket', '=', bucket).executeTakeFirst())
    ?.count ?? 0

test('after five misses a pause that doubles with each further one, to a quarter of an hour', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await attempt(wrong)).status, 401)
  const pauses = []
  for (let i = 0; i < 8; i++) {
    const { status, wait = 0, response } = await attempt(password)
    assert.equal(status, 429, 'the right password, too, has to wait')
    if (i === 0) {
      assert.equal(response.json().code, 'throttled')
      assert.equal(response.json().words, '尝试次数过多，请在 30 秒后再试')
    }
    pauses.push(wait)
    it.clock.add(wait * second - 1)
    assert.equal((await attempt(wrong)).status, 429)
    it.clock.add(1)
    assert.equal((await attempt(wrong)).status, 401)
  }
  assert.deepEqual(pauses, [30, 60, 120, 240, 480, 900, 900, 900])
})

test('longer waits are told in minutes', async () => {
  const bucket = 'sign-in pair 192.0.2.1 steel02'
  const ends = new Date(it.clock().getTime() + 14.2 * minute)
  await it.ctx.db.insertInto('throttle').values({ bucket, count: 9, ends_at: ends }).execute()
  const { response, wait } = await attempt(password)
  assert.equal(response.json().words, '尝试次数过多，请在 15 分钟后再试')
  assert.equal(wait, 852)
})

test('the right password forgets the misses before it and counts for nothing itself', async () => {
  for (let i = 0; i < 4; i++) await attempt(wrong)
  assert.equal((await attempt(password)).status, 200)
  assert.equal(await total('sign-in pair 192.0.2.1 steel02'), 0)
  assert.equal(await total('sign-in name steel02'), 4, 'its own attempt is given back, the misses are not')
  assert.equal(await total('sign-in network 192.0.2.1'), 4)
  for (let i = 0; i < 5; i++) assert.equal((await attempt(wrong)).status, 401)
  assert.equal((await attempt(wrong)).status, 429)
})

test('misses are forgotten a day after the pause', async () => {
  for (let i = 0; i < 5; i++) await count('steel02', '192.0.2.1')
  assert.equal(await count('steel02', '192.0.2.1'), 30)
  it.clock.add(24 * 60 * minute + 30 * second)
  for (let i = 0; i < 5; i++) assert.equal(await count('steel02', '192.0.2.1'), 0)
  assert.equal(await count('steel02', '192.0.2.1'), 30)
})

test('a name that does not exist is counted like one that does', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await attempt(wrong, '192.0.2.1', 'nobody')).status, 401)
  const { status, response } = await attempt(wrong, '192.0.2.1', 'nobody')
  assert.equal(status, 429)
  assert.equal(response.json().words, '尝试次数过多，请在 30 秒后再试')
})

test('from many places, a name is tried twenty times in a quarter of an hour', async () => {
  for (let i = 0; i < 20; i++) assert.equal(await count('steel02', `192.0.2.${i}`), 0)
  assert.equal(await count('steel02', '192.0.2.99'), 900)
  assert.equal(await total('sign-in pair 192.0.2.99 steel02'), 0, 'what was refused is counted nowhere')
  it.clock.add(15 * minute - 1)
  assert.equal(await count('steel02', '192.0.2.99'), 1)
  it.clock.add(1)
  assert.equal(await count('steel02', '192.0.2.99'), 0)
})

test('strangers who use that up do not shut the owner out of the usual place', async () => {
  assert.equal((await attempt(password, '198.51.100.7')).status, 200)
  for (let i = 0; i < 20; i++) await count('steel02', `192.0.2.${i}`)
  assert.equal((await attempt(password, '203.0.113.5')).status, 429, 'from a place never seen: wait')
  assert.equal((await attempt(password, '198.51.100.7')).status, 200, 'from the usual place: come in')
  it.clock.add(91 * 24 * 60 * minute)
  for (let i = 0; i < 20; i++) await count('steel02', `192.0.2.${i}`)
  assert.equal((await attempt(password, '198.51.100.7')).status, 429, 'not seen there for 90 days')
})

test('one network tries sixty times in a quarter of an hour, whatever the names', async () => {
  for (let i = 0; i < 60; i++) assert.equal(await count(`name${i}`, '192.0.2.1'), 0)
  assert.equal(await count('steel02', '192.0.2.1'), 900)
  assert.equal(await count('steel02', '192.0.2.2'), 0)
})

test('an IPv6 network is counted as one, whatever address it chooses', async () => {
  for (let i = 0; i < 5; i++) await attempt(wrong, `2001:db8:1:2::${i + 1}`)
  assert.equal((await attempt(wrong, '2001:db8:1:2:aaaa::9')).status, 429)
  assert.equal((await attempt(wrong, '2001:db8:1:3::1')).status, 401)
})

test('wrong pictures count for the network alone', async () => {
  for (let i = 0; i < 60; i++) await countWrongCaptcha(it.ctx.db, '192.0.2.1', it.clock())
  await assert.rejects(countWrongCaptcha(it.ctx.db, '192.0.2.1', it.clock()), { status: 429 })
  assert.equal((await attempt(password, '192.0.2.2')).status, 200)
})

test('sixteen guesses at once are counted one by one: four after the first are looked at', async () => {
  await attempt(wrong)
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('throttle').select('bucket').forUpdate().execute(),
    Array.from({ length: 16 }, () => async () => (await attempt(wrong)).status),
  )
  const codes = results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason))
  assert.deepEqual(codes.toSorted(), [401, 401, 401, 401, ...Array.from({ length: 12 }, () => 429)])
  assert.equal(await total('sign-in pair 192.0.2.1 steel02'), 5)
  assert.equal(await total('sign-in network 192.0.2.1'), 5)
})

test('forgiving and counting at once neither stop nor lose anything', async () => {
  const all = Array.from({ length: 8 }, (_, i) => ({
    loginName: `name${i % 2}`,
    network: `192.0.2.${i % 3}`,
  }))
  await Promise.all(
    all.map(async (one) => {
      const counted = await countAttempt(it.ctx.db, one, it.clock())
      await it.ctx.db.transaction().execute((tx) => forgive(tx, counted, it.clock()))
    }),
  )
  for (const bucket of ['sign-in * name0', 'sign-in 192.0.2.0 *', 'sign-in 192.0.2.0 name0']) {
    assert.equal(await total(bucket), 0, bucket)
  }
})

test('every attempt is written down with its address', async () => {
  const newest = async () =>
    it.ctx.db.selectFrom('sign_in_event').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  for (let i = 0; i < 5; i++) await attempt(wrong)
  assert.equal((await newest())?.outcome, 'wrong_password')
  await attempt(wrong)
  const event = await newest()
  assert.deepEqual([event?.outcome, event?.address, event?.login_name], ['throttled', '192.0.2.1', 'steel02'])
})

test('the sweep clears what has run out and nothing else', async () => {
  const db = it.ctx.db
  await attempt(password)
  await count('old', '192.0.2.8')
  await db
    .insertInto('captcha')
    .values({ id: crypto.randomUUID(), answer_digest: Buffer.alloc(32), expires_at: it.clock() })
    .execute()
  await sweepAccounts(it.ctx)
  const counts = async () =>
    Promise.all(
      (['session', 'captcha', 'throttle'] as const).map(async (table) => {
        const { n } = await db
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<string>().as('n'))
          .executeTakeFirstOrThrow()
        return Number(n)
      }),
    )
  const [sessions = 0, captchas, throttles = 0] = await counts()
  assert.ok(sessions > 0 && throttles > 3)
  assert.equal(captchas, 0)
  it.clock.add(25 * 60 * minute)
  await sweepAccounts(it.ctx)
  const usual = await db.selectFrom('throttle').select('bucket').execute()
  assert.deepEqual(
    usual.map((row) => row.bucket),
    ['usual 192.0.2.1 steel02'],
  )
  assert.equal((await counts())[0], 0)
})

test('no login name is taken for another counter', async () => {
  const network = '192.0.2.7'
  for (const name of ['a', 'b', '*', network, `name ${network}`]) await count(name, network)
  assert.equal(await total(`sign-in network ${network}`), 5)
})
