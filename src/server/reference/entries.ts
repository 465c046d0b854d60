/** Rows of the code tables as entries of lists: what a look-up shows and a rule asks. */
import type { Selectable } from 'kysely'
import type { Searchable } from '#domain/reference/match.ts'
import { codeListNames, type CodeList } from '#domain/reference/lists.ts'
import { licenceTypeLabels, isLicenceType } from '#domain/commodity/goods.ts'
import type { Authority, CodeEntry as CodeEntryTable, GoodsCategory } from '../db/types.gen.ts'

/** One code of a list. */
export interface CodeEntry extends Searchable {
  altCode: string | null
  nameEn: string
  /** Still in its list; codes of stored forms may not be. */
  active: boolean
  selectable: boolean
  /** Why it can't be chosen, in words for the user. */
  because: string | null
  /** May be chosen now: active and selectable. */
  usable: boolean
  /** What hangs on the entry, by list: region of a country, province of a port, grade data of coke… */
  extra: Readonly<Record<string, string>>
  provisional: boolean
  source: string
  note: string
}

function textsOf(value: unknown): Record<string, string> {
  if (value === null || typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    ),
  )
}

const ofTable = (row: Selectable<CodeEntryTable>): CodeEntry => ({
  code: row.code,
  altCode: row.alt_code,
  name: row.name,
  nameEn: row.name_en,
  letters: row.letters,
  initials: row.initials,
  active: row.active,
  selectable: row.selectable,
  because: row.unselectable_reason,
  usable: row.active && row.selectable,
  extra: textsOf(row.extra),
  provisional: row.provisional,
  source: row.source,
  note: row.note,
})

const ofAuthority = (row: Selectable<Authority>): CodeEntry => ({
  code: row.code,
  altCode: null,
  name: row.name,
  nameEn: '',
  letters: row.letters,
  initials: row.initials,
  active: row.active,
  selectable: true,
  because: null,
  usable: row.active,
  extra: textsOf({
    kind: row.kind,
    region: row.region,
    city: row.city,
    place: row.place,
    address: row.address,
    phone: row.phone,
  }),
  provisional: row.provisional,
  source: row.source,
  note: row.note,
})

const ofCategory = (row: Selectable<GoodsCategory>): CodeEntry => ({
  code: row.key,
  altCode: null,
  name: row.name,
  nameEn: row.name_en,
  letters: row.letters,
  initials: row.initials,
  active: row.active,
  selectable: row.selectable,
  because: row.unselectable_reason,
  usable: row.active && row.selectable,
  extra: textsOf({
    management: isLicenceType(row.management) ? licenceTypeLabels[row.management] : '',
    issueBasis: row.issue_basis,
    multiUse: row.multi_use_allowed ? '1' : '0',
    unit: row.licence_unit,
    categoryCodes: row.category_codes.join('、'),
    maxOverShipment: row.max_over_shipment,
  }),
  provisional: false,
  source: row.source,
  note: row.note,
})

export type ListRows = {
  entries: readonly Selectable<CodeEntryTable>[]
  authorities: readonly Selectable<Authority>[]
  categories: readonly Selectable<GoodsCategory>[]
}

/** Every list with its entries in order. */
export function listsOf({ entries, authorities, categories }: ListRows): Map<CodeList, CodeEntry[]> {
  const lists = new Map<CodeList, CodeEntry[]>(codeListNames.map((name) => [name, []]))
  const byName = new Map<string, CodeEntry[]>(lists)
  for (const row of entries) byName.get(row.list)?.push(ofTable(row))
  lists.set('authority', authorities.map(ofAuthority))
  lists.set('goods_category', categories.map(ofCategory))
  return lists
}
