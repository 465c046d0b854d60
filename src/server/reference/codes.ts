/**
 * The code tables as one object for rules and pages, read from the database and kept until they change. Whether
 * they changed is asked at most once a second (and at once after this server changed them itself), so that a second
 * server's loader or administrator is seen by all.
 */
import { sql } from 'kysely'
import type { Goods } from '#domain/application/check.ts'
import { catalogueYear } from '#domain/commodity/catalogue.ts'
import { goodsFacts, isLicenceType } from '#domain/commodity/goods.ts'
import type { Day } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { calendarFrom, type Calendar } from '#domain/working-days.ts'
import type { Db } from '../db/connect.ts'

export interface CodeEntry {
  name: string
  nameEn: string
  usable: boolean
  extra: Record<string, unknown>
}

export interface Authority {
  code: string
  name: string
  kind: string
  region: string
  city: string | null
  active: boolean
}

export interface Codes {
  /** A code of a list (country, currency, …, authority); undefined when there is none. */
  entry: (list: string, code: string) => CodeEntry | undefined
  /** The commodity of a year; a year without a catalogue carries the last one forward (沿用). */
  goods: (year: number, hsCode: string) => Goods | undefined
  authorities: readonly Authority[]
  /** US dollars for one unit of a currency as of a day; '' when no rate is known. */
  usdRate: (currency: string, day: Day) => string
  /** All currencies with a rate on that day. */
  usdRates: (day: Day) => Record<string, string>
  calendar: Calendar
}

export interface CodeTables {
  current: () => Promise<Codes>
  /** To be called after this server changed a rate, a day or a list. */
  changed: () => void
}

const askAgainAfterMs = 1000

export function codeTables(db: Db): CodeTables {
  let codes: Promise<Codes> | undefined
  let stamp = ''
  let askedAt = Number.NEGATIVE_INFINITY

  async function fresh(): Promise<Codes> {
    const asked = performance.now()
    if (codes !== undefined && asked - askedAt < askAgainAfterMs) return codes
    const now = await stampOf(db)
    if (codes === undefined || now !== stamp) {
      stamp = now
      codes = read(db)
    }
    askedAt = asked
    return codes
  }
  return {
    current: fresh,
    changed: () => {
      askedAt = Number.NEGATIVE_INFINITY
    },
  }
}

async function stampOf(db: Db): Promise<string> {
  const found = await sql<{ stamp: string }>`
    select concat_ws('/', (select max(loaded_at) from reference_load), (select max(id) from exchange_rate),
      (select max(id) from calendar_override_change)) as stamp`.execute(db)
  return found.rows[0]?.stamp ?? ''
}

async function read(db: Db): Promise<Codes> {
  const [entries, authorities, commodities, rates, days] = await Promise.all([
    db.selectFrom('code_entry').selectAll().execute(),
    db.selectFrom('authority').selectAll().orderBy('sort').execute(),
    db.selectFrom('commodity').selectAll().execute(),
    db.selectFrom('exchange_rate').selectAll().orderBy('valid_from', 'desc').orderBy('id', 'desc').execute(),
    db.selectFrom('calendar_override').selectAll().execute(),
  ])
  const byCode = new Map<string, CodeEntry>()
  for (const entry of entries) {
    byCode.set(`${entry.list}/${entry.code}`, {
      name: entry.name,
      nameEn: entry.name_en,
      usable: entry.active && entry.selectable,
      extra: typeof entry.extra === 'object' && entry.extra !== null ? { ...entry.extra } : {},
    })
  }
  for (const authority of authorities) {
    byCode.set(`authority/${authority.code}`, {
      name: authority.name,
      nameEn: '',
      usable: authority.active,
      extra: {},
    })
  }
  const goods = new Map(commodities.map((row) => [`${row.year}/${row.hs_code}`, goodsOf(row)]))
  const years = [...new Set(commodities.map((row) => row.year))].toSorted((a, b) => a - b)
  const usdRate = (currency: string, day: Day): string => {
    if (currency === 'USD') return '1'
    const rate = rates.find((row) => row.currency === currency && row.valid_from <= day)
    return rate === undefined ? '' : canonicalDecimal(rate.rate)
  }
  return {
    entry: (list, code) => byCode.get(`${list}/${code}`),
    goods: (year, hsCode) => goods.get(`${catalogueYear(year, years)}/${hsCode}`),
    authorities,
    usdRate,
    usdRates: (day) =>
      Object.fromEntries(
        [...new Set(['USD', ...rates.map((row) => row.currency)])].map((code) => [code, usdRate(code, day)]),
      ),
    calendar: calendarFrom(days),
  }
}

function goodsOf(row: {
  hs_code: string
  goods_key: string
  name: string
  category_code: string
  unit_code: string
  unit_name: string
  licence_type: string
  active: boolean
  selectable: boolean
  unselectable_reason: string | null
  multi_use: boolean
}): Goods {
  const base = {
    hsCode: row.hs_code,
    goodsKey: row.goods_key,
    name: row.name,
    unitCode: row.unit_code,
    licenceType: isLicenceType(row.licence_type) ? row.licence_type : 'licence',
  } as const
  return {
    ...base,
    categoryCode: row.category_code,
    unitName: row.unit_name,
    active: row.active,
    selectable: row.selectable,
    unselectableReason: row.unselectable_reason,
    multiUse: row.multi_use,
    ...goodsFacts(base),
  }
}
