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
const codes = (found: readonly Choice[]) => found.map((it) => it.code)

test('digits, initials, full pinyin and Chinese narrow the list, best first', () => {
  assert.deepEqual(codes(narrow(ports, '42')), ['4200', '4227'])
  assert.deepEqual(codes(narrow(ports, 'qd')), ['4200', '4227'])
  assert.deepEqual(codes(narrow(ports, 'QDDG')), ['4227'])
  assert.deepEqual(codes(narrow(ports, '新港')), ['0202', '5202'])
  assert.deepEqual(codes(narrow(ports, '４２２７')), ['4227'])
  assert.deepEqual(codes(narrow(ports, '')), codes(ports))
  assert.deepEqual(codes(narrow(ports, '没有')), [])
})

const leaving = (choices: readonly Choice[], typed: string) => meant(narrow(choices, typed), typed)

test('leaving the field means a choice only when it is clear which', () => {
  assert.equal(leaving(ports, '4200')?.code, '4200')
  assert.equal(leaving(ports, '青岛大港')?.code, '4227')
  assert.equal(leaving(ports, 'qddg')?.code, '4227')
  assert.equal(leaving(ports, '4200 青岛关区')?.code, '4200')
  assert.equal(leaving(ports, '青岛'), undefined)
  assert.equal(leaving(ports, '9999'), undefined)
  assert.equal(leaving(ports, ''), undefined)
})

test('a code in full wins over rows that merely contain it', () => {
  const found = leaving(
    [
      { code: '15', name: '甲', letters: 'jia', initials: 'j' },
      ...[1, 2].map((it) => ({
        code: `15${it}`,
        name: '乙',
        letters: 'yi',
        initials: 'y',
      })),
    ],
    '15',
  )
  assert.equal(found?.name, '甲')
})

test('what is offered no more is not found', () => {
  const old = { ...ports[0], code: '0299', name: '旧口岸', letters: 'jiukouan', initials: 'jka', gone: true }
  assert.deepEqual(codes(narrow([old], '0299')), [])
})
