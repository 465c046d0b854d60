import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scaleOf, sizeWords, turned, turnedSize, zoomed } from './zoom.ts'

const sheet = { width: 800, height: 1000 }

test('a sheet is fitted to the width, to the whole page, or shown by a factor', () => {
  assert.equal(scaleOf('width', sheet, { width: 600, height: 300 }), 0.75)
  assert.equal(scaleOf('page', sheet, { width: 600, height: 300 }), 0.3)
  assert.equal(scaleOf('page', { width: 1000, height: 100 }, { width: 500, height: 400 }), 0.5)
  assert.equal(scaleOf(1.25, sheet, { width: 600, height: 300 }), 1.25)
  assert.equal(scaleOf('width', { width: 10, height: 10 }, { width: 600, height: 300 }), 6)
  assert.equal(scaleOf('width', { width: 100_000, height: 10 }, { width: 600, height: 300 }), 0.1)
})

test('steps go up and down, from a fitted factor to the nearest one, and end', () => {
  assert.equal(zoomed(0.75, 1), 0.8)
  assert.equal(zoomed(0.75, -1), 0.67)
  assert.equal(zoomed(1, 1), 1.1)
  assert.equal(zoomed(1.0001, 1), 1.1)
  assert.equal(zoomed(6, 1), 6)
  assert.equal(zoomed(0.1, -1), 0.1)
})

test('four quarters come round; a quarter exchanges width and height', () => {
  assert.equal(turned(turned(turned(turned(0)))), 0)
  assert.deepEqual(turnedSize(sheet, 90), { width: 1000, height: 800 })
  assert.deepEqual(turnedSize(sheet, 180), sheet)
})

test('sizes of files in words', () => {
  assert.deepEqual([0, 1023, 1024, 38_400, 1_023_000, 2_500_000].map(sizeWords), [
    '0 字节',
    '1023 字节',
    '1 KB',
    '38 KB',
    '999 KB',
    '2.4 MB',
  ])
})
