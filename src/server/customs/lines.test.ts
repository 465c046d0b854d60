/** What is wrong with the form of a message, in words an officer and customs both understand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLine } from './lines.ts'

const use = {
  messageId: 'm-1',
  kind: 'use',
  licenceNo: '26AA000001',
  declarationNo: '020220260000000001',
  itemNo: 1,
  declaredOn: '2026-06-15',
  customsCode: '0202',
  quantity: '10',
  final: false,
  declarantCode: '1100DEM000014',
  hsCode: '7208271000',
}

for (const [change, words] of [
  [{}, ''],
  [{ declarationNo: undefined }, '报关单号（declarationNo）：没有填写'],
  [{ itemNo: '1' }, '项号（itemNo）：应为数字'],
  [{ final: 'yes' }, '是否最后一次（final）：应为是或否（true、false）'],
  [{ quantity: '-1' }, '数量（quantity）：数量应为正数，整数部分最多 9 位，小数最多 4 位'],
  [{ colour: 'red' }, '含有报文格式没有的内容：colour'],
  [{ kind: 'other' }, '报文种类（kind）：报文种类应为 answer、use 或 closing'],
] as const) {
  test(`${JSON.stringify(change)}: ${words}`, () => {
    assert.equal(readLine(JSON.parse(JSON.stringify({ ...use, ...change }))).malformed, words)
  })
}
