import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriedForwardNote, catalogueYear } from './catalogue.ts'
import {
  goodsFacts,
  isBidding,
  isBureauGoods,
  isFrozen,
  isMotorcycle,
  isQuota,
  isStandardSand,
  isVehicle,
  licenceTypeFor,
  type Goods,
} from './goods.ts'
import { quantityDigitsOf } from './quantity.ts'

const goods = (more: Partial<Goods>): Goods => ({
  hsCode: '0000000000',
  goodsKey: 'other',
  name: '货物',
  licenceType: 'licence',
  unitCode: '035',
  ...more,
})

test('a year without a catalogue uses the last one before it', () => {
  const loaded = [2016, 2025, 2026]
  for (const [asked, year] of [
    [2026, 2026],
    [2027, 2026],
    [2030, 2026],
    [2020, 2016],
    [2016, 2016],
    [2015, undefined],
  ] as const) {
    assert.equal(catalogueYear(asked, loaded), year, String(asked))
  }
  assert.equal(catalogueYear(2026, []), undefined)
  assert.equal(carriedForwardNote(2026, 2026), '')
  assert.match(carriedForwardNote(2027, 2026), /^沿用 2026 年度目录/)
})

test('each fact holds for its goods and for no others', () => {
  const plain = {
    steel: false,
    coke: false,
    naturalSand: false,
    standardSand: false,
    ods: false,
    frozen: false,
    unitDecimals: 1,
    licenceDays: null,
  }
  for (const [given, facts] of [
    [{ goodsKey: 'steel', hsCode: '7208271000' }, { steel: true }],
    [{ goodsKey: 'coke', hsCode: '2704001000' }, { coke: true }],
    [{ goodsKey: 'natural_sand', name: '硅砂及石英砂' }, { naturalSand: true }],
    [
      { goodsKey: 'natural_sand', name: '标准砂' },
      { naturalSand: true, standardSand: true },
    ],
    [{ goodsKey: 'ods' }, { ods: true }],
    [{ goodsKey: 'beef', hsCode: '0202300010' }, { frozen: true }],
    [{ goodsKey: 'live_cattle_hkmo', unitCode: '009' }, { unitDecimals: 0 }],
    [{ goodsKey: 'citric_acid' }, {}],
  ] as const) {
    assert.deepEqual(goodsFacts(goods(given)), { ...plain, ...facts }, given.goodsKey)
  }
  assert.equal(isStandardSand(goods({ goodsKey: 'other', name: '标准砂' })), false)
  assert.deepEqual([isVehicle(goods({ goodsKey: 'vehicles' })), isVehicle(goods({}))], [true, false])
  assert.deepEqual([isMotorcycle(goods({ goodsKey: 'motorcycles' })), isMotorcycle(goods({}))], [true, false])
  assert.deepEqual([isQuota(goods({ licenceType: 'quota' })), isQuota(goods({}))], [true, false])
  assert.deepEqual([isBidding(goods({ licenceType: 'bidding' })), isBidding(goods({}))], [true, false])
})

test('frozen meat, and meat that is not frozen', () => {
  for (const hsCode of ['0202100010', '0203219010', '0203290090', '0207120000', '0207141100']) {
    assert.equal(isFrozen({ hsCode }), true, hsCode)
  }
  for (const hsCode of ['0201100010', '0203111090', '0207110000', '0207131100', '1202030000', '7208271000']) {
    assert.equal(isFrozen({ hsCode }), false, hsCode)
  }
})

test('goods kept to the bureau', () => {
  for (const key of ['wheat', 'maize', 'cotton', 'coal', 'crude_oil', 'refined_oil', 'lubricants']) {
    assert.equal(isBureauGoods(key), true, key)
  }
  for (const key of ['steel', 'rice', 'coke', 'wheat_flour', '']) assert.equal(isBureauGoods(key), false, key)
})

test('live animals are under quota only to their markets', () => {
  const cattle = { goodsKey: 'live_cattle_hkmo', licenceType: 'quota' } as const
  const chickens = { goodsKey: 'live_chickens_hk', licenceType: 'quota' } as const
  const rice = { goodsKey: 'rice', licenceType: 'quota' } as const
  const steel = { goodsKey: 'steel', licenceType: 'licence' } as const
  for (const [of, to, type] of [
    [cattle, 'HKG', 'quota'],
    [cattle, 'MAC', 'quota'],
    [cattle, 'VNM', 'licence'],
    [cattle, '', 'quota'],
    [chickens, 'HKG', 'quota'],
    [chickens, 'MAC', 'licence'],
    [rice, 'VNM', 'quota'],
    [steel, 'HKG', 'licence'],
  ] as const) {
    assert.equal(licenceTypeFor(of, to), type, `${of.goodsKey} ${to}`)
  }
})

test('what is counted is whole, what is weighed has one digit, a setting may say otherwise', () => {
  for (const [unit, digits] of [
    ['001', 0],
    ['003', 0],
    ['008', 0],
    ['009', 0],
    ['035', 1],
    ['036', 1],
    ['033', 1],
  ] as const) {
    assert.equal(quantityDigitsOf(unit), digits, unit)
  }
  const setting = { otherwise: 3, byCode: { '035': 2 } }
  assert.equal(quantityDigitsOf('035', setting), 2)
  assert.equal(quantityDigitsOf('003', setting), 3)
})
