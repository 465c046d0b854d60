/** The grant spreadsheet: read into rows and judged, and its empty template. */
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { readGrants } from '#api/quota.ts'
import { dayOf } from '#domain/day.ts'
import {
  columnNames,
  columns,
  mostFileBytes,
  mostRows,
  optionalColumns,
  type GrantRow,
} from '#domain/quota/grant.ts'
import type { Context } from '../context.ts'
import { BadFile } from '../files/bad-file.ts'
import { Malformed } from '../refused.ts'
import { readSheet } from '../sheet/read.ts'
import { workbook } from '../sheet/write.ts'
import { judgeRows } from './judge.ts'

type Body = z.output<(typeof readGrants)['body']>

/** The rows of a file with what is wrong with each; refuses (422) a file that is no such table. Writes nothing. */
export async function judgedFile(ctx: Context, body: Body): Promise<z.input<(typeof readGrants)['reply']>> {
  const bytes = Buffer.from(body.file, 'base64')
  const rows = await refusing(async () => rowsOf(await sheetOf(bytes, body.fileName)))
  const judged = await judgeRows(ctx.db, await ctx.codes.current(), body.kind, rows, dayOf(ctx.clock()))
  return { rows: judged.map(({ shown }) => shown) }
}

function sheetOf(bytes: Buffer, fileName: string) {
  if (bytes.length > mostFileBytes) throw new BadFile(`文件不能超过 ${mostFileBytes / 1024} KB，请分批上传`)
  return readSheet(bytes, fileName)
}

async function refusing<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof BadFile)
      throw new Malformed(error.message, [{ path: 'file', words: error.message, rule: 'file' }])
    throw error
  }
}

/** A longer text is wrong in every column; cut, it is told as wrong instead of failing the whole file. */
const longest = 61

/** Rows by the names in the first line, in whatever order the columns stand; empty lines are left out. */
function rowsOf(sheet: readonly string[][]): GrantRow[] {
  const [head = [], ...lines] = sheet
  const places = new Map(head.map((name, place) => [name.replaceAll(/[\s*]/g, ''), place]))
  const missing = columnNames.filter((name) => !optionalColumns.has(name) && !places.has(columns[name]))
  if (missing.length > 0) {
    const words = missing.map((name) => columns[name]).join('、')
    throw new BadFile(`第 1 行应为栏目名称，缺少：${words}。请下载模板填写`)
  }
  const rows = lines.flatMap((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return []
    const value = (name: keyof typeof columns) =>
      (cells[places.get(columns[name]) ?? -1] ?? '').trim().slice(0, longest)
    return [
      {
        line: index + 2,
        year: value('year'),
        enterpriseCode: value('enterpriseCode'),
        categoryCode: value('categoryCode'),
        tradeMode: value('tradeMode'),
        country: value('country'),
        docNo: value('docNo'),
        quantity: value('quantity'),
        unit: value('unit'),
      },
    ]
  })
  if (rows.length === 0) throw new BadFile('文件中没有数据行，请从第 2 行起填写')
  if (rows.length > mostRows)
    throw new BadFile(`文件有 ${rows.length} 行，一批最多 ${mostRows} 行，请分批上传`)
  return rows
}

/** The empty table: its columns, those that must be filled in marked. */
export const templateWorkbook = (): Readable =>
  workbook('配额下达', [
    [columnNames.map((name) => (optionalColumns.has(name) ? columns[name] : `${columns[name]}*`))],
  ])
