/**
 * Narrowing a code list by what was typed (manual 004: 直接输入相应数字、字母或汉字，实现模糊查询), and what is meant when
 * the field is left without choosing.
 */
import { search, termsOf, type Searchable } from '#domain/reference/match.ts'

/** A row of a look-up. `letters` and `initials` may be '' where the server did the searching. */
export interface Choice extends Searchable {
  /** Shown small beside the name, e.g. the unit of a commodity. */
  readonly detail?: string | undefined
  /** Why it can't be chosen; the row is shown grey with these words. */
  readonly refused?: string | undefined
  /** Offered no more, only named where a stored form holds it. */
  readonly gone?: boolean | undefined
}

/** Rows shown at once; whoever wants others types on. */
export const mostShown = 100

/** The choices that answer to what was typed, best first; all of them (up to `limit`) when nothing was typed. */
export const narrow = (choices: readonly Choice[], typed: string, limit = mostShown): readonly Choice[] =>
  search(
    choices.filter((choice) => choice.gone !== true),
    typed,
    limit,
  )

/**
 * Of the choices that answer to what was typed, the one that is meant: its code (or code and name) in full, the name
 * in full, or the only one there is. Undefined: nothing, or not clear which.
 */
export function meant(found: readonly Choice[], typed: string): Choice | undefined {
  const terms = termsOf(typed)
  if (terms.length === 0) return undefined
  const text = terms.join(' ')
  const byCode = found.find((it) => it.code.toLowerCase() === text || labelOf(it).toLowerCase() === text)
  const byName = found.filter((it) => it.name.toLowerCase() === text)
  return (
    byCode ?? (byName.length === 1 ? byName[0] : undefined) ?? (found.length === 1 ? found[0] : undefined)
  )
}

/** Code and name both, as the field shows what was chosen. */
export const labelOf = (choice: { code: string; name: string }): string => `${choice.code} ${choice.name}`
