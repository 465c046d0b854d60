import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  changed,
  pagedRows,
  readListState,
  totalWords,
  writeListState,
  type ListDefaults,
} from './list-state.ts'

const defaults: ListDefaults = {
  tab: 'draft',
  order: 'desc',
  filters: ['hsCode', 'year'],
  preset: { year: '2026' },
}

test('an address without words is the list as it opens, and writes no words', () => {
  const state = readListState({}, defaults)
  assert.deepEqual(state, {
    tab: 'draft',
    sort: '',
    order: 'desc',
    page: 1,
    pageSize: 20,
    filters: { year: '2026' },
  })
  assert.deepEqual(writeListState(state, defaults), {})
})

test('what is written is read again, also a preset that was emptied', () => {
  const state = changed(readListState({}, defaults), {
    tab: 'ready',
    order: 'asc',
    page: 3,
    pageSize: 50,
    filters: { hsCode: '7208271000' },
  })
  const words = writeListState(state, defaults)
  assert.deepEqual(words, {
    tab: 'ready',
    order: 'asc',
    page: '3',
    pageSize: '50',
    hsCode: '7208271000',
    year: '',
  })
  assert.deepEqual(readListState(words, defaults), state)
})

test('nonsense in the address counts as not said', () => {
  const state = readListState({ page: '-4', pageSize: '7', order: 'up', hsCode: '' }, defaults)
  assert.equal(state.page, 1)
  assert.equal(state.pageSize, 20)
  assert.equal(state.order, 'desc')
  assert.deepEqual(state.filters, { year: '2026' })
  assert.equal(readListState({ page: '5000' }, defaults).page, 1)
})

test('a change of filter starts at the first page; turning a page does not', () => {
  const third = changed(readListState({}, defaults), { page: 3 })
  assert.equal(third.page, 3)
  assert.equal(changed(third, { filters: {} }).page, 1)
})

test('totals are exact to 10,000, then 10,000+', () => {
  assert.equal(totalWords({ count: 9876, more: false }), '9,876')
  assert.equal(totalWords({ count: 10_000, more: true }), '10,000+')
  assert.equal(totalWords(12), '12')
  assert.equal(pagedRows({ count: 10_000, more: true }), 10_000)
  assert.equal(pagedRows(1_000_000), 10_000)
})
