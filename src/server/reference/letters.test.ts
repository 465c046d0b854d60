import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lettersOf } from './letters.ts'

test('steel is found by the letters people type for it', () => {
  for (const [name, letters, initials] of [
    ['热轧卷材', 'rezhajuancai', 'rzjc'],
    ['冷轧的', 'lengzhade', 'lzd'],
    ['轧有花纹', 'zhayouhuawen', 'zyhw'],
    ['未轧棉花', 'weiyamianhua', 'wymh'],
    ['铝材', 'lvcai', 'lc'],
    ['厚度<1.5mm', 'houdu15mm', 'hdmm'],
  ] as const) {
    assert.deepEqual(lettersOf(name), { letters, initials }, name)
  }
})
