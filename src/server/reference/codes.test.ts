import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { openCodeTables, type CodeTables } from './codes.ts'
import { loadDemoRates } from './demo-rates.ts'
import { loadReference } from './load.ts'
import { lookup, lookUpGoods } from './look-up.ts'

let now = new Date('2026-06-15T02:00:00Z')
const clock = () => now
let database: TestDatabase
let tables: CodeTables

before(async () => {
  database = await testDatabase()
  await loadReference(database.db, clock)
  await loadDemoRates(database.db, clock)
  tables = openCodeTables(database.db, clock, 0)
})
after(() => database.close())

const sql = (text: string, values: unknown[] = []) => database.pool.query(text, values)
const codesOf = (found: readonly { code: string }[]) => found.map(({ code }) => code)

test('goods by year and code, with what depends on them', async () => {
  const codes = await tables.current()
  const steel = codes.goods(2026, '7208271000')
  assert.ok(steel)
  assert.equal(steel.name, '厚度<1.5mm其他的热轧卷材(经酸洗,宽≥600mm,未包、镀、涂层)')
  assert.deepEqual(
    [
      steel.unitCode,
      steel.unitName,
      steel.licenceType,
      steel.steel,
      steel.unitDecimals,
      steel.carriedForward,
    ],
    ['035', '千克', 'licence', true, 1, ''],
  )
  assert.equal(codes.goods(2026, '2704001000')?.coke, true)
  assert.equal(codes.goods(2026, '9999999999'), undefined)
  assert.equal(codes.goods(2010, '7208271000'), undefined)
  const car = codes.goods(2026, '8703235910')
  assert.deepEqual([car?.selectable, car?.unitDecimals], [false, 0])
  assert.match(car?.unselectableReason ?? '', /尚未开放/)
})

// 出口许可证签发工作规范 第十三条: next year's applications begin on 10 December, its catalogue comes days before 1 January.
test('a year without a catalogue uses the last one, on 10 December and on 1 January', async () => {
  for (const instant of ['2026-12-09T16:00:00Z', '2026-12-31T16:00:00Z']) {
    now = new Date(instant)
    const codes = await tables.current()
    const steel = codes.goods(2027, '7208271000')
    assert.deepEqual([steel?.year, steel?.selectable, steel?.provisional], [2027, true, true], instant)
    assert.match(steel?.carriedForward ?? '', /^沿用 2026 年度目录/)
    assert.deepEqual(
      lookUpGoods(codes, 2027, '7208271000', 20).map(({ year, carriedForward }) => [
        year,
        carriedForward !== '',
      ]),
      [[2027, true]],
    )
    assert.equal(codes.catalogue(2027).length, codes.catalogue(2026).length)
  }
  now = new Date('2026-06-15T02:00:00Z')
})

test('once the year has a catalogue of its own, nothing is carried forward', async () => {
  await sql(`insert into commodity select * from jsonb_populate_record(
    (select c from commodity c where year = 2026 and hs_code = '7208271000'), '{"year": 2027}')`)
  await sql(`update reference_load set sha256 = repeat('a', 64) where file = 'commodities.csv'`)
  const codes = await tables.current()
  assert.equal(codes.goods(2027, '7208271000')?.carriedForward, '')
  assert.equal(codes.goods(2027, '7208279000'), undefined)
  assert.equal(codes.goods(2028, '7208271000')?.carriedForward, '沿用 2027 年度目录，2028 年度目录公布前适用')
  // … until all of it is taken off again.
  await sql(`update commodity set active = false where year = 2027`)
  await sql(`update reference_load set sha256 = repeat('b', 64) where file = 'commodities.csv'`)
  assert.match((await tables.current()).goods(2027, '7208279000')?.carriedForward ?? '', /沿用 2026/)
  await sql(`delete from commodity where year = 2027`)
  await sql(`update reference_load set sha256 = repeat('c', 64) where file = 'commodities.csv'`)
})

test('goods are found by digits, pinyin, initials and Chinese', async () => {
  const codes = await tables.current()
  const found = (typed: string, limit = 20) =>
    codesOf(lookup(codes, 'commodity', typed, { year: 2026, limit }))
  assert.deepEqual(found('7208271000'), ['7208271000'])
  assert.deepEqual(found('720827'), ['7208271000', '7208279000'])
  assert.deepEqual(found('ningmengsuan').toSorted(), ['2918140000', '2918150000'])
  assert.equal(found('nms')[0], '2918140000')
  assert.equal(found('柠檬酸')[0], '2918140000')
  assert.equal(found('jiaotan')[0], '2704001000')
  assert.equal(found('jthbjt')[0], '2704001000')
  assert.deepEqual(found('焦炭'), ['2704001000'])
  assert.ok(found('热轧 酸洗').includes('7208271000'))
  assert.equal(found('').length, 20)
  assert.equal(found('gang', 5).length, 5)
  assert.deepEqual(found('没有这种货物'), [])
})

test('lists are found the same way; countries by customs number too', async () => {
  const codes = await tables.current()
  const first = (list: string, typed: string) => codesOf(lookup(codes, list, typed))[0]
  for (const [list, typed, code] of [
    ['country', 'USA', 'USA'],
    ['country', '502', 'USA'],
    ['country', 'meiguo', 'USA'],
    ['country', 'rb', 'JPN'],
    ['country', '美国', 'USA'],
    ['country', 'japan', 'JPN'],
    ['country', 'anguilla', 'AIA'],
    ['customs_port', '2200', '2200'],
    ['customs_port', 'shanghai', '2200'],
    ['customs_port', '重庆', '8000'],
    ['customs_port', 'chongqing', '8000'],
    ['currency', 'meiyuan', 'USD'],
    ['currency', 'usd', 'USD'],
    ['transport_mode', 'tielu', '3'],
    ['payment_method', 'xyz', '6'],
    ['licence_trade_mode', 'ybmy', '01'],
    ['authority', 'aa', 'AA'],
    ['authority', 'jiangsu', '10'],
    ['unit', 'qianke', '035'],
  ] as const) {
    assert.equal(first(list, typed), code, `${list} ${typed}`)
  }
  assert.equal(first('authority', 'AB'), undefined)
  assert.deepEqual(lookup(codes, 'no_such_list', 'x'), [])
})

test('what may be chosen, and why the rest may not', async () => {
  const codes = await tables.current()
  for (const [list, code, usable] of [
    ['country', 'USA', true],
    ['country', 'AIA', true],
    ['country', 'ZEU', false],
    ['transport_mode', '2', true],
    ['transport_mode', '7', false],
    ['currency', 'EUR', true],
    ['currency', 'DEM', false],
    ['authority', 'AA', true],
    ['authority', 'AB', false],
    ['coke_spec', '铸造焦', true],
    ['trade_mode', '0110', false],
  ] as const) {
    const entry = codes.entry(list, code)
    assert.equal(entry?.usable, usable, `${list} ${code}`)
    if (entry?.active && !entry.usable) assert.notEqual(entry.because, null, `${list} ${code}`)
  }
  assert.equal(codes.entry('country', 'XXX'), undefined)
  assert.equal(codes.entry('no_such_list', 'USA'), undefined)
})

test('every list has entries, every entry letters to type', async () => {
  const codes = await tables.current()
  for (const list of ['country', 'customs_port', 'attachment_type', 'authority', 'goods_category'] as const) {
    const { entries, digest } = codes.list(list)
    assert.ok(entries.length > 0, list)
    assert.match(digest, /^[0-9a-f]{32}$/)
    for (const { name, letters } of entries) assert.match(letters, /^[a-z0-9]+$/, `${list} ${name}`)
  }
})

test('the rate of the day: the newest that has begun', async () => {
  const give = (rate: string, from: string) =>
    sql(
      `insert into exchange_rate (currency, valid_from, rate, source, changed_at) values ('EUR', $2, $1, '测试', $3)`,
      [rate, from, now],
    )
  await give('1.2', '2026-03-01')
  await give('1.3', '2026-07-01')
  await give('1.25', '2026-03-01')
  const codes = await tables.current()
  for (const [day, rate] of [
    ['2024-12-31', ''],
    ['2026-02-28', '1.16'],
    ['2026-03-01', '1.25'],
    ['2026-06-30', '1.25'],
    ['2026-07-01', '1.3'],
  ] as const) {
    assert.equal(codes.usdRate('EUR', day), rate, day)
  }
  assert.equal(codes.usdRate('USD', '1999-01-01'), '1')
  assert.equal(codes.usdRate('XXX', '2026-06-15'), '')
  assert.equal(codes.usdRate('IRR', '2026-06-15'), '0.0000238')
})

test('another server’s copy sees a change of the calendar and of the quantity digits when it asks', async () => {
  const other = openCodeTables(database.db, clock, 0)
  assert.equal((await other.current()).calendar.isWorking('2026-06-16'), true)
  assert.equal((await other.current()).goods(2026, '7208271000')?.unitDecimals, 1)
  assert.equal(await other.current(), await other.current())
  await sql(`insert into calendar_override values ('2026-06-16', false, '停办', null, $1)`, [now])
  await sql(
    `insert into calendar_override_change (day, working, name, changed_at) values ('2026-06-16', false, '停办', $1)`,
    [now],
  )
  await sql(
    `insert into setting (name, valid_from, value, reason, changed_at)
     values ('quantity_digits', '2026-06-20', '{"otherwise": 3, "byCode": {}}', '测试', $1)`,
    [now],
  )
  assert.equal((await other.current()).calendar.isWorking('2026-06-16'), false)
  assert.equal((await other.current()).goods(2026, '7208271000')?.unitDecimals, 1)
  now = new Date('2026-06-20T00:00:00Z')
  assert.equal((await other.current()).goods(2026, '7208271000')?.unitDecimals, 3)
  now = new Date('2026-06-15T02:00:00Z')
})

test('a copy holds for its time, ends when its own server has changed something, and with the day', async () => {
  const kept = openCodeTables(database.db, clock, 60_000)
  const before = await kept.current()
  const give = (rate: string) =>
    sql(
      `insert into exchange_rate (currency, valid_from, rate, source, changed_at) values ('JPY', '2026-06-15', $1, '测试', $2)`,
      [rate, now],
    )
  await give('0.5')
  assert.equal(await kept.current(), before)
  kept.changed()
  assert.equal((await kept.current()).usdRate('JPY', '2026-06-15'), '0.5')
  await give('0.6')
  assert.equal((await kept.current()).usdRate('JPY', '2026-06-15'), '0.5')
  now = new Date('2026-06-16T02:00:00Z')
  assert.equal((await kept.current()).usdRate('JPY', '2026-06-15'), '0.6')
  now = new Date('2026-06-15T02:00:00Z')

  const short = openCodeTables(database.db, clock, 20)
  await short.current()
  await give('0.7')
  await sleep(30)
  assert.equal((await short.current()).usdRate('JPY', '2026-06-15'), '0.7')
})

test('demonstration rates say what they are, and come once', async () => {
  assert.equal(await loadDemoRates(database.db, clock), 0)
  const { rows } = await sql(`select distinct source from exchange_rate where currency = 'HKD'`)
  assert.deepEqual(rows, [{ source: '演示汇率' }])
  const codes = await tables.current()
  for (const { code, usable } of codes.list('currency').entries) {
    if (usable) assert.notEqual(codes.usdRate(code, '2026-06-15'), '', code)
  }
})
