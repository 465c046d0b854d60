/** 有色金属钨锑钼配额调换: held at the request, swapped at approval, free at return and withdrawal. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import * as api from '#api/swap.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { accountOf, differencesOf } from '#test/quota.ts'
import { race } from '#test/race.ts'
import { makeDemoQuota } from '../demo/quota.ts'

let it: TestApp
let officer: TestClient
let asker: TestClient
const from = '演示M07-2026'
before(async () => {
  it = await startTestApp()
  await makeDemoQuota(it.ctx)
  await makeDemoQuota(it.ctx)
})
beforeEach(async () => {
  it.clock.set('2026-06-15T02:00:00.000Z')
  officer = await as(it, 'quota01')
  asker = await as(it, 'steel02')
})
after(() => it.close())

const body = async (change: object = {}) => ({
  id: randomUUIDv7(),
  fromAccountId: (await accountOf(it, from)).id,
  toGoods: 'tungsten' as const,
  quantity: '1000.5',
  ratio: '0.8',
  reason: '订单改为钨制品',
  ...change,
})
const ask = async (change: object = {}) => asker.call(api.requestSwap, { body: await body(change) })
const doing = (client: TestClient, swap: { id: string; version: number }, action: string, opinion?: string) =>
  client.call(api.actOnSwap, {
    params: { id: swap.id, action },
    body: {
      version: swap.version,
      requestId: randomUUIDv7(),
      ...(opinion === undefined ? {} : { input: { opinion } }),
    },
  })
const balances = async (doc = from) => {
  const { balances: of } = await accountOf(it, doc)
  return [of['available'], of['held']]
}

test('asked, withdrawn, returned: the quantity is held meanwhile and free again', async () => {
  const given = await body()
  const asked = await asker.call(api.requestSwap, { body: given })
  assert.deepEqual(
    [asked.state, asked.toQuantity, asked.unused, asked.granted],
    ['reviewing', '800.4', '448999.5', '450000'],
  )
  assert.equal((await asker.call(api.requestSwap, { body: given })).version, asked.version)
  assert.deepEqual(await balances(), [448999.5, 1000.5])
  assert.deepEqual(await differencesOf(it), [])
  await doing(asker, asked, 'withdraw')
  assert.deepEqual(await balances(), [450000, 0])
  const again = await ask()
  const refused = await officer.refused(api.actOnSwap, {
    params: { id: again.id, action: 'return' },
    body: { version: again.version, requestId: randomUUIDv7(), input: { opinion: '' } },
  })
  assert.equal(refused.status, 422)
  assert.equal((await doing(officer, again, 'return', '比例待核')).stateLabel, '已退回')
  assert.deepEqual(await balances(), [450000, 0])
  assert.deepEqual(await differencesOf(it), [])
})

test('approved: it leaves one account and arrives at the other, which is made when missing', async () => {
  const asked = await ask()
  await doing(officer, asked, 'approve')
  const seen = await asker.call(api.getSwap, { params: { id: asked.id } })
  assert.equal(seen.state, 'approved')
  assert.deepEqual(
    seen.history.map((one) => one.label),
    ['申请调换', '批准'],
  )
  const target = await it.ctx.db
    .selectFrom('quota_account')
    .innerJoin('quota_entry', 'quota_entry.account_id', 'quota_account.id')
    .select(['goods_key', 'doc_no', 'available', 'quota_entry.kind'])
    .where('quota_account.id', '=', seen.toAccountId)
    .execute()
  assert.deepEqual(
    target.map((row) => [row.goods_key, row.doc_no, Number(row.available), row.kind]),
    [['tungsten', from, 800.4, 'swap_in']],
  )
  const late = await asker.refused(api.actOnSwap, {
    params: { id: asked.id, action: 'withdraw' },
    body: { version: seen.version, requestId: randomUUIDv7() },
  })
  assert.match(late.failure.words, /当前为“已批准”/)
  assert.deepEqual(await differencesOf(it), [])
})

test('what can not be swapped is refused in words', async () => {
  const rice = await it.ctx.db
    .selectFrom('quota_account')
    .select('id')
    .where('goods_key', '=', 'rice')
    .executeTakeFirstOrThrow()
  const trader = await as(it, 'trade01')
  const refused = async (client: TestClient, change: object) =>
    client.refused(api.requestSwap, { body: await body(change) })
  for (const [client, change, words] of [
    [asker, { toGoods: 'molybdenum' }, /产品相同/],
    [asker, { ratio: '0.9' }, /调换比例已改为 0\.8/],
    [asker, { quantity: '9999999' }, /可用余量.*尚缺/],
    [trader, { fromAccountId: rice.id }, /大米不能调换/],
    [trader, {}, /没有找到该配额账户/],
  ] as const) {
    assert.match((await refused(client, change)).failure.words, words)
  }
  for (const quantity of ['0', '-1', '1.00001', 'NaN']) {
    assert.equal((await refused(asker, { quantity })).status, 422, quantity)
  }
})

test('approved and withdrawn at the same moment: one of them happens', async () => {
  const asked = await ask()
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('quota_swap').select('id').where('id', '=', asked.id).forUpdate().execute(),
    [() => doing(officer, asked, 'approve'), () => doing(asker, asked, 'withdraw')],
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
  assert.deepEqual(await differencesOf(it), [])
})

test('after its year a request can only go back, and its quota lapses', async () => {
  const asked = await ask()
  it.clock.set('2027-01-02T02:00:00.000Z')
  officer = await as(it, 'quota01')
  const approve = await officer.refused(api.actOnSwap, {
    params: { id: asked.id, action: 'approve' },
    body: { version: asked.version, requestId: randomUUIDv7() },
  })
  assert.match(approve.failure.words, /2026 年度已经结束/)
  await doing(officer, asked, 'return', '年度已结束')
  const { balances: of } = await accountOf(it, from)
  assert.deepEqual([of['held'], of['lapsed']], [0, 1000.5])
  assert.deepEqual(await differencesOf(it), [])
})

test('the ratio table: from a day on, never from the past, the newest row of a day counts', async () => {
  const add = {
    from: 'molybdenum',
    to: 'tungsten',
    ratio: '0.75',
    validFrom: '2026-06-15',
    source: '测试',
  } as const
  const { rows } = await officer.call(api.addSwapRatio, { body: add })
  const held = rows.filter((row) => row.from === 'molybdenum' && row.to === 'tungsten')
  assert.deepEqual(
    held.map(({ ratio, holds }) => [ratio, holds]),
    [
      ['0.75', true],
      ['0.8', false],
    ],
  )
  assert.equal(
    (await officer.refused(api.addSwapRatio, { body: { ...add, validFrom: '2026-06-14' } })).status,
    409,
  )
  assert.equal((await officer.refused(api.addSwapRatio, { body: { ...add, to: 'molybdenum' } })).status, 409)
  for (const ratio of ['0', '0.0', '-1', '12345', '1.1234567']) {
    assert.equal((await officer.refused(api.addSwapRatio, { body: { ...add, ratio } })).status, 422, ratio)
  }
  const list = await asker.call(api.listSwaps, { query: {} })
  assert.ok(list.rows.every((row) => row.enterpriseName === '演示钢铁集团有限公司'))
  assert.equal((await officer.call(api.listSwaps, { query: {} })).total.count, list.total.count)
  assert.equal((await (await as(it, 'trade01')).call(api.listSwaps, { query: {} })).total.count, 0)
})
