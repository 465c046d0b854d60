import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staleRules } from '../scripts/generate-rules.ts'
import { staleSchemas } from '../scripts/generate-schemas.ts'

test('docs/rules says what the rules say; npm run generate writes it', () => {
  assert.deepEqual(staleRules(), [])
})

test('docs/customs has the schemas of the messages; npm run generate writes them', () => {
  assert.deepEqual(staleSchemas(), [])
})
