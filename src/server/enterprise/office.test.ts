import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { z } from 'zod'
import { signIn, whoAmI } from '#api/account.ts'
import * as api from '#api/enterprise-office.ts'
import { ownChanges, ownEnterprise, saveEnterpriseInfo } from '#api/enterprise.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { clientOf, keyOfficer, newCompany, newPassword, stranger } from '#test/registration.ts'
import { verifyEnterprise } from './verify.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
let n = 900
beforeEach(async () => {
  n += 1
  await it.ctx.db.deleteFrom('throttle').execute()
})

type Company = Awaited<ReturnType<typeof newCompany>>
const verify = ({ enterpriseId, accountId }: Company) =>
  it.ctx.db
    .transaction()
    .execute((tx) => verifyEnterprise(tx, it.ctx, { enterpriseId, accountId, officer: keyOfficer }))
const detail = (client: TestClient, id: string) => client.call(api.getEnterprise, { params: { id } })
const list = (client: TestClient, query: z.input<typeof api.listEnterprises.query>) =>
  client.call(api.listEnterprises, { query: { pageSize: 100, ...query } })

async function acting(client: TestClient, id: string, action: string, input: Record<string, unknown>) {
  const { version } = await detail(client, id)
  return { params: { id, action }, body: { version, requestId: randomUUIDv7(), input } }
}
const because = { opinion: '提供虚假材料' }
const corrected = (over: Record<string, unknown> = {}) => ({
  name: '更名后的有限公司',
  region: '北京市',
  city: '朝阳区',
  centralEnterprise: false,
  opinion: '营业执照已变更',
  ...over,
})

test('each condition narrows the list; tabs count what they show', async () => {
  const platform = await as(it, 'platform01')
  const fresh = await newCompany(it, n)
  const rival = await newCompany(it, n + 500, { uscc: fresh.form.uscc, code13: fresh.form.code13 })
  const idsOf = async (query: z.input<typeof api.listEnterprises.query>) =>
    (await list(platform, query)).rows.map(({ id }) => id).toSorted()
  const both = [fresh.enterpriseId, rival.enterpriseId].toSorted()
  const { uscc, code13 } = fresh.form
  assert.deepEqual(await idsOf({ uscc: uscc.toLowerCase() }), both)
  assert.deepEqual(await idsOf({ code13: code13.slice(0, 12) }), both)
  assert.deepEqual(await idsOf({ name: fresh.form.enterpriseName, code13 }), [fresh.enterpriseId])
  assert.deepEqual(await idsOf({ name: '%' }), [])
  const standings = async () =>
    (await list(platform, { code13 })).counts
      .filter(({ total }) => total.count > 0)
      .map(({ standing, total }) => [standing, total.count])
  assert.deepEqual(await standings(), [
    ['unverified', 1],
    ['contested', 1],
  ])
  assert.deepEqual(await idsOf({ code13, standing: 'contested' }), [rival.enterpriseId])
  await verify(rival)
  assert.deepEqual(await standings(), [
    ['verified', 1],
    ['superseded', 1],
  ])
  await platform.call(api.actOnEnterprise, await acting(platform, rival.enterpriseId, 'suspend', because))
  assert.deepEqual(await standings(), [
    ['suspended', 1],
    ['superseded', 1],
  ])
  for (const standing of ['suspended', 'superseded'] as const) {
    const { rows } = await list(platform, { code13, standing })
    assert.deepEqual(
      rows.map((row) => row.standing),
      [standing],
    )
  }
})

test('a suspended enterprise is out at once and can’t come in; restored it is as it was', async () => {
  const platform = await as(it, 'platform01')
  const company = await newCompany(it, n)
  const { enterpriseId: id, client, form } = company
  await verify(company)
  await platform.call(api.actOnEnterprise, await acting(platform, id, 'suspend', because))
  assert.equal((await client.refused(whoAmI, {})).status, 401)
  const enter = { body: { loginName: form.loginName, password: newPassword } }
  const refused = await stranger(it).refused(signIn, enter)
  assert.deepEqual([refused.status, refused.failure.code], [403, 'inactive'])
  // A session that was somehow left reaches nothing: what would be submitted is not.
  const { client: left } = await clientOf(it, form.loginName)
  assert.equal((await left.refused(ownEnterprise, {})).status, 401)
  const seen = await detail(platform, id)
  assert.deepEqual(
    [seen.standing, seen.suspended?.reason, seen.offered.map(({ action }) => action)],
    ['suspended', because.opinion, ['restore', 'correct']],
  )
  await platform.call(api.actOnEnterprise, await acting(platform, id, 'restore', { opinion: '已说明' }))
  await stranger(it).call(signIn, enter)
  const after = await detail(platform, id)
  assert.deepEqual([after.standing, after.suspended], ['verified', null])
  assert.deepEqual(
    after.history.map(({ label }) => label),
    ['注册', '核实', '停用企业', '恢复企业'],
  )
})

test('a correction says what stood there before, to the officer and to the enterprise', async () => {
  const platform = await as(it, 'platform01')
  const { enterpriseId: id, client, form } = await newCompany(it, n)
  const { version, info } = await client.call(ownEnterprise, {})
  await client.call(saveEnterpriseInfo, { body: { version, info: { ...info, address: '新址 8 号' } } })
  const before = await detail(platform, id)
  await platform.call(
    api.actOnEnterprise,
    await acting(
      platform,
      id,
      'correct',
      corrected({ region: '河北省', city: '唐山市', centralEnterprise: true }),
    ),
  )
  const seen = await detail(platform, id)
  assert.deepEqual([seen.name, seen.region, seen.city], ['更名后的有限公司', '河北省', '唐山市'])
  assert.deepEqual([seen.uscc, seen.code13], [before.uscc, before.code13])
  const { rows } = await client.call(ownChanges, {})
  assert.deepEqual(rows, seen.changes)
  assert.deepEqual(
    rows.map(({ who, side }) => [who, side]),
    [
      ['沈书宁', '管理机构'],
      [form.personName, '本企业'],
    ],
  )
  const [correction, own] = rows
  assert.deepEqual(
    correction?.fields.map(({ label }) => label),
    ['企业名称', '省（自治区、直辖市）', '城市', '中央企业'],
  )
  assert.deepEqual(
    correction?.fields.filter(({ label }) => ['企业名称', '中央企业'].includes(label)),
    [
      { label: '企业名称', from: form.enterpriseName, to: '更名后的有限公司' },
      { label: '中央企业', from: '否', to: '是' },
    ],
  )
  assert.deepEqual(own?.fields, [{ label: '企业地址', from: '', to: '新址 8 号' }])
  assert.equal(seen.history.at(-1)?.opinion, '营业执照已变更')
})

test('nobody sees the changes of another enterprise', async () => {
  const one = await newCompany(it, n)
  const two = await newCompany(it, n + 500)
  const { version, info } = await one.client.call(ownEnterprise, {})
  await one.client.call(saveEnterpriseInfo, { body: { version, info: { ...info, address: '新址' } } })
  assert.equal((await one.client.call(ownChanges, {})).rows.length, 1)
  assert.deepEqual((await two.client.call(ownChanges, {})).rows, [])
})

test('wrong turns: no reason, a place that there is not, a stale page, the wrong state, a repeat', async () => {
  const platform = await as(it, 'platform01')
  const company = await newCompany(it, n)
  const { enterpriseId: id } = company
  const cases: [string, Record<string, unknown>, string][] = [
    ['suspend', {}, 'opinion'],
    ['suspend', { opinion: ' ' }, 'opinion'],
    ['correct', corrected({ opinion: '' }), 'opinion'],
    ['correct', corrected({ name: '' }), 'name'],
    ['correct', corrected({ name: '长'.repeat(101) }), 'name'],
    ['correct', corrected({ region: '火星' }), 'region'],
    ['correct', { ...corrected(), uscc: '91110000DEM000014E' }, ''],
  ]
  for (const [action, input, path] of cases) {
    const { status, failure } = await platform.refused(
      api.actOnEnterprise,
      await acting(platform, id, action, input),
    )
    assert.deepEqual([status, failure.issues?.[0]?.path], [422, path], JSON.stringify(input))
  }
  const restore = await platform.refused(api.actOnEnterprise, await acting(platform, id, 'restore', because))
  assert.deepEqual([restore.status, restore.failure.code], [409, 'state'])
  const suspend = await acting(platform, id, 'suspend', because)
  const stale = await acting(platform, id, 'correct', corrected())
  await platform.call(api.actOnEnterprise, suspend)
  assert.equal((await platform.call(api.actOnEnterprise, suspend)).repeated, true)
  const { status, failure } = await platform.refused(api.actOnEnterprise, stale)
  assert.deepEqual([status, failure.code], [409, 'stale'])
  const gone = { params: { id: randomUUIDv7(), action: 'suspend' }, body: suspend.body }
  assert.equal((await platform.refused(api.actOnEnterprise, gone)).status, 404)
  const unknown = { params: { id, action: 'close' }, body: suspend.body }
  assert.equal((await platform.refused(api.actOnEnterprise, unknown)).status, 404)
})

test('its accounts and services stand on the page', async () => {
  const platform = await as(it, 'platform01')
  const { enterpriseId: id, form } = await newCompany(it, n)
  const { people, services, accounts } = await detail(platform, id)
  assert.deepEqual(
    people.map(({ loginName, stateLabel }) => [loginName, stateLabel]),
    [[form.loginName, '正常']],
  )
  assert.deepEqual(
    [accounts, services.map(({ name, stateLabel }) => [name, stateLabel])],
    [1, [['出口许可证', '已开通']]],
  )
})
