/** Totals, grants and their files: whole or not at all, never beyond the total, every wrong row told. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import * as api from '#api/quota.ts'
import { columns, mostRows } from '#domain/quota/grant.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { accountOf, differencesOf, granting, grantRow, manageSteel, steelCategory } from '#test/quota.ts'
import { race } from '#test/race.ts'
import { workbook, type Cell } from '../sheet/write.ts'

let it: TestApp
let officer: TestClient
before(async () => {
  it = await startTestApp()
  officer = await as(it, 'quota01')
  await manageSteel(officer, { total: '1000' })
})
after(() => it.close())
let doc = 0
beforeEach(() => void (doc += 1))
const row = (change: Parameters<typeof grantRow>[0] = {}) =>
  grantRow({ docNo: `G${doc}`, quantity: '1', ...change })
const grant = (rows: ReturnType<typeof row>[], kind: 'grant' | 'award' = 'grant', id = randomUUIDv7()) =>
  officer.refused(api.grantQuota, { body: { id, kind, rows } })
const written = async () =>
  Number(
    (
      await it.ctx.db
        .selectFrom('quota_entry')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

test('each wrong row is refused in its own words, and nothing of the batch is written', async () => {
  const before = await written()
  for (const [change, words] of [
    [{ year: '26' }, /年度应为 4 位/],
    [{ year: '2025' }, /2025 年度已经结束/],
    [{ enterpriseCode: '9999DEM000099' }, /没有代码为 9999DEM000099 的企业/],
    [{ enterpriseCode: '123' }, /应为 13 位/],
    [{ categoryCode: 'Z99999' }, /没有大类 Z99999/],
    [{ categoryCode: 'C90290' }, /按“许可证”管理，不能登记配额下达/],
    [{ quantity: '0' }, /数量应大于 0/],
    [{ quantity: '-5' }, /不能填写负数/],
    [{ quantity: '1e5' }, /科学计数法/],
    [{ quantity: '1.00001' }, /小数最多 4 位/],
    [{ quantity: '123456789012' }, /整数部分最多 11 位/],
    [{ unit: '吨' }, /计量单位应为千克，不是吨/],
    [{ tradeMode: '没有的' }, /没有贸易方式“没有的”/],
    [{ country: '火星' }, /没有国家（地区）“火星”/],
    [{ docNo: '' }, /缺少配额文号/],
  ] as const) {
    const { status, failure } = await grant([row(), row({ line: 7, ...change })])
    assert.equal(status, 422, JSON.stringify(change))
    assert.match(failure.words, /第 7 行/)
    assert.match(failure.words, words)
  }
  const awarded = await grant([row()], 'award')
  assert.match(awarded.failure.words, /不能登记招标中标/)
  const doubled = await grant([
    row(),
    row({ line: 3, quantity: '2' }),
    row({ line: 4, country: '越南' }),
    row({ line: 5, country: 'VNM' }),
  ])
  assert.deepEqual(
    doubled.failure.issues?.map((issue) => issue.words.slice(0, 14)),
    ['第 3 行：与第 2 行重复', '第 5 行：与第 4 行重复'],
  )
  assert.equal(await written(), before)
})

test('the same batch again is answered as done; another under its id is refused', async () => {
  const body = { id: randomUUIDv7(), kind: 'grant' as const, rows: [row(), row({ line: 3, country: 'VNM' })] }
  assert.deepEqual(await officer.call(api.grantQuota, { body }), { id: body.id, rows: 2, repeated: false })
  const before = await written()
  assert.deepEqual(await officer.call(api.grantQuota, { body }), { id: body.id, rows: 2, repeated: true })
  assert.equal(await written(), before)
  assert.equal((await grant([row({ docNo: 'other' })], 'grant', body.id)).status, 409)
  const rows = await officer.call(api.getGrantBatch, { params: { id: body.id } })
  assert.equal(rows.rows.length, 2)
})

test('grants never exceed the total, and a total never falls below what is granted', async () => {
  const read = async () =>
    (await officer.call(api.listQuotaTotals, { query: { year: 2026 } })).rows.find(
      (one) => one.categoryCode === steelCategory,
    )
  const now = await read()
  const left = Number(now?.unallotted)
  const over = await grant([row({ quantity: String(left + 1) })])
  assert.equal(over.status, 409)
  assert.match(over.failure.words, /总量 1,000 千克，已下达 \d+，本批 \d+，合计 1,001，超出 1 千克/)
  await granting(officer, [row({ quantity: String(left) })])
  const params = { year: 2026, categoryCode: steelCategory }
  const lower = await officer.refused(api.setQuotaTotal, {
    params,
    body: { version: 1, quantity: '999.9999' },
  })
  assert.match(lower.failure.words, /不能低于已下达的 1,000/)
  const stale = await officer.refused(api.setQuotaTotal, { params, body: { version: 0, quantity: '2000' } })
  assert.deepEqual([stale.status, stale.failure.current?.version], [409, 1])
  const set = await officer.call(api.setQuotaTotal, { params, body: { version: 1, quantity: '2000' } })
  assert.deepEqual([set.version, set.quantity, set.granted, set.unallotted], [2, '2000', '1000', '1000'])
  assert.deepEqual(await differencesOf(it), [])
})

test('two batches at once for what is left for one: one is written', async () => {
  const batch = (docNo: string) => () => granting(officer, [row({ docNo, quantity: '600' })])
  const results = await race(it.db, (tx) => tx.selectFrom('quota_total').selectAll().forUpdate().execute(), [
    batch('R1'),
    batch('R2'),
  ])
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
  assert.deepEqual(await differencesOf(it), [])
})

const file = async (name: string, rows: Cell[][]) =>
  officer.call(api.readGrants, {
    body: { kind: 'grant', fileName: name, file: (await bytesOf(rows)).toString('base64') },
  })
const bytesOf = (rows: Cell[][]) => buffer(workbook('配额', [rows]))
const heads = Object.values(columns)
const good = (): Cell[] => [
  { number: '2026' },
  '1100DEM000014',
  steelCategory,
  '一般贸易',
  '越南',
  `G${doc}`,
  { number: '12.3' },
  '千克',
]

test('a workbook is read with its numbers exact, and its wrong rows are told without writing anything', async () => {
  const before = await written()
  const bad = good().with(6, { number: '-1' })
  const read = await file('配额.xlsx', [heads, good(), ['', '', ''], bad, good()])
  assert.deepEqual(
    read.rows.map(({ line, quantity, problems }) => [line, quantity, problems.length]),
    [
      [2, '12.3', 0],
      [4, '-1', 1],
      [5, '12.3', 1],
    ],
  )
  assert.deepEqual(
    [read.rows[0]?.enterpriseName, read.rows[0]?.tradeModeName, read.rows[0]?.countryName],
    ['演示钢铁集团有限公司', '一般贸易', '越南'],
  )
  assert.match(read.rows[2]?.problems[0] ?? '', /与第 2 行重复/)
  assert.equal(await written(), before)
})

test('a csv in UTF-8 is read; columns may stand in any order', async () => {
  const text = `\uFEFF数量,计量单位,年度,进出口企业代码,商品大类代码,配额文号\n5,千克,2026,1100DEM000014,${steelCategory},"G,${doc}"\n`
  const read = await officer.call(api.readGrants, {
    body: { kind: 'grant', fileName: 'a.csv', file: Buffer.from(text).toString('base64') },
  })
  assert.deepEqual(
    read.rows.map(({ docNo, quantity, problems }) => [docNo, quantity, problems]),
    [[`G,${doc}`, '5', []]],
  )
})

test('files that are no such table are refused in words', async () => {
  const many = Array.from({ length: mostRows + 1 }, good)
  for (const [fileName, bytes, words] of [
    ['a.xls', Buffer.from('x'), /只能上传 xlsx 或 csv/],
    ['a.xlsx', Buffer.from('not a workbook'), /不完整或已损坏/],
    ['a.csv', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /UTF-8/],
    ['a.csv', Buffer.from('年度,数量\n2026,1\n'), /缺少：进出口企业代码/],
    ['a.csv', Buffer.from(`${heads.join(',')}\n`), /没有数据行/],
    ['a.xlsx', await bytesOf([heads, ...many]), /一批最多 2000 行/],
    ['a.xlsx', Buffer.alloc(300 * 1024 + 1), /不能超过 300 KB/],
  ] as const) {
    const { status, failure } = await officer.refused(api.readGrants, {
      body: { kind: 'grant', fileName, file: bytes.toString('base64') },
    })
    assert.equal(status, 422, fileName)
    assert.match(failure.words, words)
  }
})

test('the template names the columns and can be read back', async () => {
  const template = await officer.get(api.grantTemplate.path)
  assert.equal(template.statusCode, 200)
  const read = await officer.refused(api.readGrants, {
    body: { kind: 'grant', fileName: 't.xlsx', file: template.rawPayload.toString('base64') },
  })
  assert.match(read.failure.words, /没有数据行/)
})

test('management: what holds already is refused; goods of the year follow it', async () => {
  const change = { year: 2026, categoryCode: steelCategory, licenceType: 'quota' as const, source: '再设' }
  assert.match(
    (await officer.refused(api.addGoodsManagement, { body: change })).failure.words,
    /已按“配额”管理/,
  )
  const of = async (year: number) => (await it.ctx.codes.current()).goods(year, '7208271000')?.licenceType
  assert.deepEqual([await of(2026), await of(2027)], ['quota', 'licence'])
  const { rows } = await officer.call(api.addGoodsManagement, { body: { ...change, licenceType: 'licence' } })
  assert.deepEqual(
    rows.map(({ licenceType, replaced }) => [licenceType, replaced]),
    [
      ['licence', false],
      ['quota', true],
    ],
  )
  assert.equal(await of(2026), 'licence')
  await officer.call(api.addGoodsManagement, { body: { ...change, licenceType: 'bidding' } })
  await granting(officer, [row({ quantity: '1' })], 'award')
  assert.equal((await accountOf(it, `G${doc}`)).kind, 'bidding')
})
