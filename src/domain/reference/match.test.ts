import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rankOf, search, termsOf, type Searchable } from './match.ts'

const entry = (
  code: string,
  name: string,
  letters: string,
  initials: string,
  more: object = {},
): Searchable => ({
  code,
  name,
  letters,
  initials,
  ...more,
})

const countries = [
  entry('HKG', '中国香港', 'zhongguoxianggang', 'zgxg', { altCode: '110', nameEn: 'Hong Kong, China' }),
  entry('CHN', '中国', 'zhongguo', 'zg', { altCode: '142', nameEn: 'China' }),
  entry('TCD', '乍得', 'zhade', 'zd', { altCode: '248', nameEn: 'Chad' }),
  entry('JPN', '日本', 'riben', 'rb', { altCode: '116', nameEn: 'Japan' }),
  entry('VCT', '圣文森特', 'shengwensente', 'swst', { altCode: '448', nameEn: 'Saint Vincent' }),
]
const codes = (typed: string) => search(countries, typed).map(({ code }) => code)

test('what was typed becomes terms', () => {
  for (const [typed, terms] of [
    ['', []],
    ['   ', []],
    ['　', []],
    ['ＵＳＤ', ['usd']],
    ['７２０８', ['7208']],
    ['热轧 酸洗', ['热轧', '酸洗']],
    ['a b c d e f', ['a', 'b', 'c', 'd', 'e']],
  ] as const) {
    assert.deepEqual(termsOf(typed), terms, typed)
  }
})

test('each way of typing finds its entry, ranked by how well it fits', () => {
  const china = countries[1]
  assert.ok(china)
  for (const [typed, rank] of [
    ['chn', 0],
    ['142', 0],
    ['ch', 1],
    ['14', 1],
    ['中国', 2],
    ['zhongguo', 2],
    ['zg', 2],
    ['中', 3],
    ['zhong', 3],
    ['chin', 3],
    ['国', 5],
    ['ongg', 5],
    ['42', 5],
    ['x', undefined],
    ['中x', undefined],
  ] as const) {
    assert.equal(rankOf(china, termsOf(typed)), rank, typed)
  }
})

test('the best comes first, equals keep the order of the list', () => {
  assert.deepEqual(codes('zg'), ['CHN', 'HKG'])
  assert.deepEqual(codes('中'), ['HKG', 'CHN'])
  assert.deepEqual(codes('zh'), ['HKG', 'CHN', 'TCD'])
  assert.deepEqual(codes('sw'), ['VCT'])
  assert.deepEqual(codes('china'), ['CHN', 'HKG'])
  assert.deepEqual(
    codes(''),
    countries.map(({ code }) => code),
  )
  assert.deepEqual(search(countries, '', 2).length, 2)
  assert.deepEqual(search(countries, 'zh', 2).length, 2)
})

test('a start of the initials comes before a hit anywhere', () => {
  const list = [
    entry('1', '半成品', 'banchengpin', 'bcp'),
    entry('2', '成品', 'chengpin', 'cp'),
    entry('3', '彩盘', 'caipan', 'cpx'),
  ]
  assert.deepEqual(
    search(list, 'cp').map(({ code }) => code),
    ['2', '3', '1'],
  )
})

test('several terms must all fit', () => {
  assert.deepEqual(codes('zhong gang'), ['HKG'])
  assert.deepEqual(codes('中国 jpn'), [])
})

test('signs that mean something to a database are only signs', () => {
  const list = [entry('1', '50%玻璃_纸', 'boli', 'bl')]
  assert.equal(search(list, '%').length, 1)
  assert.equal(search(list, '_').length, 1)
  assert.equal(search(list, '5%').length, 0)
  assert.equal(search(list, '\\').length, 0)
})
