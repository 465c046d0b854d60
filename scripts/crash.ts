/**
 * npm run crash -- --rounds 20 [--clients 6] [--seed N]
 *
 * Kills the server, customs and the database with -9 at random moments while licences are applied for, issued, used,
 * written off, cancelled, amended, lost and revoked, and quota is swapped; after each it starts what was killed again.
 * At the end nothing that was acknowledged may be lost, nothing done twice, and both sides' lists must agree. Exit 1 otherwise. At most 200 rounds; loopback alone.
 */
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, RequestFailed } from './client.ts'
import { gather, live, type People } from './crash/actors.ts'
import { ledgerProves, nothingLost, nothingTwice, rest, sidesAgree } from './crash/checks.ts'
import { Log } from './crash/insist.ts'
import { openWorld, targets, type Target, type World } from './crash/world.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    clients: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const bounded = (text: string, most: number) => Math.min(Math.max(1, Math.floor(Number(text) || 1)), most)
const rounds = bounded(values.rounds, 200)
const clients = bounded(values.clients, 16)

/** Numbers that the seed decides, so that a bad run can be made again. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

async function loop(people: People, log: Log, client: number, isOver: () => boolean) {
  let lives = 0
  for (let turn = client; !isOver(); turn++) {
    try {
      await live(people, log, turn)
      lives++
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      log.refused.push(error.message)
    }
  }
  return lives
}

/** Until the load runs again: a kill during the start before it would hit nothing. Half a minute at most. */
async function underWay(log: Log) {
  const before = log.acknowledged.length
  for (let tries = 0; tries < 300 && log.acknowledged.length < before + clients / 2; tries++) await sleep(100)
}

async function trial(world: World): Promise<string[]> {
  const people = await gather(world)
  const log = new Log()
  const random = randomOf(Number(values.seed))
  let over = false
  const load = Promise.all(
    Array.from({ length: clients }, (_, index) => loop(people, log, index, () => over)),
  )
  load.catch(() => undefined)
  const killed: Record<Target, number> = { server: 0, customs: 0, database: 0 }
  for (let round = 1; round <= rounds; round++) {
    await underWay(log)
    await sleep(random() * 2500)
    const target = targets[Math.floor(random() * targets.length)] ?? 'server'
    const start = performance.now()
    await world.crash(target)
    killed[target]++
    console.log(
      `round ${round}: ${target} killed, back after ${Math.round(performance.now() - start)} ms; ${log.acknowledged.length} actions acknowledged`,
    )
  }
  over = true
  const lives = (await load).reduce((sum, one) => sum + one, 0)
  const customs = new Client(world.customsUrl)
  const database = world.database()
  const unrest = await rest(database, customs)
  const proved = await ledgerProves(world)
  const complaints = [
    ...unrest,
    ...(await nothingLost(database, log)),
    ...(await nothingTwice(database)),
    ...(await sidesAgree(database, customs, log)),
    ...proved.complaints,
    ...log.refused.map((words) => `refused to a client that did nothing wrong: ${words}`),
  ]
  await database.end()
  console.log(
    `seed ${values.seed}: ${rounds} rounds (server ${killed.server}, customs ${killed.customs}, database ${killed.database}), ` +
      `${lives} licences lived, ${log.acknowledged.length} actions and ${log.declared.length} declarations acknowledged`,
  )
  console.log(proved.said)
  return complaints
}

const world = await openWorld()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void world.close().finally(() => process.exit(130)))
try {
  const complaints = await trial(world)
  for (const line of complaints) console.error(`✖ ${line}`)
  console.log(
    complaints.length === 0
      ? 'nothing lost, nothing twice, both sides agree'
      : `${complaints.length} complaints`,
  )
  process.exitCode = complaints.length === 0 ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await world.close()
}
process.exit()
