/** 业务大厅: asking, deciding, rights that come with a key, addresses of tiles, and the desk without its service. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { createApplication } from '#api/application.ts'
import { whoAmI } from '#api/account.ts'
import * as api from '#api/hall.ts'
import type { ServiceCode } from '#domain/hall/catalogue.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { steelForm } from '#test/forms.ts'
import { typed } from '#test/journey.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { race } from '#test/race.ts'
import { grantServices } from './request.ts'

let it: TestApp
let platform: TestClient
let office: TestClient
let steel: TestClient
before(async () => {
  it = await startTestApp()
  platform = await as(it, 'platform01')
  office = await as(it, 'electro01')
  steel = await as(it, 'steel01')
})
after(() => it.close())

const ask = (service: ServiceCode, client = steel, id: string = randomUUIDv7()) =>
  client.call(api.requestService, { body: { id, service, purpose: '开展业务' } })
const doing = (client: TestClient, row: { id: string; version: number }, action: string, opinion?: string) =>
  client.call(api.actOnServiceRequest, {
    params: { id: row.id, action },
    body: {
      version: row.version,
      requestId: randomUUIDv7(),
      ...(opinion === undefined ? {} : { input: { opinion } }),
    },
  })
const hall = async (client = steel) => {
  const { tiles, askable, requests } = await client.call(api.hall, {})
  return { tiles: tiles.map(({ code }) => code), askable: askable.map(({ code }) => code), requests }
}
const change = (code: string, address: string, version: number) => ({
  params: { code },
  body: { version, address, reason: '接入' },
})
const lettersTo = async (recipient: string) =>
  (await it.ctx.db.selectFrom('message').select('text').where('recipient', '=', recipient).execute()).map(
    (row) => row.text,
  )

test('what leads nowhere is neither shown nor asked for, until an administrator gives it an address', async () => {
  assert.deepEqual(await hall(), {
    tiles: ['export_licence'],
    askable: ['electromechanical_enterprise'],
    requests: (await hall()).requests,
  })
  const { failure } = await steel.refused(api.requestService, {
    body: { id: randomUUIDv7(), service: 'dual_use' },
  })
  assert.match(failure.words, /还没有接入本平台/)
  await platform.call(api.changeServiceAddress, change('dual_use', 'https://Dual.Example.cn', 0))
  const asked = await ask('dual_use')
  assert.deepEqual([asked.state, asked.requestedBy], ['requested', '赵一鸣'])
  await doing(platform, asked, 'grant', '材料齐全')
  const { tiles } = await steel.call(api.hall, {})
  assert.deepEqual(
    tiles.map((tile) => [tile.code, tile.address]),
    [
      ['export_licence', null],
      ['dual_use', 'https://dual.example.cn/'],
    ],
  )
  assert.match((await lettersTo('steel01@example.com')).join(), /“两用物项和技术许可证”已开通.*材料齐全/)
  assert.deepEqual((await hall(await as(it, 'trade01'))).tiles, ['export_licence'], 'nobody else has it')
})

test('an address is https, changed by what was seen last, kept with who and why', async () => {
  for (const address of ['http://a.cn', 'javascript:alert(1)', '//a.cn', 'https://localhost']) {
    assert.equal(
      (await platform.refused(api.changeServiceAddress, change('farm_quota', address, 0))).status,
      422,
    )
  }
  const own = await platform.refused(api.changeServiceAddress, change('export_licence', 'https://a.cn', 0))
  assert.match(own.failure.words, /本系统办理/)
  const results = await race(
    it.db,
    (tx) => sql`select pg_advisory_xact_lock(hashtext('xuke service address'))`.execute(tx),
    [1, 2].map(
      (n) => () => platform.call(api.changeServiceAddress, change('farm_quota', `https://a${n}.cn`, 0)),
    ),
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
  const read = async () =>
    (await platform.call(api.listServices, {})).services.find(({ code }) => code === 'farm_quota')
  const seen = await read()
  assert.equal(seen?.changes.length, 1)
  await platform.call(api.changeServiceAddress, change('farm_quota', '', seen.version))
  assert.deepEqual(
    (await read())?.changes.map(({ from, to, reason, changedBy }) => [from === null, to, reason, changedBy]),
    [
      [false, null, '接入', '沈书宁'],
      [true, seen.address, '接入', '沈书宁'],
    ],
  )
})

test('refused with a reason that the enterprise reads; asked again afterwards; withdrawn by oneself', async () => {
  const asked = await ask('electromechanical_enterprise')
  assert.equal(asked.state, 'data_review')
  const early = await platform.refused(api.actOnServiceRequest, {
    params: { id: asked.id, action: 'grant' },
    body: { version: asked.version, requestId: randomUUIDv7(), input: {} },
  })
  assert.match(early.failure.words, /待机电办审核/)
  await doing(office, asked, 'refuse_data', '地址与营业执照不符')
  const { requests } = await hall()
  assert.deepEqual([requests[0]?.state, requests[0]?.decision], ['refused', '地址与营业执照不符'])
  const again = await ask('electromechanical_enterprise')
  await doing(steel, again, 'withdraw')
  const third = await ask('electromechanical_enterprise')
  await doing(office, third, 'approve_data')
  const detail = await platform.call(api.getServiceRequest, { params: { id: third.id } })
  assert.equal(detail.state, 'requested')
  await doing(platform, detail, 'grant')
  assert.ok((await hall()).tiles.includes('electromechanical_enterprise'))
  assert.deepEqual(
    (await platform.call(api.getServiceRequest, { params: { id: third.id } })).history.map(
      (one) => one.label,
    ),
    ['申请', '企业信息审核通过', '同意开通'],
  )
})

test('two colleagues ask at once: one request, the other is told; the same id again does nothing', async () => {
  const trader = await as(it, 'trade01')
  const id = randomUUIDv7()
  const results = await race(
    it.db,
    (tx) =>
      tx
        .selectFrom('enterprise')
        .select('id')
        .where('id', '=', demoEnterprises.trade.id)
        .forUpdate()
        .execute(),
    [() => ask('dual_use', trader, id), () => ask('dual_use', trader)],
  )
  const lost = results.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  assert.equal(lost.length, 1)
  assert.match(lost[0] ?? '', /不必重复申请/)
  const [row] = (await hall(trader)).requests
  assert.equal((await ask('dual_use', trader, row?.id)).version, 1)
})

test('two officers decide at once: once', async () => {
  const trader = await as(it, 'trade01')
  const row = (await hall(trader)).requests.find((one) => one.state === 'requested')
  assert.ok(row)
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('service_request').select('id').where('id', '=', row.id).forUpdate().execute(),
    [() => doing(platform, row, 'grant'), () => doing(platform, row, 'refuse', '不符')],
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
})

test('rights that come with a key: made, or granted where asked; the office still looks first; repeat-safe', async () => {
  const { account } = await as(it, 'key01')
  assert.ok(account)
  const officer = {
    accountId: account.id,
    personName: account.personName,
    permissions: new Set<string>(),
    scope: 'own',
    enterpriseId: null,
    department: null,
    code13: null,
    authorityCode: 'AA',
  } as const
  const enterpriseId = demoEnterprises.trade.id
  const services = ['export_licence', 'import_licence', 'automatic_import_electromechanical', 'no_service']
  const grant = () =>
    it.ctx.db
      .transaction()
      .execute((tx) => grantServices(tx, it.ctx, { enterpriseId, services, officer, accountId: null }))
  await grant()
  await grant()
  const rows = async () =>
    (await hall(await as(it, 'trade01'))).requests
      .filter((one) => services.includes(one.service))
      .map((one) => `${one.service} ${one.state} ${one.sourceLabel}`)
      .toSorted()
  assert.deepEqual(await rows(), [
    'automatic_import_electromechanical data_review 随电子钥匙申请',
    'export_licence granted 原有权限',
    'import_licence granted 随电子钥匙申请',
  ])
  const waiting = (await office.call(api.listServiceRequests, { query: { state: 'data_review' } })).rows
  assert.deepEqual(
    waiting.map((one) => one.service),
    ['automatic_import_electromechanical'],
  )
  const [first] = waiting
  assert.ok(first)
  assert.equal((await doing(office, first, 'approve_data')).state, 'granted')
})

test('closed: the desk refuses to write in words that say the way, and reads on; granted again it opens', async () => {
  const consignor = await as(it, 'trade01')
  const own = (await hall(consignor)).requests.find((one) => one.service === 'export_licence')
  assert.ok(own)
  await doing(platform, own, 'close', '企业申请停用')
  const me = await consignor.call(whoAmI, {})
  assert.match(me.enterprise?.withheld ?? '', /业务大厅/)
  assert.ok(!me.permissions.includes('application.create') && me.permissions.includes('licence.download'))
  const form = typed(steelForm(demoEnterprises.trade))
  const draft = { body: { id: randomUUIDv7(), form } }
  const refused = await consignor.refused(createApplication, draft)
  assert.deepEqual([refused.status, /还没有开通“出口许可证”/.test(refused.failure.words)], [403, true])
  await doing(platform, await ask('export_licence', consignor), 'grant')
  await consignor.call(createApplication, draft)
  assert.deepEqual(it.logged, [])
})
