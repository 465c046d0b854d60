import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emailProblem, mobileProblem, phoneProblem, postcodeProblem } from './phone.ts'

test('numbers and addresses people have', () => {
  assert.equal(mobileProblem('13800138000'), undefined)
  for (const phone of ['13800138000', '010-12345678', '(0512)1234567-801', '+86 10 1234 5678']) {
    assert.equal(phoneProblem(phone), undefined, phone)
  }
  assert.equal(postcodeProblem('100000'), undefined)
  for (const email of ['a@b.cn', 'wang.wu+x@mail.example.com.cn'])
    assert.equal(emailProblem(email), undefined)
})

test('what cannot be reached is refused', () => {
  for (const mobile of ['', '1380013800', '138001380000', '12800138000', '１３８00138000']) {
    assert.notEqual(mobileProblem(mobile), undefined, mobile)
  }
  for (const phone of ['', '12345', '电话', '０10-12345678', '123456789012345678901']) {
    assert.notEqual(phoneProblem(phone), undefined, phone)
  }
  for (const postcode of ['', '1000', '1000000', '10000a'])
    assert.notEqual(postcodeProblem(postcode), undefined)
  for (const email of [
    '',
    'a',
    'a@b',
    '@b.cn',
    'a@b..cn',
    'a b@c.cn',
    'a@b.cn,c@d.cn',
    `${'x'.repeat(250)}@b.cn`,
  ]) {
    assert.notEqual(emailProblem(email), undefined, email)
  }
})
