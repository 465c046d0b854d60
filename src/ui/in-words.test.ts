import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fields } from '#domain/application/form.ts'
import { inWords } from './in-words.ts'

test('each kind of field is said in words', () => {
  assert.equal(inWords(fields.contractNo, 'HT-2026-01'), 'HT-2026-01')
  assert.equal(inWords(fields.contractAmount, '1234567.50'), '1,234,567.5')
  assert.equal(inWords(fields.contractSignedOn, '2026-01-31'), '2026-01-31')
  assert.equal(inWords(fields.customsPort, '0202', '新港海关'), '0202 新港海关')
  assert.equal(inWords(fields.customsPort, '0202'), '0202')
  assert.equal(inWords(fields.oneBatch, false), '否')
})

test('nothing is “—”, never blank; what is malformed stays as typed', () => {
  assert.equal(inWords(fields.contractNo, ''), '—')
  assert.equal(inWords(fields.customsPort, undefined, '新港海关'), '—')
  assert.equal(inWords(fields.contractAmount, '1e5'), '1e5')
})
