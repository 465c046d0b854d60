import assert from 'node:assert/strict'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { StartError } from '../start-error.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { referenceFolder } from './files.ts'
import { loadReference } from './load.ts'
import { fileTables } from './tables.ts'

const at = new Date('2026-11-22T02:00:00Z')
const later = new Date('2026-11-23T02:00:00Z')
let database: TestDatabase
let folder: string

before(async () => {
  database = await testDatabase()
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'xuke-reference-'))
  await fs.cp(referenceFolder, folder, { recursive: true })
})
after(async () => {
  await database.close()
  await fs.rm(folder, { recursive: true })
})

async function edit(file: string, change: (text: string) => string) {
  const name = path.join(folder, file)
  const before = await fs.readFile(name, 'utf8')
  await fs.writeFile(name, change(before))
  return () => fs.writeFile(name, before)
}

const dump = async () => {
  const tables = ['code_entry', 'goods_category', 'commodity', 'authority'] as const
  const rows = []
  for (const table of tables)
    rows.push((await database.pool.query(`select * from ${table} order by 1, 2`)).rows)
  return rows
}

test("the files are loaded with the running server's rights, once", async () => {
  const loaded = await loadReference(database.db, () => at, folder)
  assert.deepEqual(
    loaded.map(({ file }) => file),
    fileTables.map(({ file }) => file),
  )
  for (const { file, rows, changed } of loaded) assert.equal(changed, rows, file)
  const first = await dump()
  assert.deepEqual(await loadReference(database.db, () => later, folder), [])
  assert.deepEqual(await dump(), first)
})

test('two servers that start at once load once', async () => {
  const restore = await edit('units.csv', (text) => text.replace('004,艘', '004,条艘'))
  const both = await Promise.all([
    loadReference(database.db, () => later, folder),
    loadReference(database.owner.db, () => later, folder),
  ])
  const loads = both.flat().map(({ file, changed }) => `${file} ${changed}`)
  // Commodities are made with the units, so that file is looked through too.
  assert.deepEqual(loads, ['units.csv 1', 'commodities.csv 0'])
  await restore()
  await loadReference(database.db, () => later, folder)
})

test('a changed file updates its changed rows, adds new ones and makes missing ones inactive', async () => {
  const restore = await edit('vehicle_brands.csv', (text) =>
    text.replace('比亚迪,BYD', '比亚迪汽车,BYD').replace(/^02,.*\n/m, '98,新牌,New,1,未核实,\n'),
  )
  const loaded = await loadReference(database.db, () => later, folder)
  assert.deepEqual(
    loaded.map(({ file }) => file),
    ['vehicle_brands.csv'],
  )
  const brands = await database.db
    .selectFrom('code_entry')
    .select(['code', 'name', 'letters', 'initials', 'active'])
    .where('list', '=', 'vehicle_brand')
    .where('code', 'in', ['01', '02', '98'])
    .orderBy('code')
    .execute()
  assert.deepEqual(brands, [
    { code: '01', name: '比亚迪汽车', letters: 'biyadiqiche', initials: 'bydqc', active: true },
    { code: '02', name: '吉利', letters: 'jili', initials: 'jl', active: false },
    { code: '98', name: '新牌', letters: 'xinpai', initials: 'xp', active: true },
  ])
  await restore()
  await loadReference(database.db, () => later, folder)
  const back = await database.db
    .selectFrom('code_entry')
    .select(['code', 'active'])
    .where('list', '=', 'vehicle_brand')
    .where('code', 'in', ['02', '98'])
    .orderBy('code')
    .execute()
  assert.deepEqual(back, [
    { code: '02', active: true },
    { code: '98', active: false },
  ])
})

test('a file dropped from a list touches no other list', async () => {
  const { rows } = await database.pool.query(
    `select list, count(*)::int as active from code_entry where active group by list order by list`,
  )
  const active = Object.fromEntries(rows.map((row) => [row.list, row.active]))
  assert.equal(active['country'], 268)
  assert.equal(active['customs_port'], 211)
  assert.equal(active['currency'], 33)
  assert.equal(active['enterprise_scale'], 4)
})

test('a wrong file changes nothing and says where it is wrong', async () => {
  const good = await dump()
  const wrong: readonly [string, (text: string) => string, RegExp][] = [
    [
      'commodities.csv',
      (text) => text.replace(/^2026,7208271000/m, '2026,720827100'),
      /commodities\.csv 第 \d+ 行.*10 位数字/,
    ],
    ['commodities.csv', (text) => text.replace(',千克,', ',公斤,'), /第 2 行.*公斤/],
    ['commodities.csv', (text) => text.replace(',rare_earth,', ',rare_soil,'), /rare_soil/],
    ['authorities.csv', (text) => `${text}AA,又一个,bureau,北京市,,北京,,,1,1,x,\n`, /AA 出现了两次/],
    [
      'currencies.csv',
      (text) => text.replace('USD,美元', 'USD,美元,多一列'),
      /currencies\.csv 第 \d+ 行.*列数/,
    ],
    ['units.csv', (text) => text.split('\n', 1).join('\n'), /没有数据行/],
    ['freight_terms.csv', (text) => text.replace(/^1,按重量计价/m, '1,'), /freight_terms\.csv 第 2 行/],
  ]
  for (const [file, change, words] of wrong) {
    const restore = await edit(file, change)
    await assert.rejects(
      loadReference(database.db, () => later, folder),
      (error) => {
        assert.ok(error instanceof StartError, `${file}: ${String(error)}`)
        assert.match(error.message, words)
        return true
      },
    )
    await restore()
    assert.deepEqual(await dump(), good)
  }
  await fs.rename(path.join(folder, 'units.csv'), path.join(folder, 'gone.csv'))
  await assert.rejects(
    loadReference(database.db, () => later, folder),
    /读不到参数文件/,
  )
  await fs.rename(path.join(folder, 'gone.csv'), path.join(folder, 'units.csv'))
})

test('vehicles, motorcycles and used cars are listed and cannot be chosen yet', async () => {
  const rows = await database.db
    .selectFrom('commodity')
    .innerJoin('goods_category', 'goods_category.key', 'commodity.goods_key')
    .select(['special_form', 'commodity.selectable', 'commodity.unselectable_reason'])
    .where('year', '=', 2026)
    .distinct()
    .execute()
  assert.deepEqual(rows.map((row) => `${row.special_form ?? 'other'} ${row.selectable}`).toSorted(), [
    'motorcycle false',
    'other true',
    'vehicle false',
  ])
  const cars = await database.db
    .selectFrom('goods_category')
    .select(['selectable', 'unselectable_reason'])
    .where('key', '=', 'used_car')
    .executeTakeFirstOrThrow()
  assert.equal(cars.selectable, false)
  assert.match(cars.unselectable_reason ?? '', /尚未开放/)
})

test('rows that nobody could verify are marked', async () => {
  const row = (hsCode: string) =>
    database.db
      .selectFrom('commodity')
      .select(['provisional', 'note', 'name', 'category_code'])
      .where('year', '=', 2023)
      .where('hs_code', '=', hsCode)
      .executeTakeFirstOrThrow()
  const tin = await row('2825903100')
  assert.deepEqual([tin.provisional, tin.name, tin.category_code], [false, '二氧化锡', 'B03700'])
  assert.match(tin.note, /二氧化锗/)
  const { rows } = await database.pool.query(
    `select count(*) filter (where provisional)::int as marked, count(*)::int as all from commodity where year = 2026`,
  )
  assert.ok(rows[0].marked > 800 && rows[0].marked < rows[0].all, JSON.stringify(rows[0]))
})
