/** What a list shows, as it stands in the address: tab, filters, sorting, page. The rest of a list is local. */
export type Order = 'asc' | 'desc'

export interface ListState {
  tab: string
  /** Key of the column sorted by; '' = the list's own order. */
  sort: string
  order: Order
  page: number
  pageSize: number
  /** Filters by name; only those that hold something. */
  filters: Readonly<Record<string, string>>
}

export interface ListDefaults {
  tab?: string
  sort?: string
  order?: Order
  pageSize?: number
  /** Names of the filters; other words of the address are left alone. */
  filters?: readonly string[]
  /** Filters that hold something before anything was chosen, e.g. the year. */
  preset?: Readonly<Record<string, string>>
}

export const pageSizes = [20, 50, 100] as const
/** A list is paged to 10,000 rows; filters narrow from there. */
export const mostRows = 10_000

type Search = Readonly<Record<string, string | undefined>>

/** The state an address says; what makes no sense there counts as not said. */
export function readListState(search: Search, defaults: ListDefaults): ListState {
  const pageSize = Number(search['pageSize'])
  const page = Number(search['page'])
  const filters = (defaults.filters ?? []).flatMap((name): [string, string][] => {
    const value = search[name] ?? defaults.preset?.[name] ?? ''
    return value === '' ? [] : [[name, value]]
  })
  return {
    tab: search['tab'] ?? defaults.tab ?? '',
    sort: search['sort'] ?? defaults.sort ?? '',
    order:
      search['order'] === 'asc' || search['order'] === 'desc' ? search['order'] : (defaults.order ?? 'desc'),
    page: Number.isInteger(page) && page >= 1 && page <= 1000 ? page : 1,
    pageSize: pageSizes.find((size) => size === pageSize) ?? defaults.pageSize ?? 20,
    filters: Object.fromEntries(filters),
  }
}

/** The words of the address for a state; what is as by default stays out, an emptied preset is said as empty. */
export function writeListState(state: ListState, defaults: ListDefaults): Record<string, string> {
  const plain = readListState({}, defaults)
  const words: Record<string, string> = {}
  if (state.tab !== plain.tab) words['tab'] = state.tab
  if (state.sort !== plain.sort) words['sort'] = state.sort
  if (state.order !== plain.order) words['order'] = state.order
  if (state.page !== 1) words['page'] = String(state.page)
  if (state.pageSize !== plain.pageSize) words['pageSize'] = String(state.pageSize)
  for (const name of defaults.filters ?? []) {
    const value = state.filters[name] ?? ''
    if (value !== (defaults.preset?.[name] ?? '')) words[name] = value
  }
  return words
}

/** A change of what is shown: another tab, filter, order or size starts at the first page. */
export function changed(state: ListState, change: Partial<ListState>): ListState {
  return { ...state, page: 1, ...change }
}

/** How many rows there are, in words: exact up to 10,000, then “10,000+”. */
export function totalWords(total: number | { count: number; more: boolean }): string {
  const { count, more } = typeof total === 'number' ? { count: total, more: total > mostRows } : total
  return more ? `${Math.min(count, mostRows).toLocaleString('en-US')}+` : count.toLocaleString('en-US')
}

/** Rows that can be paged to. */
export function pagedRows(total: number | { count: number; more: boolean }): number {
  const count = typeof total === 'number' ? total : total.more ? mostRows : total.count
  return Math.min(count, mostRows)
}
