/** 余量预警: who set it to what, from which day on, and that the warnings follow it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { listNotices } from '#api/notice.ts'
import * as api from '#api/quota-warning.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { granting, grantRow, manageSteel } from '#test/quota.ts'
import { race } from '#test/race.ts'
import { warnOfQuota } from './warn.ts'

let it: TestApp
let officer: TestClient
before(async () => {
  it = await startTestApp()
  officer = await as(it, 'quota01')
})
after(() => it.close())

const page = () => officer.call(api.getLowPercent, {})
const given = (version: number, percent: unknown, change: object = {}) => ({
  body: { version, percent: percent as number, validFrom: '2026-06-15', reason: '试验', ...change },
})
const set = (version: number, percent: number, change: object = {}) =>
  officer.call(api.setLowPercent, given(version, percent, change))

test('ten per cent until somebody sets it; every change says who, when, from and to', async () => {
  assert.deepEqual(await page(), { percent: 10, version: 0, changes: [] })
  const first = await set(0, 20, { reason: ' 年底前提早提醒 ' })
  const later = await set(first.version, 5, { validFrom: '2026-12-01' })
  const today = await set(later.version, 15)
  assert.deepEqual(await page(), today)
  assert.deepEqual(
    today.changes.map(({ from, to, validFrom, reason, changedBy, holds }) =>
      [from, to, validFrom, reason, changedBy, holds].join(' '),
    ),
    [
      '20 15 2026-06-15 试验 陈衡 true',
      '20 5 2026-12-01 试验 陈衡 false',
      '10 20 2026-06-15 年底前提早提醒 陈衡 false',
    ],
  )
  assert.deepEqual([today.percent, today.changes[0]?.changedAt], [15, it.clock().toISOString()])
})

test('refused: what holds already, a past day, a page that is not the newest, what is no per cent', async () => {
  const { version } = await page()
  const refused = async (...of: Parameters<typeof given>) => officer.refused(api.setLowPercent, given(...of))
  assert.match((await refused(version, 15)).failure.words, /已是 15 %，无须修改/)
  assert.match((await refused(version, 16, { validFrom: '2026-06-14' })).failure.words, /过去的日子/)
  const stale = await refused(version - 1, 16)
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
  for (const percent of [-1, 101, 1.5, '12', null]) {
    assert.equal((await refused(version, percent)).status, 422, String(percent))
  }
  assert.equal((await refused(version, 16, { reason: ' ' })).status, 422)
  assert.equal((await page()).version, version)
})

test('two officers at the same moment: the second is told that the first was there', async () => {
  const { version } = await page()
  const results = await race(
    it.db,
    (tx) => sql`select pg_advisory_xact_lock(hashtext('xuke setting'))`.execute(tx),
    [() => set(version, 30), () => set(version, 31)],
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
  assert.equal((await page()).changes.length, 4)
})

test('the warnings follow the value of the day', async () => {
  await manageSteel(officer)
  await granting(officer, [grantRow({ quantity: '100' })])
  const told = async () => {
    await warnOfQuota(it.ctx)
    return (await (await as(it, 'steel02')).call(listNotices, {})).rows.filter(
      (one) => one.kind === 'quota_low',
    ).length
  }
  // 40 of 100 are left once 60 are held by nobody but the test.
  await it.db.owner.pool.query(`
    insert into quota_entry (account_id, seq, kind, from_bucket, to_bucket, quantity, available, held, committed, settled,
      lapsed, actor_name, at)
    select account_id, seq + 1, 'hold', 'available', 'held', 60, 40, 60, 0, 0, 0, '试验', at from quota_entry
    where account_id in (select id from quota_account where doc_no = 'PE2026-1') and quantity = 100`)
  await set((await page()).version, 40)
  assert.equal(await told(), 0)
  await set((await page()).version, 0, { validFrom: '2026-06-16' })
  await set((await page()).version, 41, { validFrom: '2026-06-17' })
  it.clock.set('2026-06-16T02:00:00.000Z')
  assert.equal(await told(), 0)
  it.clock.set('2026-06-16T16:00:00.000Z')
  assert.equal(await told(), 1)
})
