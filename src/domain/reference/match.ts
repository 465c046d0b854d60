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

/** What of an entry is compared, in lower case, and all of it in one text: most entries don't fit, and that is told first. */
function textsOf(entry: Searchable) {
  const code = entry.code.toLowerCase()
  const altCode = entry.altCode?.toLowerCase() ?? ''
  const name = entry.name.toLowerCase()
  const english = entry.nameEn?.toLowerCase() ?? ''
  const { letters, initials } = entry
  // No term holds a blank, so none is found across two of them.
  const all = [code, altCode, name, letters, initials, english].join(' ')
  return { code, altCode, name, english, letters, initials, all }
}
type Texts = ReturnType<typeof textsOf>

/** Entries are never changed: their texts are made once, at the first key that is pressed. */
const known = new WeakMap<Searchable, Texts>()

function knownTexts(entry: Searchable): Texts {
  let texts = known.get(entry)
  if (texts === undefined) known.set(entry, (texts = textsOf(entry)))
  return texts
}

function rankOfTerm(texts: Texts, term: string): Rank | undefined {
  const { code, altCode, name, english, letters, initials, all } = texts
  if (!all.includes(term)) return undefined
  if (code === term || altCode === term) return 0
  if (code.startsWith(term) || altCode.startsWith(term)) return 1
  if (name === term || letters === term || initials === term) return 2
  if (name.startsWith(term) || letters.startsWith(term) || english.startsWith(term)) return 3
  return initials.startsWith(term) ? 4 : 5
}

/** How well an entry fits the terms: undefined unless every term fits, else the rank of the first one. */
export const rankOf = (entry: Searchable, terms: readonly string[]): Rank | undefined =>
  rankOfTexts(textsOf(entry), terms)

function rankOfTexts(texts: Texts, terms: readonly string[]): Rank | undefined {
  let rank: Rank | undefined
  for (const term of terms) {
    const found = rankOfTerm(texts, term)
    if (found === undefined) return undefined
    rank ??= found
  }
  return rank ?? 5
}

/** The entries that fit what was typed, best first, in list order where equal; all of them for an empty box. */
export function search<E extends Searchable>(entries: readonly E[], typed: string, limit = 50): E[] {
  const terms = termsOf(typed)
  if (terms.length === 0) return entries.slice(0, limit)
  const byRank: E[][] = [[], [], [], [], [], []]
  for (const entry of entries) {
    const rank = rankOfTexts(knownTexts(entry), terms)
    if (rank !== undefined) byRank[rank]?.push(entry)
  }
  return byRank.flat().slice(0, limit)
}
