/** The files of db/reference: how one is read, and what is said when a row of it is wrong. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { StartError } from '../start-error.ts'

export const referenceFolder = path.resolve(import.meta.dirname, '../../../db/reference')

/** A cell that is 1 or 0. */
export const flag = z.enum(['0', '1'], '应为 0 或 1').transform((value) => value === '1')

/** A cell that is not empty and has no blanks around it. */
export const filled = z
  .string()
  .refine((value) => value !== '' && value === value.trim(), '不能为空，首尾不能有空格')

/** A cell that may be empty, which is null. */
export const optional = z.string().transform((value) => (value === '' ? null : value))

/** Cells every list ends with: 待核实 mark, ids of the texts it comes from, and a note. */
export const provenance = { provisional: flag, source: filled, note: z.string() }

/** The bytes of one file. Throws a StartError when it is missing. */
export async function readFile(folder: string, file: string): Promise<Buffer> {
  try {
    return await fs.readFile(path.join(folder, file))
  } catch (error) {
    throw new StartError(`读不到参数文件 ${path.join(folder, file)}，请恢复该文件后重新启动。`, {
      cause: error,
    })
  }
}

/** The rows of a file, each as the schema gives it. Throws a StartError that names the first wrong row. */
export function rowsOf<S extends z.ZodType>(bytes: Buffer, file: string, schema: S): z.output<S>[] {
  const wrong = (line: number, words: string, cause?: unknown) =>
    new StartError(`参数文件 ${file} 第 ${line} 行有误：${words}。请改正后重新启动。`, { cause })
  let records: unknown[]
  try {
    records = parse(bytes, { columns: true, bom: true, skip_empty_lines: true })
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? Number(error.lines) : 1
    throw wrong(line, '行的列数与表头不符，或引号不成对', error)
  }
  return records.map((record, index) => {
    const parsed = schema.safeParse(record)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw wrong(index + 2, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim())
  })
}
