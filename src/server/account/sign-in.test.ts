import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { newCaptcha, signIn } from '#api/account.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { startTestApp, TestClient, visitor, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import { keepCaptcha } from './captcha.ts'

let it: TestApp
let production: TestApp
before(async () => {
  it = await startTestApp()
  production = await startTestApp({
    env: { mode: 'production', publicUrl: 'https://xuke.example.cn' },
  })
})
after(async () => {
  await it.close()
  await production.close()
})
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00Z')
  await it.ctx.db.deleteFrom('throttle').execute()
})

const password = demoAccount('steel02')?.password ?? ''
const right = { loginName: 'steel02', password }
const scripted = (test = it) => new TestClient(test.app, undefined, { 'x-demo': '1' })

const events = async (test = it) =>
  (await test.ctx.db.selectFrom('sign_in_event').selectAll().orderBy('id').execute()).map((row) => [
    row.login_name,
    row.outcome,
    row.account_id !== null,
  ])

test('a wrong password and an unknown name are refused with the same words, and both are written down', async () => {
  const wrong = await scripted().refused(signIn, { body: { ...right, password: 'Wrong-Pass-1' } })
  const unknown = await scripted().refused(signIn, { body: { ...right, loginName: 'nobody' } })
  assert.deepEqual([wrong.status, wrong.failure.code], [401, 'credentials'])
  assert.deepEqual(unknown.failure, wrong.failure)
  assert.equal(unknown.status, wrong.status)
  assert.equal(wrong.headers['set-cookie'], undefined)
  assert.deepEqual((await events()).slice(-2), [
    ['steel02', 'wrong_password', true],
    ['nobody', 'wrong_password', false],
  ])
})

test('login names and passwords are taken to the letter', async () => {
  for (const body of [
    { ...right, loginName: 'STEEL02' },
    { ...right, password: `${password} ` },
    { ...right, password: password.toLowerCase() },
    { ...right, loginName: "steel02' or true --" },
  ]) {
    assert.equal((await scripted().refused(signIn, { body })).status, 401, JSON.stringify(body))
  }
  await scripted().call(signIn, { body: { ...right, loginName: ' steel02 ' } })
})

test('bad input is told where and what, and never a fault', async () => {
  const cases: [unknown, string][] = [
    [{}, 'loginName'],
    [{ loginName: 'steel02' }, 'password'],
    [{ password }, 'loginName'],
    [{ loginName: '', password }, 'loginName'],
    [{ loginName: '   ', password }, 'loginName'],
    [{ loginName: 'a'.repeat(51), password }, 'loginName'],
    [{ loginName: 'ste\u0000el', password }, 'loginName'],
    [{ loginName: 'ste\uD800el', password }, 'loginName'],
    [{ loginName: 'ste\nel', password }, 'loginName'],
    [{ loginName: 1, password }, 'loginName'],
    [{ loginName: null, password }, 'loginName'],
    [{ loginName: ['steel02'], password }, 'loginName'],
    [{ loginName: { $ne: '' }, password }, 'loginName'],
    [{ ...right, password: '' }, 'password'],
    [{ ...right, password: 'x'.repeat(129) }, 'password'],
    [{ ...right, password: 'x\u0000y' }, 'password'],
    [{ ...right, password: true }, 'password'],
    [{ ...right, captchaId: 'x' }, 'captchaId'],
    [{ ...right, captchaId: 7 }, 'captchaId'],
    [{ ...right, captchaAnswer: 'x'.repeat(21) }, 'captchaAnswer'],
    [{ ...right, captchaAnswer: { a: 1 } }, 'captchaAnswer'],
    [{ ...right, admin: true }, ''],
    [[], ''],
    ['text', ''],
  ]
  for (const [body, path] of cases) {
    const response = await scripted().inject({
      method: 'POST',
      url: signIn.path,
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(response.statusCode, 422, `${JSON.stringify(body)} ${response.body}`)
    const failure = response.json()
    assert.equal(failure.code, 'malformed')
    assert.equal(failure.issues[0].path, path, JSON.stringify(body))
    assert.match(failure.words, /\p{Script=Han}/u)
  }
  for (const [payload, type] of [
    ['{"loginName":', 'application/json'],
    ['', 'application/json'],
    ['loginName=steel02', 'application/x-www-form-urlencoded'],
    [JSON.stringify(right), 'text/plain'],
  ]) {
    const response = await scripted().inject({
      method: 'POST',
      url: signIn.path,
      payload: payload ?? '',
      headers: { 'content-type': type },
    })
    assert.ok([415, 422].includes(response.statusCode), `${type} ${response.statusCode}`)
  }
  assert.deepEqual(it.logged, [], 'no fault')
})

test('a person must answer a picture; in capitals or not', async () => {
  const { id, svg } = await visitor(it).call(newCaptcha, { query: {} })
  assert.match(svg ?? '', /^<svg /)
  assert.doesNotMatch(svg ?? '', /<script|<text/)
  const none = await visitor(it).refused(signIn, { body: right })
  assert.deepEqual([none.status, none.failure.code], [409, 'captcha'])
  const wrong = await visitor(it).refused(signIn, { body: { ...right, captchaId: id, captchaAnswer: '?' } })
  assert.equal(wrong.failure.code, 'captcha')

  const kept = await keepCaptcha(it.ctx, 'Ab3d')
  await visitor(it).call(signIn, { body: { ...right, captchaId: kept, captchaAnswer: 'aB3D' } })
  assert.deepEqual(
    (await events()).slice(-3).map((event) => event[1]),
    ['wrong_captcha', 'wrong_captcha', 'signed_in'],
  )
})

test('a picture is good for one answer, right or wrong, and for five minutes', async () => {
  const body = async (answer: string, id?: string) => ({
    ...right,
    captchaId: id ?? (await keepCaptcha(it.ctx, 'Ab3d')),
    captchaAnswer: answer,
  })
  const used = await body('Ab3d')
  await visitor(it).call(signIn, { body: used })
  assert.equal((await visitor(it).refused(signIn, { body: used })).failure.code, 'captcha')

  const missed = await body('xxxx')
  await visitor(it).refused(signIn, { body: missed })
  const second = { ...missed, captchaAnswer: 'Ab3d' }
  assert.equal((await visitor(it).refused(signIn, { body: second })).failure.code, 'captcha')

  const late = await body('Ab3d')
  it.clock.add(5 * 60_000)
  assert.equal((await visitor(it).refused(signIn, { body: late })).failure.code, 'captcha')
  const last = await body('Ab3d')
  it.clock.add(5 * 60_000 - 1)
  await visitor(it).call(signIn, { body: last })
})

test('the same picture answered eight times at once opens one door', async () => {
  const captchaId = await keepCaptcha(it.ctx, 'Ab3d')
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('captcha').select('id').where('id', '=', captchaId).forUpdate().execute(),
    Array.from({ length: 8 }, () => async () => {
      const body = { ...right, captchaId, captchaAnswer: 'Ab3d' }
      return (await visitor(it).inject({ method: 'POST', url: signIn.path, payload: body })).statusCode
    }),
  )
  const codes = results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason))
  assert.deepEqual(codes.toSorted(), [200, 409, 409, 409, 409, 409, 409, 409])
})

test('pictures are limited by network', async () => {
  await it.ctx.db
    .insertInto('throttle')
    .values({ bucket: 'captcha 127.0.0.1', count: 299, ends_at: new Date(it.clock().getTime() + 90_000) })
    .execute()
  await visitor(it).call(newCaptcha, { query: {} })
  const { status, failure, headers } = await visitor(it).refused(newCaptcha, {})
  assert.deepEqual(
    [status, failure.words, headers['retry-after']],
    [429, '尝试次数过多，请在 90 秒后再试', '90'],
  )
  const other = await visitor(it).inject({ method: 'GET', url: newCaptcha.path, remoteAddress: '192.0.2.9' })
  assert.equal(other.statusCode, 200)
})

test('production asks everybody for the picture and has no door of the demonstration', async () => {
  const { failure } = await scripted(production).refused(signIn, { body: right })
  assert.equal(failure.code, 'captcha')
  for (const url of ['/api/demo/accounts', '/demo/keys/', '/demo/keys/steel02.pem']) {
    assert.equal((await scripted(production).get(url)).statusCode, 404, url)
  }
  const { paths } = (await visitor(production).get('/api/openapi.json')).json()
  assert.deepEqual(
    Object.keys(paths).filter((path) => path.includes('demo')),
    [],
  )
  const captchaId = await keepCaptcha(production.ctx, 'Ab3d')
  const me = await visitor(production).call(signIn, { body: { ...right, captchaId, captchaAnswer: 'Ab3d' } })
  assert.equal(me.mode, 'production')
})
