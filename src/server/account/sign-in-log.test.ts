import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signIn, signInLog } from '#api/account.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { as, startTestApp, TestClient, type TestApp } from '#test/people.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

test('the auditor reads who signed in, the newest first, by page, name and outcome', async () => {
  const auditor = await as(it, 'audit01')
  assert.deepEqual(await auditor.call(signInLog, {}), { rows: [], total: { count: 0, more: false } })

  const enter = (loginName: string, password: string) =>
    new TestClient(it.app, undefined, { 'x-demo': '1' }).inject({
      method: 'POST',
      url: signIn.path,
      payload: { loginName, password },
      remoteAddress: '192.0.2.44',
    })
  await enter('steel02', demoAccount('steel02')?.password ?? '')
  it.clock.add(1000)
  await enter('<b>谁</b>', 'Wrong-Pass-1')
  await enter('review01', 'Wrong-Pass-1')

  const all = await auditor.call(signInLog, {})
  assert.deepEqual(
    all.rows.map(({ loginName, personName, outcomeLabel, address, at }) => ({
      loginName,
      personName,
      outcomeLabel,
      address,
      at,
    })),
    [
      ['review01', '孙敬文', '登录名或密码错误', '2026-06-15T02:00:01.000Z'],
      ['<b>谁</b>', null, '登录名或密码错误', '2026-06-15T02:00:01.000Z'],
      ['steel02', '钱思远', '登录成功', '2026-06-15T02:00:00.000Z'],
    ].map(([loginName, personName, outcomeLabel, at]) => ({
      loginName,
      personName,
      outcomeLabel,
      address: '192.0.2.44',
      at,
    })),
  )
  assert.deepEqual(all.total, { count: 3, more: false })

  const second = await auditor.call(signInLog, { query: { page: 2, pageSize: 2 } })
  assert.deepEqual([second.rows.map((row) => row.loginName), second.total.count], [['steel02'], 3])
  const missed = await auditor.call(signInLog, { query: { outcome: 'wrong_password' } })
  assert.equal(missed.total.count, 2)
  const one = await auditor.call(signInLog, { query: { loginName: ' review01 ' } })
  assert.deepEqual(
    one.rows.map((row) => row.loginName),
    ['review01'],
  )
})

test('a total beyond ten thousand is not counted to its end', async () => {
  await it.db.owner.pool.query(`
    insert into sign_in_event (at, login_name, address, outcome)
    select '2026-06-15', 'many', '192.0.2.1', 'throttled' from generate_series(1, 10001)`)
  const auditor = await as(it, 'audit01')
  const many = await auditor.call(signInLog, { query: { loginName: 'many', pageSize: 1 } })
  assert.deepEqual(many.total, { count: 10000, more: true })
  assert.equal(many.rows.length, 1)
})

test('what cannot be asked is told', async () => {
  const auditor = await as(it, 'audit01')
  for (const query of [
    'page=0',
    'page=1001',
    'page=x',
    'pageSize=101',
    'outcome=what',
    'who=me',
    'loginName=%00',
  ]) {
    assert.equal((await auditor.get(`${signInLog.path}?${query}`)).statusCode, 422, query)
  }
})

test('the running server may add to the log and neither change nor delete it', async () => {
  for (const verb of ['update sign_in_event set outcome = outcome', 'delete from sign_in_event']) {
    await assert.rejects(it.db.pool.query(verb), /permission denied/)
  }
})
