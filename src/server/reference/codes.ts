/**
 * The code tables, rates and calendar in memory, for rules that ask many codes of one form and for look-ups at
 * every key. A copy is used only after the database has said that nothing changed, so two servers agree.
 */
import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { AuthorityKind, RoutedAuthority } from '#domain/application/routing.ts'
import { carriedForwardNote, catalogueYear } from '#domain/commodity/catalogue.ts'
import {
  goodsFacts,
  isLicenceType,
  isOil,
  type GoodsFacts,
  type GoodsSettings,
  type LicenceType,
} from '#domain/commodity/goods.ts'
import { dayOf, type Day } from '#domain/day.ts'
import type { Decimal } from '#domain/decimal.ts'
import { codeLists, isCodeList, type CodeList } from '#domain/reference/lists.ts'
import type { Searchable } from '#domain/reference/match.ts'
import type { SettingValues } from '#domain/setting/table.ts'
import { calendarFrom, type Calendar } from '#domain/working-days.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Commodity, GoodsCategory } from '../db/types.gen.ts'
import { listsOf, type CodeEntry } from './entries.ts'
import {
  listAuthorities,
  listCategories,
  listCodeEntries,
  listCommodities,
  listManagement,
  listOverrides,
  listRates,
  versionOfTables,
} from './queries.ts'
import { settingsOn } from '../settings.ts'

/** Goods of the catalogue, as they hold for a year. */
export interface CatalogueGoods extends GoodsFacts, Searchable {
  /** The year asked for, which may use the catalogue of an earlier one. */
  year: number
  /** 沿用…, or '' when the year has a catalogue of its own. */
  carriedForward: string
  /** 10 digits; `code` is the same, under the name that look-ups know. */
  hsCode: string
  categoryCode: string
  goodsKey: string
  unitCode: string
  unitName: string
  licenceType: LicenceType
  multiUse: boolean
  active: boolean
  selectable: boolean
  unselectableReason: string | null
  confidence: string
  provisional: boolean
  source: string
  note: string
}

export interface ReferenceList {
  list: CodeList
  label: string
  /** Differs whenever the entries differ. */
  digest: string
  entries: readonly CodeEntry[]
}

/** The tables as they are at one moment. */
export interface Codes {
  /** Goods of the year's catalogue, active or not; undefined when it has no such code. */
  goods: (year: number, hsCode: string) => CatalogueGoods | undefined
  /**
   * The whole catalogue that a year uses, by code, goods taken off it left out. Its goods bear the year they
   * were published for: `inYear` makes them hold for the year asked.
   */
  catalogue: (year: number) => readonly CatalogueGoods[]
  /** How the published catalogue manages goods, whatever is set for the year. */
  published: (year: number, hsCode: string) => LicenceType | undefined
  /** Years with a catalogue of their own, newest first. */
  catalogueYears: readonly number[]
  /** An entry of any list; undefined when the list has no such code. */
  entry: (list: string, code: string) => CodeEntry | undefined
  list: (list: CodeList) => ReferenceList
  authorities: readonly RoutedAuthority[]
  /** US dollars for one unit of a currency on a day; '' when no rate holds yet. */
  usdRate: (currency: string, day: Day) => Decimal | ''
  /** Every currency that has a rate on that day, with it. */
  usdRates: (day: Day) => Record<string, Decimal>
  calendar: Calendar
  /** Every setting as it holds today. */
  settings: SettingValues
}

export interface CodeTables {
  /**
   * The tables as they are now, or were a second ago at most. Inside a transaction give it: asked with a second
   * connection, as many transactions as there are connections would wait for each other.
   */
  current: (tx?: Db | Tx) => Promise<Codes>
  /** This server has changed rates, calendar or a setting, and the change is committed. */
  changed: () => void
}

function goodsOf(row: Selectable<Commodity>, set: GoodsSettings): CatalogueGoods {
  if (!isLicenceType(row.licence_type)) throw new Error(`licence type ${row.licence_type} is unknown`)
  const goods = {
    hsCode: row.hs_code,
    goodsKey: row.goods_key,
    name: row.name,
    licenceType: row.licence_type,
    unitCode: row.unit_code,
  }
  return {
    ...goods,
    ...goodsFacts(goods, set),
    code: row.hs_code,
    year: row.year,
    carriedForward: '',
    categoryCode: row.category_code,
    unitName: row.unit_name,
    multiUse: row.multi_use,
    active: row.active,
    selectable: row.selectable,
    unselectableReason: row.unselectable_reason,
    confidence: row.confidence,
    provisional: row.provisional,
    source: row.source,
    note: row.note,
    letters: row.letters,
    initials: row.initials,
  }
}

/** Goods of an earlier catalogue as they hold for a later year: marked 沿用, and provisional. */
export function inYear(goods: CatalogueGoods, year: number): CatalogueGoods {
  if (goods.year === year) return goods
  const carriedForward = carriedForwardNote(year, goods.year)
  return { ...goods, year, carriedForward, provisional: true }
}

type Management = Awaited<ReturnType<typeof listManagement>>

/** What is set for a year counts in that year alone: the next begins with the catalogue again. */
function managementOf(rows: Management) {
  const set = new Map(
    rows.flatMap(({ year, categoryCode, licenceType }) =>
      isLicenceType(licenceType) ? [[`${year} ${categoryCode}`, licenceType] as const] : [],
    ),
  )
  const years = new Set(rows.map(({ year }) => year))
  const managed = (year: number, categoryCode: string) => set.get(`${year} ${categoryCode}`)
  const inManaged = (goods: CatalogueGoods, year: number): CatalogueGoods => {
    const licenceType = managed(year, goods.categoryCode)
    return licenceType === undefined ? goods : { ...goods, licenceType }
  }
  return { inManaged, years }
}

function catalogueOf(
  rows: readonly Selectable<Commodity>[],
  set: GoodsSettings,
  { inManaged, years: managedYears }: ReturnType<typeof managementOf>,
) {
  const byYear = new Map<number, Map<string, CatalogueGoods>>()
  for (const row of rows) {
    const year = byYear.get(row.year) ?? new Map<string, CatalogueGoods>()
    byYear.set(row.year, year.set(row.hs_code, goodsOf(row, set)))
  }
  const active = new Map(
    [...byYear].map(([year, goods]) => [year, [...goods.values()].filter((row) => row.active)]),
  )
  // A year whose rows were all taken off again has no catalogue.
  const years = [...active].flatMap(([year, goods]) => (goods.length > 0 ? [year] : []))
  const yearFor = (asked: number) => catalogueYear(asked, years) ?? 0
  const kept = new Map<number, readonly CatalogueGoods[]>()
  const whole = (year: number): readonly CatalogueGoods[] => {
    const published = active.get(yearFor(year)) ?? []
    if (!managedYears.has(year)) return published
    const found = kept.get(year) ?? published.map((goods) => inManaged(goods, year))
    kept.set(year, found)
    return found
  }
  return {
    catalogueYears: years.toSorted((a, b) => b - a),
    goods: (year: number, hsCode: string) => {
      const found = byYear.get(yearFor(year))?.get(hsCode)
      return found && inManaged(inYear(found, year), year)
    },
    published: (year: number, hsCode: string) => byYear.get(yearFor(year))?.get(hsCode)?.licenceType,
    catalogue: (year: number) => whole(year),
  }
}

function ratesOf(rates: readonly { currency: string; validFrom: Day; rate: Decimal }[]) {
  const byCurrency = Map.groupBy(rates, ({ currency }) => currency)
  const usdRate = (currency: string, day: Day): Decimal | '' => {
    if (currency === 'USD') return '1'
    // Newest day first.
    return byCurrency.get(currency)?.find(({ validFrom }) => validFrom <= day)?.rate ?? ''
  }
  const usdRates = (day: Day): Record<string, Decimal> =>
    Object.fromEntries(
      ['USD', ...byCurrency.keys()].flatMap((currency) => {
        const rate = usdRate(currency, day)
        return rate === '' ? [] : [[currency, rate]]
      }),
    )
  return { usdRate, usdRates }
}

const kinds: Readonly<Record<string, AuthorityKind>> = {
  bureau: 'bureau',
  provincial: 'provincial',
  planned_city: 'planned_city',
  corps: 'corps',
  sub_provincial_city: 'sub_provincial_city',
  special_office: 'special_office',
}

/** Goods that may be shipped beyond the licence, as loaded; how far is a setting. Lubricants are none of the oil. */
const withOverShipment = (rows: readonly Selectable<GoodsCategory>[], settings: SettingValues) =>
  rows.map((row) => {
    if (Number(row.max_over_shipment) === 0) return row
    const oil = isOil(row.key)
    return { ...row, max_over_shipment: String(settings[oil ? 'over_shipment_oil' : 'over_shipment_bulk']) }
  })

/** One after the other: a transaction has one connection. */
async function readCodes(db: Db | Tx, today: Day): Promise<Codes> {
  const entries = await listCodeEntries(db)
  const authorities = await listAuthorities(db)
  const categories = await listCategories(db)
  const commodities = await listCommodities(db)
  const rates = await listRates(db)
  const overrides = await listOverrides(db)
  const management = managementOf(await listManagement(db))
  const settings = await settingsOn(db, today)
  const ofGoods = { digits: settings.quantity_digits, licenceDays: settings.licence_days }
  const lists = new Map(
    [...listsOf({ entries, authorities, categories: withOverShipment(categories, settings) })].map(
      ([list, found]) => {
        const digest = createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 32)
        return [list, { list, label: codeLists[list], digest, entries: found }]
      },
    ),
  )
  const byCode = new Map(
    [...lists].map(([list, { entries: found }]) => [
      list,
      new Map(found.map((entry) => [entry.code, entry])),
    ]),
  )
  return {
    ...catalogueOf(commodities, ofGoods, management),
    settings,
    entry: (list, code) => (isCodeList(list) ? byCode.get(list)?.get(code) : undefined),
    list: (list) => lists.get(list) ?? { list, label: codeLists[list], digest: '', entries: [] },
    authorities: authorities.flatMap(({ code, kind, region, city, active }) => {
      const known = kinds[kind]
      return known === undefined ? [] : [{ code, kind: known, region, city, active }]
    }),
    ...ratesOf(rates),
    calendar: calendarFrom(overrides),
  }
}

/** So long a copy is used before the database is asked again whether it still holds. */
const askAgainMs = 1_000

/**
 * The code tables of a database. `clock` tells the day whose settings hold. Another server's change is seen within
 * `askAfter` milliseconds, this one's own, told by `changed`, at once.
 */
export function openCodeTables(db: Db, clock: () => Date, askAfter = askAgainMs): CodeTables {
  let kept: { version: string; today: Day; asked: number; codes: Promise<Codes> } | undefined
  let changedAt = Number.NEGATIVE_INFINITY
  return {
    async current(tx) {
      const today = dayOf(clock())
      const asked = performance.now()
      const holds = kept?.today === today && kept.asked > changedAt && asked - kept.asked < askAfter
      if (kept !== undefined && holds) return kept.codes
      const version = await versionOfTables(tx ?? db, today)
      if (kept?.version === version) {
        kept = { ...kept, today, asked }
        return kept.codes
      }
      const reading = { version, today, asked, codes: readCodes(tx ?? db, today) }
      kept = reading
      // A failed reading is not kept.
      reading.codes.catch(() => (kept?.codes === reading.codes ? (kept = undefined) : undefined))
      return reading.codes
    },
    changed() {
      changedAt = performance.now()
    },
  }
}
