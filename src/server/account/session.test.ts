import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { signIn, signOut, whoAmI } from '#api/account.ts'
import { saveEnterpriseInfo } from '#api/enterprise.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { as, startTestApp, TestClient, visitor, type TestApp } from '#test/people.ts'
import { sessionCookie, sessionLimits } from './session.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(() => it.clock.set('2026-06-15T02:00:00Z'))

const minute = 60_000
const credentials = { loginName: 'steel02', password: demoAccount('steel02')?.password ?? '' }

/** Signs in through the door; answers the response and the cookie it set. */
async function enter(cookie?: string) {
  const response = await visitor(it).inject({
    method: 'POST',
    url: signIn.path,
    payload: credentials,
    headers: { 'x-demo': '1', ...(cookie === undefined ? {} : { cookie }) },
  })
  const set = response.cookies.find((one) => one.name === sessionCookie)
  return { response, set, cookie: `${sessionCookie}=${set?.value ?? ''}` }
}

const rowsOf = (cookie: string) =>
  it.ctx.db
    .selectFrom('session')
    .selectAll()
    .where(
      'token_digest',
      '=',
      createHash('sha256')
        .update(cookie.split('=')[1] ?? '')
        .digest(),
    )
    .execute()

async function assertSignedOut(client: TestClient) {
  const { status, failure } = await client.refused(whoAmI, {})
  assert.equal(status, 401)
  assert.equal(failure.code, 'signed_out')
  assert.match(failure.words, /登录已过期，请重新登录。未保存的内容仍在本机/)
}

test('signing in through the door gives a cookie that only the server can read, and the person', async () => {
  const { response, set, cookie } = await enter()
  assert.equal(response.statusCode, 200)
  assert.deepEqual(
    { httpOnly: set?.httpOnly, sameSite: set?.sameSite, path: set?.path, secure: set?.secure },
    { httpOnly: true, sameSite: 'Strict', path: '/', secure: undefined },
  )
  const me = signIn.reply.parse(response.json())
  assert.equal(me.account.personName, '钱思远')
  assert.deepEqual(me.account.roles, [{ name: 'sealer', label: '盖章上报员' }])
  assert.deepEqual(me.dataScope, { name: 'enterprise', label: '本公司' })
  assert.equal(me.enterprise?.name, '演示钢铁集团有限公司')
  assert.equal(me.authority, null)
  assert.equal(me.mode, 'demo')
  assert.equal(me.today, '2026-06-15')
  assert.ok(me.permissions.includes('application.seal'))
  assert.deepEqual(await new TestClient(it.app, undefined, { cookie }).call(whoAmI, {}), me)
  assert.equal(response.headers['cache-control'], 'no-store')
})

test('the day told is that of China', async () => {
  it.clock.set('2026-12-31T16:00:00Z')
  const me = await (await as(it, 'review01')).call(whoAmI, {})
  assert.equal(me.today, '2027-01-01')
  assert.deepEqual(me.authority, { code: 'AA', name: '商务部配额许可证事务局' })
  assert.equal(me.enterprise, null)
})

test('the table knows the SHA-256 of the token and not the token', async () => {
  const { cookie, set } = await enter()
  assert.equal((await rowsOf(cookie)).length, 1)
  const { rows } = await it.db.pool.query('select s::text as line from session s')
  assert.ok(rows.every((row) => !String(row.line).includes(String(set?.value))))
  assert.ok((set?.value.length ?? 0) >= 43, '32 bytes')
})

test('behind https the cookie is for https alone', async () => {
  const secure = await startTestApp({ env: { publicUrl: 'https://xuke.example.cn' } })
  try {
    const response = await visitor(secure).inject({
      method: 'POST',
      url: signIn.path,
      payload: credentials,
      headers: { 'x-demo': '1' },
    })
    assert.match(String(response.headers['set-cookie']), /; Secure/)
  } finally {
    await secure.close()
  }
})

test('signing in anew never goes on with a token that was there before, and ends it', async () => {
  const planted = await enter(`${sessionCookie}=chosen-by-somebody-else`)
  assert.notEqual(planted.set?.value, 'chosen-by-somebody-else')
  assert.equal((await rowsOf(`${sessionCookie}=chosen-by-somebody-else`)).length, 0)

  const again = await enter(planted.cookie)
  assert.notEqual(again.cookie, planted.cookie)
  await assertSignedOut(new TestClient(it.app, undefined, { cookie: planted.cookie }))
  await new TestClient(it.app, undefined, { cookie: again.cookie }).call(whoAmI, {})
})

test('no cookie, an empty one, a wrong one: signed out', async () => {
  await assertSignedOut(visitor(it))
  for (const value of ['', 'x', 'a'.repeat(4000), '%00']) {
    await assertSignedOut(new TestClient(it.app, undefined, { cookie: `${sessionCookie}=${value}` }))
  }
})

test('a session ends after an hour without a request', async () => {
  const client = await as(it, 'steel01')
  for (let i = 0; i < 3; i++) {
    it.clock.add(sessionLimits.idle - 1)
    await client.call(whoAmI, {})
  }
  it.clock.add(sessionLimits.idle)
  await assertSignedOut(client)
})

test('a session ends after eight hours, however much it is used', async () => {
  const client = await as(it, 'steel01')
  const { expiresAt } = await client.call(whoAmI, {})
  assert.equal(expiresAt, '2026-06-15T10:00:00.000Z')
  for (let i = 0; i < 15; i++) {
    it.clock.add(32 * minute - 1)
    await client.call(whoAmI, {})
  }
  it.clock.set(expiresAt)
  await assertSignedOut(client)
})

test('the last request is noted at most once a minute', async () => {
  const { cookie } = await enter()
  const client = new TestClient(it.app, undefined, { cookie })
  const seen = async () => (await rowsOf(cookie))[0]?.last_seen_at.toISOString()
  it.clock.add(minute - 1)
  await client.call(whoAmI, {})
  assert.equal(await seen(), '2026-06-15T02:00:00.000Z')
  it.clock.add(1)
  await client.call(whoAmI, {})
  assert.equal(await seen(), '2026-06-15T02:01:00.000Z')
})

test('an account made inactive is out at once, and cannot come in again', async () => {
  const client = await as(it, 'trade01')
  const set = (active: boolean) =>
    it.ctx.db.updateTable('account').set({ active }).where('login_name', '=', 'trade01').execute()
  await set(false)
  try {
    await assertSignedOut(client)
    const enters = (password: string) =>
      new TestClient(it.app, undefined, { 'x-demo': '1' }).refused(signIn, {
        body: { loginName: 'trade01', password },
      })
    const right = await enters(credentials.password)
    assert.deepEqual([right.status, right.failure.code], [403, 'inactive'])
    const wrong = await enters('Wrong-Pass-1')
    assert.deepEqual([wrong.status, wrong.failure.code], [401, 'credentials'], 'tells nothing to strangers')
  } finally {
    await set(true)
  }
  await client.call(whoAmI, {})
})

test('a role taken away is gone with the next request', async () => {
  const client = await as(it, 'steel01')
  const set = (roles: string[]) =>
    it.ctx.db.updateTable('account').set({ roles }).where('login_name', '=', 'steel01').execute()
  await set(['viewer', 'a role of tomorrow'])
  const own = ['account.change_contact', 'account.change_password', 'account.complete']
  assert.deepEqual((await client.call(whoAmI, {})).permissions, [...own, 'licence.download', 'quota.read'])
  await set(['preparer'])
  assert.ok((await client.call(whoAmI, {})).permissions.includes('application.save'))
})

test('安全退出 deletes the session, clears the cookie and is written down', async () => {
  const { cookie, response } = await enter()
  const csrf = signIn.reply.parse(response.json()).csrfToken
  const out = await new TestClient(it.app, undefined, { cookie, 'x-csrf-token': csrf }).inject({
    method: 'DELETE',
    url: signOut.path,
  })
  assert.equal(out.statusCode, 204)
  const cleared = out.cookies.find((one) => one.name === sessionCookie)
  assert.equal(cleared?.value, '')
  assert.ok(cleared?.expires !== undefined && cleared.expires < new Date('1971-01-01'))
  assert.deepEqual(await rowsOf(cookie), [])
  await assertSignedOut(new TestClient(it.app, undefined, { cookie }))
  const event = await it.ctx.db
    .selectFrom('sign_in_event')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  assert.deepEqual([event?.outcome, event?.login_name], ['signed_out', 'steel02'])
})

test('a write without the token of this session, or with that of another, is refused and writes nothing', async () => {
  const mine = await as(it, 'steel02')
  const other = await as(it, 'steel02')
  const body = { version: 1, info: { address: '别处' } }
  for (const token of [undefined, '', 'x', other.headers['x-csrf-token']]) {
    const headers: Record<string, string> = { cookie: mine.headers['cookie'] ?? '' }
    if (token !== undefined) headers['x-csrf-token'] = token
    const { status, failure } = await new TestClient(it.app, undefined, headers).refused(saveEnterpriseInfo, {
      body,
    })
    assert.deepEqual([status, failure.code], [403, 'csrf'], String(token))
    const left = await new TestClient(it.app, undefined, headers).inject({
      method: 'DELETE',
      url: signOut.path,
    })
    assert.equal(left.statusCode, 403)
  }
  assert.equal((await mine.call(whoAmI, {})).account.loginName, 'steel02')
})

test('a page of another site cannot sign anybody in', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const { status, failure } = await new TestClient(it.app, undefined, {
      'x-demo': '1',
      'sec-fetch-site': site,
    }).refused(signIn, { body: credentials })
    assert.deepEqual([status, failure.code], [403, 'csrf'], site)
  }
  for (const site of ['same-origin', 'none']) {
    await new TestClient(it.app, undefined, { 'x-demo': '1', 'sec-fetch-site': site }).call(signIn, {
      body: credentials,
    })
  }
})
