/** `start`: from the start of the process to the first page, on data that are there already. */
import { Timings, type Figures } from './measure.ts'
import { memoryOf } from './processes.ts'
import type { Run } from './scenario.ts'

const STARTS = 5

export async function start(run: Run): Promise<Figures[]> {
  const [pages, ready] = [new Timings(), new Timings()]
  let rssMb: number | null = null
  for (let turn = 0; turn < STARTS; turn++) {
    const { started, pid } = await run.restart()
    pages.add(started.page)
    ready.add(started.ready)
    rssMb = memoryOf(pid)
  }
  run.say(`start: every part ready after ${ready.percentile(0.5)?.toFixed(0)} ms`)
  return [
    {
      scenario: 'start',
      rate: null,
      p50: pages.percentile(0.5),
      p99: pages.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
