import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSearch, stringifySearch } from './search.ts'

test('codes in an address stay texts, leading noughts and all', () => {
  const words = { port: '0200', hsCode: '7208271000', name: '热轧 & 冷轧', flag: 'true' }
  const text = stringifySearch(words)
  assert.equal(text.includes('%22'), false)
  assert.deepEqual(parseSearch(text), words)
  assert.equal(stringifySearch({ page: undefined }), '')
})
