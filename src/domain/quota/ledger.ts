/**
 * The quota ledger's arithmetic: an account has buckets, every entry moves a quantity from one to another, and no
 * bucket but the authority's pool ever falls below zero. Balances are what the entries add up to, nothing else.
 */
import { add, compare, figure, isPositive, subtract, type Decimal } from '../decimal.ts'

/** Where quota can be. `pool` is the authority's side, from which grants come and to which hand-backs go. */
export const buckets = {
  pool: '发证机关',
  available: '可用',
  held: '占用',
  committed: '已核扣',
  settled: '已核销',
  lapsed: '失效',
} as const
export type Bucket = keyof typeof buckets

/** Balances of an account: everything but the pool. */
export type Balances = Readonly<Record<Exclude<Bucket, 'pool'>, Decimal>>

export const noBalances: Balances = {
  available: '0',
  held: '0',
  committed: '0',
  settled: '0',
  lapsed: '0',
}

/** Kinds of entries: label, and between which buckets they may move (domain/workflows 8). */
export const kinds = {
  grant: { label: '下达', moves: ['pool>available'] },
  award: { label: '中标', moves: ['pool>available'] },
  hold: { label: '上报占用', moves: ['available>held'] },
  release: { label: '释放', moves: ['held>available', 'held>lapsed'] },
  commit: { label: '复审核扣', moves: ['held>committed', 'available>committed'] },
  uncommit: { label: '退回复审', moves: ['committed>held'] },
  cancel: { label: '删证退回', moves: ['committed>available', 'committed>lapsed'] },
  settle: { label: '核销', moves: ['committed>settled'] },
  unused: { label: '未用退回', moves: ['committed>available', 'committed>lapsed'] },
  replace: { label: '换证退回', moves: ['committed>available', 'committed>lapsed'] },
  swap_out: { label: '调出', moves: ['held>pool'] },
  swap_in: { label: '调入', moves: ['pool>available'] },
  hand_back: { label: '交还', moves: ['available>pool'] },
  lapse: { label: '年度结转失效', moves: ['available>lapsed'] },
} as const satisfies Record<string, { label: string; moves: readonly `${Bucket}>${Bucket}`[] }>
export type EntryKind = keyof typeof kinds

export const isEntryKind = (name: string): name is EntryKind => Object.hasOwn(kinds, name)

export interface Move {
  kind: EntryKind
  from: Bucket
  to: Bucket
  /** Above zero. */
  quantity: Decimal
}

/** Words why an account can't give that much, or nothing. */
export function shortOf(balances: Balances, from: Bucket, quantity: Decimal): string | undefined {
  if (from === 'pool' || compare(balances[from], quantity) >= 0) return undefined
  return `${buckets[from]}余量 ${figure(balances[from])}，需要 ${figure(quantity)}，尚缺 ${figure(subtract(quantity, balances[from]))}`
}

/**
 * The balances after a move. Throws RangeError for a move its kind does not make, a quantity not above zero, and a
 * bucket that would fall below zero: callers ask `shortOf` first and refuse in words.
 */
export function after(balances: Balances, { kind, from, to, quantity }: Move): Balances {
  const allowed: readonly string[] = kinds[kind].moves
  if (!allowed.includes(`${from}>${to}`)) throw new RangeError(`${kind} does not move from ${from} to ${to}`)
  if (!isPositive(quantity)) throw new RangeError(`not a quantity to move: ${quantity}`)
  const short = shortOf(balances, from, quantity)
  if (short !== undefined) throw new RangeError(short)
  return {
    ...balances,
    ...(from === 'pool' ? {} : { [from]: subtract(balances[from], quantity) }),
    ...(to === 'pool' ? {} : { [to]: add(balances[to], quantity) }),
  }
}

/** What an account has been given and has not handed back or swapped away. */
export const granted = (of: Balances): Decimal =>
  add(add(add(of.available, of.held), add(of.committed, of.settled)), of.lapsed)
