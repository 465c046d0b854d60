/** Cells pasted from a spreadsheet into a table of rows: tabs between cells, line breaks between rows. */
import { pastedDecimal } from '#ui/typed.ts'
import type { Row } from './content.ts'

export interface PasteColumn {
  name: string
  decimal: boolean
}

export interface Pasted {
  rows: readonly Row[]
  /** Rows that found no place. */
  left: number
}

/** Whether the text is more than one cell. */
export const isGrid = (text: string): boolean => /[\t\n]/.test(text.replace(/\r?\n$/, ''))

/** Cells of the text; a spreadsheet quotes cells that hold a line break or a quote. */
export function gridOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows.at(-1)?.push(cell.replace(/\s*\n\s*/g, ' ').trim())
    cell = ''
  }
  const plain = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at] ?? ''
    if (quoted && sign === '"' && plain[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (sign === '"' && (quoted || cell === '')) quoted = !quoted
    else if (sign === '\t' && !quoted) endCell()
    else if (sign === '\n' && !quoted) {
      endCell()
      rows.push([])
    } else cell += sign
  }
  endCell()
  return rows
}

/**
 * The rows after pasting at a cell: cells go to the columns from `column` on, what stands beyond the last column
 * (a total, as spreadsheets have one) is left out; so is a first row of headings.
 */
export function pasted(
  rows: readonly Row[],
  text: string,
  at: { row: number; column: number },
  columns: readonly PasteColumn[],
  more: { most: number; blank: Row; headings: readonly string[] },
): Pasted {
  const grid = gridOf(text).filter((cells) => cells.some((cell) => cell !== ''))
  const withoutHeadings =
    grid[0]?.some((cell) => more.headings.includes(cell)) === true ? grid.slice(1) : grid
  const room = Math.max(0, more.most - at.row)
  const result = [...rows]
  withoutHeadings.slice(0, room).forEach((cells, index) => {
    const target = at.row + index
    while (result.length <= target) result.push(more.blank)
    const values = columns.slice(at.column).flatMap(({ name, decimal }, place): [string, string][] => {
      const cell = cells[place]
      return cell === undefined ? [] : [[name, decimal ? pastedDecimal(cell) : cell]]
    })
    result[target] = { ...(result[target] ?? more.blank), ...Object.fromEntries(values) }
  })
  return { rows: result, left: Math.max(0, withoutHeadings.length - room) }
}
