/** A number by code, as it is typed: what it says, and what is wrong with it. */
import type { NumbersByCode, Setting } from '#domain/setting/table.ts'

interface Typed {
  otherwise: string
  rows: readonly { code: string; number: string }[]
}
/** As the page holds it: each row with an identity of its own, which it keeps when one before it is deleted. */
export interface NumberRows extends Typed {
  rows: readonly { key: string; code: string; number: string }[]
}
export type ByCode = Extract<Setting, { kind: 'byCode' }>

export const rowsOf = ({ otherwise, byCode }: NumbersByCode): NumberRows => ({
  otherwise: otherwise === null ? '' : String(otherwise),
  rows: Object.entries(byCode).map(([code, number]) => ({ key: code, code, number: String(number) })),
})

const isBlank = (row: { code: string; number: string }) => row.code === '' && row.number === ''
const isWhole = (text: string, { min, max }: ByCode) =>
  /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max

/** Rows without anything in them are none. */
export const valueOfRows = ({ otherwise, rows }: Typed, setting: ByCode): NumbersByCode => ({
  otherwise: setting.usual.otherwise === null ? null : Number(otherwise),
  byCode: Object.fromEntries(
    rows.filter((row) => !isBlank(row)).map(({ code, number }) => [code, Number(number)]),
  ),
})

/** Words by path: `rows.0.code`, `rows.0.number`, `otherwise`. */
export function problemsOfRows({ otherwise, rows }: Typed, setting: ByCode): Record<string, string> {
  const words = `应为 ${setting.min} 至 ${setting.max} 的整数`
  const found: Record<string, string> = {}
  rows.forEach((row, index) => {
    if (isBlank(row)) return
    if (row.code === '') found[`rows.${index}.code`] = '请选择，或删除这一行'
    else if (rows.findIndex(({ code }) => code === row.code) < index)
      found[`rows.${index}.code`] = '与前面的一行重复'
    if (!isWhole(row.number, setting)) found[`rows.${index}.number`] = words
  })
  if (setting.usual.otherwise !== null && !isWhole(otherwise, setting)) found['otherwise'] = words
  return found
}
