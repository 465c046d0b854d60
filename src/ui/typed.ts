/** What people type, brought into the one form the system keeps. Nothing is guessed: the rest stays as typed. */
import { isDay } from '#domain/day.ts'

/** Full-width letters, digits and signs as the plain ones: `２０２６` → `2026`. */
export const halfWidth = (text: string): string =>
  text
    .replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')

/** `20260131`, `2026/1/31`, `2026.1.31`, `2026年1月31日` → `2026-01-31`; anything else comes back trimmed. */
export function typedDay(text: string): string {
  const plain = halfWidth(text).trim()
  const match =
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ?? /^(\d{4})[-/.年 ](\d{1,2})[-/.月 ](\d{1,2})日?$/.exec(plain)
  if (match === null) return plain
  const [, year = '', month = '', date = ''] = match
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  return isDay(day) ? day : plain
}

/** A number pasted from a spreadsheet: grouping commas, blanks and full-width digits go. */
export const pastedDecimal = (text: string): string =>
  halfWidth(text)
    .trim()
    .replace(/(?<=\d)[,\s](?=\d{3}(\D|$))/g, '')
