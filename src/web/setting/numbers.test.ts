import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaOf, settings, type Setting } from '#domain/setting/table.ts'
import { problemsOfRows, rowsOf, valueOfRows, type ByCode } from './numbers.ts'

const byCode = (setting: Setting): ByCode => {
  if (setting.kind !== 'byCode') throw new Error('not by code')
  return setting
}
const digits = byCode(settings.quantity_digits)
const days = byCode(settings.licence_days)

test('what is typed is what was read, and what the server takes', () => {
  const typed = rowsOf(settings.quantity_digits.usual)
  assert.deepEqual(problemsOfRows(typed, digits), {})
  assert.deepEqual(valueOfRows(typed, digits), settings.quantity_digits.usual)
  const some = {
    otherwise: '',
    rows: [
      { code: 'natural_sand', number: '60' },
      { code: '', number: '' },
    ],
  }
  assert.deepEqual(problemsOfRows(some, days), {})
  assert.deepEqual(valueOfRows(some, days), { otherwise: null, byCode: { natural_sand: 60 } })
  assert.ok(schemaOf(days).safeParse(valueOfRows(some, days)).success)
})

test('each thing that is wrong is said at its place', () => {
  const rows = [
    { code: '001', number: '' },
    { code: '', number: '1' },
    { code: '001', number: '5' },
  ]
  assert.deepEqual(Object.keys(problemsOfRows({ otherwise: 'x', rows }, digits)), [
    'rows.0.number',
    'rows.1.code',
    'rows.2.code',
    'rows.2.number',
    'otherwise',
  ])
})
