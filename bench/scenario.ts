/** What a scenario is given, and what it answers. */
import type { Figures } from './measure.ts'
import type { System } from './system.ts'

export interface Run {
  /** The server that runs now. */
  readonly system: System
  /** Stops it and starts it again on the same data, with customs at `customsUrl`; `system` is the new one then. */
  restart(customsUrl?: string): Promise<System>
  /** A line for the person who watches. */
  say(line: string): void
}

export type Scenario = (run: Run) => Promise<Figures[]>
