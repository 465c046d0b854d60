/**
 * Narrowing a code list by what was typed (manual 004: 直接输入相应数字、字母或汉字，实现模糊查询): digits and letters
 * of the code, pinyin in full or initials, Chinese or English of the name. Better matches come first; among equals
 * the order of the list stays.
 */
import { halfWidth } from './typed.ts'

export interface Choice {
  code: string
  name: string
  nameEn?: string
  /** Another code of the same entry, e.g. the customs number of a country. */
  altCode?: string
  /** Pinyin in full and initials, lower case. */
  letters?: string
  initials?: string
  /** Shown small beside the name, e.g. the unit of a commodity. */
  detail?: string
  /** Why it can't be chosen; the row is shown grey with these words. */
  refused?: string
}

export const wanted = (typed: string): string => halfWidth(typed).trim().toLowerCase()

/** How well a choice answers; 0 = not at all. */
function rank(choice: Choice, typed: string): number {
  const code = choice.code.toLowerCase()
  const name = choice.name.toLowerCase()
  const english = choice.nameEn?.toLowerCase() ?? ''
  const letters = choice.letters ?? ''
  const initials = choice.initials ?? ''
  if (code === typed) return 10
  if (name === typed) return 9
  if (choice.altCode?.toLowerCase() === typed || initials === typed) return 8
  if (code.startsWith(typed)) return 7
  if (name.startsWith(typed)) return 6
  if (initials.startsWith(typed) || letters.startsWith(typed)) return 5
  if (name.includes(typed)) return 4
  if (english.startsWith(typed) || choice.altCode?.toLowerCase().startsWith(typed) === true) return 3
  if (initials.includes(typed) || english.includes(` ${typed}`)) return 2
  return letters.includes(typed) || code.includes(typed) ? 1 : 0
}

/** The choices that answer to what was typed, best first; all of them when nothing was typed. */
export function narrow(choices: readonly Choice[], typed: string): readonly Choice[] {
  const text = wanted(typed)
  if (text === '') return choices
  return choices
    .map((choice) => ({ choice, rank: rank(choice, text) }))
    .filter((it) => it.rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map((it) => it.choice)
}

/**
 * The one choice meant when the field is left without choosing: the code or the name in full, or the only one
 * that is left. Undefined: nothing, or not clear.
 */
export function meant(choices: readonly Choice[], typed: string): Choice | undefined {
  const text = wanted(typed)
  if (text === '') return undefined
  const exact = choices.find((choice) => choice.code.toLowerCase() === text || labelOf(choice).toLowerCase() === text)
  const named = choices.filter((choice) => choice.name.toLowerCase() === text)
  const left = narrow(choices, typed)
  return exact ?? (named.length === 1 ? named[0] : undefined) ?? (left.length === 1 ? left[0] : undefined)
}

/** Code and name both, as the field shows what was chosen. */
export const labelOf = (choice: Pick<Choice, 'code' | 'name'>): string => `${choice.code} ${choice.name}`
