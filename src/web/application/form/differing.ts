/** Where the text of this computer and the content of the server differ, field by field, for the person to choose. */
import { applicationTable, contractSheetTable } from '#domain/application/form.ts'
import type { Field } from '#domain/fields.ts'
import { rowsOf, sheetPath, valueAt, type Content, type Row } from './content.ts'

export interface Differing {
  path: string
  field: Field
  here: unknown
  there: unknown
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? '') === JSON.stringify(b ?? '')

/** Fields whose values differ, in the order of the form; rows count as one value. */
export function differing(here: Content, there: Content): Differing[] {
  const fields = [
    ...Object.entries(applicationTable).map(([name, field]) => ({ path: name, field })),
    ...Object.entries(contractSheetTable).map(([name, field]) => ({ path: sheetPath(name), field })),
  ]
  return fields.flatMap(({ path, field }) => {
    const [own, other] = [valueAt(here, path), valueAt(there, path)]
    return same(own, other) ? [] : [{ path, field, here: own, there: other }]
  })
}

/** A value of a form as short text: rows as their cells, nothing as “—”. */
export function valueWords(
  field: Field,
  value: unknown,
  nameOf: (list: string, code: string) => string,
): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (field.kind === 'rows') return rowWords(rowsOf(value))
  if (typeof value !== 'string' || value === '') return '—'
  return field.kind === 'code' ? `${value} ${nameOf(field.list, value)}`.trim() : value
}

const rowWords = (rows: readonly Row[]) =>
  rows.length === 0
    ? '—'
    : rows
        .map(
          (row, index) =>
            `${index + 1}. ${Object.values(row)
              .map((cell) => cell || '—')
              .join(' / ')}`,
        )
        .join('\n')
