import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  addRate,
  getCalendar,
  getCodeList,
  getCommodity,
  listCalendarChanges,
  listCommodities,
  listRateChanges,
  listRates,
  lookUpCode,
  lookUpCommodity,
  removeCalendarDay,
  setCalendarDay,
} from '#api/reference.ts'
import { as, startTestApp, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { loadDemoRates } from './demo-rates.ts'

let t: TestApp
let operator: TestClient
let administrator: TestClient

before(async () => {
  t = await startTestApp()
  await loadDemoRates(t.ctx.db, t.clock)
  operator = await as(t, 'steel01')
  administrator = await as(t, 'admin01')
})
after(() => t.close())

test('without signing in there are no code lists', async () => {
  assert.equal((await visitor(t).refused(getCodeList, { params: { list: 'country' } })).status, 401)
  assert.equal((await visitor(t).refused(lookUpCommodity, { query: { year: 2026, q: 'gang' } })).status, 401)
})

test('a whole list comes once, then only its sameness', async () => {
  const { label, entries } = await operator.call(getCodeList, { params: { list: 'country' } })
  assert.equal(label, '国别(地区)代码')
  assert.equal(entries.length, 270)
  const america = entries.find(({ code }) => code === 'USA')
  assert.deepEqual([america?.name, america?.altCode, america?.initials], ['美国', '502', 'mg'])

  const first = await operator.get('/api/reference/country')
  const tag = String(first.headers['etag'])
  const again = await operator.inject({
    method: 'GET',
    url: '/api/reference/country',
    headers: { 'if-none-match': `W/${tag}` },
  })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  const other = await operator.inject({
    method: 'GET',
    url: '/api/reference/currency',
    headers: { 'if-none-match': tag },
  })
  assert.equal(other.statusCode, 200)
})

test('a list that does not exist is refused with those that do', async () => {
  const response = await operator.get('/api/reference/secrets')
  assert.equal(response.statusCode, 422)
  assert.match(response.body, /没有这个代码表.*country/)
})

test('marks of what is not verified are for administrators', async () => {
  const seen = await operator.get('/api/reference/authority')
  for (const hidden of ['provisional', 'source', '拟定'])
    assert.equal(seen.body.includes(hidden), false, hidden)
  const { entries } = await administrator.call(getCodeList, { params: { list: 'authority' } })
  const marks = new Map(entries.map(({ code, provisional, note }) => [code, { provisional, note }]))
  assert.equal(marks.get('AA')?.provisional, false)
  assert.equal(marks.get('10')?.provisional, true)
  assert.match(marks.get('10')?.note ?? '', /代码为拟定/)

  const operatorTag = seen.headers['etag']
  const swapped = await administrator.inject({
    method: 'GET',
    url: '/api/reference/authority',
    headers: { 'if-none-match': String(operatorTag) },
  })
  assert.equal(swapped.statusCode, 200)

  const params = { year: 2026, hsCode: '7208271000' }
  const goods = await operator.call(getCommodity, { params })
  assert.deepEqual(
    [goods.provisional, goods.source, goods.note, goods.confidence],
    [undefined, undefined, undefined, undefined],
  )
  const inspected = await administrator.call(getCommodity, { params })
  assert.equal(inspected.provisional, true)
  assert.equal(inspected.confidence, '手册所列，名称已补全')
})

test('look-up by typing', async () => {
  const ports = await operator.call(lookUpCode, {
    params: { list: 'customs_port' },
    query: { q: 'shanghai' },
  })
  assert.equal(ports.entries[0]?.code, '2200')
  const { rows } = await operator.call(lookUpCommodity, { query: { year: 2026, q: 'jiaotan' } })
  assert.deepEqual([rows[0]?.hsCode, rows[0]?.coke, rows[0]?.goodsKind], ['2704001000', true, '焦炭'])
  const cars = await operator.call(lookUpCommodity, { query: { year: 2026, q: '8703235910' } })
  assert.equal(cars.rows[0]?.selectable, false)
  assert.match(cars.rows[0]?.because ?? '', /尚未开放/)
})

test('the catalogue by year, code, category and name, in pages', async () => {
  const list = (query: object) => operator.call(listCommodities, { query: { year: 2026, ...query } })
  const all = await list({})
  assert.equal(all.rows.length, 20)
  assert.deepEqual(all.years.slice(0, 3), [2026, 2025, 2024])
  assert.equal(all.carriedForward, '')
  const last = await list({ page: Math.ceil(all.total / 20) })
  assert.equal(last.rows.length, all.total % 20 || 20)
  assert.deepEqual((await list({ page: 999 })).rows, [])

  assert.deepEqual(
    (await list({ hsCode: '720827' })).rows.map(({ hsCode }) => hsCode),
    ['7208271000', '7208279000'],
  )
  const tin = await list({ categoryCode: 'b037' })
  assert.ok(tin.total > 0 && tin.rows.every(({ categoryCode }) => categoryCode === 'B03700'))
  assert.ok((await list({ name: '柠檬酸' })).rows.every(({ goodsKey }) => goodsKey === 'citric_acid'))
  assert.equal((await list({ name: '7208' })).total, 0)
  assert.equal((await list({ hsCode: '7208', name: '柠檬酸' })).total, 0)

  const next = await operator.call(listCommodities, { query: { year: 2027, hsCode: '7208271000' } })
  assert.match(next.carriedForward, /^沿用 2026/)
  assert.equal(next.rows[0]?.year, 2027)
  assert.equal((await operator.call(listCommodities, { query: { year: 2010 } })).total, 0)
  const absent = await operator.refused(getCommodity, { params: { year: 2026, hsCode: '9999999999' } })
  assert.deepEqual([absent.status, absent.failure.words], [404, '没有找到该商品'])
})

test('a rate is added from a day on, once, and asked for by day', async () => {
  const body = { currency: 'EUR', validFrom: '2026-07-01', rate: '1.2500', source: '外汇管理局' }
  const given = await administrator.call(addRate, { body })
  assert.deepEqual(given, { ...body, rate: '1.25', currencyName: '欧元' })
  await administrator.call(addRate, { body })
  const { changes } = await administrator.call(listRateChanges, { params: { currency: 'EUR' } })
  assert.deepEqual(
    changes.map(({ rate, validFrom, source }) => [rate, validFrom, source]),
    [
      ['1.25', '2026-07-01', '外汇管理局'],
      ['1.16', '2025-01-01', '演示汇率'],
    ],
  )
  assert.equal(changes[0]?.changedBy, administrator.account?.personName)
  assert.equal(changes[0]?.changedAt, t.clock().toISOString())

  const rateOn = async (day?: string) => {
    const { rates } = await operator.call(listRates, { query: day === undefined ? {} : { day } })
    return rates.find(({ currency }) => currency === 'EUR')?.rate
  }
  assert.equal(await rateOn(), '1.16')
  assert.equal(await rateOn('2026-07-01'), '1.25')
  assert.equal(await rateOn('2024-12-31'), undefined)
  const today = await operator.call(listRates, { query: {} })
  assert.deepEqual([today.later.map(({ currency }) => currency), today.missing], [['EUR'], []])
  const early = await operator.call(listRates, { query: { day: '2024-12-31' } })
  assert.ok(early.missing.some(({ currencyName }) => currencyName === '欧元'))
})

test('the same rate given by sixteen at once is kept once', async () => {
  const body = { currency: 'GBP', validFrom: '2026-06-15', rate: '1.4', source: '外汇管理局' }
  await Promise.all(Array.from({ length: 16 }, () => administrator.call(addRate, { body })))
  const { changes } = await administrator.call(listRateChanges, { params: { currency: 'GBP' } })
  assert.equal(changes.filter(({ rate }) => rate === '1.4').length, 1)
})

test('a rate that makes no sense is refused, and nobody else may give one', async () => {
  const body = { currency: 'JPY', validFrom: '2026-06-15', rate: '0.0065', source: '外汇管理局' }
  for (const [change, status, words] of [
    [{ currency: 'USD' }, 409, /美元不需要/],
    [{ currency: 'DEM' }, 409, /已停用/],
    [{ currency: 'QQQ' }, 409, /不在货币代码表/],
    [{ validFrom: '2026-06-14' }, 409, /不能从过去的日子起/],
    [{ validFrom: '2026-02-30' }, 422, /存在的日期/],
    [{ rate: '0' }, 422, /必须大于 0/],
    [{ rate: '-1' }, 422, /负数/],
    [{ rate: '1e-3' }, 422, /科学计数法/],
    [{ rate: '0.000000001' }, 422, /小数最多 8 位/],
    [{ rate: '１' }, 422, /全角/],
    [{ source: ' ' }, 422, /来源/],
  ] as const) {
    const { status: got, failure } = await administrator.refused(addRate, { body: { ...body, ...change } })
    assert.equal(got, status, JSON.stringify(change))
    assert.match(failure.words, words)
  }
  for (const name of ['steel02', 'review01', 'audit01']) {
    const client = await as(t, name)
    assert.equal((await client.refused(addRate, { body })).status, 403, name)
    assert.equal((await client.refused(listRateChanges, { params: { currency: 'JPY' } })).status, 403, name)
  }
})

test('a day of the calendar is set, changed and taken back, and every change is kept', async () => {
  const find = async (day: string) => {
    const { days } = await operator.call(getCalendar, { params: { year: 2026 } })
    return days.find((it) => it.day === day)
  }
  const params = { day: '2026-10-09' }
  const isWorking = async () => (await t.ctx.codes.current()).calendar.isWorking('2026-10-09')
  assert.equal(await find('2026-10-09'), undefined)
  assert.equal((await find('2026-10-01'))?.name, '国庆节')
  assert.deepEqual([(await find('2026-10-10'))?.working, (await find('2026-10-10'))?.set], [true, false])
  assert.equal(await isWorking(), true)

  const set = await administrator.call(setCalendarDay, {
    params,
    body: { working: false, name: '系统停机', change: 0 },
  })
  assert.equal(await isWorking(), false)
  assert.deepEqual(await find('2026-10-09'), set)
  const changed = await administrator.call(setCalendarDay, {
    params,
    body: { working: false, name: '停机检修', change: set.change },
  })
  const stale = await administrator.refused(setCalendarDay, {
    params,
    body: { working: true, name: '旧页面', change: set.change },
  })
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
  assert.equal((await administrator.refused(removeCalendarDay, { params, query: { change: 0 } })).status, 409)
  await administrator.call(removeCalendarDay, { params, query: { change: changed.change } })
  assert.equal(await isWorking(), true)
  assert.equal(await find('2026-10-09'), undefined)

  const again = await administrator.call(setCalendarDay, {
    params,
    body: { working: true, name: '补班', change: 0 },
  })
  await administrator.call(removeCalendarDay, { params, query: { change: again.change } })
  const { changes } = await administrator.call(listCalendarChanges, { params: { year: 2026 } })
  assert.deepEqual(
    changes.map(({ working, name }) => [working, name]),
    [
      [null, '补班'],
      [true, '补班'],
      [null, '停机检修'],
      [false, '停机检修'],
      [false, '系统停机'],
    ],
  )
  assert.equal(changes[0]?.changedBy, administrator.account?.personName)
})

test('a year without an announcement says so; entering its 1 January ends that', async () => {
  const of2027 = () => operator.call(getCalendar, { params: { year: 2027 } })
  assert.deepEqual(await of2027(), { year: 2027, announced: false, days: [] })
  const params = { day: '2027-01-01' }
  await administrator.call(setCalendarDay, { params, body: { working: false, name: '元旦', change: 0 } })
  assert.equal((await of2027()).announced, true)
})

test('only an administrator changes the calendar', async () => {
  const params = { day: '2026-11-02' }
  for (const name of ['steel02', 'review01', 'audit01']) {
    const client = await as(t, name)
    const body = { working: false, name: '停办', change: 0 }
    assert.equal((await client.refused(setCalendarDay, { params, body })).status, 403, name)
    assert.equal(
      (await client.refused(removeCalendarDay, { params, query: { change: 0 } })).status,
      403,
      name,
    )
    assert.equal((await client.refused(listCalendarChanges, { params: { year: 2026 } })).status, 403, name)
  }
  const body = { working: false, name: '', change: 0 }
  assert.equal((await administrator.refused(setCalendarDay, { params, body })).status, 422)
})
