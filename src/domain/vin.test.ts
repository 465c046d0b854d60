import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vinProblem, vinWarning } from './vin.ts'

test('well-formed numbers with a fitting check digit pass without doubt', () => {
  for (const vin of ['1M8GDM9AXKP042788', '11111111111111111', '5GZCZ43D13S812715']) {
    assert.equal(vinProblem(vin), undefined, vin)
    assert.equal(vinWarning(vin), undefined, vin)
  }
})

test('a wrong check digit warns and does not refuse', () => {
  assert.equal(vinProblem('1M8GDM9A0KP042788'), undefined)
  assert.match(vinWarning('1M8GDM9A0KP042788') ?? '', /第 9 位/)
})

test('what is no number at all is refused', () => {
  for (const [vin, words] of [
    ['', /请填写/],
    ['1M8GDM9AXKP04278', /17 位，现为 16 位/],
    ['1m8gdm9axkp042788', /大写/],
    ['1M8GDM9AXKPO42788', /I、O、Q/],
  ] as const) {
    assert.match(vinProblem(vin) ?? '', words, vin)
    assert.equal(vinWarning(vin), undefined)
  }
})
