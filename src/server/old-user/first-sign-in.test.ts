import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { signIn, whoAmI, signOut } from '#api/account.ts'
import { hall } from '#api/hall.ts'
import { complete, getCompletion, importOldUsers, ownOldUsers } from '#api/old-user.ts'
import { changePassword } from '#api/own-account.ts'
import { recoverPassword, sendRecoveryCode } from '#api/registration.ts'
import { demoEnterprises } from '../demo/enterprises.ts'
import { mostMembers } from '#domain/old-user/merge.ts'
import { doingKey, filled } from '#test/keys.ts'
import { codeSentTo, otherThan } from '#test/messages.ts'
import { as, startTestApp, visitor, type TestApp } from '#test/people.ts'
import { completion, csv, digest, imported, line, newPassword, through } from '#test/old-users.ts'
import { newCompany, numbersOf, stranger } from '#test/registration.ts'
import { race } from '#test/race.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(() => it.ctx.db.deleteFrom('throttle').execute())

const names = (n: number) => `${numbersOf(n).code13}-beijing`
const wrongs = { status: 401, code: 'credentials' }
const refusal = async (loginName: string, password: string) => {
  const { status, failure } = await stranger(it).refused(signIn, { body: { loginName, password } })
  return { status, code: failure.code, words: failure.words }
}
const accountsNamed = (loginName: string) =>
  it.ctx.db.selectFrom('account').selectAll().where('login_name', '=', loginName).execute()

test('each kind of digest, salted in front and behind, is the password that the old system knew', async () => {
  const { code13 } = numbersOf(1)
  const salted = { salt: 'n4Cl', saltPlace: '前' }
  const kinds = ['md5', 'sha1', 'sha256'].flatMap((kind) => [
    line({ code13, oldName: `${kind}p`, kind, digest: digest(kind, '密码 Pass') }),
    line({ code13, oldName: `${kind}b`, kind, digest: digest(kind, 'n4Cl密码 Pass'), ...salted }),
    line({
      code13,
      oldName: `${kind}a`,
      kind,
      digest: digest(kind, '密码 Passn4Cl'),
      ...salted,
      saltPlace: '后',
    }),
  ])
  assert.equal((await imported(it, kinds)).state, 'done')
  for (const { oldName = '' } of kinds) {
    const loginName = `${code13}-${oldName}`
    const client = await through(it, loginName, '密码 Pass')
    const me = await client.call(whoAmI, {})
    assert.deepEqual([me.account.loginName, me.account.mustComplete, me.enterprise], [loginName, true, null])
  }
})

test('an unknown name, a known one and an old user’s are refused with the same answer', async () => {
  const { code13 } = numbersOf(2)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const answers = await Promise.all(
    [names(2), `${code13}-nobody`, 'nobody', 'steel02', names(2).toLowerCase()].map((name) =>
      refusal(name, 'wrong'),
    ),
  )
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal((await accountsNamed(names(2))).length, 0)
})

test('five wrong passwords close the door for an old user as for everybody, whichever of its names is tried', async () => {
  const { code13 } = numbersOf(3)
  await imported(it, [
    line({ code13, oldName: 'beijing', keyNo: 'K1' }),
    line({ code13, system: '进口', oldName: 'other', keyNo: 'K1' }),
  ])
  for (const name of ['beijing', 'other', 'beijing', 'other', 'beijing'])
    assert.partialDeepStrictEqual(await refusal(`${code13}-${name}`, 'wrong'), wrongs)
  for (const name of ['beijing', 'other'])
    assert.equal((await refusal(`${code13}-${name}`, 'old-Password')).status, 429)
  it.clock.add(31_000)
  await through(it, `${code13}-other`, 'old-Password')
})

test('two users of one enterprise and one key with different passwords are one account, by either', async () => {
  const { code13 } = numbersOf(4)
  const lines = [
    line({ code13, oldName: 'beijing', password: 'export-pw' }),
    line({
      code13,
      system: '进口',
      oldName: 'beijing',
      password: 'import-pw',
      kind: 'sha1',
      digest: digest('sha1', 'import-pw'),
    }),
    line({
      code13,
      system: '化肥',
      oldName: 'huafei',
      password: 'third-pw',
      keyNo: 'K7',
      services: '化肥进口配额',
    }),
    line({
      code13,
      system: '农产品',
      oldName: 'beijing',
      password: 'farm-pw',
      keyNo: 'K7',
      services: '农产品进口配额',
    }),
  ]
  const done = await imported(it, lines)
  assert.deepEqual([done.state, done.rows, done.accounts], ['done', 4, 1])
  const first = await through(it, names(4), 'import-pw')
  const id = (await first.call(whoAmI, {})).account.id
  // Before the new password is set, each of the old ones still opens the same account; also by the other name.
  for (const [name, password] of [
    [names(4), 'export-pw'],
    [names(4), 'farm-pw'],
    [`${code13}-huafei`, 'third-pw'],
  ] as const) {
    const client = await through(it, name, password)
    const { account } = await client.call(whoAmI, {})
    assert.deepEqual([account.id, account.loginName], [id, names(4)])
  }
  const asked = await first.call(getCompletion, {})
  assert.deepEqual(
    asked.members.map((one) => [one.systemName, one.loginName]),
    [
      ['出口', names(4)],
      ['进口', names(4)],
      ['农产品', names(4)],
      ['化肥', `${code13}-huafei`],
    ],
  )
  assert.deepEqual([asked.needsPassword, asked.code13, asked.known], [true, code13, null])
  const { words } = await first.call(complete, {
    body: await completion(it, first, 4, { oldPassword: 'export-pw' }),
  })
  assert.match(words, /尚未核实/)
  for (const password of ['export-pw', 'import-pw', 'farm-pw', 'third-pw'])
    assert.partialDeepStrictEqual(await refusal(names(4), password), wrongs)
  await it.ctx.db.deleteFrom('throttle').execute()
  const again = await through(it, `${code13}-huafei`, newPassword)
  const me = await again.call(whoAmI, {})
  assert.deepEqual(
    [me.account.id, me.account.mustComplete, me.account.mustChangePassword, me.enterprise?.standing],
    [id, false, false, 'unverified'],
  )
  const granted = await it.ctx.db
    .selectFrom('service_request')
    .select(['service', 'source', 'state'])
    .where('enterprise_id', '=', me.enterprise?.id ?? '')
    .orderBy('service')
    .execute()
  assert.deepEqual(
    granted.map((row) => [row.service, row.source, row.state]),
    ['export_licence', 'farm_quota', 'fertiliser_quota', 'import_licence'].map((code) => [
      code,
      'before',
      'granted',
    ]),
  )
  assert.ok(me.permissions.includes('application.create'))
  const { members } = await again.call(ownOldUsers, {})
  assert.equal(members.length, 4)
  const kept = await it.ctx.db.selectFrom('old_user').select('wrapped').where('code13', '=', code13).execute()
  assert.deepEqual(new Set(kept.map(({ wrapped }) => wrapped)), new Set([null]))
})

test('two first sign-ins at once, by two names and two passwords, give one account', async () => {
  const { code13 } = numbersOf(5)
  await imported(it, [
    line({ code13, oldName: 'beijing', password: 'one', keyNo: 'K1' }),
    line({ code13, system: '进口', oldName: 'other', password: 'two', keyNo: 'K1' }),
  ])
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('old_account').select('id').where('code13', '=', code13).forUpdate().execute(),
    [
      () => through(it, names(5), 'one'),
      () => through(it, `${code13}-other`, 'two'),
      () => through(it, names(5), 'one'),
    ],
  )
  const ids = new Set<string>()
  for (const result of results) {
    assert.equal(result.status, 'fulfilled')
    if (result.status === 'fulfilled') ids.add((await result.value.call(whoAmI, {})).account.id)
  }
  assert.equal(ids.size, 1)
})

test('an old password that was right when the new one is being set opens nothing', async () => {
  const { code13 } = numbersOf(6)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const client = await through(it, names(6), 'old-Password')
  const body = await completion(it, client, 6)
  const results = await race<unknown>(
    it.db,
    (tx) => tx.selectFrom('old_account').select('id').where('code13', '=', code13).forUpdate().execute(),
    [() => client.call(complete, { body }), () => refusal(names(6), 'old-Password')],
  )
  // Whichever was first: afterwards there is no session by the old password.
  assert.equal(results[0]?.status, 'fulfilled')
  const sessions = await it.ctx.db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select('session.id')
    .where('account.login_name', '=', names(6))
    .execute()
  assert.equal(sessions.length, 1)
  assert.partialDeepStrictEqual(await refusal(names(6), 'old-Password'), wrongs)
})

test('completing: everything is required, each wrong thing at its field, and codes are kept for the next try', async () => {
  const { code13 } = numbersOf(7)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const client = await through(it, names(7), 'old-Password')
  const right = await completion(it, client, 7)
  const table: [Partial<typeof right>, string][] = [
    [{ newPassword: 'short' }, 'newPassword'],
    [{ newPassword: 'Password12345' }, 'newPassword'],
    [{ newPassword: 'old-Password', oldPassword: 'old-Password' }, 'newPassword'],
    [{ oldPassword: 'wrong' }, 'oldPassword'],
    [{ personName: ' ' }, 'personName'],
    [{ email: 'x' }, 'email'],
    [{ mobile: '1' }, 'mobile'],
    [{ emailCode: otherThan(right.emailCode) }, 'emailCode'],
    [{ mobileCode: otherThan(right.mobileCode) }, 'mobileCode'],
    [{ uscc: numbersOf(8).uscc }, 'uscc'],
    [{ uscc: '' }, 'uscc'],
    [{ enterpriseName: '' }, 'enterpriseName'],
    [{ region: '火星' }, 'region'],
  ]
  for (const [over, path] of table) {
    const { status, failure } = await client.refused(complete, { body: { ...right, ...over } })
    assert.equal(status, 422, path)
    assert.ok(
      failure.issues?.some((one) => one.path === path),
      `${path}: ${JSON.stringify(failure)}`,
    )
  }
  const { newPassword: _, ...without } = right
  const missing = await client.refused(complete, { body: without })
  assert.deepEqual(
    missing.failure.issues?.map(({ path }) => path),
    ['newPassword'],
  )
  const other = await through(it, names(7), 'old-Password')
  await client.call(complete, { body: right })
  assert.equal((await other.refused(whoAmI, {})).status, 401)
  assert.equal((await client.call(whoAmI, {})).account.mustComplete, false)
  assert.equal((await client.refused(complete, { body: right })).status, 409)
  assert.equal((await client.refused(getCompletion, {})).status, 409)
})

test('two completions at once: one enterprise, one password', async () => {
  const { code13 } = numbersOf(9)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const client = await through(it, names(9), 'old-Password')
  const body = await completion(it, client, 9)
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('old_account').select('id').where('code13', '=', code13).forUpdate().execute(),
    [1, 2].map(() => () => client.put(complete.path, {}).then(() => client.post(complete.path, body))),
  )
  const codes = results.map((one) => (one.status === 'fulfilled' ? one.value.statusCode : 0))
  assert.deepEqual(codes.toSorted(), [200, 409])
  const claims = await it.ctx.db.selectFrom('enterprise').select('id').where('code13', '=', code13).execute()
  assert.equal(claims.length, 1)
})

test('before completion nothing else opens: not even the change of a password', async () => {
  const { code13 } = numbersOf(10)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const client = await through(it, names(10), 'old-Password')
  const { status, failure } = await client.refused(hall, {})
  assert.deepEqual([status, failure.code], [403, 'must_complete'])
  const change = {
    requestId: '00000000-0000-4000-8000-00000000000a',
    oldPassword: 'old-Password',
    newPassword,
  }
  assert.equal((await client.refused(changePassword, { body: change })).failure.code, 'must_complete')
  await client.call(signOut, {})
  assert.equal((await client.refused(getCompletion, {})).status, 401)
})

test('机电: the old name itself; a strong password may stay, a weak one forces the change', async () => {
  const { code13 } = numbersOf(11)
  const system = '机电产品进口单证'
  const strong = 'Regenbogen-41'
  await imported(it, [
    line({ code13, system, oldName: 'jd_strong', password: strong }),
    line({ code13, system, oldName: 'jd_weak', password: 'jd123456' }),
    line({ code13, system: '两用物项', oldName: 'ly_strong', password: strong }),
  ])
  const keeps = await through(it, 'jd_strong', strong)
  assert.equal((await keeps.call(getCompletion, {})).needsPassword, false)
  const { newPassword: _, ...kept } = await completion(it, keeps, 11, { oldPassword: strong })
  await keeps.call(complete, { body: kept })
  await through(it, 'jd_strong', strong)
  for (const [name, password, n] of [
    ['jd_weak', 'jd123456', 12],
    ['ly_strong', strong, 13],
  ] as const) {
    const client = await through(it, name, password)
    assert.equal((await client.call(getCompletion, {})).needsPassword, true)
    const { newPassword: chosen, ...body } = await completion(it, client, n, {
      oldPassword: password,
      uscc: numbersOf(11).uscc,
    })
    const { failure } = await client.refused(complete, { body })
    assert.deepEqual(
      failure.issues?.map(({ path }) => path),
      ['newPassword'],
    )
    await client.call(complete, { body: { ...body, newPassword: chosen ?? '' } })
    assert.partialDeepStrictEqual(await refusal(name, password), wrongs)
    await through(it, name, newPassword)
  }
  const data = await it.ctx.db
    .selectFrom('service_request as r')
    .innerJoin('enterprise as e', 'e.id', 'r.enterprise_id')
    .select(['r.state', 'r.source'])
    .where('e.code13', '=', code13)
    .where('r.service', '=', 'automatic_import_electromechanical')
    .execute()
  // The electromechanical office looks at the enterprise's data first, as it does for everybody.
  assert.deepEqual(data[0], { state: 'data_review', source: 'before' })
})

test('the enterprise is one that the person says to be of: nobody gets into one whose papers were seen', async () => {
  const { code13, uscc, name } = demoEnterprises.steel
  // The area of the code has changed since; the organisation code is the same.
  const moved = `4403${code13.slice(4)}`
  await imported(it, [line({ code13: moved, system: '农产品', oldName: 'beijing' })])
  const client = await through(it, `${moved}-beijing`, 'old-Password')
  const asked = await client.call(getCompletion, {})
  assert.deepEqual(asked.known, { name, uscc, code13 })
  const { words } = await client.call(complete, {
    body: await completion(it, client, 14, { uscc: '', enterpriseName: '', region: '' }),
  })
  assert.match(words, /此前已有登记/)
  const me = await client.call(whoAmI, {})
  assert.equal(me.enterprise?.standing, 'contested')
  assert.notEqual(me.enterprise?.id, demoEnterprises.steel.id)
  assert.ok(!me.permissions.includes('application.create'))
  // A key officer's yes brings the person in, as a sealer beside those who are there, with the services of the old system.
  const services = async () =>
    (
      await it.ctx.db
        .selectFrom('service_request')
        .select('service')
        .where('enterprise_id', '=', demoEnterprises.steel.id)
        .where('state', '=', 'granted')
        .orderBy('service')
        .execute()
    ).map(({ service }) => service)
  assert.deepEqual(await services(), ['export_licence'])
  const sent = await doingKey(client, await filled(client), 'submit')
  await doingKey(await as(it, 'key01'), sent, 'approve')
  const after = await client.call(whoAmI, {})
  assert.deepEqual([after.enterprise?.id, after.enterprise?.standing], [demoEnterprises.steel.id, 'verified'])
  assert.deepEqual(
    after.account.roles.map(({ name: role }) => role),
    ['sealer'],
  )
  assert.deepEqual(await services(), ['export_licence', 'farm_quota'])
})

test('an old user whose number somebody has registered meanwhile is told the way to the key office', async () => {
  await newCompany(it, 15)
  const { code13, uscc } = numbersOf(15)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const client = await through(it, names(15), 'old-Password')
  assert.equal((await client.call(getCompletion, {})).known, null)
  const { words } = await client.call(complete, { body: await completion(it, client, 115, { uscc }) })
  assert.match(words, /此前已有登记/)
})

test('a session before is not taken over: signing in always makes a new one', async () => {
  const { code13 } = numbersOf(16)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const first = await through(it, names(16), 'old-Password')
  const response = await first.inject({
    method: 'POST',
    url: signIn.path,
    payload: { loginName: names(16), password: 'old-Password' },
  })
  assert.equal(response.statusCode, 200)
  assert.notEqual(`xuke_session=${response.cookies[0]?.value}`, first.headers['cookie'])
  assert.equal((await first.refused(whoAmI, {})).status, 401)
})

test('a captcha is asked as of everybody, before a password is looked at', async () => {
  const { code13 } = numbersOf(17)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const body = { loginName: names(17), password: 'old-Password' }
  const { failure } = await visitor(it).refused(signIn, { body })
  assert.equal(failure.code, 'captcha')
  assert.equal((await accountsNamed(names(17))).length, 0)
})

test('a forgotten new password is found again by each name the person had', async () => {
  const { code13 } = numbersOf(18)
  await imported(it, [
    line({ code13, oldName: 'beijing', keyNo: 'K1' }),
    line({ code13, system: '进口', oldName: 'other', keyNo: 'K1' }),
  ])
  const client = await through(it, names(18), 'old-Password')
  const body = await completion(it, client, 18)
  await client.call(complete, { body })
  it.clock.add(61_000)
  const asked = { loginName: `${code13}-other`, by: 'sms', recipient: body.mobile } as const
  await stranger(it).call(sendRecoveryCode, { body: asked })
  const code = await codeSentTo(it, body.mobile)
  await stranger(it).call(recoverPassword, { body: { ...asked, code, newPassword: 'Nachtigall-99' } })
  await through(it, names(18), 'Nachtigall-99')
})

test('more of one key than one account may have is refused; rows can be added until it is taken over', async () => {
  const { code13 } = numbersOf(19)
  const users = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => line({ code13, oldName: `u${from + n}`, keyNo: 'K1' }))
  assert.equal((await imported(it, users(0, mostMembers - 1))).state, 'done')
  const client = await through(it, `${code13}-u0`, 'old-Password')
  const added = await imported(it, [line({ code13, oldName: 'beijing', password: 'added', keyNo: 'K1' })])
  assert.equal(added.state, 'done')
  const again = await through(it, names(19), 'added')
  assert.equal((await again.call(whoAmI, {})).account.loginName, `${code13}-u0`)
  const officer = await as(it, 'admin01')
  const body = (n: number) => ({ id: `00000000-0000-4000-8000-0000000000${n}`, ...csv(users(n, n + 1)) })
  const full = await officer.refused(importOldUsers, { body: body(20) })
  assert.match(full.failure.issues?.[0]?.words ?? '', /最多合并 10 个/)
  await client.call(complete, { body: await completion(it, client, 19) })
  const late = await officer.refused(importOldUsers, { body: body(21) })
  assert.match(late.failure.issues?.[0]?.words ?? '', /已经启用/)
})
