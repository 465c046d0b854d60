/** Rows of a spreadsheet that somebody sends: xlsx in a worker that is stopped when it takes too long, csv in place. */
import { Worker } from 'node:worker_threads'
import { parse } from 'csv-parse/sync'
import { BadFile } from '../files/bad-file.ts'
import { bytesOf } from '../files/bytes.ts'
import { inspectZip, unpackedSize } from '../files/content-zip.ts'

/** A sheet of 2,000 rows unpacks to a fraction of this; a bomb to more. */
const mostUnpackedBytes = 16 * 1024 * 1024
const patienceMs = 10_000

const unreadable = () =>
  new BadFile('无法读取文件内容，请用模板另存为 xlsx，或存为 UTF-8 编码的 csv 后重新上传')

/** Every row as texts, numbers as they were written. Refuses what is neither xlsx nor UTF-8 csv. */
export async function readSheet(bytes: Buffer, fileName: string): Promise<string[][]> {
  if (/\.xlsx$/i.test(fileName)) return readXlsx(bytes)
  if (/\.csv$/i.test(fileName)) return readCsv(bytes)
  throw new BadFile('只能上传 xlsx 或 csv 文件，请下载模板填写')
}

/** At most `most` rows are read: what lies behind them costs nothing. `encodings`: the first that fits. */
export function readCsv(
  bytes: Buffer,
  { encodings = ['utf-8'], most }: { encodings?: readonly string[]; most?: number } = {},
): string[][] {
  const text = encodings.reduce<string | undefined>((found, name) => found ?? decoded(bytes, name), undefined)
  if (text === undefined) throw unreadable()
  const rows = { bom: true, relax_column_count: true, skip_empty_lines: false, trim: true }
  try {
    return parse(text, most === undefined ? rows : { ...rows, to: most })
  } catch {
    throw unreadable()
  }
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

async function readXlsx(bytes: Buffer): Promise<string[][]> {
  const given = bytesOf(bytes)
  if ((await inspectZip(given)) !== 'xlsx') throw unreadable()
  if ((await unpackedSize(given)) > mostUnpackedBytes) {
    throw new BadFile('文件解开后过大，请只保留需要的行，用模板另存后重新上传')
  }
  return inWorker(bytes)
}

function inWorker(bytes: Buffer): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    })
    const timer = setTimeout(() => {
      void worker.terminate()
      reject(unreadable())
    }, patienceMs)
    const done = (act: () => void) => {
      clearTimeout(timer)
      act()
    }
    worker.once('message', (rows: unknown) =>
      done(() => (isRows(rows) ? resolve(rows) : reject(unreadable()))),
    )
    worker.once('error', () => done(() => reject(unreadable())))
    worker.once('exit', () => done(() => reject(unreadable())))
  })
}

const isRows = (rows: unknown): rows is string[][] =>
  Array.isArray(rows) &&
  rows.every((row) => Array.isArray(row) && row.every((cell) => typeof cell === 'string'))
