import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  add,
  canonicalDecimal,
  compare,
  divide,
  formatDecimal,
  fractionDigitsOf,
  isPositive,
  isZero,
  multiply,
  parseDecimal,
  round,
  subtract,
  sum,
} from './decimal.ts'

const limits = { integerDigits: 9, fractionDigits: 4 }

test('numbers as people type them are taken in canonical form', () => {
  for (const [typed, value] of [
    ['0', '0'],
    ['0.0000', '0'],
    ['7', '7'],
    ['0.5', '0.5'],
    ['1.50', '1.5'],
    ['100', '100'],
    ['999999999.9999', '999999999.9999'],
  ] as const) {
    assert.deepEqual(parseDecimal(typed, limits), { ok: true, value }, typed)
  }
  assert.deepEqual(parseDecimal('-1.20', { ...limits, negative: true }), { ok: true, value: '-1.2' })
})

test('everything else is refused, with words that say what is wrong', () => {
  for (const [typed, words] of [
    ['', /请填写/],
    ['１２', /全角/],
    ['1．5', /全角/],
    ['1e5', /科学计数法/],
    ['1E+5', /科学计数法/],
    ['-0', /负零/],
    ['-0.00', /负零/],
    ['+5', /加号/],
    [' 5', /空格/],
    ['5\u00a0', /空格/],
    ['5\n', /空格/],
    ['1,000', /逗号/],
    ['007', /多余的 0/],
    ['00', /多余的 0/],
    ['-5', /负数/],
    ['.5', /不是有效/],
    ['5.', /不是有效/],
    ['1.2.3', /不是有效/],
    ['0x10', /不是有效/],
    ['NaN', /不是有效/],
    ['Infinity', /不是有效/],
    ['٣', /不是有效/],
    ['5\u0000', /不是有效/],
    ['1234567890', /最多 9 位/],
    ['1.00000', /最多 4 位/],
  ] as const) {
    const parsed = parseDecimal(typed, limits)
    assert.equal(parsed.ok, false, JSON.stringify(typed))
    if (!parsed.ok) assert.match(parsed.words, words, JSON.stringify(typed))
  }
  const whole = parseDecimal('1.5', { integerDigits: 9, fractionDigits: 0 })
  assert.deepEqual(whole, { ok: false, words: '只能填写整数' })
})

test('sums and products are exact where floats are not', () => {
  assert.equal(add('0.1', '0.2'), '0.3')
  assert.equal(subtract('0.3', '0.1'), '0.2')
  assert.equal(subtract('5', '5.0000'), '0')
  assert.equal(multiply('999999999.9999', '999999999999.99'), '999999999999890000000.000001')
  assert.equal(multiply('-0.5', '0'), '0')
  assert.equal(multiply('0.00000001', '0.00000001'), '0.0000000000000001')
  assert.equal(sum(['1.10', '2.20', '3.30']), '6.6')
  assert.equal(sum([]), '0')
})

test('rounding is half up, away from zero', () => {
  assert.equal(round('1.005', 2), '1.01')
  assert.equal(round('1.0049999', 2), '1')
  assert.equal(round('-1.005', 2), '-1.01')
  assert.equal(round('2.5', 0), '3')
  assert.equal(divide('1', '3', 4), '0.3333')
  assert.equal(divide('2', '3', 4), '0.6667')
  assert.equal(divide('1', '8', 2), '0.13')
  assert.equal(divide('-0.1', '100', 2), '0')
  assert.throws(() => divide('1', '0.00', 2), RangeError)
})

test('comparison looks at the value, not at the writing', () => {
  assert.equal(compare('0.0000', '0'), 0)
  assert.equal(compare('10', '9'), 1)
  assert.equal(compare('-2', '1'), -1)
  assert.equal(isZero('0.0000'), true)
  assert.equal(isPositive('0.00'), false)
  assert.equal(isPositive('0.0001'), true)
  assert.equal(canonicalDecimal('12.5000'), '12.5')
  assert.equal(canonicalDecimal('-0.0'), '0')
  assert.equal(fractionDigitsOf('5.0000'), 0)
  assert.equal(fractionDigitsOf('1.50'), 1)
})

test('what is no decimal throws instead of becoming one', () => {
  for (const wrong of ['', 'abc', '1e5', '0x10', 'NaN', 'Infinity', ' 1']) {
    assert.throws(() => add(wrong, '1'), TypeError, wrong)
  }
})

test('numbers for people', () => {
  assert.equal(formatDecimal('1234567.5000'), '1234567.5')
  assert.equal(formatDecimal('1234567.5000', { grouping: true }), '1,234,567.5')
  assert.equal(formatDecimal('-1234', { grouping: true }), '-1,234')
  assert.equal(formatDecimal('999', { grouping: true }), '999')
  assert.equal(formatDecimal('1234.5', { grouping: true, places: 2 }), '1,234.50')
  assert.equal(formatDecimal('0.005', { places: 2 }), '0.01')
  assert.equal(formatDecimal('0.12345', { grouping: true }), '0.12345')
})
