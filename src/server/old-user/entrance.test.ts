import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { signIn } from '#api/account.ts'
import { complete, oldEntrance } from '#api/old-user.ts'
import { startTestApp, visitor, type TestApp } from '#test/people.ts'
import { clientFrom, completion, imported, line, newPassword, through } from '#test/old-users.ts'
import { numbersOf, stranger } from '#test/registration.ts'
import { race } from '#test/race.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(() => it.ctx.db.deleteFrom('throttle').execute())

const by = (n: number, over: object = {}) => ({
  system: 'export_licence' as const,
  code13: numbersOf(n).code13,
  oldName: 'beijing',
  password: 'old-Password',
  ...over,
})
const enter = (n: number, over: object = {}) => stranger(it).call(oldEntrance, { body: by(n, over) })
const refused = async (n: number, over: object = {}) => {
  const { status, failure } = await stranger(it).refused(oldEntrance, { body: by(n, over) })
  return { status, code: failure.code, words: failure.words }
}

test('ten sign-ins by the old entrance, counted for the merged account, and then it is closed; the new one is not', async () => {
  const { code13 } = numbersOf(1)
  await imported(it, [
    line({ code13, oldName: 'beijing' }),
    line({ code13, system: '进口', oldName: 'beijing', password: 'import-pw' }),
  ])
  const lefts: number[] = []
  for (let n = 0; n < 10; n++) {
    const over = n % 2 === 0 ? {} : { system: 'import_licence', password: 'import-pw' }
    const { left, me } = await enter(1, over)
    lefts.push(left)
    assert.equal(me.account.mustComplete, true)
  }
  assert.deepEqual(lefts, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  const closed = await refused(1)
  assert.deepEqual([closed.status, closed.code], [403, 'entrance_closed'])
  assert.match(closed.words, new RegExp(`请从统一平台登录，账号为 ${code13}-beijing`))
  // Who does not know the password learns nothing of that.
  assert.deepEqual((await refused(1, { password: 'wrong' })).code, 'credentials')
  await through(it, `${code13}-beijing`, 'old-Password')
  const { rows } = await it.db.owner.pool.query(`select outcome from sign_in_event order by id desc limit 3`)
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ['signed_in', 'wrong_password', 'entrance_closed'],
  )
})

test('twelve at once: ten come in', async () => {
  const { code13 } = numbersOf(2)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  await through(it, `${code13}-beijing`, 'old-Password')
  await it.ctx.db.deleteFrom('throttle').execute()
  await it.ctx.db.updateTable('old_account').set({ entrance_count: 8 }).where('code13', '=', code13).execute()
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('old_account').select('id').where('code13', '=', code13).forUpdate().execute(),
    [1, 2, 3, 4].map(() => () => stranger(it).post(oldEntrance.path, by(2))),
  )
  const codes = results.map((one) => (one.status === 'fulfilled' ? one.value.statusCode : 0))
  assert.deepEqual(codes.toSorted(), [200, 200, 403, 403])
})

test('it knows the users of its own system alone, and refuses everybody else with one answer', async () => {
  const { code13 } = numbersOf(3)
  await imported(it, [
    line({ code13, oldName: 'beijing' }),
    line({ code13, system: '两用物项', oldName: 'ly_beijing' }),
  ])
  const answers = [
    await refused(3, { system: 'import_licence' }),
    await refused(3, { password: 'wrong' }),
    await refused(3, { oldName: 'nobody' }),
    await refused(3, { code13: numbersOf(4).code13 }),
    await refused(3, { system: 'automatic_import_electromechanical', oldName: 'ly_beijing' }),
    // An account of the platform, by its right password.
    await refused(3, { system: 'dual_use', oldName: 'steel02', password: 'Xuke-Demo-2026' }),
  ]
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.deepEqual(answers[0]?.code, 'credentials')
  const { left, loginName } = await enter(3, { system: 'dual_use', oldName: 'ly_beijing', code13: '' })
  assert.deepEqual([left, loginName], [9, 'ly_beijing'])
})

test('guesses at the old entrance count with those at the new one; a captcha is asked', async () => {
  const { code13 } = numbersOf(5)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  for (let n = 0; n < 5; n++) assert.equal((await refused(5, { password: `wrong${n}` })).status, 401)
  assert.equal((await refused(5)).status, 429)
  const body = { loginName: `${code13}-beijing`, password: 'old-Password' }
  assert.equal((await stranger(it).refused(signIn, { body })).status, 429)
  const { failure } = await visitor(it).refused(oldEntrance, { body: by(5) })
  assert.equal(failure.code, 'captcha')
})

test('once the account is complete its new password opens the old entrance too, and counts on', async () => {
  const { code13 } = numbersOf(6)
  await imported(it, [line({ code13, oldName: 'beijing' })])
  const response = await stranger(it).post(oldEntrance.path, by(6))
  const client = clientFrom(it, response)
  await client.call(complete, { body: await completion(it, client, 6) })
  assert.equal((await refused(6)).code, 'credentials')
  const { left, me } = await enter(6, { password: newPassword })
  assert.deepEqual([left, me.account.mustComplete], [8, false])
})
