import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, isRunning, seen, stepOf, tallyOf, type Item } from './progress.ts'

const row = (
  issueStep: string | null,
  issueError: string | null = null,
  state: 'pending' | 'valid' = 'pending',
) => ({
  state,
  issueStep,
  issueError,
})
const item: Item = { id: '1', licenceNo: '26AA000001', phase: 'running', words: '' }

test('steps in words, in their order', () => {
  assert.deepEqual(
    ['dates', 'document', 'message', 'done', null].map((step) => stepOf(row(step))),
    ['1/3 确定有效期', '2/3 排版、签章', '3/3 通知海关', '即将完成', ''],
  )
  assert.equal(failureOf(row('document', '证书已到期')), '“排版、签章”没有完成：证书已到期')
})

test('begun, and neither finished nor failed, is under way', () => {
  assert.deepEqual(
    [row(null), row('dates'), row('document', '错'), row('done', null, 'valid')].map(isRunning),
    [false, true, false, false],
  )
})

test('what was read again moves an item on to its end', () => {
  assert.deepEqual(seen(item, row('message')), { ...item, words: '3/3 通知海关' })
  assert.equal(seen(item, row('done', null, 'valid')).phase, 'done')
  assert.deepEqual(seen(item, row('document', '字体缺字')), {
    ...item,
    phase: 'failed',
    words: '“排版、签章”没有完成：字体缺字',
  })
  assert.equal(seen(item, row(null)).phase, 'failed')
})

test('an item that does not run stays as it is', () => {
  const refused: Item = { ...item, phase: 'refused', words: '不行' }
  assert.equal(seen(refused, row('done', null, 'valid')), refused)
})

test('the tally counts what is over and how', () => {
  const phases = ['waiting', 'sending', 'running', 'done', 'done', 'failed', 'refused', 'stopped'] as const
  assert.deepEqual(tallyOf(phases.map((phase) => ({ ...item, phase }))), {
    all: 8,
    over: 5,
    done: 2,
    wrong: 2,
    stopped: 1,
  })
})
