import { formatDecimal } from '#domain/decimal.ts'
import type { Field } from '#domain/fields.ts'

/** A value of a field as text: codes with their names, decimals grouped, yes and no in words, “—” for nothing. */
export function inWords(field: Field, value: unknown, codeName?: string): string {
  if (field.kind === 'yesNo') return value === true ? '是' : '否'
  if (typeof value !== 'string' || value === '') return '—'
  switch (field.kind) {
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(value) ? formatDecimal(value, { grouping: true }) : value
    case 'code':
      return codeName === undefined || codeName === '' ? value : `${value} ${codeName}`
    default:
      return value
  }
}
