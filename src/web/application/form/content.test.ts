import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyApplication, emptyContractSheet } from '#domain/application/form.ts'
import {
  malformedIn,
  sameContent,
  saveable,
  textAt,
  valueAt,
  withoutBlankRows,
  withValue,
  type Content,
} from './content.ts'
import { differing, valueWords } from './differing.ts'

const empty: Content = { form: emptyApplication, contractSheet: null }
const filled = (values: Record<string, unknown>): Content =>
  Object.entries(values).reduce((so, [path, value]) => withValue(so, path, value), empty)

test('values are read and written by the paths of the rules', () => {
  const content = filled({
    contractNo: 'HT-1',
    'lines.1.quantity': '12',
    'contractSheet.address': '路 1 号',
    declarationAccepted: true,
  })
  assert.equal(textAt(content, 'contractNo'), 'HT-1')
  assert.equal(textAt(content, 'lines.1.quantity'), '12')
  assert.deepEqual(valueAt(content, 'lines.0'), content.form.lines)
  assert.deepEqual(content.form.lines[0], { specGrade: '', unitPrice: '', quantity: '' })
  assert.equal(content.contractSheet?.address, '路 1 号')
  assert.equal(valueAt(content, 'declarationAccepted'), true)
  assert.equal(textAt(empty, 'contractSheet.address'), '')
  assert.equal(empty.form.contractNo, '', 'the content it was made from stays')
})

test('empty rows at the end are no content, empty rows before others are', () => {
  const content = filled({ 'lines.2.quantity': '1', 'lines.3.specGrade': '  ' })
  assert.equal(withoutBlankRows(content).form.lines.length, 3)
  assert.equal(withoutBlankRows(filled({ 'producers.0.name': '' })).form.producers.length, 0)
})

test('a malformed value keeps its saved one in what is sent, and is named', () => {
  const saved = filled({ contractAmount: '1000', contractNo: 'A' })
  const typed = filled({
    contractAmount: '1000.',
    contractNo: 'B',
    'lines.0.quantity': 'x',
    'contractSheet.postcode': '1',
  })
  const { content, held } = saveable(typed, saved)
  assert.equal(content.form.contractAmount, '1000')
  assert.equal(content.form.contractNo, 'B')
  assert.equal(content.form.lines[0]?.quantity, '')
  assert.equal(content.contractSheet?.postcode, '')
  assert.deepEqual(held.map(({ path }) => path).toSorted(), [
    'contractAmount',
    'contractSheet.postcode',
    'lines.0.quantity',
  ])
  assert.deepEqual(malformedIn(content), [])
})

test('the same number written otherwise is the same content', () => {
  assert.equal(
    sameContent(filled({ 'lines.0.unitPrice': '1.50' }), filled({ 'lines.0.unitPrice': '1.5' })),
    true,
  )
  assert.equal(
    sameContent(filled({ 'lines.0.unitPrice': '1.5' }), filled({ 'lines.0.unitPrice': '1.51' })),
    false,
  )
  assert.equal(sameContent({ ...empty, contractSheet: emptyContractSheet }, empty), false)
})

test('differences name each field once, rows as one', () => {
  const here = filled({ contractNo: 'A', 'lines.0.quantity': '1', tradeMode: '10' })
  const there = filled({ contractNo: 'B', 'contractSheet.address': 'X' })
  const found = differing(here, there)
  assert.deepEqual(
    found.map(({ path }) => path),
    ['tradeMode', 'contractNo', 'lines', 'contractSheet.address'],
  )
  const words = found.map(({ field, here: own }) => valueWords(field, own, () => '一般贸易'))
  assert.deepEqual(words, ['10 一般贸易', 'A', '1. — / — / 1', '—'])
})
