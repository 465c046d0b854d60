/** A phone signs in by SMS: only the authorised number, five tries, no hint; and its session opens nothing else. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import * as account from '#api/account.ts'
import * as key from '#api/key.ts'
import * as ownAccount from '#api/own-account.ts'
import * as phone from '#api/phone.ts'
import * as api from '#api/phone-authorisation.ts'
import { phoneCookie, sessionCookie } from '#server/account/session.ts'
import { codeSentTo, otherThan } from '#test/messages.ts'
import { as, eKeyOf, startTestApp, testClock, TestClient, type TestApp } from '#test/people.ts'
import {
  codeOnPhone,
  freshPhone,
  madeOnPhone,
  phoneAction,
  phoneOf,
  phoneRequest,
  submittedPhone,
} from '#test/phones.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import { race } from '#test/race.ts'

const mobile = '13900000901'
const unknown = '13900000999'
let it: TestApp
let steel: TestClient
let eKey: TestKey
let asked: { id: string; version: number }

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  eKey = await eKeyOf(it, pki, 'steel02')
  steel = await as(it, 'steel02')
  asked = await submittedPhone(it, steel, eKey.open, { mobile })
})
beforeEach(() => it.db.owner.db.deleteFrom('throttle').execute())
after(() => it.close())

const signIn = async (code: string, number = mobile) => {
  const { status, failure } = await freshPhone(it).refused(phone.signInPhone, {
    body: { mobile: number, code },
  })
  return [status, failure.code, failure.issues?.[0]?.path, failure.words]
}
const send = (number: string) => freshPhone(it).call(phone.sendPhoneCode, { body: { mobile: number } })
const lettersTo = async (number: string) =>
  (
    await it.ctx.db
      .selectFrom('message')
      .select('id')
      .where('recipient', '=', number)
      .where('kind', '=', 'code')
      .execute()
  ).length

test('the answers tell nothing about a number: sent, wrong, exhausted', async () => {
  it.clock.add(61_000)
  assert.deepEqual(await send(unknown), await send(mobile))
  assert.deepEqual([await lettersTo(unknown), await lettersTo(mobile)], [0, 1])
  const wrong = otherThan(await codeSentTo(it, mobile))
  for (const expected of [/不正确/, /不正确/, /不正确/, /不正确/, /输错 5 次/, /输错 5 次/]) {
    const known = await signIn(wrong)
    assert.deepEqual(known.slice(0, 3), [422, 'malformed', 'code'])
    assert.match(String(known[3]), expected)
    assert.deepEqual(await signIn(wrong, unknown), known)
  }
  assert.match(String((await signIn(await codeSentTo(it, mobile)))[3]), /输错 5 次/, 'the right one too late')
  const again = await freshPhone(it).refused(phone.sendPhoneCode, { body: { mobile } })
  const stranger = await freshPhone(it).refused(phone.sendPhoneCode, { body: { mobile: unknown } })
  assert.deepEqual([again.status, again.failure.code], [429, 'throttled'])
  assert.deepEqual(stranger.failure, again.failure)
  for (const bad of ['', '10086', 'a@b.cn', `${mobile}\n`.padEnd(40, '1')]) {
    assert.equal((await freshPhone(it).refused(phone.sendPhoneCode, { body: { mobile: bad } })).status, 422)
  }
})

test('a code holds five minutes, once, and is for the phone alone; who tries is written down', async () => {
  const late = await codeOnPhone(it, mobile)
  it.clock.add(301_000)
  assert.match(String((await signIn(late))[3]), /已过期/)
  const code = await codeOnPhone(it, mobile)
  const results = await race(
    it.db,
    (tx) => sql`select from code where recipient = ${mobile} and purpose = 'phone' for update`.execute(tx),
    [1, 2].map(() => () => freshPhone(it).call(phone.signInPhone, { body: { mobile, code } })),
  )
  assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
  assert.match(String((await signIn(code))[3]), /已过期或已使用/)
  const events = await it.ctx.db
    .selectFrom('sign_in_event')
    .select(['login_name', 'outcome'])
    .orderBy('id', 'desc')
    .limit(3)
    .execute()
  assert.deepEqual(events.map((one) => `${one.login_name} ${one.outcome}`).toSorted(), [
    `${mobile} wrong_code`,
    `${mobile} wrong_code`,
    'steel02 phone_signed_in',
  ])
})

test('a phone’s session opens no page, and a page’s session no phone', async () => {
  const device = await phoneOf(it, mobile)
  assert.equal((await device.call(phone.phoneHome, {})).loginName, 'steel02')
  const token = device.headers['cookie']?.split('=')[1] ?? ''
  const csrf = device.headers['x-csrf-token'] ?? ''
  for (const cookie of [`${phoneCookie}=${token}`, `${sessionCookie}=${token}`]) {
    const client = new TestClient(it.app, undefined, { cookie, 'x-csrf-token': csrf })
    for (const refusal of [
      await client.refused(account.whoAmI, {}),
      await client.refused(ownAccount.ownAccount, {}),
      await client.refused(api.phoneStanding, {}),
      await client.refused(key.listKeys, { query: {} }),
      await client.refused(api.cancelPhoneCertificates, { body: { id: randomUUIDv7(), reason: '试' } }),
    ]) {
      assert.deepEqual([refusal.status, refusal.failure.code], [401, 'signed_out'])
    }
  }
  const pageToken = steel.headers['cookie']?.split('=')[1] ?? ''
  for (const cookie of [`${phoneCookie}=${pageToken}`, `${sessionCookie}=${pageToken}`]) {
    const client = new TestClient(it.app, undefined, { ...steel.headers, cookie })
    assert.equal((await client.refused(phone.phoneHome, {})).status, 401)
  }
  // It is among the sessions of its owner, who can end it.
  const own = await steel.call(ownAccount.ownAccount, {})
  assert.ok(own.sessions.some((one) => one.device === `手机端 ${mobile}`))
  await steel.call(ownAccount.endOtherSessions, {})
  assert.equal((await device.refused(phone.phoneHome, {})).status, 401)
})

test('what changes something needs the token of the session; foreign pages can’t sign anybody in', async () => {
  const device = await phoneOf(it, mobile)
  const { authorisations } = await device.call(phone.phoneHome, {})
  const [waiting] = authorisations
  assert.ok(waiting)
  const { request } = await phoneRequest(waiting.holder)
  const bare = new TestClient(it.app, undefined, { cookie: device.headers['cookie'] ?? '' })
  const made = await bare.refused(phone.makePhoneCertificate, {
    params: { id: waiting.id },
    body: { version: waiting.version, requestId: randomUUIDv7(), request },
  })
  assert.deepEqual([made.status, made.failure.code], [403, 'csrf'])
  const foreign = new TestClient(it.app, undefined, { 'sec-fetch-site': 'cross-site' })
  assert.equal((await foreign.refused(phone.sendPhoneCode, { body: { mobile } })).status, 403)
  await device.call(phone.signOutPhone, {})
  assert.equal((await device.refused(phone.phoneHome, {})).status, 401)
})

test('a suspended account, a suspended enterprise, a deleted authorisation: no code, no session', async () => {
  const device = await phoneOf(it, mobile)
  const { accountId, enterpriseId } = {
    accountId: steel.account?.id ?? '',
    enterpriseId: await enterpriseOf(),
  }
  const now = it.clock()
  const closings = [
    (on: boolean) =>
      sql`update account set suspended_at = ${on ? now : null}, suspended_reason = ${on ? '核查' : null},
        suspended_by = ${on ? 'platform' : null} where id = ${accountId}`.execute(it.ctx.db),
    (on: boolean) =>
      sql`update enterprise set suspended_at = ${on ? now : null}, suspended_reason = ${on ? '核查' : null}
        where id = ${enterpriseId}`.execute(it.ctx.db),
  ]
  for (const close of closings) {
    await close(true)
    const before = await lettersTo(mobile)
    it.clock.add(61_000)
    await send(mobile)
    assert.equal(await lettersTo(mobile), before)
    assert.equal((await device.refused(phone.phoneHome, {})).status, 401)
    await close(false)
  }
  const ended = await steel.call(api.actOnPhoneAuthorisation, phoneAction(asked, 'delete'))
  assert.equal(ended.state, 'deleted')
  const before = await lettersTo(mobile)
  it.clock.add(61_000)
  await send(mobile)
  assert.equal(await lettersTo(mobile), before)
})

const enterpriseOf = async () =>
  (
    await it.ctx.db
      .selectFrom('account')
      .select('enterprise_id')
      .where('id', '=', steel.account?.id ?? '')
      .executeTakeFirstOrThrow()
  ).enterprise_id

test('a role that was taken away makes no certificate; the number signs in as long as its certificate holds', async () => {
  const again = await submittedPhone(it, steel, eKey.open, { mobile })
  const device = await phoneOf(it, mobile)
  const roles = (names: string[]) =>
    it.ctx.db.updateTable('account').set({ roles: names }).where('login_name', '=', 'steel02').execute()
  await roles(['viewer'])
  await assert.rejects(madeOnPhone(device, again.id), /没有“制作证书”权限/)
  await roles(['sealer'])
  await madeOnPhone(device, again.id)
  const later = await phoneOf(it, mobile)
  const { authorisations } = await later.call(phone.phoneHome, {})
  assert.deepEqual(
    authorisations.map((one) => [one.stateLabel, one.because, one.certificate?.renewable]),
    [['已完成', null, false]],
  )
})

test('the interface description has the phone’s requests', async () => {
  const paths = (await freshPhone(it).get('/api/openapi.json')).json<{ paths: Record<string, object> }>()
    .paths
  for (const [path, method] of [
    ['/api/phone/codes', 'post'],
    ['/api/phone/session', 'post'],
    ['/api/phone/session', 'get'],
    ['/api/phone/session', 'delete'],
    ['/api/phone/authorisations/{id}/certificate', 'post'],
    ['/api/phone/authorisations/{id}/certificate', 'get'],
    ['/api/phone-authorisations', 'post'],
  ] as const) {
    assert.ok(Object.hasOwn(paths[path] ?? {}, method), `${method} ${path}`)
  }
})
