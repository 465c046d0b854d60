import { sql } from 'kysely'

/** A step of a sequence: its kind, and four numbers from which it takes what it needs. */
export interface Step {
  kind: string
  a: number
  b: number
  c: number
  d: number
}

/** Whether an id is one of these: a list as one value, so that its length makes no new statement. */
export const anyOf = (list: readonly { id: string }[]) =>
  sql<string>`any(${list.map((one) => one.id)}::uuid[])`

/** One of a list by a number, or nothing of an empty one. */
export const pick = <T>(list: readonly T[], number: number): T | undefined =>
  list.length === 0 ? undefined : list[number % list.length]
