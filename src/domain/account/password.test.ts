import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordProblem } from './password.ts'

test('a password of 10 to 20 characters with upper case, lower case and a digit', () => {
  for (const good of ['Kranichzug1', 'A1-bcdefghij_klmn.op', '密码Ab1密码密码密']) {
    assert.equal(passwordProblem(good), undefined, good)
  }
})

test('each thing that is wrong is said', () => {
  const cases: [string, RegExp][] = [
    ['', /现为 0 位/],
    ['Abcdefgh1', /现为 9 位/],
    ['Abcdefghijklmnopqrst1', /现为 21 位/],
    ['Abcdefg h1', /空格/],
    ['Abcdefgh~1', /~/],
    ['Abcdefgh\u00001', /不能输入/],
    ['Abcdefgh\uD8001', /不能输入/],
    ['abcdefghi1', /大写/],
    ['ABCDEFGHI1', /小写/],
    ['Abcdefghij', /数字/],
    ['Abcdefghi１', /数字/],
  ]
  for (const [password, words] of cases) assert.match(passwordProblem(password) ?? '', words, password)
})

test('a password that anybody would try first is refused although it keeps the rule', () => {
  const common = `Password123 Admin123456 Qwerty12345 Woaini1314520 Aa123456789 P@ssw0rd2024
    1qaz2WSX3edc Zhongguo2026! Abcdefghi1 Summer2025!! Zxcvbnm1234 AAAaaa1111`
  for (const password of common.split(/\s+/))
    assert.match(passwordProblem(password) ?? '', /太常见/, password)
  for (const own of ['Correct7Horse', 'Bluemoon42x', 'Xuke-Demo-2026']) {
    assert.equal(passwordProblem(own), undefined, own)
  }
})

test('what everybody knows of a person is no password', () => {
  assert.equal(passwordProblem('Tangshan2026ok'), undefined)
  assert.match(passwordProblem('Tangshan2026ok', ['tangshan']) ?? '', /太常见/)
})
