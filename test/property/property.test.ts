/**
 * Random sequences of all actions and messages against the real server: after each step the ledger proves, no licence is
 * over-used, every refusal is in words, and what was acknowledged stands in the history. `npm run property -- --runs N
 * [--seed S]` runs thousands; without them it is a test of a bounded number. From a hundred on every state and
 * action of every machine has to be reached.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArgs } from 'node:util'
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

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '8' }, seed: { type: 'string', default: '20260615' } },
  strict: false,
})
const runs = Number(values.runs)
const seed = Number(values.seed)

/** A proof reads the whole database: a new one now and then keeps a step short. */
const sequencesPerWorld = 30
/** From so many sequences on everything has to be reached; while something is missing, rounds of ten are added. */
const enough = 100
const mostRounds = runs < enough ? 1 : 30
/** Shorter sequences that are tried once one has broken something. */
const mostTries = 60

const quiet = 'saves or prepares without a line of history'
/** What no sequence can show in the history, and why. */
const unreachable: Record<string, string> = {
  'application.save': quiet,
  'amendment.prepare_seal': quiet,
}

const machines = [application, licence, cancellation, writeOff, amendment, swap, difference]
const wanted = machines
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

test('no sequence of actions and messages breaks the ledger, a licence or the history', async () => {
  const reached = new Set<string>()
  let world: World | undefined
  let [sequences, steps] = [0, 0]
  let trace: string[] = []
  let tries = 0

  const leave = async () => {
    if (world === undefined) return
    for (const name of await reachedIn(world)) reached.add(name)
    await world.close()
    world = undefined
  }
  const play = async (list: readonly Step[]) => {
    // Enough of making it shorter: what stands is readable.
    if (trace.length > 0 && ++tries > mostTries) return
    if (world !== undefined && world.sequence >= sequencesPerWorld) await leave()
    world ??= await World.open()
    sequences += 1
    try {
      await world.begin()
      for (const step of list) {
        steps += 1
        await run(world, step)
        await check(world)
      }
    } catch (error) {
      trace = [...world.lines, error instanceof Error ? (error.stack ?? error.message) : String(error)]
      // What is broken stays broken in its database: the shorter sequence is tried in a new one.
      if (tries === 0) console.error(`broken, made shorter now:\n${trace.join('\n')}`)
      await leave()
      throw error
    }
  }

  const missing = () => wanted.filter((name) => !reached.has(name))
  for (let round = 0; round === 0 || (round < mostRounds && missing().length > 0); round++) {
    const property = fc.asyncProperty(sequence, play)
    const result = await fc.check(property, {
      numRuns: round === 0 ? runs : 10,
      seed: seed + round,
      endOnFailure: false,
    })
    await leave()
    if (runs >= enough)
      console.log(`${sequences} sequences, ${steps} steps; missing: ${missing().join(', ')}`)
    if (result.failed) {
      const found = result.counterexample?.[0].map((step) => JSON.stringify(step)).join('\n') ?? ''
      assert.fail(
        `seed ${seed + round}, after ${result.numRuns} sequences:\n${trace.join('\n')}\n\nsteps:\n${found}`,
      )
    }
  }
  console.log(`${sequences} sequences, ${steps} steps; not reached: ${missing().join(', ') || 'nothing'}`)
  if (runs >= enough) assert.deepEqual(missing(), [], 'reached by no sequence')
})
