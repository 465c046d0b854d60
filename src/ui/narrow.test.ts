import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meant, narrow, type Choice } from './narrow.ts'

const ports: Choice[] = [
  { code: '0200', name: '天津关区', letters: 'tianjinguanqu', initials: 'tjgq' },
  { code: '0202', name: '新港海关', letters: 'xinganghaiguan', initials: 'xghg' },
  { code: '4200', name: '青岛关区', letters: 'qingdaoguanqu', initials: 'qdgq' },
  { code: '4227', name: '青岛大港', letters: 'qingdaodagang', initials: 'qddg' },
  { code: '5202', name: '黄埔新港', letters: 'huangpuxingang', initials: 'hpxg' },
]
const countries: Choice[] = [
  { code: 'KOR', name: '韩国', nameEn: 'Korea, Republic of', altCode: '133', letters: 'hanguo', initials: 'hg' },
  { code: 'PRK', name: '朝鲜', nameEn: 'Korea, Democratic', altCode: '109', letters: 'chaoxian', initials: 'cx' },
  { code: 'HKG', name: '中国香港', nameEn: 'Hong Kong', altCode: '110', letters: 'zhongguoxianggang', initials: 'zgxg' },
]
const codes = (found: readonly Choice[]) => found.map((it) => it.code)

test('digits, initials, full pinyin and Chinese narrow the list, best first', () => {
  assert.deepEqual(codes(narrow(ports, '42')), ['4200', '4227'])
  assert.deepEqual(codes(narrow(ports, 'qd')), ['4200', '4227'])
  assert.deepEqual(codes(narrow(ports, 'QDDG')), ['4227'])
  assert.deepEqual(codes(narrow(ports, 'qingdao')), ['4200', '4227'])
  assert.deepEqual(codes(narrow(ports, '新港')), ['0202', '5202'])
  assert.deepEqual(codes(narrow(ports, '４２２７')), ['4227'])
  assert.deepEqual(codes(narrow(ports, '')), codes(ports))
  assert.deepEqual(codes(narrow(ports, '没有')), [])
})

test('English names and the customs number find a country; its code wins', () => {
  assert.deepEqual(codes(narrow(countries, 'korea')), ['KOR', 'PRK'])
  assert.deepEqual(codes(narrow(countries, '133')), ['KOR'])
  assert.deepEqual(codes(narrow(countries, 'hg')), ['KOR'])
  assert.deepEqual(codes(narrow(countries, 'hkg')), ['HKG'])
})

test('leaving the field means a choice only when it is clear which', () => {
  assert.equal(meant(ports, '4200')?.code, '4200')
  assert.equal(meant(ports, '青岛大港')?.code, '4227')
  assert.equal(meant(ports, 'qddg')?.code, '4227')
  assert.equal(meant(ports, '4200 青岛关区')?.code, '4200')
  assert.equal(meant(ports, '青岛'), undefined)
  assert.equal(meant(ports, '9999'), undefined)
  assert.equal(meant(ports, ''), undefined)
})
