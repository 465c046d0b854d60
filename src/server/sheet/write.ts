/**
 * A workbook of one sheet, written while its rows are read: each piece of rows becomes XML, goes through zlib's own
 * threads into the ZIP, and is forgotten (docs/decisions/quota.md). Texts stand in their cells, numbers as decimals.
 */
import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A text, or a decimal that is to be a number in the sheet. */
export type Cell = string | { number: string }

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const typeOf = (part: string) => `application/vnd.openxmlformats-officedocument.spreadsheetml.${part}+xml`

/** Characters that XML can't hold are left out; the rest is escaped. */
const escaped = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- finding them is its purpose
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** The letters of a column, from 0: A to Z, then AA. */
const lettersOf = (column: number): string =>
  (column >= 26 ? lettersOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26))

function cellXml(cell: Cell, column: number, row: number): string {
  if (cell === '') return ''
  const place = `r="${lettersOf(column)}${row}"`
  return typeof cell === 'string'
    ? `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
    : `<c ${place}><v>${escaped(cell.number)}</v></c>`
}

const rowXml = (cells: readonly Cell[], row: number): string =>
  `<row r="${row}">${cells.map((cell, column) => cellXml(cell, column, row)).join('')}</row>`

/** Texts of some thousand bytes are forgotten with the young objects; megabytes stay until the whole heap is looked through. */
const rowsAtOnce = 50

async function* sheetXml(pieces: AsyncIterable<readonly Cell[][]> | Iterable<readonly Cell[][]>) {
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="16" defaultRowHeight="15"/><sheetData>`
  let written = 0
  for await (const rows of pieces) {
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      yield rows
        .slice(from, from + rowsAtOnce)
        .map((cells, index) => rowXml(cells, written + from + index + 1))
        .join('')
    }
    written += rows.length
  }
  yield '</sheetData></worksheet>'
}

const parts = (sheetName: string): Record<string, string> => ({
  '[Content_Types].xml': `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${typeOf('sheet.main')}"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${typeOf('worksheet')}"/></Types>`,
  '_rels/.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${escaped(sheetName)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
})

/** The bytes of the workbook; a fault while rows are read ends the stream with it, so a cut file is never a whole one. */
export function workbook(
  sheetName: string,
  pieces: AsyncIterable<readonly Cell[][]> | Iterable<readonly Cell[][]>,
): Readable {
  const zip = new ZipFile()
  // The same content gives the same bytes: a fixed day stands for when its parts were made.
  const mtime = new Date(0)
  for (const [name, text] of Object.entries(parts(sheetName)))
    zip.addBuffer(Buffer.from(text), name, { mtime })
  const output = new PassThrough()
  zip.outputStream.pipe(output)
  // One piece at a time waits, not sixteen.
  const sheet = Readable.from(sheetXml(pieces), { objectMode: false })
  sheet.on('error', (error) => output.destroy(error))
  output.on('close', () => sheet.destroy())
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml', { mtime })
  zip.end()
  return output
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
