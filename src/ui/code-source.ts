/** The code lists and the catalogue as sources of look-ups. Lists come whole (with an ETag); goods are searched by the server. */
import { getCodeList, lookUpCommodity, type CodeEntry, type Commodity } from '#api/reference.ts'
import { isCodeList } from '#domain/reference/lists.ts'
import { call } from './call.ts'
import type { Source } from './lookup-source.ts'
import type { Choice } from './narrow.ts'

/** Source of a code list by its name; the same object each time, so that the cache knows it. */
const known = new Map<string, Source>()
export function codeSource(list: string): Source {
  const source = known.get(list) ?? newSource(list)
  known.set(list, source)
  return source
}

function newSource(list: string): Source {
  if (!isCodeList(list)) throw new Error(`no code list ${list}; goods take commoditySource`)
  return {
    key: ['codes', list],
    whole: true,
    ask: async (_, signal) => (await call(getCodeList, { params: { list }, signal })).entries.map(choiceOf),
  }
}

const choiceOf = (entry: CodeEntry): Choice => ({
  ...entry,
  gone: !entry.active,
  ...(entry.selectable ? {} : { refused: entry.because ?? '不能选择' }),
  detail: entry.altCode ?? undefined,
})

/** Rows of a commodity look-up: the whole row comes along, so that what depends on the goods can be filled in. */
export interface CommodityChoice extends Choice {
  readonly commodity: Commodity
}
export const isCommodityChoice = (choice: Choice): choice is CommodityChoice => 'commodity' in choice

/** Most the look-up of goods answers at once. */
const mostGoods = 50

/** The catalogue of a year (年度), searched by the server. */
export function commoditySource(year: number): Source {
  return {
    key: ['commodity', year],
    whole: false,
    most: mostGoods,
    ask: async (typed, signal) => {
      const { rows } = await call(lookUpCommodity, {
        query: { year, q: codePart(typed), limit: mostGoods },
        signal,
      })
      return rows.map((row): CommodityChoice => ({
        code: row.hsCode,
        name: row.name,
        letters: '',
        initials: '',
        detail: `${row.categoryCode} · ${row.unitName}`,
        ...(row.selectable ? {} : { refused: row.because ?? '不能选择' }),
        commodity: row,
      }))
    },
  }
}

/** `7208271000 热轧卷材` stands in the field; its code is enough to find it again. */
const codePart = (typed: string) => /^\d{10}(?= )/.exec(typed)?.[0] ?? typed
