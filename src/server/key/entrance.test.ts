/** The key office without a password: who is let in, how far, who learns nothing; and the account that a first key opens. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { signIn, whoAmI } from '#api/account.ts'
import { getAccount } from '#api/account-office.ts'
import { sendContactCode, changePassword } from '#api/own-account.ts'
import { sendRecoveryCode } from '#api/registration.ts'
import * as keys from '#api/key.ts'
import * as api from '#api/key-entrance.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { applied, applying, entered, letIn, withApplicantCodes } from '#test/key-entrance.ts'
import { doingKey, filled, getRequest, madeKey, refusingKey, testPin } from '#test/keys.ts'
import { codeSentTo, letterTo, otherThan } from '#test/messages.ts'
import { as, startTestApp, testClock, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { clientOf, numbersOf, stranger } from '#test/registration.ts'
import { makeKey } from '#ui/key/new-key.ts'
import { lapseApplicants, lapseAfterMs } from './lapse.ts'

let it: TestApp
let officer: TestClient
let platform: TestClient
let n = 4000

before(async () => {
  const clock = testClock()
  it = await startTestApp({ clock, pki: await makeTestPki(clock()) })
})
after(() => it.close())
beforeEach(async () => {
  n += 1
  // Tests move the clock by days.
  officer = await as(it, 'key01')
  platform = await as(it, 'platform01')
  // Codes are counted per recipient and network; each test begins anew.
  await it.ctx.db.deleteFrom('throttle').execute()
  await it.ctx.db.deleteFrom('code').execute()
})

const { uscc } = demoEnterprises.steel
const steel02 = { uscc, loginName: 'steel02', by: 'sms' } as const
const mobileOf = (loginName: string) => demoAccount(loginName)?.mobile ?? ''

const accountNamed = (loginName: string) =>
  it.ctx.db.selectFrom('account').selectAll().where('login_name', '=', loginName).executeTakeFirstOrThrow()

const letters = async () =>
  Number(
    (
      await it.ctx.db
        .selectFrom('message')
        .select((on) => on.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

const paths = (failure: { issues?: { path: string }[] | undefined }) =>
  failure.issues?.map(({ path }) => path)

/** The one-time password as it stands in the SMS. */
async function passwordIn(mobile: string) {
  const { whole_text: text } = await letterTo(it, mobile)
  const password = /一次性密码 (\S+?)，/.exec(text ?? '')?.[1]
  assert.ok(password, text ?? 'no letter')
  return password
}

/** Asked, approved, made: an account has come with the key. */
async function withKey(own: Awaited<ReturnType<typeof applied>>) {
  const { form, client } = own
  const fields = { applicantName: '程新钥', email: form.email, mobile: form.mobile }
  const sent = await doingKey(client, await filled(client, { fields }), 'submit')
  const seen = await getRequest(officer, sent.id)
  assert.deepEqual([seen.opensAccount, seen.loginName], [true, form.loginName])
  const key = await madeKey(client, await doingKey(officer, sent, 'approve'))
  return { ...own, key, id: sent.id }
}

test('without an account: applied, approved, made; an account with the name in the certificate and a password to be changed', async () => {
  const before = await applied(it, n)
  assert.deepEqual(before.me.keyOffice, { hasAccount: false })
  assert.deepEqual(before.me.permissions, [
    'key_request.delete',
    'key_request.issue',
    'key_request.recall',
    'key_request.revoke',
    'key_request.save',
    'key_request.submit',
  ])
  const { form, client, key } = await withKey(before)
  assert.equal(key.open.description.loginName, form.loginName)
  const row = await accountNamed(form.loginName)
  assert.deepEqual(
    [row.active, row.awaiting_key, row.must_change_password, row.person_name, row.roles.toSorted()],
    [true, false, true, '程新钥', ['enterprise_administrator', 'sealer']],
  )
  assert.deepEqual((await client.call(whoAmI, {})).keyOffice, { hasAccount: true })

  const password = await passwordIn(form.mobile)
  const kept = await letterTo(it, form.mobile)
  assert.ok(!kept.text.includes(password), 'masked for whoever reads the list of messages')
  const told = await letterTo(it, form.email)
  assert.ok(!(told.whole_text ?? told.text).includes(password))
  assert.ok(!JSON.stringify(it.logged).includes(password))
  assert.ok(!JSON.stringify(row).includes(password))

  const first = letIn(it, await stranger(it).post(signIn.path, { loginName: form.loginName, password }))
  assert.equal(first.me.account.mustChangePassword, true)
  const closed = await first.client.refused(keys.listKeys, { query: {} })
  assert.equal(closed.failure.code, 'must_change_password')
  const newPassword = 'Kranich-7-zug'
  await first.client.call(changePassword, {
    body: { requestId: randomUUIDv7(), oldPassword: password, newPassword },
  })
  const me = await first.client.call(whoAmI, {})
  assert.deepEqual(
    [me.keyOffice, me.enterprise?.standing, me.account.mustChangePassword],
    [null, 'verified', false],
  )
  assert.equal((await accountNamed(form.loginName)).password_until, null)
  assert.equal((await first.client.call(keys.listKeys, { query: {} })).rows[0]?.boundTo, form.loginName)
  // What the platform officer reads of it.
  const { history, state } = await platform.call(getAccount, { params: { id: row.id } })
  assert.deepEqual(
    [state, history.map((line) => line.label)],
    ['active', ['申请电子钥匙', '核实加入企业', '随电子钥匙开户', '修改密码']],
  )
})

test('before the key is issued nobody signs in with the name, and no password is recovered for it', async () => {
  const { form, client } = await applied(it, n)
  const body = { loginName: form.loginName, password: 'Kranich-7-zug' }
  assert.equal((await stranger(it).refused(signIn, { body })).status, 401)
  it.clock.add(61_000)
  const sent = await letters()
  await stranger(it).call(sendRecoveryCode, {
    body: { loginName: form.loginName, by: 'sms', recipient: form.mobile },
  })
  assert.equal(await letters(), sent)
  it.clock.add(61_000)
  // It comes back by a code, and is where it was.
  const again = await entered(it, { uscc: form.uscc, loginName: form.loginName, by: 'sms' }, form.mobile)
  assert.deepEqual(again.me.keyOffice, { hasAccount: false })
  assert.equal((await client.inject({ method: 'GET', url: whoAmI.path })).statusCode, 200)
})

test('the one-time password opens the account for three days and then sends to recovery', async () => {
  const { form } = await withKey(await applied(it, n))
  const body = { loginName: form.loginName, password: await passwordIn(form.mobile) }
  it.clock.add(3 * 24 * 60 * 60_000 - 1000)
  await stranger(it).call(signIn, { body })
  it.clock.add(1000)
  const { status, failure } = await stranger(it).refused(signIn, { body })
  assert.deepEqual([status, failure.code], [403, 'password_expired'])
  assert.match(failure.words, /密码找回/)
  // A guess hears nothing of that.
  const wrong = await stranger(it).refused(signIn, { body: { ...body, password: 'Kranich-7-zug' } })
  assert.equal(wrong.failure.code, 'credentials')
})

test('a click that got no answer opens the account once, with one password', async () => {
  const { form, client } = await applied(it, n)
  const fields = { email: form.email, mobile: form.mobile }
  const sent = await doingKey(client, await filled(client, { fields }), 'submit')
  const approved = await doingKey(officer, sent, 'approve')
  const { holder } = await getRequest(client, sent.id)
  const made = await makeKey(holder, testPin)
  const body = {
    version: approved.version,
    requestId: randomUUIDv7(),
    request: Buffer.from(made.request).toString('base64'),
  }
  const call = () => client.call(keys.makeCertificate, { params: { id: sent.id }, body })
  const ends = await race(
    it.db,
    (tx) => sql`select 1 from key_request where id = ${sent.id} for update`.execute(tx),
    [call, call],
  )
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
  const opened = await it.ctx.db
    .selectFrom('message')
    .select('channel')
    .where('kind', '=', 'account_opened')
    .where('recipient', 'in', [form.mobile, form.email])
    .execute()
  assert.deepEqual(opened.map(({ channel }) => channel).toSorted(), ['email', 'sms'])
  await stranger(it).call(signIn, {
    body: { loginName: form.loginName, password: await passwordIn(form.mobile) },
  })
})

test('of two who want one user name at the same moment the second hears it, and nothing of it stays', async () => {
  const forms = [
    await withApplicantCodes(it, applying(n)),
    await withApplicantCodes(it, applying(n + 2000, { loginName: `NEWKEY${n}` })),
  ]
  const enterprises = async () =>
    (
      await it.ctx.db
        .selectFrom('enterprise')
        .select('id')
        .where(
          'uscc',
          'in',
          forms.map((form) => form.uscc),
        )
        .execute()
    ).length
  const ends = await race(
    it.db,
    (tx) => sql`lock table account in exclusive mode`.execute(tx),
    forms.map((form) => () => stranger(it).post(api.applyForKey.path, form)),
  )
  const answers = ends.map((end) => (end.status === 'fulfilled' ? end.value : undefined))
  assert.deepEqual(answers.map((one) => one?.statusCode).toSorted(), [200, 422])
  const refused = answers.find((one) => one?.statusCode === 422)
  assert.match(refused?.body ?? '', /这个登录名已被使用/)
  assert.deepEqual(refused?.cookies, [])
  assert.equal(await enterprises(), 1)
  // Its codes are still good for another name.
  const loser = forms[answers.indexOf(refused)]
  assert.ok(loser)
  letIn(it, await stranger(it).post(api.applyForKey.path, { ...loser, loginName: `other${n}` }))
  assert.equal(await enterprises(), 2)
})

test('whether a name is taken is told to who has confirmed both contacts; numbers must be right', async () => {
  const taken = applying(n, { loginName: 'steel02' })
  const { status, failure } = await stranger(it).refused(api.applyForKey, { body: taken })
  assert.deepEqual([status, paths(failure)], [422, ['emailCode', 'mobileCode']])
  const confirmed = await withApplicantCodes(it, taken)
  const told = await stranger(it).refused(api.applyForKey, { body: confirmed })
  assert.deepEqual(paths(told.failure), ['loginName'])
  const bad = {
    ...confirmed,
    uscc: `${confirmed.uscc.slice(0, 17)}${confirmed.uscc.endsWith('0') ? '1' : '0'}`,
  }
  assert.deepEqual(paths((await stranger(it).refused(api.applyForKey, { body: bad })).failure), ['uscc'])
  const registering = await it.ctx.db
    .updateTable('code')
    .set({ purpose: 'register' })
    .where('recipient', '=', confirmed.email)
    .executeTakeFirst()
  assert.equal(registering.numUpdatedRows, 1n)
  const otherPurpose = { ...confirmed, loginName: `fresh${n}` }
  assert.deepEqual(paths((await stranger(it).refused(api.applyForKey, { body: otherPurpose })).failure), [
    'emailCode',
  ])
})

test('an applicant of an enterprise that is verified joins it; who merely claimed a number loses it, the name is free', async () => {
  const first = await applied(it, n)
  const second = await applied(it, n + 2000, { ...numbersOf(n) })
  assert.equal(second.me.enterprise?.standing, 'contested')
  const asked = await doingKey(second.client, await filled(second.client), 'submit')
  await withKey(first)
  // Its session has ended, its request can't be approved any more.
  assert.equal((await second.client.get(whoAmI.path)).statusCode, 401)
  assert.match((await refusingKey(officer, asked, 'approve')).failure.words, /已不属于该企业/)
  const third = await applied(it, n + 3000, { loginName: second.form.loginName, ...numbersOf(n) })
  assert.equal(third.me.account.loginName, second.form.loginName)
  await withKey(third)
  const row = await accountNamed(second.form.loginName)
  assert.equal(row.enterprise_id, (await accountNamed(first.form.loginName)).enterprise_id)
  assert.deepEqual(row.roles, ['sealer'], 'the first is the administrator')
})

test('two who were approved before either made the key: the first to make it manages the enterprise, and nobody else', async () => {
  const [first, second] = [n + 31, n + 32]
  const numbers = numbersOf(first)
  const approved = async (own: Awaited<ReturnType<typeof applied>>) => {
    const { form, client } = own
    const fields = { applicantName: '程新钥', email: form.email, mobile: form.mobile }
    const sent = await doingKey(client, await filled(client, { fields }), 'submit')
    return { ...own, request: await doingKey(officer, sent, 'approve') }
  }
  const one = await approved(await applied(it, first))
  const two = await approved(await applied(it, second, numbers))
  for (const { client, request } of [two, one]) await madeKey(client, request)
  const rolesOf = async (of: typeof one) => (await accountNamed(of.form.loginName)).roles.toSorted()
  assert.deepEqual(await rolesOf(two), ['enterprise_administrator', 'sealer'])
  assert.deepEqual(await rolesOf(one), ['sealer'])
})

test('with an account: a code to its confirmed mobile or e-mail opens its own keys, and no colleague’s', async () => {
  const { client: whole } = await clientOf(it, 'steel02')
  await filled(whole)
  assert.equal((await (await as(it, 'steel00')).call(keys.listKeyRequests, { query: {} })).rows.length, 1)
  const administrator = { uscc, loginName: 'steel00', by: 'email' } as const
  const { client, me } = await entered(it, administrator, 'steel00@example.com')
  assert.deepEqual(me.keyOffice, { hasAccount: true })
  assert.ok(
    me.permissions.every(
      (name) => /^(key_request|phone_authorisation)\./.test(name) && !name.endsWith('colleagues'),
    ),
  )
  assert.deepEqual((await client.call(keys.listKeyRequests, { query: {} })).rows, [])
  const own = await entered(it, steel02, mobileOf('steel02'))
  assert.equal((await own.client.call(keys.listKeyRequests, { query: {} })).rows.length, 1)
  const away = await own.client.refused(keys.bindKey, { body: { challengeId: randomUUIDv7(), cms: 'AAAA' } })
  assert.deepEqual([away.status, away.failure.code], [403, 'key_office_only'])
  const lines = await it.ctx.db
    .selectFrom('sign_in_event')
    .select('outcome')
    .where('account_id', '=', demoAccount('steel02')?.id ?? '')
    .execute()
  assert.deepEqual(
    lines.map(({ outcome }) => outcome),
    ['key_office'],
  )
})

test('the e-mail of the registration is a login name, in capitals or not', async () => {
  const whom = { uscc: uscc.toLowerCase(), loginName: 'Steel02@Example.com', by: 'sms' } as const
  const { me } = await entered(it, whom, mobileOf('steel02'))
  assert.equal(me.account.loginName, 'steel02')
})

test('nobody learns whether a login name exists: the same answers, words and limits, and no letter', async () => {
  await it.ctx.db
    .updateTable('account')
    .set({ suspended_at: it.clock(), suspended_reason: '试验', suspended_by: 'platform' })
    .where('login_name', '=', 'steel01')
    .execute()
  await it.ctx.db
    .updateTable('account')
    .set({ mobile_confirmed_at: null })
    .where('login_name', '=', 'trade01')
    .execute()
  const whoms = [
    steel02,
    { ...steel02, loginName: 'nobody99' },
    { ...steel02, uscc: numbersOf(n).uscc },
    { ...steel02, uscc: demoEnterprises.trade.uscc },
    { ...steel02, loginName: 'steel01' },
    { uscc: demoEnterprises.trade.uscc, loginName: 'trade01', by: 'sms' } as const,
    { ...steel02, loginName: 'review01' },
  ]
  const seen = []
  const sent = []
  for (const body of whoms) {
    await it.ctx.db.deleteFrom('throttle').execute()
    const before = await letters()
    const first = await stranger(it).post(api.sendEntranceCode.path, body)
    const second = await stranger(it).post(api.sendEntranceCode.path, body)
    const guess = await stranger(it).post(api.enterKeyOffice.path, { ...body, code: '12345' })
    sent.push((await letters()) - before)
    seen.push([first, second, guess].map((one) => [one.statusCode, one.body, one.cookies]))
  }
  for (const one of seen) assert.deepEqual(one, seen[0])
  assert.equal(seen[0]?.[1]?.[0], 429)
  assert.deepEqual(sent, [1, 0, 0, 0, 0, 0, 0], 'one letter, to who exists')
  // A recipient that has had enough is left in peace, and that shows as little.
  const { client } = await clientOf(it, 'steel02')
  await it.ctx.db.deleteFrom('throttle').execute()
  await client.call(sendContactCode, { body: { by: 'sms', recipient: mobileOf('steel02') } })
  const had = await letters()
  const quiet = await stranger(it).post(api.sendEntranceCode.path, steel02)
  assert.deepEqual([quiet.statusCode, quiet.body], [200, seen[0]?.[0]?.[1]])
  assert.equal(await letters(), had)
  const network = await it.ctx.db
    .selectFrom('throttle')
    .select('count')
    .where('bucket', 'like', 'code network %')
    .execute()
  assert.deepEqual(
    network.map(({ count }) => count),
    [2],
    'each request counts once for the network',
  )
  await it.ctx.db
    .updateTable('account')
    .set({ suspended_at: null, suspended_reason: null, suspended_by: null, mobile_confirmed_at: it.clock() })
    .where('login_name', 'in', ['steel01', 'trade01'])
    .execute()
})

test('without an answered captcha no code is sent, by neither way', async () => {
  for (const [endpoint, body] of [
    [api.sendEntranceCode, steel02],
    [api.sendApplicantCodes, { email: 'x@example.cn', mobile: '13811112222' }],
  ] as const) {
    const answer = await visitor(it).post(endpoint.path, body)
    assert.equal(answer.statusCode, 409, endpoint.path)
    assert.match(answer.body, /"code":"captcha"/)
  }
})

test('five tries, however many come at once; a code is good for one session and for this login name alone', async () => {
  await stranger(it).call(api.sendEntranceCode, { body: steel02 })
  const code = await codeSentTo(it, mobileOf('steel02'))
  const others = await stranger(it).refused(api.enterKeyOffice, {
    body: { ...steel02, loginName: 'steel00', code },
  })
  assert.deepEqual(paths(others.failure), ['code'])
  const guesses = await Promise.all(
    Array.from({ length: 16 }, () =>
      stranger(it).post(api.enterKeyOffice.path, { ...steel02, code: otherThan(code) }),
    ),
  )
  assert.ok(guesses.every(({ statusCode }) => statusCode === 422))
  const late = await stranger(it).refused(api.enterKeyOffice, { body: { ...steel02, code } })
  assert.match(late.failure.words, /输错 5 次/)

  it.clock.add(61_000)
  await stranger(it).call(api.sendEntranceCode, { body: steel02 })
  const next = await codeSentTo(it, mobileOf('steel02'))
  const ends = await race(
    it.db,
    (tx) => sql`lock table code in exclusive mode`.execute(tx),
    [1, 2].map(() => () => stranger(it).post(api.enterKeyOffice.path, { ...steel02, code: next })),
  )
  const codes = ends.map((end) => (end.status === 'fulfilled' ? end.value.statusCode : 0))
  // The second finds the code spent, or already used.
  assert.equal(codes.filter((status) => status === 200).length, 1)
  assert.ok(
    codes.every((status) => [200, 409, 422].includes(status)),
    String(codes),
  )
})

test('a code that ran out opens nothing', async () => {
  await stranger(it).call(api.sendEntranceCode, { body: steel02 })
  const code = await codeSentTo(it, mobileOf('steel02'))
  it.clock.add(5 * 60_000)
  const { failure } = await stranger(it).refused(api.enterKeyOffice, { body: { ...steel02, code } })
  assert.match(failure.words, /过期/)
})

test('who may have no key hears it with the right code alone', async () => {
  const whom = { uscc: demoEnterprises.consignor.uscc, loginName: 'consignor01', by: 'sms' } as const
  await stranger(it).call(api.sendEntranceCode, { body: whom })
  const code = await codeSentTo(it, mobileOf('consignor01'))
  const wrong = await stranger(it).refused(api.enterKeyOffice, { body: { ...whom, code: otherThan(code) } })
  assert.equal(wrong.status, 422)
  const { status, failure } = await stranger(it).refused(api.enterKeyOffice, { body: { ...whom, code } })
  assert.equal(status, 403)
  assert.match(failure.words, /录入员/)
})

test('the session is new, ends the one before, and ends after two hours, with the suspension or with a new password', async () => {
  const { client: before } = await clientOf(it, 'trade01')
  await stranger(it).call(api.sendEntranceCode, { body: steel02 })
  const code = await codeSentTo(it, mobileOf('steel02'))
  const cookie = before.headers['cookie'] ?? ''
  const { client } = letIn(
    it,
    await stranger(it, { cookie }).post(api.enterKeyOffice.path, { ...steel02, code }),
  )
  assert.notEqual(client.headers['cookie'], cookie)
  assert.equal((await before.get(whoAmI.path)).statusCode, 401)
  const foreign = await stranger(it, { 'sec-fetch-site': 'cross-site' }).post(api.enterKeyOffice.path, {
    ...steel02,
    code,
  })
  assert.equal(foreign.statusCode, 403)
  const unsigned = await client.inject({
    method: 'POST',
    url: keys.createKeyRequest.path,
    headers: { 'x-csrf-token': 'x' },
    payload: {},
  })
  assert.equal(unsigned.statusCode, 403)
  for (let minutes = 0; minutes < 120; minutes += 40) {
    assert.equal((await client.get(whoAmI.path)).statusCode, 200)
    it.clock.add(40 * 60_000)
  }
  assert.equal((await client.get(whoAmI.path)).statusCode, 401)
  await it.ctx.db.deleteFrom('throttle').execute()
  const again = await entered(it, steel02, mobileOf('steel02'))
  await it.ctx.db
    .updateTable('account')
    .set({ suspended_at: it.clock(), suspended_reason: '试验', suspended_by: 'platform' })
    .where('login_name', '=', 'steel02')
    .execute()
  assert.equal((await again.client.get(keys.listKeys.path)).statusCode, 401)
  await it.ctx.db
    .updateTable('account')
    .set({ suspended_at: null, suspended_reason: null, suspended_by: null })
    .where('login_name', '=', 'steel02')
    .execute()
})

test('a name that was kept for a request nobody went on with is free after thirty days; one that waits is kept', async () => {
  const left = await applied(it, n)
  const waiting = await applied(it, n + 2000)
  await doingKey(waiting.client, await filled(waiting.client), 'submit')
  it.clock.add(lapseAfterMs - 60_000)
  await lapseApplicants(it.ctx)
  assert.equal((await accountNamed(left.form.loginName)).awaiting_key, true)
  it.clock.add(120_000)
  await lapseApplicants(it.ctx)
  await lapseApplicants(it.ctx)
  assert.equal((await accountNamed(waiting.form.loginName)).awaiting_key, true)
  const whom = { uscc: left.form.uscc, loginName: left.form.loginName, by: 'sms' } as const
  const before = await letters()
  await stranger(it).call(api.sendEntranceCode, { body: whom })
  assert.equal(await letters(), before)
  await it.ctx.db.deleteFrom('throttle').execute()
  // Somebody else takes the name, and the number is nobody's claim any more.
  const next = await applied(it, n + 3000, { loginName: left.form.loginName, ...numbersOf(n) })
  assert.equal(next.me.enterprise?.standing, 'unverified')
})
