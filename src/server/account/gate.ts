/** Work that takes a whole processor, let through in the order in which it came. */

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/** A gate through which at most `most` go at the same time; what fails makes room like what succeeds. */
export function gate(most: number): Gate {
  let inside = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (inside < most) inside += 1
    // Whoever leaves hands over the place: nobody who comes meanwhile can take it.
    else await new Promise<void>((enter) => waiting.push(enter))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    }
  }
}
