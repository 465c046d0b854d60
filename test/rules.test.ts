import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staleRules } from '../scripts/generate-rules.ts'

test('docs/rules says what the rules say; npm run generate writes it', () => {
  assert.deepEqual(staleRules(), [])
})
