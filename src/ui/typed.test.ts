import assert from 'node:assert/strict'
import { test } from 'node:test'
import { halfWidth, pastedDecimal, typedDay } from './typed.ts'

test('a day may be typed as eight digits or with the usual separators', () => {
  for (const text of [
    '20260131',
    '2026-01-31',
    '2026-1-31',
    '2026/1/31',
    '2026.1.31',
    '2026年1月31日',
    '２０２６０１３１',
    ' 20260131 ',
  ]) {
    assert.equal(typedDay(text), '2026-01-31', text)
  }
})

test('what is no day stays as typed, so that the field can say so', () => {
  for (const text of ['20260231', '2026-13-01', '2026-0', '明天', '']) assert.equal(typedDay(text), text)
})

test('a pasted number loses grouping, and nothing else', () => {
  assert.equal(pastedDecimal('1,234,567.50'), '1234567.50')
  assert.equal(pastedDecimal(' 1 234 '), '1234')
  assert.equal(pastedDecimal('１２．５'), '12.5')
  assert.equal(pastedDecimal('1,5'), '1,5')
  assert.equal(pastedDecimal('1e5'), '1e5')
})

test('full-width signs become plain ones, Chinese stays', () => {
  assert.equal(halfWidth('ＡＢ１２　钢'), 'AB12 钢')
})
