/** A step of a sequence: its kind, and four numbers from which it takes what it needs. */
export interface Step {
  kind: string
  a: number
  b: number
  c: number
  d: number
}

/** One of a list by a number, or nothing of an empty one. */
export const pick = <T>(list: readonly T[], number: number): T | undefined =>
  list.length === 0 ? undefined : list[number % list.length]
