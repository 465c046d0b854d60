/**
 * What a field table is, and what follows from it: the draft schema (nothing required, nothing malformed), the
 * list of what is still missing (to seal), and the value of a field in words. Values of a form are strings
 * ('' = not filled in), booleans (yesNo), or rows; computed values are not part of a field table.
 */
import { z } from 'zod'
import { parseDecimal } from './decimal.ts'
import { isDay } from './day.ts'

interface Common {
  label: string
  /** Required to seal, whatever the goods; conditions on the goods stand with the form's rules. */
  required?: boolean
  /** Shown beside the input. */
  hint?: string
  /** Filled in by the system (grey): shown, sealed, never typed. */
  filled?: boolean
}

export interface TextField extends Common {
  kind: 'text'
  max: number
  multiline?: boolean
  /** Returns the words of what is wrong with a non-empty value. */
  problem?: (value: string) => string | undefined
}
export interface DecimalField extends Common {
  kind: 'decimal'
  integerDigits: number
  fractionDigits: number
}
export interface DayField extends Common {
  kind: 'day'
}
export interface CodeField extends Common {
  kind: 'code'
  /** Name of the code list the value comes from; `commodity` and `authority` are lists of their own. */
  list: string
}
export interface YesNoField extends Common {
  kind: 'yesNo'
  initial: boolean
}
export interface RowsField extends Common {
  kind: 'rows'
  max: number
  fields: Record<string, TextField | DecimalField>
}
export type Field = TextField | DecimalField | DayField | CodeField | YesNoField | RowsField
export type FieldTable = Record<string, Field>

/** The values a form of this table holds. */
export type FormOf<T extends Record<string, { kind: string }>> = {
  -readonly [K in keyof T]: T[K] extends { kind: 'yesNo' }
    ? boolean
    : T[K] extends { kind: 'rows'; fields: infer R }
      ? { -readonly [C in keyof R]: string }[]
      : string
}

/** One thing that is wrong: the path of the field (`lines.0.quantity`), the words, and the rule it comes from. */
export interface Issue {
  path: string
  words: string
  rule: string
}

// Control characters, lone surrogates and non-characters can be neither shown, sealed nor printed.
// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const unprintable = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Cs}/u

/** Words of what is wrong with a typed value, or nothing. Empty is never malformed. */
export function malformed(field: Field, value: string): string | undefined {
  if (value === '') return undefined
  switch (field.kind) {
    case 'text': {
      if (unprintable.test(value)) return `${field.label}含有不能显示的字符，请删除后重新输入`
      if (!field.multiline && value.includes('\n')) return `${field.label}不能换行`
      const length = [...value].length
      if (length > field.max) return `${field.label}最多 ${field.max} 个字，现有 ${length} 个，请缩短`
      return field.problem?.(value)
    }
    case 'decimal': {
      const parsed = parseDecimal(value, field)
      return parsed.ok ? undefined : `${field.label}${parsed.words}`
    }
    case 'day':
      return isDay(value) ? undefined : `${field.label}应为存在的日期，格式 2026-01-31`
    case 'code':
      return /^[0-9A-Za-z_-]{1,40}$/.test(value) ? undefined : `${field.label}不是有效的代码，请从列表中选择`
    case 'yesNo':
    case 'rows':
      return undefined
  }
}

function scalar(field: Field) {
  return z
    .string()
    .max(4000)
    .superRefine((value, refinement) => {
      const words = malformed(field, value)
      if (words !== undefined) refinement.addIssue({ code: 'custom', message: words })
    })
}

function schemaOf(field: Field): z.ZodType {
  if (field.kind === 'yesNo') return z.boolean()
  if (field.kind !== 'rows') return scalar(field)
  const row = Object.fromEntries(Object.entries(field.fields).map(([name, cell]) => [name, scalar(cell)]))
  return z.array(z.strictObject(row)).max(field.max, `${field.label}最多 ${field.max} 行`)
}

/** Schema of a draft: every field may be absent or empty, none malformed, none unknown. */
export function draftSchema(table: FieldTable): z.ZodType<Record<string, unknown>> {
  const typed = Object.entries(table).filter(([, field]) => field.filled !== true)
  return z.strictObject(Object.fromEntries(typed.map(([name, field]) => [name, schemaOf(field).optional()])))
}

/** An empty form: '' everywhere, yesNo at its initial value, no rows. */
export function emptyForm(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => [
      name,
      field.kind === 'yesNo' ? field.initial : field.kind === 'rows' ? [] : '',
    ]),
  )
}

/** Every required field that is still empty, as issues of the rule `required`. */
export function missing(table: FieldTable, form: object, prefix = ''): Issue[] {
  const values = new Map<string, unknown>(Object.entries(form))
  return Object.entries(table).flatMap(([name, field]) => {
    if (field.filled === true || field.kind === 'yesNo') return []
    const value = values.get(name)
    const empty = Array.isArray(value) ? value.length === 0 : typeof value !== 'string' || value.trim() === ''
    if (field.required !== true || !empty) return []
    const verb = field.kind === 'code' ? '请选择' : field.kind === 'rows' ? '请至少填写一行' : '请填写'
    return [{ path: prefix + name, words: `${verb}${field.label}`, rule: 'required' }]
  })
}
