/**
 * How a code is found by typing (manual 004 操作说明: digits, letters or Chinese narrow the list). The page asks this
 * of the lists it holds whole, the server of the catalogue.
 */

/** What of an entry is searched. `letters` and `initials` are its name in pinyin, in full and by first letters. */
export type Searchable = {
  readonly code: string
  /** Another code people know it by: the customs number of a country. */
  readonly altCode?: string | null | undefined
  readonly name: string
  readonly nameEn?: string | undefined
  readonly letters: string
  readonly initials: string
}

/** 0 exact code · 1 start of a code · 2 whole name · 3 start of the name · 4 start of its initials · 5 anywhere. */
export type Rank = 0 | 1 | 2 | 3 | 4 | 5

const MOST_TERMS = 5

/**
 * What was typed as lower-case terms: full-width digits and letters made plain, cut at blanks, at most five of
 * them. No terms for an empty box.
 */
export function termsOf(typed: string): string[] {
  const plain = typed.replace(/[０-９Ａ-Ｚａ-ｚ]/g, (wide) =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  )
  return plain.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_TERMS)
}

function rankOfTerm(entry: Searchable, term: string): Rank | undefined {
  const codes = [entry.code.toLowerCase(), ...(entry.altCode ? [entry.altCode.toLowerCase()] : [])]
  const name = entry.name.toLowerCase()
  const english = entry.nameEn?.toLowerCase() ?? ''
  if (codes.includes(term)) return 0
  if (codes.some((code) => code.startsWith(term))) return 1
  if ([name, entry.letters, entry.initials].includes(term)) return 2
  if ([name, entry.letters, english].some((text) => text.startsWith(term))) return 3
  if (entry.initials.startsWith(term)) return 4
  return [...codes, name, entry.letters, entry.initials, english].some((text) => text.includes(term))
    ? 5
    : undefined
}

/** How well an entry fits the terms: undefined unless every term fits, else the rank of the first one. */
export function rankOf(entry: Searchable, terms: readonly string[]): Rank | undefined {
  const ranks = terms.map((term) => rankOfTerm(entry, term))
  return ranks.includes(undefined) ? undefined : (ranks[0] ?? 5)
}

/** The entries that fit what was typed, best first, in list order where equal; all of them for an empty box. */
export function search<E extends Searchable>(entries: readonly E[], typed: string, limit = 50): E[] {
  const terms = termsOf(typed)
  if (terms.length === 0) return entries.slice(0, limit)
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, terms) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 5) - (b.rank ?? 5))
    .slice(0, limit)
    .map(({ entry }) => entry)
}
