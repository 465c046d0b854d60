import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { newCaptcha, signIn, whoAmI } from '#api/account.ts'
import * as api from '#api/own-account.ts'
import { recoverPassword, sendRecoveryCode } from '#api/registration.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { codeSentTo, letterTo, otherThan } from '#test/messages.ts'
import { startTestApp, TestClient, visitor, type TestApp } from '#test/people.ts'
import { clientOf, newCompany, newPassword, stranger } from '#test/registration.ts'
import { keepCaptcha } from './captcha.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
let n = 300
beforeEach(async () => {
  n += 1
  await it.ctx.db.deleteFrom('throttle').execute()
  await it.ctx.db.deleteFrom('code').execute()
})

const another = 'Storchennest-8'
const changed = (oldPassword: string, password: string) => ({
  body: { requestId: randomUUIDv7(), oldPassword, newPassword: password },
})

test('a new password: the old one is asked, other sessions end, the person is told', async () => {
  const { client, form } = await newCompany(it, n)
  const { client: elsewhere } = await clientOf(it, form.loginName)
  const wrong = await client.refused(api.changePassword, changed('Wrong-Pass-999', another))
  assert.deepEqual(
    wrong.failure.issues?.map(({ path }) => path),
    ['oldPassword'],
  )
  for (const weak of ['short1A', 'Password12345', `${form.loginName}X1y`, newPassword]) {
    const { failure } = await client.refused(api.changePassword, changed(newPassword, weak))
    assert.deepEqual(
      failure.issues?.map(({ path }) => path),
      ['newPassword'],
      weak,
    )
  }
  await client.call(api.changePassword, changed(newPassword, another))
  await client.call(whoAmI, {})
  assert.equal((await elsewhere.refused(whoAmI, {})).status, 401)
  const letter = await letterTo(it, form.email)
  assert.match(letter.text, /密码已修改/)
  const enter = (password: string) => ({ body: { loginName: form.loginName, password } })
  assert.equal((await stranger(it).refused(signIn, enter(newPassword))).status, 401)
  await stranger(it).call(signIn, enter(another))
})

test('a forced change opens everything again', async () => {
  const { client, accountId } = await newCompany(it, n)
  await it.ctx.db
    .updateTable('account')
    .set({ must_change_password: true })
    .where('id', '=', accountId)
    .execute()
  assert.equal((await client.refused(api.endOtherSessions, {})).failure.code, 'must_change_password')
  await client.call(api.changePassword, changed(newPassword, another))
  await client.call(api.endOtherSessions, {})
})

test('the old password can’t be guessed on an open page', async () => {
  const { client } = await newCompany(it, n)
  for (let i = 0; i < 5; i++) {
    assert.equal(
      (await client.refused(api.changePassword, changed(`Wrong-Pass-99${i}`, another))).status,
      422,
    )
  }
  assert.equal((await client.refused(api.changePassword, changed(newPassword, another))).status, 429)
})

test('a new e-mail counts once its code came back, and the password is asked', async () => {
  const { client, form } = await newCompany(it, n)
  const to = { by: 'email', recipient: `moved${n}@example.cn` } as const
  await client.call(api.sendContactCode, { body: to })
  const code = await codeSentTo(it, to.recipient)
  const body = { requestId: randomUUIDv7(), ...to, code, password: newPassword }
  const noPassword = await client.refused(api.changeContact, {
    body: { ...body, password: 'Wrong-Pass-999' },
  })
  assert.deepEqual(
    noPassword.failure.issues?.map(({ path }) => path),
    ['password'],
  )
  const noCode = await client.refused(api.changeContact, { body: { ...body, code: otherThan(code) } })
  assert.deepEqual(
    noCode.failure.issues?.map(({ path }) => path),
    ['code'],
  )
  assert.equal((await client.call(api.ownAccount, {})).email?.address, form.email)
  await client.call(api.changeContact, { body })
  assert.equal((await client.call(api.ownAccount, {})).email?.address, to.recipient)
})

test('own sessions are listed and ended; somebody else’s are out of reach', async () => {
  const { client, form } = await newCompany(it, n)
  await clientOf(it, form.loginName)
  await clientOf(it, form.loginName)
  const other = await newCompany(it, n + 1000)
  const { sessions, signIns } = await client.call(api.ownAccount, {})
  assert.deepEqual([sessions.length, sessions.filter(({ own }) => own).length, signIns.length], [3, 1, 0])
  const foreign = (await other.client.call(api.ownAccount, {})).sessions[0]?.id ?? ''
  assert.equal((await client.refused(api.endSession, { params: { id: foreign } })).status, 404)
  await client.call(api.endSession, { params: { id: sessions.find(({ own }) => !own)?.id ?? '' } })
  assert.deepEqual(await client.call(api.endOtherSessions, {}), { ended: 1 })
  await client.call(whoAmI, {})
  await other.client.call(whoAmI, {})
})

test('own sign-ins are shown, wrong passwords too, and nobody else’s', async () => {
  const { client, form } = await newCompany(it, n)
  await stranger(it).refused(signIn, { body: { loginName: form.loginName, password: 'Wrong-Pass-999' } })
  await stranger(it).refused(signIn, { body: { loginName: 'steel02', password: 'Wrong-Pass-999' } })
  const { signIns } = await client.call(api.ownAccount, {})
  assert.deepEqual(
    signIns.map(({ outcome }) => outcome),
    ['wrong_password'],
  )
})

test('a session made before signing in is worth nothing after it', async () => {
  const { form, client } = await newCompany(it, n)
  const planted = client.headers['cookie'] ?? ''
  const body = { loginName: form.loginName, password: newPassword }
  const response = await new TestClient(it.app, undefined, { 'x-demo': '1', cookie: planted }).post(
    signIn.path,
    body,
  )
  const cookie = response.cookies.find(({ name }) => name === 'xuke_session')
  assert.ok(cookie !== undefined && !planted.includes(cookie.value))
  assert.equal(
    (await new TestClient(it.app, undefined, { cookie: planted }).get(whoAmI.path)).statusCode,
    401,
  )
})

test('a foreign page changes nothing: no token, no change; no signing in from another site', async () => {
  const { client } = await newCompany(it, n)
  const bare = new TestClient(it.app, undefined, { cookie: client.headers['cookie'] ?? '' })
  assert.equal((await bare.refused(api.endOtherSessions, {})).failure.code, 'csrf')
  assert.equal((await bare.refused(api.changePassword, changed(newPassword, another))).failure.code, 'csrf')
  const foreign = stranger(it, { 'sec-fetch-site': 'cross-site' })
  assert.equal(
    (await foreign.refused(recoverPassword, { body: recovery('steel02', 'x', '000000') })).status,
    403,
  )
})

const recovery = (loginName: string, recipient: string, code: string) =>
  ({ loginName, by: 'email', recipient, code, newPassword: another }) as const

test('recovery: a code to the confirmed address, then a new password and no session left', async () => {
  const { client, form } = await newCompany(it, n)
  await it.ctx.db.deleteFrom('throttle').execute()
  const asked = { loginName: form.loginName, by: 'email', recipient: form.email } as const
  await stranger(it).call(sendRecoveryCode, { body: asked })
  const code = await codeSentTo(it, form.email)
  const wrong = await stranger(it).refused(recoverPassword, {
    body: recovery(form.loginName, form.email, otherThan(code)),
  })
  assert.deepEqual(
    wrong.failure.issues?.map(({ path }) => path),
    ['code'],
  )
  await stranger(it).call(recoverPassword, { body: recovery(form.loginName, form.email, code) })
  assert.equal((await client.refused(whoAmI, {})).status, 401)
  await stranger(it).call(signIn, { body: { loginName: form.loginName, password: another } })
  // Used up.
  const again = await stranger(it).refused(recoverPassword, {
    body: recovery(form.loginName, form.email, code),
  })
  assert.equal(again.status, 422)
})

test('recovery tells nothing of who has an account: same answer, same refusal, no letter', async () => {
  const { form } = await newCompany(it, n)
  await it.ctx.db.deleteFrom('throttle').execute()
  const known = { loginName: form.loginName, by: 'email', recipient: form.email } as const
  const nobody = [
    { ...known, loginName: 'nobody.here', recipient: `nobody${n}@example.cn` },
    { ...known, recipient: `elsewhere${n}@example.cn` },
  ]
  const answer = await stranger(it).call(sendRecoveryCode, { body: known })
  for (const asked of nobody) {
    assert.deepEqual(await stranger(it).call(sendRecoveryCode, { body: asked }), answer)
    const letters = await it.ctx.db
      .selectFrom('message')
      .select('id')
      .where('recipient', '=', asked.recipient)
      .execute()
    assert.equal(letters.length, 0)
  }
  const refusals = await Promise.all(
    [known, ...nobody].map(({ loginName, recipient }) =>
      stranger(it).refused(recoverPassword, { body: recovery(loginName, recipient, 'abcdef') }),
    ),
  )
  const said = refusals.map(({ status, failure }) => JSON.stringify([status, failure.words]))
  assert.equal(new Set(said).size, 1, said.join())
  // Also the second time within a minute.
  const again = await Promise.all(
    [known, ...nobody].map((body) => stranger(it).refused(sendRecoveryCode, { body })),
  )
  assert.deepEqual(
    again.map(({ status }) => status),
    [429, 429, 429],
  )
})

test('a code for one account opens no other one', async () => {
  const { form } = await newCompany(it, n)
  const victim = demoAccount('steel02')
  assert.ok(victim)
  await it.ctx.db.deleteFrom('throttle').execute()
  await stranger(it).call(sendRecoveryCode, {
    body: { loginName: form.loginName, by: 'email', recipient: form.email },
  })
  const code = await codeSentTo(it, form.email)
  const { status } = await stranger(it).refused(recoverPassword, {
    body: recovery('steel02', form.email, code),
  })
  assert.equal(status, 422)
})

test('a suspended account and one of a suspended enterprise are out at once, and are told why at the door', async () => {
  const { client, form, accountId, enterpriseId } = await newCompany(it, n)
  const enter = { body: { loginName: form.loginName, password: newPassword } }
  const now = it.clock()
  const suspended = { suspended_at: now, suspended_reason: '资料不实' }
  await it.ctx.db
    .updateTable('account')
    .set({ ...suspended, suspended_by: 'platform' })
    .where('id', '=', accountId)
    .execute()
  assert.equal((await client.refused(whoAmI, {})).status, 401)
  assert.match((await stranger(it).refused(signIn, enter)).failure.words, /资料不实/)
  await it.ctx.db
    .updateTable('account')
    .set({ suspended_at: null, suspended_reason: null, suspended_by: null })
    .where('id', '=', accountId)
    .execute()
  await it.ctx.db.updateTable('enterprise').set(suspended).where('id', '=', enterpriseId).execute()
  assert.equal((await client.refused(whoAmI, {})).status, 401)
  assert.match((await stranger(it).refused(signIn, enter)).failure.words, /本企业已停用.*资料不实/)
  // Who does not know the password learns nothing of it.
  const guess = { body: { loginName: form.loginName, password: 'Wrong-Pass-999' } }
  assert.ok(!(await stranger(it).refused(signIn, guess)).failure.words.includes('停用'))
})

test('a question in words signs in like the picture', async () => {
  const asked = await visitor(it).call(newCaptcha, { query: { kind: 'text' } })
  assert.equal(asked.svg, null)
  assert.match(asked.question ?? '', /等于多少|请用数字写出|请依次输入/)
  assert.ok(!/\d/.test(asked.question ?? ''), 'the answer is not to be copied')
  const { form } = await newCompany(it, n)
  // As a Chinese keyboard may write it.
  for (const captchaAnswer of ['4207', ' ４２０７ ', '4、2、0、7', '4 2 0 7']) {
    const captchaId = await keepCaptcha(it.ctx, '4207')
    const body = { loginName: form.loginName, password: newPassword, captchaId, captchaAnswer }
    await visitor(it).call(signIn, { body })
    assert.equal((await visitor(it).refused(signIn, { body })).failure.code, 'captcha', 'one answer each')
  }
})
