/**
 * What the form page holds: the form and its contract sheet as typed, addressed by the paths the rules use
 * (`contractNo`, `lines.0.quantity`, `contractSheet.address`).
 */
import type { CheckInput } from '#domain/application/check-facts.ts'
import {
  applicationTable,
  contractSheetTable,
  emptyContractSheet,
  wholeContractSheet,
  wholeForm,
} from '#domain/application/form.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { malformed, type Field, type FieldTable, type Issue } from '#domain/fields.ts'

export type Content = CheckInput
export type Row = Readonly<Record<string, string>>

const sheetPrefix = 'contractSheet.'
export const sheetPath = (name: string): string => sheetPrefix + name

/** The rows of a field of rows, as plain records. */
export const rowsOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value : [])

/** The value at a path; undefined where there is none (a row that does not exist, a sheet not begun). */
export function valueAt(content: Content, path: string): unknown {
  const inSheet = path.startsWith(sheetPrefix)
  const values: object | null = inSheet ? content.contractSheet : content.form
  const [name = '', index, cell] = (inSheet ? path.slice(sheetPrefix.length) : path).split('.')
  const value = new Map<string, unknown>(Object.entries(values ?? {})).get(name)
  if (index === undefined || cell === undefined) return value
  return rowsOf(value)[Number(index)]?.[cell]
}

/** The value at a path as text; '' where there is none. */
export function textAt(content: Content, path: string): string {
  const value = valueAt(content, path)
  return typeof value === 'string' ? value : ''
}

/** The content with another value at a path. A value of the sheet begins the sheet; a cell begins its row. */
export function withValue(content: Content, path: string, value: unknown): Content {
  if (path.startsWith(sheetPrefix)) {
    const sheet = content.contractSheet ?? emptyContractSheet
    const name = path.slice(sheetPrefix.length)
    return { ...content, contractSheet: wholeContractSheet({ ...sheet, [name]: value }) }
  }
  const [name = '', index, cell] = path.split('.')
  if (index === undefined || cell === undefined) {
    return { ...content, form: wholeForm({ ...content.form, [name]: value }) }
  }
  const rows = [...rowsOf(valueAt(content, name))]
  while (rows.length <= Number(index)) rows.push(blankRow(name))
  rows[Number(index)] = { ...blankRow(name), ...rows[Number(index)], [cell]: String(value) }
  return withValue(content, name, rows)
}

/** An empty row of a field of rows. */
export function blankRow(name: string): Row {
  const field = applicationTable[name]
  const cells = field?.kind === 'rows' ? Object.keys(field.fields) : []
  return Object.fromEntries(cells.map((cell) => [cell, '']))
}

const isBlank = (row: Row) => Object.values(row).every((value) => value.trim() === '')

/** Empty rows at the end are places to type in, not content. */
export function withoutBlankRows(content: Content): Content {
  const trimmed = Object.entries(applicationTable).flatMap(([name, field]): [string, readonly Row[]][] => {
    if (field.kind !== 'rows') return []
    const rows = rowsOf(valueAt(content, name))
    const used = rows.findLastIndex((row) => !isBlank(row)) + 1
    return used === rows.length ? [] : [[name, rows.slice(0, used)]]
  })
  return trimmed.reduce((so, [name, rows]) => withValue(so, name, rows), content)
}

/** Every single value with its field and path, cells of rows among them. */
export function* cells(content: Content): Generator<{ path: string; field: Field; value: string }> {
  yield* cellsOf(applicationTable, content.form, '')
  if (content.contractSheet !== null) yield* cellsOf(contractSheetTable, content.contractSheet, sheetPrefix)
}

function* cellsOf(
  table: FieldTable,
  form: object,
  prefix: string,
): Generator<{ path: string; field: Field; value: string }> {
  const values = new Map<string, unknown>(Object.entries(form))
  for (const [name, field] of Object.entries(table)) {
    const value = values.get(name)
    if (typeof value === 'string') yield { path: prefix + name, field, value }
    if (field.kind !== 'rows') continue
    for (const [index, row] of rowsOf(value).entries()) {
      for (const [cell, cellField] of Object.entries(field.fields)) {
        yield { path: `${prefix}${name}.${index}.${cell}`, field: cellField, value: row[cell] ?? '' }
      }
    }
  }
}

/** What can't be stored even as a draft, cell by cell. */
export function malformedIn(content: Content): Issue[] {
  return [...cells(content)].flatMap(({ path, field, value }) => {
    const words = malformed(field, value)
    return words === undefined ? [] : [{ path, words, rule: 'malformed' }]
  })
}

export interface Saveable {
  content: Content
  /** What stays behind: malformed values that the server would refuse. */
  held: readonly Issue[]
}

/**
 * The part of the content that can be saved now: in the place of each malformed value stands the one saved before,
 * or nothing, so that one unfinished field does not keep back the others.
 */
export function saveable(content: Content, saved: Content | undefined): Saveable {
  const trimmed = withoutBlankRows(content)
  const held = malformedIn(trimmed)
  const before = (path: string) => {
    const value = saved === undefined ? '' : textAt(saved, path)
    return { path, value }
  }
  const filled = held
    .map(({ path }) => before(path))
    .reduce((so, { path, value }) => withValue(so, path, value), trimmed)
  return { content: filled, held }
}

/** Whether two contents are the same thing to the server, which keeps prices and quantities without needless zeros. */
export const sameContent = (a: Content, b: Content): boolean => fingerprintOf(a) === fingerprintOf(b)
export const sameForm = (a: Content, b: Content): boolean =>
  fingerprintOf({ ...a, contractSheet: null }) === fingerprintOf({ ...b, contractSheet: null })
export const sameSheet = (a: Content, b: Content): boolean =>
  JSON.stringify(sorted(a.contractSheet)) === JSON.stringify(sorted(b.contractSheet))

function fingerprintOf(content: Content): string {
  const { form, contractSheet } = withoutBlankRows(content)
  const lines = form.lines.map((line) => ({
    specGrade: line.specGrade,
    unitPrice: plainNumber(line.unitPrice),
    quantity: plainNumber(line.quantity),
  }))
  return JSON.stringify([sorted({ ...form, lines }), sorted(contractSheet)])
}

const plainNumber = (value: string) => (/^-?\d+(\.\d+)?$/.test(value) ? canonicalDecimal(value) : value)
const sorted = (values: object | null) =>
  Object.entries(values ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** The field of a path in the field tables; undefined when there is none. */
export function fieldAt(path: string): Field | undefined {
  if (path.startsWith(sheetPrefix)) return contractSheetTable[path.slice(sheetPrefix.length)]
  const [name = '', index, cell] = path.split('.')
  const field = applicationTable[name]
  if (index === undefined || cell === undefined) return field
  return field?.kind === 'rows' ? field.fields[cell] : undefined
}
