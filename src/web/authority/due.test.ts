import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueWords } from './due.ts'

test('days left, the day itself, and days past', () => {
  assert.deepEqual(dueWords('2026-11-24', false, '2026-11-22'), { words: '还有 2 天', late: false })
  assert.deepEqual(dueWords('2026-11-22', false, '2026-11-22'), { words: '今天到期', late: false })
  assert.deepEqual(dueWords('2026-11-19', true, '2026-11-22'), { words: '已超期 3 天', late: true })
})

test('one that is settled is not late, whenever its day was', () => {
  assert.equal(dueWords('2026-11-19', false, '2026-11-22'), undefined)
  assert.equal(dueWords(null, false, '2026-11-22'), undefined)
})
