/** A number of sequences one after the other: what they reached, and the shortest that broke something. */
import fc from 'fast-check'
import { amendment } from '#domain/amendment/actions.ts'
import { application } from '#domain/application/actions.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import { difference } from '#domain/customs/difference.ts'
import { licence } from '#domain/licence/actions.ts'
import { swap } from '#domain/swap/actions.ts'
import { writeOff } from '#domain/write-off/actions.ts'
import { run, sequence } from './commands.ts'
import { check, reachedIn } from './invariants.ts'
import type { Step } from './step.ts'
import { World } from './world.ts'

/** A proof reads the whole database: a new one now and then keeps it short. */
const sequencesPerWorld = 60
/** Shorter sequences that are tried once one has broken something. */
const mostTries = 60

const quiet = 'saves or prepares without a line of history'
/** What no sequence can show in the history, and why. */
const unreachable: Record<string, string> = {
  'application.save': quiet,
  'amendment.prepare_seal': quiet,
}

const machines = [application, licence, cancellation, writeOff, amendment, swap, difference]
/** Every state and every action of every machine, as `machine:state` and `machine.action`. */
export const wanted: readonly string[] = machines
  .flatMap((one) => [
    ...Object.keys(one.states)
      .filter((state) => used(one, state))
      .map((state) => `${one.name}:${state}`),
    ...one.actionNames.map((action) => `${one.name}.${action}`),
  ])
  .filter((name) => unreachable[name] === undefined)

/** Requests share their states; a kind that never enters one needs not show it. */
function used(one: (typeof machines)[number], state: string): boolean {
  const rows: { from: readonly string[]; to?: string }[] = Object.values(one.actions)
  return rows.some((row) => row.from.includes(state) || row.to === state)
}

export interface Trial {
  sequences: number
  steps: number
  reached: string[]
  /** What broke, with the lines of the sequence and its steps; undefined when nothing did. */
  broken?: string
}

export interface TrialOptions {
  runs: number
  seed: number
  /** Hears how far it is whenever a database is done with. */
  progress?: (trial: Trial) => void
  /** True when somebody else has found what there is to find. */
  isOver?: () => boolean
}

/** Plays `runs` sequences of the seed; after each step its own checks, after some and at the end the whole proof. */
export async function trial({ runs, seed, progress, isOver }: TrialOptions): Promise<Trial> {
  const reached = new Set<string>()
  const done: Trial = { sequences: 0, steps: 0, reached: [] }
  let world: World | undefined
  let trace: string[] = []
  let tries = 0

  const leave = async () => {
    if (world === undefined) return
    for (const name of await reachedIn(world)) reached.add(name)
    await world.close()
    world = undefined
    done.reached = [...reached]
    progress?.(done)
  }
  const play = async (list: readonly Step[]) => {
    // Enough of making it shorter: what stands is readable.
    if ((trace.length > 0 && ++tries > mostTries) || isOver?.() === true) return
    if (world !== undefined && world.sequence >= sequencesPerWorld) await leave()
    world ??= await World.open()
    done.sequences += 1
    try {
      await world.begin()
      for (const [index, step] of list.entries()) {
        done.steps += 1
        await run(world, step)
        await check(world, step.a % 4 === 0 || index === list.length - 1)
      }
    } catch (error) {
      trace = [...world.lines, error instanceof Error ? (error.stack ?? error.message) : String(error)]
      // What is broken stays broken in its database: the shorter sequence is tried in a new one.
      if (tries === 0) console.error(`broken, made shorter now:\n${trace.join('\n')}`)
      await leave()
      throw error
    }
  }

  const result = await fc.check(fc.asyncProperty(sequence, play), {
    numRuns: runs,
    seed,
    endOnFailure: false,
  })
  await leave()
  if (!result.failed) return done
  const found = result.counterexample?.[0].map((step) => JSON.stringify(step)).join('\n') ?? ''
  const broken = `seed ${seed}, after ${result.numRuns} sequences:\n${trace.join('\n')}\n\nsteps:\n${found}`
  return { ...done, broken }
}
