import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lines, longest, mailboxOf, oneLine, recipientProblem, tidyRecipient } from './letter.ts'

test('who can be written to', () => {
  for (const good of [
    'a@b.cn',
    'zhao.min+xk@mail.example.com.cn',
    "o'neil@x-y.cn",
    `${'a'.repeat(64)}@b.cn`,
  ]) {
    assert.equal(recipientProblem('email', good), undefined, good)
  }
  assert.equal(recipientProblem('sms', '19912345678'), undefined)
})

test('who can not: nothing that could be a second recipient, a group, a name or a header', () => {
  const bad = [
    '',
    'a',
    'a@b',
    '@b.cn',
    'a@.cn',
    'a..b@c.cn',
    '.a@c.cn',
    'a@b.cn\r\nBcc: c@d.cn',
    'a@b.cn\n',
    'a\0@b.cn',
    'a b@c.cn',
    'a@b.cn,c@d.cn',
    'a@b.cn;c@d.cn',
    'all:a@b.cn',
    '<a@b.cn>',
    'a(b)@c.cn',
    '"a"@b.cn',
    'a@b@c.cn',
    'a@[127.0.0.1]',
    'a@1.2.3.4',
    'a@-b.cn',
    '赵@例子.cn',
    `${'a'.repeat(65)}@b.cn`,
    `a@${'b.'.repeat(130)}cn`,
  ]
  for (const one of bad) assert.ok(recipientProblem('email', one), JSON.stringify(one))
  for (const one of [
    '',
    '10086',
    '1391234567a',
    '+8613912345678',
    '13912345678\n',
    '１３９１２３４５６７８',
    'a@b.cn',
  ]) {
    assert.ok(recipientProblem('sms', one), JSON.stringify(one))
  }
})

test('recipients are compared in one form', () => {
  assert.equal(tidyRecipient('email', ' Zhao@Example.CN\n'), 'zhao@example.cn')
  assert.equal(tidyRecipient('sms', ' 13912345678 '), '13912345678')
})

test('a subject is one line', () => {
  assert.equal(oneLine('结果\r\nBcc: a@b.cn'), '结果 Bcc: a@b.cn')
  assert.equal(oneLine(' a\0\u0085\u2028\tb\r'), 'a b')
  assert.equal(oneLine('字'.repeat(200)).length, longest.subject)
  assert.ok(oneLine('字'.repeat(200)).endsWith('…'))
  assert.equal(oneLine('字'.repeat(longest.subject)), '字'.repeat(longest.subject))
})

test('a text keeps its lines and no other control characters; it is cut between characters', () => {
  assert.equal(lines('一\r\n二\r三\u2028四\0五\u001b[0m\n', 99), '一\n二\n三\n四 五 [0m')
  assert.equal(lines('𠀀𠀀𠀀', 4), '𠀀…')
  assert.equal(lines('𠀀𠀀', 4), '𠀀𠀀')
})

test('a sender has an address and may have a name', () => {
  assert.deepEqual(mailboxOf('许可证系统 <licence@example.cn>'), {
    name: '许可证系统',
    address: 'licence@example.cn',
  })
  assert.deepEqual(mailboxOf('"A, B" <a@b.cn>'), { name: 'A, B', address: 'a@b.cn' })
  assert.deepEqual(mailboxOf(' a@b.cn '), { name: '', address: 'a@b.cn' })
  for (const bad of ['', 'a', '<a@b.cn', 'x <a@b.cn>, y <c@d.cn>', 'x\r\nBcc: y <a@b.cn>', 'x <>'])
    assert.equal(mailboxOf(bad), undefined, bad)
})
