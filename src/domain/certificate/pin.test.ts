import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pinProblem } from './pin.ts'

test('eight to twenty characters with a letter and a digit', () => {
  for (const good of ['k8s2m4x9', 'Xuke-2026', 'a1b2c3d4', 'T0-day.is_fine99!~^&']) {
    assert.equal(pinProblem(good), undefined, good)
  }
})

test('each thing that is wrong is said', () => {
  const cases: [string, RegExp][] = [
    ['', /现为 0 位/],
    ['a1b2c3d', /现为 7 位/],
    ['a1b2c3d4e5f6g7h8i9j0k', /现为 21 位/],
    ['密码密码密码ab12', /只能用/],
    ['ab12 cd34', /空格/],
    ['20260101', /字母和数字/],
    ['abcdxyzw', /字母和数字/],
    ['a1a1a1a1', /至少 4 个/],
    ['abc12345', /连续/],
    ['xyz98765', /连续/],
  ]
  for (const [pin, words] of cases) assert.match(pinProblem(pin) ?? '', words, pin)
})
