/** 系统设置: what the page shows, who set what from which day on, and what is refused. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { setLowPercent } from '#api/quota-warning.ts'
import * as api from '#api/setting.ts'
import { schemaOf, settingNames, settings, usualSettings, type SettingName } from '#domain/setting/table.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { race } from '#test/race.ts'

let it: TestApp
let admin: TestClient
before(async () => {
  it = await startTestApp()
  admin = await as(it, 'admin01')
})
after(() => it.close())

const one = (name: SettingName) => admin.call(api.getSetting, { params: { name } })
const given = async (name: SettingName, value: unknown, change: object = {}) => ({
  params: { name },
  body: {
    version: (await one(name)).setting.version,
    requestId: randomUUIDv7(),
    validFrom: '2026-06-15',
    reason: '试验',
    value,
    ...change,
  },
})
const set = async (...of: Parameters<typeof given>) => admin.call(api.changeSetting, await given(...of))
const refused = async (...of: Parameters<typeof given>) =>
  admin.refused(api.changeSetting, await given(...of))

test('every setting is listed with its usual value until somebody sets it; the auditor reads, and changes none', async () => {
  const { settings: rows } = await admin.call(api.listSettings, {})
  assert.deepEqual(
    rows.map(({ name, value, version, since }) => [name, value, version, since]),
    settingNames.map((name) => [name, usualSettings[name], 0, null]),
  )
  assert.deepEqual(
    rows.filter((row) => !row.mayChange).map((row) => row.name),
    ['quota_low_percent'],
  )
  const words = (name: SettingName) => rows.find((row) => row.name === name)?.words
  assert.equal(words('review_days'), '3 个工作日')
  assert.equal(words('quantity_digits'), '台、辆、只、头 0 位小数；其他单位 1 位小数')
  assert.equal(words('licence_days'), '其他商品 6 个月')
  assert.equal(words('loss_notice'), '必须填写')
  const auditor = await as(it, 'audit01')
  const seen = await auditor.call(api.listSettings, {})
  assert.ok(seen.settings.every((row) => !row.mayChange))
})

test('a change says who, when, why, from and to; the last of a day holds, a later one waits', async () => {
  await set('review_days', 5, { reason: ' 国庆长假 ' })
  await set('review_days', 7, { validFrom: '2026-10-01' })
  const { setting, changes } = await set('review_days', 4)
  assert.deepEqual(
    changes.map(({ from, to, validFrom, reason, changedBy, holds }) =>
      [from, to, validFrom, reason, changedBy, holds].join('|'),
    ),
    [
      '5 个工作日|4 个工作日|2026-06-15|试验|王守正|true',
      '5 个工作日|7 个工作日|2026-10-01|试验|王守正|false',
      '3 个工作日|5 个工作日|2026-06-15|国庆长假|王守正|false',
    ],
  )
  assert.equal(changes[0]?.changedAt, it.clock().toISOString())
  assert.deepEqual(
    [setting.value, setting.since, setting.later],
    [4, '2026-06-15', [{ validFrom: '2026-10-01', words: '7 个工作日' }]],
  )
  assert.deepEqual(
    (await admin.call(api.listSettings, {})).settings.find(({ name }) => name === 'review_days'),
    setting,
  )
})

test('numbers by code come and go with their names, and the order of the codes is none of the value', async () => {
  const byCode = { '035': 3, '001': 0 }
  const { setting } = await set('quantity_digits', { otherwise: 2, byCode })
  assert.equal(setting.words, '台 0 位小数；千克 3 位小数；其他单位 2 位小数')
  assert.deepEqual(setting.names, { '035': '千克', '001': '台' })
  const same = { otherwise: 2, byCode: { '001': 0, '035': 3 } }
  assert.match((await refused('quantity_digits', same)).failure.words, /无须修改/)
})

test('refused: what holds already, a past day, an old page, another officer’s setting', async () => {
  assert.match((await refused('review_days', 4)).failure.words, /适用的已是这个值/)
  assert.match(
    (await refused('review_days', 6, { validFrom: '2026-06-14' })).failure.words,
    /过去的日子.*2026-06-15/,
  )
  const stale = await refused('review_days', 6, { version: 0 })
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
  assert.match(stale.failure.words, /“审核期限”已被他人修改，请刷新/)
  assert.match((await refused('quota_low_percent', 12)).failure.words, /由配额管理员在“余量预警”中修改/)
  assert.equal((await one('review_days')).changes.length, 3)
})

test('refused: what the setting does not take, each with its path', async () => {
  const wrong: [SettingName, unknown, RegExp][] = [
    ['review_days', 0, /应为 1 至 60 的整数/],
    ['review_days', 61, /应为 1 至 60 的整数/],
    ['review_days', 2.5, /应为 1 至 60 的整数/],
    ['review_days', '3', /应为 1 至 60 的整数/],
    ['review_days', null, /应为/],
    ['loss_notice', 1, /请选择一项/],
    ['quantity_digits', { otherwise: 5, byCode: {} }, /应为 0 至 4 的整数/],
    ['quantity_digits', { otherwise: null, byCode: {} }, /应为/],
    ['quantity_digits', { otherwise: 1, byCode: { '999': 1 } }, /代码 999 不在代码表“计量单位”中/],
    ['licence_days', { otherwise: 30, byCode: {} }, /./],
    ['licence_days', { otherwise: null, byCode: { steel: 366 } }, /应为 1 至 365 的整数/],
    ['licence_days', { otherwise: null, byCode: { '../x': 3 } }, /不在代码表“商品大类”中/],
    ['licence_days', { otherwise: null, byCode: {}, more: 1 }, /./],
  ]
  for (const [name, value, words] of wrong) {
    const { status, failure } = await refused(name, value)
    assert.equal(status, 422, `${name} ${JSON.stringify(value)}`)
    assert.match(failure.words, words)
    assert.match(failure.issues?.[0]?.path ?? '', /^value/)
  }
  assert.equal((await refused('review_days', 9, { reason: ' ' })).status, 422)
  assert.equal((await refused('review_days', 9, { validFrom: '2026-02-30' })).status, 422)
  const unknown = await admin.get('/api/settings/no_such')
  assert.equal(unknown.statusCode, 422)
})

test('clicked twice it is changed once; an id of another setting is none', async () => {
  const body = await given('renewal_days', 60)
  const [first, second] = await Promise.all([
    admin.call(api.changeSetting, body),
    admin.call(api.changeSetting, body),
  ])
  assert.deepEqual(first, second)
  assert.equal((await one('renewal_days')).changes.length, 1)
  const other = await refused('certificate_years', 2, { requestId: body.body.requestId })
  assert.match(other.failure.words, /请求编号已用于另一项操作/)
})

test('two administrators at the same moment: the second is told that the first was there', async () => {
  const results = await race(
    it.db,
    (tx) => sql`select pg_advisory_xact_lock(hashtext('xuke setting'))`.execute(tx),
    [await given('renewal_days', 50), await given('renewal_days', 51)].map(
      (body) => () => admin.call(api.changeSetting, body),
    ),
  )
  assert.deepEqual(results.map((result) => result.status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal((await one('renewal_days')).changes.length, 2)
})

test('what the quota officer sets is read here, with its history', async () => {
  const officer = await as(it, 'quota01')
  const body = { version: 0, percent: 20, validFrom: '2026-06-15', reason: '年底前' }
  await officer.call(setLowPercent, { body })
  const { setting, changes } = await one('quota_low_percent')
  assert.deepEqual([setting.words, setting.mayChange, changes.length], ['20 %', false, 1])
  assert.equal(changes[0]?.changedBy, '陈衡')
})

test('the table of settings is whole: a usual value is one that may be set', () => {
  for (const name of settingNames) {
    assert.ok(schemaOf(settings[name]).safeParse(usualSettings[name]).success, name)
  }
})
