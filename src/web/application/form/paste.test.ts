import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gridOf, isGrid, pasted } from './paste.ts'

const columns = [
  { name: 'specGrade', decimal: false },
  { name: 'unitPrice', decimal: true },
  { name: 'quantity', decimal: true },
]
const blank = { specGrade: '', unitPrice: '', quantity: '' }
const more = { most: 4, blank, headings: ['规格、等级', '单价', '数量'] }

test('cells, rows and quoted cells of a spreadsheet', () => {
  assert.deepEqual(gridOf('a\tb\r\nc\td\r\n'), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(gridOf('"1,500 ""mm""\n宽"\t2'), [['1,500 "mm" 宽', '2']])
  assert.equal(isGrid('one cell\r\n'), false)
  assert.equal(isGrid('a\tb'), true)
})

test('rows are filled from the cell on, numbers plain, totals of the sheet left out', () => {
  const { rows, left } = pasted(
    [],
    'Q235\t1,234.5\t10\t12345\nQ345\t2\t20',
    { row: 0, column: 0 },
    columns,
    more,
  )
  assert.deepEqual(rows, [
    { specGrade: 'Q235', unitPrice: '1234.5', quantity: '10' },
    { specGrade: 'Q345', unitPrice: '2', quantity: '20' },
  ])
  assert.equal(left, 0)
})

test('headings are not content, rows beyond the most are counted', () => {
  const text = '规格、等级\t单价\t数量\nA\t1\t1\nB\t1\t1\nC\t1\t1\n\nD\t1\t1\nE\t1\t1'
  const { rows, left } = pasted(
    [{ specGrade: '有', unitPrice: '9', quantity: '9' }],
    text,
    { row: 1, column: 0 },
    columns,
    more,
  )
  assert.deepEqual(
    rows.map((row) => row['specGrade']),
    ['有', 'A', 'B', 'C'],
  )
  assert.equal(left, 2)
})

test('pasting into a column leaves the cells before it', () => {
  const { rows } = pasted(
    [{ specGrade: '有', unitPrice: '9', quantity: '9' }],
    '5\n6',
    { row: 0, column: 2 },
    columns,
    more,
  )
  assert.deepEqual(rows, [
    { specGrade: '有', unitPrice: '9', quantity: '5' },
    { specGrade: '', unitPrice: '', quantity: '6' },
  ])
})
