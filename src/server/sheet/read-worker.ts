/** Reads one workbook apart from the server's thread, and tells its rows as texts; null when it can't. */
import { parentPort, workerData } from 'node:worker_threads'
import { readSheet } from 'read-excel-file/node'

/** A number as the file has it; what lies behind the fifteenth digit is an artefact of how Excel keeps numbers. */
const numberText = (text: string) => {
  const digits = text.replace(/^-?0*\.?0*|\./g, '').length
  return digits > 15 ? String(Number(Number(text).toPrecision(15))) : text
}

const textOf = (cell: unknown): string =>
  cell === null || cell === undefined
    ? ''
    : cell instanceof Date
      ? cell.toISOString().slice(0, 10)
      : String(cell).trim()

try {
  const rows = await readSheet(Buffer.from(workerData), { parseNumber: numberText })
  parentPort?.postMessage(rows.map((row) => row.map(textOf)))
} catch {
  parentPort?.postMessage(null)
}
