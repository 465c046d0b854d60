import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { signIn, whoAmI } from '#api/account.ts'
import * as api from '#api/colleague.ts'
import { codeSentTo, letterTo } from '#test/messages.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { race } from '#test/race.ts'
import { clientOf, keyOfficer, newCompany, newPassword, stranger } from '#test/registration.ts'
import { verifyEnterprise } from '../enterprise/verify.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
let n = 500
beforeEach(async () => {
  n += 1
  await it.ctx.db.deleteFrom('throttle').execute()
})

/** A verified company of its own, so that tests do not meet. */
async function company() {
  const made = await newCompany(it, n)
  const { enterpriseId, accountId } = made
  await it.ctx.db
    .transaction()
    .execute((tx) => verifyEnterprise(tx, it.ctx, { enterpriseId, accountId, officer: keyOfficer }))
  return made
}
type Role = 'preparer' | 'sealer' | 'viewer' | 'enterprise_administrator'
const asked = (over: { email?: string; roles?: Role[] } = {}) => ({
  id: randomUUIDv7(),
  personName: '邱同事',
  email: `colleague${n}@example.cn`,
  roles: ['preparer'] as Role[],
  dataScope: 'own' as const,
  department: '单证部',
  ...over,
})
const tokenSentTo = async (email: string) =>
  /invitation#([\w-]{43})/.exec((await letterTo(it, email)).whole_text ?? '')?.[1] ?? ''

async function join(email: string, loginName: string, mobile = `137${String(n).padStart(8, '0')}`) {
  const token = await tokenSentTo(email)
  await stranger(it).call(api.sendInvitationCode, { body: { token, mobile } })
  const mobileCode = await codeSentTo(it, mobile)
  const body = { token, loginName, password: newPassword, mobile, mobileCode }
  return { token, body }
}
const rowsOf = async (client: TestClient) => (await client.call(api.listColleagues, {})).rows
const act = (version: number, input?: Record<string, unknown>) => ({
  version,
  requestId: randomUUIDv7(),
  ...(input === undefined ? {} : { input }),
})
const roleInput = (...roles: Role[]) => ({ roles, dataScope: 'enterprise', department: '' })

test('a colleague is invited, opens the link, joins with the roles that were given', async () => {
  const { client } = await company()
  const given = asked()
  await client.call(api.inviteColleague, { body: given })
  await client.call(api.inviteColleague, { body: given })
  const { token, body } = await join(given.email, `mate${n}`)
  const shown = await stranger(it).call(api.readInvitation, { body: { token } })
  assert.deepEqual([shown.personName, shown.roles], ['邱同事', ['录入员']])
  await stranger(it).call(api.acceptInvitation, { body })
  const me = await stranger(it).call(signIn, { body: { loginName: `mate${n}`, password: newPassword } })
  assert.deepEqual(
    [me.dataScope.name, me.account.department, me.enterprise?.standing],
    ['own', '单证部', 'verified'],
  )
  assert.ok(me.permissions.includes('application.save') && !me.permissions.includes('colleagues.read'))
  const { rows, invitations } = await client.call(api.listColleagues, {})
  assert.equal(rows.length, 2)
  assert.deepEqual(
    invitations.map(({ state, offered }) => [state, offered.length]),
    [['accepted', 0]],
  )
  // The letter holds the link no longer where others may read it, and the table never did.
  assert.ok(!(await letterTo(it, given.email)).text.includes(token))
})

test('a link works once, until its day, and only the newest; all others are refused in the same words', async () => {
  const { client } = await company()
  const given = asked()
  await client.call(api.inviteColleague, { body: given })
  const first = await tokenSentTo(given.email)
  it.clock.add(1000)
  await client.call(api.actOnInvitation, { params: { id: given.id, action: 'resend' }, body: act(1) })
  const { token, body } = await join(given.email, `once${n}`)
  assert.notEqual(first, token)
  const words = async (of: string) => {
    const { status, failure } = await stranger(it).refused(api.readInvitation, { body: { token: of } })
    return `${status} ${failure.words}`
  }
  const gone = await words(first)
  assert.match(gone, /^410/)
  assert.equal(await words('x'.repeat(43)), gone)
  await stranger(it).call(api.acceptInvitation, { body })
  assert.equal(await words(token), gone)
  const late = asked({ email: `late${n}@example.cn` })
  await client.call(api.inviteColleague, { body: late })
  const lateToken = await tokenSentTo(late.email)
  await stranger(it).call(api.readInvitation, { body: { token: lateToken } })
  const now = it.clock().toISOString()
  it.clock.add(7 * 24 * 60 * 60_000)
  assert.equal(await words(lateToken), gone)
  it.clock.set(now)
  await client.call(api.actOnInvitation, { params: { id: late.id, action: 'withdraw' }, body: act(1) })
  assert.equal(await words(lateToken), gone)
})

test('one link makes one account, also for two at once', async () => {
  const { client } = await company()
  const given = asked()
  await client.call(api.inviteColleague, { body: given })
  const { body } = await join(given.email, `race${n}`)
  const ends = await race(
    it.db,
    (tx) => tx.selectFrom('code').selectAll().forUpdate().execute(),
    [body, { ...body, loginName: `race${n}b` }].map(
      (one) => () => stranger(it).call(api.acceptInvitation, { body: one }),
    ),
  )
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal((await rowsOf(client)).length, 2)
})

test('who is not verified invites nobody; another enterprise’s people are out of reach', async () => {
  const unverified = await newCompany(it, n)
  assert.equal((await unverified.client.refused(api.inviteColleague, { body: asked() })).status, 403)
  const steel = await as(it, 'steel00')
  const params = { id: unverified.accountId, action: 'suspend' }
  const { status } = await steel.refused(api.actOnAccount, { params, body: act(1, { opinion: '试试' }) })
  assert.equal(status, 404)
  assert.ok((await rowsOf(steel)).every(({ loginName }) => loginName.startsWith('steel')))
})

test('roles change at once; the last administrator stays', async () => {
  const { client, accountId } = await company()
  const given = asked({ roles: ['enterprise_administrator', 'viewer'] })
  await client.call(api.inviteColleague, { body: given })
  const { body } = await join(given.email, `boss${n}`)
  const [own] = await rowsOf(client)
  const demote = {
    params: { id: accountId, action: 'change_role' },
    body: act(own?.version ?? 0, roleInput('sealer')),
  }
  const { failure } = await client.refused(api.actOnAccount, demote)
  assert.match(failure.words, /唯一的企业管理员/)
  const suspend = {
    params: { id: accountId, action: 'suspend' },
    body: act(own?.version ?? 0, { opinion: '离职' }),
  }
  assert.match((await client.refused(api.actOnAccount, suspend)).failure.words, /自己的账号/)
  await stranger(it).call(api.acceptInvitation, { body })
  await client.call(api.actOnAccount, demote)
  assert.ok(!(await client.call(whoAmI, {})).permissions.includes('colleagues.read'))
})

test('two administrators who put each other out at once: one stays', async () => {
  const { client, accountId, enterpriseId } = await company()
  const given = asked({ roles: ['enterprise_administrator'] })
  await client.call(api.inviteColleague, { body: given })
  const { body } = await join(given.email, `duel${n}`)
  await stranger(it).call(api.acceptInvitation, { body })
  const second = await clientOf(it, `duel${n}`)
  const versions = new Map((await rowsOf(client)).map((row) => [row.id, row.version]))
  const out = (by: TestClient, id: string) => () =>
    by.call(api.actOnAccount, {
      params: { id, action: 'suspend' },
      body: act(versions.get(id) ?? 0, { opinion: '离职' }),
    })
  const ends = await race(
    it.db,
    (tx) => tx.selectFrom('enterprise').select('id').where('id', '=', enterpriseId).forUpdate().execute(),
    [out(client, second.accountId), out(second.client, accountId)],
  )
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const left = await it.ctx.db
    .selectFrom('account')
    .select('id')
    .where('enterprise_id', '=', enterpriseId)
    .where('suspended_at', 'is', null)
    .execute()
  assert.equal(left.length, 1)
})

test('suspended: out at once, back by the administrator, but not where the platform did it', async () => {
  const { client } = await company()
  const given = asked()
  await client.call(api.inviteColleague, { body: given })
  const { body } = await join(given.email, `off${n}`)
  await stranger(it).call(api.acceptInvitation, { body })
  const mate = await clientOf(it, `off${n}`)
  const version = async () => (await rowsOf(client)).find(({ id }) => id === mate.accountId)?.version ?? 0
  const does = async (by: TestClient, action: string) =>
    by.inject({
      method: 'POST',
      url: `/api/accounts/${mate.accountId}/${action}`,
      payload: act(await version(), { opinion: '岗位调整' }),
    })
  assert.equal((await does(client, 'suspend')).statusCode, 200)
  assert.equal((await mate.client.refused(whoAmI, {})).status, 401)
  assert.equal((await does(client, 'restore')).statusCode, 200)
  const platform = await as(it, 'platform01')
  assert.equal((await does(platform, 'suspend')).statusCode, 200)
  const refused = await does(client, 'restore')
  assert.deepEqual([refused.statusCode, /由平台停用/.test(refused.body)], [409, true])
  assert.equal((await does(platform, 'restore')).statusCode, 200)
  const history = await it.ctx.db
    .selectFrom('history')
    .select(['action', 'opinion'])
    .where('thing_id', '=', mate.accountId)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    history.map(({ action }) => action),
    ['invite', 'suspend', 'restore', 'suspend', 'restore'],
  )
  assert.equal(history[1]?.opinion, '岗位调整')
})

test('a role of officers, a scope without a department and a sealing consignor are no colleagues', async () => {
  const { client } = await company()
  const bad = [
    { ...asked(), roles: ['administrator'] },
    { ...asked(), dataScope: 'department', department: '' },
    { ...asked(), dataScope: 'all' },
    { ...asked(), dataScope: 'consignor', roles: ['sealer'] },
    { ...asked(), email: 'a@example.cn\r\nBcc: b@example.cn' },
  ]
  for (const body of bad) {
    assert.equal((await client.post(api.inviteColleague.path, body)).statusCode, 422, JSON.stringify(body))
  }
})
