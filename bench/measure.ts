/** Times of single requests, and loops of connections that each do one thing after the other. */

/** One line of the result; a number that makes no sense for a scenario is null. */
export interface Figures {
  scenario: string
  /** What the scenario counts, per second. */
  rate: number | null
  /** Milliseconds. */
  p50: number | null
  p99: number | null
  /** Most resident memory in MB; for `upload` how far it grew. */
  rssMb: number | null
  /** Rate divided by that of the floor. */
  ratio: number | null
}

export class Timings {
  readonly #ms: number[] = []

  get count(): number {
    return this.#ms.length
  }

  add(ms: number): void {
    this.#ms.push(ms)
  }

  async of<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.#ms.push(performance.now() - start)
    return result
  }

  /** The time that this part (0 to 1) of all stayed below; null of none. */
  percentile(part: number): number | null {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null
  }
}

/** How much was done in how many seconds; both add up over rounds. */
export class Tally {
  done = 0
  seconds = 0

  get rate(): number {
    return this.seconds === 0 ? 0 : this.done / this.seconds
  }
}

/**
 * Each connection does `once` again and again for so many seconds; what is begun is finished, and counted by the part
 * of it that fell into the time. `once` answers false when there is nothing left to do.
 */
export async function loop<C>(
  connections: readonly C[],
  seconds: number,
  tally: Tally,
  once: (connection: C) => Promise<boolean | void>,
): Promise<void> {
  const start = performance.now()
  const end = start + seconds * 1000
  await Promise.all(
    connections.map(async (connection) => {
      for (let begun = performance.now(); begun < end; begun = performance.now()) {
        if ((await once(connection)) === false) return
        const finished = performance.now()
        tally.done += Math.min(1, (end - begun) / (finished - begun))
      }
    }),
  )
  tally.seconds += Math.min(performance.now() - start, seconds * 1000) / 1000
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(value < 1000 ? 4 : 6))

/** The line as it is printed: exactly these keys, in this order. */
export const line = ({ scenario, rate, p50, p99, rssMb, ratio }: Figures): Figures => ({
  scenario,
  rate: rounded(rate),
  p50: rounded(p50),
  p99: rounded(p99),
  rssMb: rssMb === null ? null : Math.round(rssMb * 10) / 10,
  ratio: rounded(ratio),
})
