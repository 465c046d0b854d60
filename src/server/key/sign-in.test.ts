/** 使用电子钥匙: possession is proven, and the password asked all the same. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signIn } from '#api/account.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { signedChallenge } from '#test/keys.ts'
import { eKeyOf, startTestApp, testClock, visitor, type TestApp } from '#test/people.ts'
import { makeTestPki, type TestKey, type TestPki } from '#test/pki.ts'

let it: TestApp
let pki: TestPki
let key: TestKey
const password = demoAccount('steel02')?.password ?? ''

before(async () => {
  const clock = testClock()
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  key = await eKeyOf(it, pki, 'steel02')
})
after(() => it.close())

const stranger = () => Object.assign(visitor(it), { headers: { 'x-demo': '1' } })
const answerOf = async (one: TestKey = key) => signedChallenge(it, stranger(), one.open, 'sign_in')
const change = (columns: { account_id?: string | null; revoked_at?: Date | null }) =>
  it.ctx.db.updateTable('certificate').set(columns).where('serial', '=', key.certificate.serial).execute()
const refusal = async (body: object) => {
  const response = await stranger().post(signIn.path, body)
  return [response.statusCode, response.json<{ code: string }>().code]
}

test('a key that is at hand, with the password: signed in; the certificate says the user name', async () => {
  assert.equal((await eKeyOf(it, pki, 'trade01')).open.description.loginName, 'trade01')
  const body = { loginName: 'steel02', password, key: await answerOf() }
  const me = await stranger().call(signIn, { body })
  assert.equal(me.account.loginName, 'steel02')
  // The same answer is worth nothing a second time.
  assert.deepEqual(await refusal(body), [409, 'challenge'])
})

test('a key alone opens nothing, and neither does a password with another’s key', async () => {
  const wrong = { loginName: 'steel02', password: 'Wrong-Password-1', key: await answerOf() }
  assert.deepEqual(await refusal(wrong), [401, 'credentials'])
  const other = { loginName: 'trade01', password, key: await answerOf() }
  assert.deepEqual(await refusal(other), [409, 'other_account'])
  const unknown = { loginName: 'nobody', password, key: await answerOf() }
  assert.deepEqual(await refusal(unknown), [401, 'credentials'])
})

test('refused: a key that is not bound, revoked, out of date, or of another authority', async () => {
  const body = async (one?: TestKey) => ({ loginName: 'steel02', password, key: await answerOf(one) })
  await change({ account_id: null })
  assert.deepEqual(await refusal(await body()), [409, 'other_account'])
  await change({ account_id: demoAccount('steel02')?.id ?? null, revoked_at: it.clock() })
  assert.deepEqual(await refusal(await body()), [409, 'seal_revoked'])
  await change({ revoked_at: null })
  const foreign = await (await makeTestPki(it.clock())).operator()
  assert.deepEqual(await refusal(await body(foreign)), [409, 'seal_untrusted'])
  const events = await it.ctx.db
    .selectFrom('sign_in_event')
    .select('outcome')
    .where('outcome', '=', 'wrong_key')
    .execute()
  assert.ok(events.length >= 4)
  it.clock.add(366 * 86_400_000)
  assert.deepEqual(await refusal(await body()), [409, 'seal_expired'])
})
