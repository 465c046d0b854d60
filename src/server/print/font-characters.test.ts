import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRINTABLE_RANGES } from '#domain/characters.gen.ts'
import { printableCharacters, rangesText } from './font-characters.ts'

test('domain/characters.gen.ts is what the fonts draw (else: node scripts/generate-characters.ts)', async () => {
  const codes = await printableCharacters()
  assert.equal(PRINTABLE_RANGES, rangesText(codes))
  assert.ok(codes.length > 31_000)
})

test('runs are told by the gap before them and their length', () => {
  assert.equal(rangesText([32, 33, 34, 100, 0x20000]), 'w,3;1t,1;2t23,1')
})
