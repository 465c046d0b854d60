import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRow, type Cells } from './row.ts'

const md5 = 'd'.repeat(32)
const right: Cells = {
  line: 2,
  system: '出口',
  code13: '1100DEM000014',
  oldName: 'beijing',
  digest: md5,
  kind: 'md5',
  salt: '',
  saltPlace: '',
  keyNo: '',
  services: '',
}
const read = (over: Partial<Cells>) => readRow({ ...right, ...over })

test('a row as it is to be, and what is made of it', () => {
  assert.deepEqual(read({}), {
    row: {
      line: 2,
      system: 'export_licence',
      code13: '1100DEM000014',
      oldName: 'beijing',
      loginName: '1100DEM000014-beijing',
      digest: md5,
      kind: 'md5',
      salt: '',
      saltPlace: 'none',
      keyNo: '',
      services: ['export_licence'],
    },
    problems: [],
  })
  const table: [Partial<Cells>, object][] = [
    [
      { system: 'import_licence', code13: '1100dem000014' },
      { system: 'import_licence', loginName: '1100DEM000014-beijing' },
    ],
    [{ system: '两用物项' }, { loginName: 'beijing', services: ['dual_use'] }],
    [{ system: '机电产品进口单证', oldName: 'bj@example.cn' }, { loginName: 'bj@example.cn' }],
    [{ oldName: '北京一部' }, { loginName: '1100DEM000014-北京一部' }],
    [
      { kind: 'SHA-1', digest: 'A'.repeat(40) },
      { kind: 'sha1', digest: 'a'.repeat(40) },
    ],
    [
      { kind: 'sha256', digest: '0'.repeat(64), salt: 'x y', saltPlace: '后' },
      { salt: 'x y', saltPlace: 'after' },
    ],
    [
      { services: '出口许可证、进口；dual_use 农产品' },
      { services: ['export_licence', 'import_licence', 'dual_use', 'farm_quota'] },
    ],
    [{ keyNo: 'k-01' }, { keyNo: 'K-01' }],
  ]
  for (const [given, expected] of table) {
    const { row, problems } = read(given)
    assert.deepEqual(problems, [], JSON.stringify(given))
    assert.partialDeepStrictEqual(row, expected)
  }
})

test('each thing that is wrong is said; nothing of a digest is said back', () => {
  const table: [Partial<Cells>, RegExp][] = [
    [{ system: '' }, /没有“”系统，应为：进口、出口/],
    [{ system: '=cmd|calc' }, /没有“=cmd\|calc”系统/],
    [{ code13: '1100DEM000015' }, /校验位/],
    [{ code13: '123' }, /应为 13 位，现为 3 位/],
    [{ oldName: '' }, /请填写原用户名/],
    [{ oldName: 'x'.repeat(31) }, /最多 30 位，现为 31 位/],
    [{ oldName: '=cmd|calc' }, /公式/],
    [{ oldName: '+1' }, /公式/],
    [{ oldName: '-1' }, /公式/],
    [{ oldName: '@SUM(A1)' }, /公式/],
    [{ oldName: 'a b' }, /只能由/],
    [{ oldName: '<b>' }, /只能由/],
    [{ oldName: "a' or 1=1" }, /只能由/],
    [{ system: '两用物项', oldName: '1100DEM000014-x' }, /不加 13 位企业代码/],
    [{ kind: 'md4' }, /应为 md5、sha1、sha256/],
    [{ digest: 'g'.repeat(32) }, /32 位十六进制/],
    [{ digest: '' }, /32 位十六进制/],
    [{ kind: 'sha1' }, /40 位十六进制/],
    [{ digest: '=1+1' }, /32 位十六进制/],
    [{ salt: 'x' }, /盐的位置/],
    [{ saltPlace: '前' }, /盐的位置/],
    [{ salt: 'x', saltPlace: '中' }, /盐的位置/],
    [{ salt: 'x'.repeat(65), saltPlace: '前' }, /盐值最多 64/],
    [{ keyNo: '=K1' }, /电子钥匙编号/],
    [{ services: '出口许可证、养老金' }, /没有“养老金”应用/],
  ]
  for (const [given, words] of table) {
    const { row, problems } = read(given)
    assert.match(problems.join('；'), words, JSON.stringify(given))
    assert.equal(row, undefined)
    assert.ok(!problems.join('').includes('ddd'))
  }
})
