import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import type { z } from 'zod'
import { signIn, whoAmI } from '#api/account.ts'
import * as api from '#api/account-office.ts'
import { actOnAccount } from '#api/colleague.ts'
import { changePassword } from '#api/own-account.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { as, startTestApp, TestClient, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import { clientOf, newCompany, stranger } from '#test/registration.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
beforeEach(async () => {
  await it.ctx.db.deleteFrom('throttle').execute()
})

const idOf = (loginName: string) => demoAccount(loginName)?.id ?? ''
const detail = (client: TestClient, id: string) => client.call(api.getAccount, { params: { id } })
const names = async (client: TestClient, query: z.input<typeof api.listAccounts.query>) =>
  (await client.call(api.listAccounts, { query: { pageSize: 100, ...query } })).rows.map(
    ({ loginName }) => loginName,
  )

let n = 0
/** What an officer is made of, with a login name of its own. */
const officer = (over: Partial<z.input<typeof api.officerInput>> = {}) => {
  n += 1
  return {
    id: randomUUIDv7(),
    loginName: `officer.${n}`,
    personName: '林知远',
    authorityCode: '03',
    roles: ['reviewer' as const],
    duties: '出口许可证审核',
    ...over,
  }
}
const made = async (over: Partial<z.input<typeof api.officerInput>> = {}) => {
  const body = officer(over)
  const { password } = await (await as(it, 'admin01')).call(api.createOfficer, { body })
  return { ...body, password: password ?? '' }
}

/** An action on an account as the page sees it now. */
async function acting(client: TestClient, id: string, action: string, input: Record<string, unknown>) {
  const { version } = await detail(client, id)
  return { params: { id, action }, body: { version, requestId: randomUUIDv7(), input } }
}
const because = { opinion: '核对名册' }

test('the platform officer finds operators, the administrator everybody; each told how far it reaches', async () => {
  const [platform, admin] = [await as(it, 'platform01'), await as(it, 'admin01')]
  const seen = await platform.call(api.listAccounts, { query: { pageSize: 100 } })
  assert.equal(seen.scope, '企业用户')
  assert.ok(seen.rows.every(({ authority, enterprise }) => authority === null && enterprise !== null))
  assert.ok((await names(admin, {})).includes('review01'))
  assert.deepEqual(await names(platform, { loginName: 'review01' }), [])
  assert.deepEqual(await names(platform, { authority: 'AA' }), [])
  const { status, failure } = await platform.refused(api.getAccount, { params: { id: idOf('review01') } })
  assert.deepEqual([status, failure.words], [404, '没有找到该账号'])
})

test('each condition narrows the list, and what is typed has no meaning of its own', async () => {
  const admin = await as(it, 'admin01')
  const cases: [z.input<typeof api.listAccounts.query>, string[]][] = [
    [{ loginName: 'STEEL0' }, ['steel00', 'steel01', 'steel02']],
    [{ loginName: 'teel' }, []],
    [{ personName: '思远' }, ['steel02']],
    [{ enterprise: '钢铁' }, ['steel00', 'steel01', 'steel02']],
    [{ enterprise: '1100dem000014' }, ['steel00', 'steel01', 'steel02']],
    [{ enterprise: '1100DEM' }, []],
    [{ role: 'sealer' }, ['steel02', 'trade01']],
    [{ role: 'reviewer', authority: '03' }, ['hebei01']],
    [{ loginName: '%' }, []],
    [{ personName: '_' }, []],
    [{ enterprise: '\\' }, []],
    [{ enterprise: "' or 1=1 --" }, []],
  ]
  for (const [query, expected] of cases) {
    assert.deepEqual((await names(admin, query)).toSorted(), expected, JSON.stringify(query))
  }
})

test('states are counted with the other conditions, and a tab shows its own', async () => {
  const admin = await as(it, 'admin01')
  const company = await newCompany(it, 801)
  await admin.call(actOnAccount, await acting(admin, company.accountId, 'suspend', because))
  const query = { enterprise: company.form.enterpriseName }
  const { counts } = await admin.call(api.listAccounts, { query })
  assert.deepEqual(
    counts.map(({ state, total }) => [state, total.count]),
    [
      ['active', 0],
      ['suspended', 1],
      ['awaiting_key', 0],
      ['closed', 0],
    ],
  )
  assert.deepEqual(await names(admin, { ...query, state: 'active' }), [])
  assert.deepEqual(await names(admin, { ...query, state: 'suspended' }), [company.form.loginName])
})

test('a page at a time, the newest first, none twice', async () => {
  const admin = await as(it, 'admin01')
  const page = async (at: number) =>
    (await admin.call(api.listAccounts, { query: { page: at, pageSize: 5 } })).rows.map(({ id }) => id)
  const whole = (await admin.call(api.listAccounts, { query: { pageSize: 10 } })).rows
  assert.deepEqual(
    [...(await page(1)), ...(await page(2))],
    whole.map(({ id }) => id),
  )
})

test('a new officer signs in with the first password, sets an own one, and works at the desk of the authority', async () => {
  const { loginName, password, id } = await made({ email: 'officer@example.cn', mobile: '13911112222' })
  const entered = await enter(loginName, password)
  assert.equal(entered.me.account.mustChangePassword, true)
  assert.equal(
    (await entered.client.refused(api.listAccounts, { query: {} })).failure.code,
    'must_change_password',
  )
  const newPassword = 'Storchennest-8'
  await entered.client.call(changePassword, {
    body: { requestId: randomUUIDv7(), oldPassword: password, newPassword },
  })
  const { me } = await enter(loginName, newPassword)
  assert.deepEqual(
    [me.account.mustChangePassword, me.authority?.code, me.dataScope.name, me.enterprise],
    [false, '03', 'authority', null],
  )
  const seen = await detail(await as(it, 'admin01'), id)
  // An address that somebody else typed is not confirmed.
  assert.deepEqual(seen.email, { address: 'officer@example.cn', confirmed: false })
  assert.deepEqual(
    seen.history.map(({ label, who }) => [label, who]),
    [
      ['新建', '王守正'],
      ['修改密码', '林知远'],
    ],
  )
  assert.deepEqual(
    seen.signIns.map(({ outcome }) => outcome),
    ['signed_in', 'signed_in'],
  )
})

async function enter(loginName: string, password: string) {
  const response = await stranger(it).post(signIn.path, { loginName, password })
  assert.equal(response.statusCode, 200, response.body)
  const me = signIn.reply.parse(response.json())
  const { name, value } = response.cookies[0] ?? { name: '', value: '' }
  const headers = { cookie: `${name}=${value}`, 'x-csrf-token': me.csrfToken }
  return { me, client: new TestClient(it.app, undefined, headers) }
}

test('the password is answered once and stands nowhere', async () => {
  const body = officer()
  const admin = await as(it, 'admin01')
  const first = await admin.call(api.createOfficer, { body })
  assert.match(first.password ?? '', /^[\w-]{19}$/)
  assert.deepEqual(await admin.call(api.createOfficer, { body }), { id: body.id, loginName: body.loginName })
  assert.ok(!JSON.stringify([await detail(admin, body.id), it.logged]).includes(first.password ?? '?'))
})

test('of sixteen clicks on the same new officer one makes him', async () => {
  const body = officer()
  const admin = await as(it, 'admin01')
  const results = await race(
    it.db,
    (tx) => sql`select pg_advisory_xact_lock(hashtext('xuke officers'))`.execute(tx),
    Array.from({ length: 16 }, () => () => admin.call(api.createOfficer, { body })),
  )
  const replies = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.equal(replies.length, 16)
  assert.equal(replies.filter(({ password }) => password !== undefined).length, 1)
})

test('what is wrong with a new officer is told at its field, and nobody is made', async () => {
  const admin = await as(it, 'admin01')
  const cases: [Partial<Record<keyof z.input<typeof api.officerInput>, unknown>>, string, RegExp][] = [
    [{ loginName: 'Review01' }, 'loginName', /已被使用/],
    [{ loginName: '1officer' }, 'loginName', /字母开头/],
    [{ personName: ' ' }, 'personName', /请填写姓名/],
    [{ roles: [] }, 'roles', /至少选择一个角色/],
    [{ roles: ['sealer'] }, 'roles.0', /./],
    [{ roles: ['reviewer'], authorityCode: null }, 'roles', /须属于一个发证机构/],
    [{ roles: ['auditor', 'reviewer'] }, 'roles', /不能与其他角色兼任/],
    [{ authorityCode: 'ZZ' }, 'authorityCode', /没有这个发证机构/],
    [{ email: 'nobody' }, 'email', /邮箱/],
    [{ mobile: '123' }, 'mobile', /手机/],
    [{ duties: '长'.repeat(201) }, 'duties', /200/],
  ]
  for (const [over, path, words] of cases) {
    const body = { ...officer(), ...over } as z.input<typeof api.officerInput>
    const { status, failure } = await admin.refused(api.createOfficer, { body })
    assert.equal(status, 422, JSON.stringify(over))
    assert.equal(failure.issues?.[0]?.path, path, JSON.stringify(failure))
    assert.match(failure.issues?.[0]?.words ?? '', words)
    assert.equal((await admin.refused(api.getAccount, { params: { id: body.id } })).status, 404)
  }
})

test('a suspended operator is out at once, comes back when restored, and the reason stays', async () => {
  const platform = await as(it, 'platform01')
  const { client, accountId, form } = await newCompany(it, 802)
  await platform.call(actOnAccount, await acting(platform, accountId, 'suspend', { opinion: '冒用他人身份' }))
  assert.equal((await client.refused(whoAmI, {})).status, 401)
  const seen = await detail(platform, accountId)
  assert.deepEqual(
    [seen.state, seen.suspended?.reason, seen.suspended?.byLabel],
    ['suspended', '冒用他人身份', '平台'],
  )
  assert.deepEqual(
    seen.offered.filter(({ because: why }) => why === undefined).map(({ action }) => action),
    ['restore'],
  )
  await platform.call(actOnAccount, await acting(platform, accountId, 'restore', because))
  await (await clientOf(it, form.loginName)).client.call(whoAmI, {})
  const { history } = await detail(platform, accountId)
  assert.deepEqual(history.map(({ label, opinion }) => [label, opinion]).slice(1), [
    ['停用账号', '冒用他人身份'],
    ['恢复账号', '核对名册'],
  ])
})

test('changed duties hold from the next request on; what came before is told by the history', async () => {
  const admin = await as(it, 'admin01')
  const { id, loginName } = await made()
  const { client } = await clientOf(it, loginName)
  const change = {
    personName: '林知远',
    authorityCode: 'AA',
    roles: ['quota_officer'],
    duties: '配额',
    opinion: '岗位调整',
  }
  await admin.call(actOnAccount, await acting(admin, id, 'change_duties', change))
  const me = await client.call(whoAmI, {})
  assert.deepEqual([me.authority?.code, me.account.roles.map(({ name }) => name)], ['AA', ['quota_officer']])
  const { history } = await detail(admin, id)
  assert.equal(
    history.at(-1)?.opinion,
    '发证机构：河北省商务厅 → 商务部配额许可证事务局；角色：审核员 → 配额管理员；职责：出口许可证审核 → 配额。原因：岗位调整',
  )
  // What stays as it is is not named; two changes of one instant keep their own words.
  await admin.call(
    actOnAccount,
    await acting(admin, id, 'change_duties', { ...change, duties: '配额、调换' }),
  )
  const again = (await detail(admin, id)).history
  assert.equal(again.at(-1)?.opinion, '职责：配额 → 配额、调换。原因：岗位调整')
  assert.match(again.at(-2)?.opinion ?? '', /^发证机构：/)
  const { opinion, ...noReason } = change
  const refused = await admin.refused(actOnAccount, await acting(admin, id, 'change_duties', noReason))
  assert.deepEqual([refused.status, refused.failure.issues?.[0]?.path, opinion], [422, 'opinion', '岗位调整'])
})

test('a password that was reset opens nothing but its own change', async () => {
  const admin = await as(it, 'admin01')
  const { id, loginName, password: first } = await made()
  const noReason = await admin.refused(actOnAccount, await acting(admin, id, 'reset_password', {}))
  assert.equal(noReason.status, 422)
  const { password = '' } = await admin.call(actOnAccount, await acting(admin, id, 'reset_password', because))
  assert.equal((await stranger(it).refused(signIn, { body: { loginName, password: first } })).status, 401)
  assert.equal((await enter(loginName, password)).me.account.mustChangePassword, true)
})

test('wrong turns: own account, other kind of account, stale page', async () => {
  const admin = await as(it, 'admin01')
  const { id } = await made()
  const duties = { personName: '甲', authorityCode: null, roles: ['administrator'], duties: '', ...because }
  const refusals: [string, string, Record<string, unknown>, RegExp][] = [
    ['admin01', 'suspend', because, /不能停用自己的账号/],
    ['admin01', 'reset_password', because, /自己的密码请在“我的账号”修改/],
    ['steel01', 'reset_password', because, /请用“密码找回”/],
    ['steel01', 'change_duties', duties, /由本企业管理员设定/],
    ['steel01', 'restore', because, /只有“已停用”时才能恢复账号/],
  ]
  for (const [name, action, input, words] of refusals) {
    const { status, failure } = await admin.refused(
      actOnAccount,
      await acting(admin, idOf(name), action, input),
    )
    assert.equal(status, 409, `${name} ${action} ${failure.words}`)
    assert.match(failure.words, words)
  }
  const old = await acting(admin, id, 'suspend', because)
  await admin.call(actOnAccount, await acting(admin, id, 'change_duties', duties))
  const stale = await admin.refused(actOnAccount, old)
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
})

test('two administrators who suspend each other at once: one is left, and can’t be suspended or demoted', async () => {
  const roles = ['administrator' as const]
  const pair = [
    await made({ roles, authorityCode: null }),
    await made({ roles, authorityCode: null }),
  ] as const
  const ids = pair.map(({ id }) => id)
  const set = (values: { roles?: string[]; must_change_password?: boolean }, of: string[]) =>
    it.ctx.db.updateTable('account').set(values).where('id', 'in', of).execute()
  await set({ must_change_password: false }, ids)
  const [one, two] = [
    (await clientOf(it, pair[0].loginName)).client,
    (await clientOf(it, pair[1].loginName)).client,
  ]
  const others = await it.ctx.db
    .selectFrom('account')
    .select('id')
    .where(sql<boolean>`'administrator' = any(roles)`)
    .where('id', 'not in', ids)
    .execute()
  await set(
    { roles: ['auditor'] },
    others.map(({ id }) => id),
  )
  try {
    const against = async (client: TestClient, id: string) => {
      const { params, body } = await acting(client, id, 'suspend', because)
      return () => client.post(`/api/accounts/${params.id}/suspend`, body)
    }
    const results = await race(
      it.db,
      (tx) => tx.selectFrom('account').select('id').where('id', 'in', ids).forUpdate().execute(),
      [await against(one, ids[1] ?? ''), await against(two, ids[0] ?? '')],
    )
    const replies = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    assert.deepEqual(replies.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
    const lost = replies.find(({ statusCode }) => statusCode === 409)
    assert.match(String(lost?.json().words), /唯一的系统管理员/)
    const first = replies[0]?.statusCode === 200
    const [left, id] = first ? [one, ids[0] ?? ''] : [two, ids[1] ?? '']
    const duties = { personName: '甲', authorityCode: null, roles: ['auditor'], duties: '', ...because }
    const demoted = await left.refused(actOnAccount, await acting(left, id, 'change_duties', duties))
    assert.match(demoted.failure.words, /唯一的系统管理员/)
  } finally {
    await set(
      { roles: ['administrator'] },
      others.map(({ id }) => id),
    )
  }
})
