/** A workbook is written in pieces; what a spreadsheet program reads from it must be the rows as they were given. */
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { readSheet } from './read.ts'
import { workbook, type Cell } from './write.ts'

const row = (n: number): Cell[] => [`第 ${n} 行 <&>`, { number: `${n}.5` }]
const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => row(from + index))

test('rows of pieces of any size stand one below the other, in order', async () => {
  // Smaller, larger and exactly as large as what is written at once; an empty piece adds nothing.
  const pieces = [rows(1, 1), rows(2, 120), [], rows(122, 50), rows(172, 3)]
  const bytes = await buffer(workbook('明细', pieces))
  const read = await readSheet(bytes, 'statement.xlsx')
  assert.deepEqual(
    read,
    rows(1, 174).map(([text, figure]) => [text, typeof figure === 'object' ? figure.number : '']),
  )
})
