/** The year's end, the last day of hand-back, warnings, statements and the proof. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { listNotices } from '#api/notice.ts'
import * as api from '#api/quota.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { accountOf, differencesOf, granting, grantRow, manageSteel } from '#test/quota.ts'
import { system } from '../door.ts'
import { closeYears } from './close-year.ts'
import { lockAccount, move } from './ledger.ts'
import { proveNightly } from './prove.ts'
import { warnOfQuota } from './warn.ts'

let it: TestApp
let officer: TestClient
let sealer: TestClient
let doc = ''
let made = 0
const start = '2026-06-15T02:00:00.000Z'
before(async () => {
  it = await startTestApp()
  await manageSteel(await as(it, 'quota01'))
})
beforeEach(async () => {
  it.clock.set(start)
  officer = await as(it, 'quota01')
  sealer = await as(it, 'steel02')
  doc = `Y${++made}`
  await granting(officer, [grantRow({ docNo: doc, quantity: '100' })])
})
after(() => it.close())

const handBack = (id: string, seq: number, quantity: string, requestId = randomUUIDv7()) => ({
  params: { id },
  body: { seq, quantity, requestId },
})

test('handed back until 31 October in China, once for a request, never more than is there', async () => {
  const { id } = await accountOf(it, doc)
  const given = handBack(id, 1, '30.5')
  const after = await sealer.call(api.handBackQuota, given)
  assert.deepEqual([after.balances.available, after.balances.granted, after.seq], ['69.5', '69.5', 2])
  assert.equal((await sealer.call(api.handBackQuota, given)).seq, 2)
  assert.equal((await sealer.refused(api.handBackQuota, handBack(id, 1, '1'))).failure.code, 'stale')
  const much = await sealer.refused(api.handBackQuota, handBack(id, 2, '69.6'))
  assert.match(much.failure.words, /可用余量 69\.5，需要 69\.6，尚缺 0\.1/)
  for (const quantity of ['0', '-1', '1.00001', 'x']) {
    assert.equal((await sealer.refused(api.handBackQuota, handBack(id, 2, quantity))).status, 422)
  }
  const stranger = await as(it, 'trade01')
  assert.equal((await stranger.refused(api.handBackQuota, handBack(id, 2, '1'))).status, 404)
  it.clock.set('2026-10-31T15:59:59.000Z')
  sealer = await as(it, 'steel02')
  assert.equal((await sealer.call(api.handBackQuota, handBack(id, 2, '1'))).seq, 3)
  it.clock.set('2026-10-31T16:00:00.000Z')
  const late = await sealer.refused(api.handBackQuota, handBack(id, 3, '1'))
  assert.match(late.failure.words, /交还截止日为 2026-10-31，已经超过/)
  assert.deepEqual(await differencesOf(it), [])
})

test('on 1 January in China what is available lapses, twice run or not; before it nothing does', async () => {
  const { id } = await accountOf(it, doc)
  it.clock.set('2026-12-31T15:59:59.000Z')
  await closeYears(it.ctx)
  assert.equal((await accountOf(it, doc)).seq, 1)
  it.clock.set('2026-12-31T16:00:00.000Z')
  await Promise.all([closeYears(it.ctx), closeYears(it.ctx)])
  await closeYears(it.ctx)
  const { balances, seq } = await accountOf(it, doc)
  assert.deepEqual([balances['available'], balances['lapsed'], seq], [0, 100, 2])
  sealer = await as(it, 'steel02')
  const { rows } = await sealer.call(api.quotaStatement, { params: { id } })
  assert.deepEqual(
    [rows[0]?.kindLabel, rows[0]?.note, rows[0]?.who],
    ['年度结转失效', '2026 年度结束', '系统'],
  )
  assert.deepEqual(await differencesOf(it), [])
})

test('warned once of a low balance, and 30 and 7 days before the last day of hand-back', async () => {
  const { id } = await accountOf(it, doc)
  const told = async () =>
    (await (await as(it, 'steel02')).call(listNotices, {})).rows
      .filter((one) => one.thingId === id)
      .map((one) => one.kind)
  await warnOfQuota(it.ctx)
  assert.deepEqual(await told(), [])
  await sealer.call(api.handBackQuota, handBack(id, 1, '10'))
  it.clock.set('2026-09-30T16:00:00.000Z')
  await warnOfQuota(it.ctx)
  await warnOfQuota(it.ctx)
  assert.deepEqual(await told(), ['quota_hand_back'])
  it.clock.set('2026-10-25T02:00:00.000Z')
  await it.ctx.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, id)
    const entry = { kind: 'commit', from: 'available', to: 'committed', quantity: '81.1' } as const
    await move(tx, account, entry, { actor: system, now: it.clock() })
  })
  await warnOfQuota(it.ctx)
  await warnOfQuota(it.ctx)
  assert.deepEqual(await told(), ['quota_hand_back', 'quota_low', 'quota_hand_back'])
  assert.deepEqual((await (await as(it, 'trade01')).call(listNotices, {})).rows, [])
  assert.deepEqual((await (await as(it, 'quota01')).call(listNotices, {})).rows, [])
  // What was committed belongs to no licence: the proof says so.
  const found = await differencesOf(it)
  assert.deepEqual(
    found.map(({ what, id: of, is, shouldBe }) => [what, of, is, shouldBe]),
    [['committed', id, '81.1', '0']],
  )
  await it.db.owner.db.deleteFrom('quota_entry').where('account_id', '=', id).execute()
})

test('the statement goes back page by page, filters by days, and leaves as a workbook', async () => {
  const { id } = await accountOf(it, doc)
  for (let count = 1; count <= 5; count++) {
    it.clock.set(`2026-07-0${count}T02:00:00.000Z`)
    sealer = await as(it, 'steel02')
    await sealer.call(api.handBackQuota, handBack(id, count, '1'))
  }
  const page = (query: object) => sealer.call(api.quotaStatement, { params: { id }, query })
  const first = await page({ limit: 4 })
  assert.deepEqual([first.rows.map((one) => one.seq), first.next], [[6, 5, 4, 3], 3])
  const rest = await page({ limit: 4, before: 3 })
  assert.deepEqual([rest.rows.map((one) => one.seq), rest.next], [[2, 1], null])
  assert.deepEqual(
    rest.rows[1]?.refs.map((one) => one.thing),
    ['batch'],
  )
  const days = await page({ from: '2026-07-02', to: '2026-07-03' })
  assert.deepEqual(
    days.rows.map((one) => [one.seq, one.available]),
    [
      [4, '97'],
      [3, '98'],
    ],
  )
  const file = await sealer.get(api.downloadStatement.path.replace(':id', id))
  assert.equal(file.statusCode, 200)
  assert.equal(file.rawPayload.subarray(0, 2).toString(), 'PK')
  const stranger = await as(it, 'trade01')
  assert.equal((await stranger.get(api.downloadStatement.path.replace(':id', id))).statusCode, 404)
})

test('the proof finds an entry that was changed, one that is gone, and use that customs does not know', async () => {
  const { id } = await accountOf(it, doc)
  await sealer.call(api.handBackQuota, handBack(id, 1, '1'))
  await sealer.call(api.handBackQuota, handBack(id, 2, '2'))
  assert.deepEqual(await differencesOf(it), [])
  const owner = it.db.owner.db
  const change = (set: { quantity?: string; available?: string; held?: string }, seq: number) =>
    owner.updateTable('quota_entry').set(set).where('account_id', '=', id).where('seq', '=', seq).execute()
  const whats = async () => (await differencesOf(it)).map(({ what, name }) => [what, name])

  await change({ quantity: '3' }, 2)
  assert.deepEqual(await whats(), [['chain', `${doc} 第 2 笔`]])
  const before = it.logged.length
  await proveNightly(it.ctx)
  assert.equal(it.logged[before]?.['level'], 'error')
  assert.match((await (await as(it, 'admin01')).call(listNotices, {})).rows[0]?.words ?? '', /1 处不一致/)
  await change({ quantity: '1' }, 2)

  await change({ held: '5' }, 3)
  assert.deepEqual(await whats(), [
    ['chain', `${doc} 第 3 笔`],
    ['held', doc],
  ])
  await change({ held: '0' }, 3)

  await sql`delete from quota_entry where account_id = ${id} and seq = 2`.execute(owner)
  assert.deepEqual(await whats(), [['chain', `${doc} 第 3 笔`]])
  await sql`delete from quota_entry where account_id = ${id}`.execute(owner)
})
