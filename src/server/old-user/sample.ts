/** The sample of a file with old users: its columns, and a row of each kind. */
import { createHash } from 'node:crypto'
import { columnNames, columns, optionalColumns } from '#domain/old-user/row.ts'

const digest = (kind: string, text: string) => createHash(kind).update(text).digest('hex')

const rows = [
  ['出口', '1100DEM00009X', 'beijing', digest('md5', 'sample'), 'md5', '', '', '', '出口许可证'],
  ['进口', '1100DEM00009X', 'beijing', digest('sha1', 'xy7sample'), 'sha1', 'xy7', '前', '', '进口许可证'],
  ['机电产品进口单证', '1100DEM00009X', 'bj_jd', digest('sha256', 'sample'), 'sha256', '', '', 'K0001', ''],
]

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** With a byte order mark, without which spreadsheet programs take it for another encoding. */
export const sampleFile = (): string =>
  `\uFEFF${[columnNames.map((name) => `${columns[name]}${optionalColumns.has(name) ? '' : '*'}`), ...rows]
    .map((cells) => cells.map(quoted).join(','))
    .join('\r\n')}\r\n`
