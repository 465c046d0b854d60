/** Look-up in the catalogue and the code lists, in the copy that codes.ts keeps. */
import type { z } from 'zod'
import type { CodeEntry as EntryReply, Commodity, CommodityFilter } from '#api/reference.ts'
import { confidences, isConfidence } from '#domain/reference/confidence.ts'
import { isCodeList } from '#domain/reference/lists.ts'
import { search, termsOf, rankOf, type Searchable } from '#domain/reference/match.ts'
import { inYear, type CatalogueGoods, type Codes } from './codes.ts'
import type { CodeEntry } from './entries.ts'

/** Who looks: administrators see what is proposed or not verified, and where a row comes from. */
export type Sight = { readonly inspects: boolean }

const hidden = { provisional: undefined, source: undefined, note: undefined }

export const entryReply = (entry: CodeEntry, { inspects }: Sight): EntryReply =>
  inspects ? entry : { ...entry, ...hidden }

export function commodityReply(codes: Codes, goods: CatalogueGoods, { inspects }: Sight): Commodity {
  const { confidence, unselectableReason } = goods
  const goodsKind = codes.entry('goods_category', goods.goodsKey)?.name ?? ''
  const shown = { ...goods, goodsKind, because: unselectableReason }
  if (!inspects) return { ...shown, ...hidden, confidence: undefined }
  return { ...shown, confidence: isConfidence(confidence) ? confidences[confidence].label : confidence }
}

/**
 * Goods of the year's catalogue that fit what was typed, best first (the order of domain/reference/match.ts).
 * Everybody types the same few beginnings: what they find is kept as long as the catalogue stands.
 */
export function lookUpGoods(codes: Codes, year: number, typed: string, limit: number): CatalogueGoods[] {
  const catalogue = codes.catalogue(year)
  const found = kept(catalogue, `${year} ${limit} ${typed}`, () =>
    search(catalogue, typed, limit).map((goods) => inYear(goods, year)),
  )
  return [...found]
}

const MOST_KEPT = 1000
const finds = new WeakMap<readonly CatalogueGoods[], Map<string, readonly CatalogueGoods[]>>()

/** What `find` found for these letters in this catalogue, the oldest given up when there are too many. */
function kept(
  catalogue: readonly CatalogueGoods[],
  letters: string,
  find: () => readonly CatalogueGoods[],
): readonly CatalogueGoods[] {
  let known = finds.get(catalogue)
  if (known === undefined) finds.set(catalogue, (known = new Map()))
  const before = known.get(letters)
  if (before !== undefined) return before
  const found = find()
  if (letters.length > 64) return found
  const [oldest] = known.keys()
  if (known.size >= MOST_KEPT && oldest !== undefined) known.delete(oldest)
  known.set(letters, found)
  return found
}

/**
 * Entries of any list, `commodity` included, that fit what was typed, best first; entries that are no longer in
 * their list left out, those that can't be chosen shown with the reason. An unknown list has none.
 */
export function lookup(
  codes: Codes,
  list: string,
  typed: string,
  { year = 0, limit = 20 }: { year?: number; limit?: number } = {},
): (Searchable & { because: string | null })[] {
  if (list === 'commodity') {
    return lookUpGoods(codes, year, typed, limit).map((goods) => ({
      ...goods,
      because: goods.unselectableReason,
    }))
  }
  return isCodeList(list) ? lookUpEntries(codes.list(list).entries, typed, limit) : []
}

export const lookUpEntries = (entries: readonly CodeEntry[], typed: string, limit: number): CodeEntry[] =>
  search(
    entries.filter(({ active }) => active),
    typed,
    limit,
  )

type Filter = z.infer<typeof CommodityFilter>

/** A page of the year's catalogue by code; every filter that is given must fit. */
export function pageOfGoods(codes: Codes, { year, hsCode, categoryCode, name, page, pageSize }: Filter) {
  const terms = termsOf(name)
  const fits = (goods: CatalogueGoods) =>
    goods.hsCode.startsWith(hsCode.trim()) &&
    goods.categoryCode.startsWith(categoryCode.trim().toUpperCase()) &&
    (terms.length === 0 || rankOf({ ...goods, code: '' }, terms) !== undefined)
  const found = codes.catalogue(year).filter(fits)
  const rows = found.slice((page - 1) * pageSize, page * pageSize)
  return { total: found.length, rows: rows.map((goods) => inYear(goods, year)) }
}
