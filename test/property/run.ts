/**
 * npm run property -- [--runs 1000] [--seed N] [--workers 2]
 *
 * Plays so many random sequences in processes side by side, each with databases and a seed of its own (the given one and
 * those behind it), and tells which states and actions were reached. Exit 1 when something broke (with the shortest
 * sequence found), or when after a hundred sequences and more something was reached by none.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { trial, wanted, type Trial } from './trial.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '20260615' },
    workers: { type: 'string', default: '2' },
    worker: { type: 'boolean', default: false },
  },
})
const runs = Math.max(1, Math.floor(Number(values.runs) || 1))
const seed = Math.floor(Number(values.seed) || 0)
const workers = Math.min(Math.max(1, Math.floor(Number(values.workers) || 1)), 16, runs)

/** From so many sequences on everything has to be reached. */
const enough = 100

interface Said {
  kind: 'progress' | 'done'
  trial: Trial
}
const isSaid = (message: unknown): message is Said =>
  typeof message === 'object' && message !== null && 'kind' in message && 'trial' in message

/** The process of one worker: tells how far it is, and stops when it is told to. */
async function work(): Promise<void> {
  let over = false
  process.on('message', () => (over = true))
  const tell = (said: Said) => process.send?.(said)
  const isOver = () => over
  const done = await trial({ runs, seed, isOver, progress: (now) => tell({ kind: 'progress', trial: now }) })
  tell({ kind: 'done', trial: done })
  process.disconnect?.()
}

function started(index: number) {
  const share = Math.floor(runs / workers) + (index < runs % workers ? 1 : 0)
  const args = ['--worker', '--runs', String(share), '--seed', String(seed + index)]
  return fork(import.meta.filename, args, { execArgv: ['--max-semi-space-size=32'] })
}

async function lead(): Promise<number> {
  const begin = performance.now()
  const children = Array.from({ length: workers }, (_, index) => started(index))
  const trials: Trial[] = []
  const missing = () => wanted.filter((name) => !trials.some((one) => one.reached.includes(name)))
  const sum = (of: 'sequences' | 'steps') => trials.reduce((all, one) => all + (one?.[of] ?? 0), 0)
  const seconds = () => Math.round((performance.now() - begin) / 1000)
  const said = (words: string) =>
    console.log(`${sum('sequences')} sequences, ${sum('steps')} steps, ${seconds()} s; ${words}`)
  const codes = await Promise.all(
    children.map(async (child, index) => {
      child.on('message', (message) => {
        if (!isSaid(message)) return
        trials[index] = message.trial
        said(`missing: ${missing().join(', ') || 'nothing'}`)
        if (message.trial.broken !== undefined)
          for (const other of children) if (other !== child && other.connected) other.send('over')
      })
      const [code] = await once(child, 'exit')
      return Number(code ?? 1)
    }),
  )
  const broken = trials.flatMap((one) => one?.broken ?? [])
  for (const words of broken) console.error(words)
  said(`seed ${seed}, ${workers} workers; reached by none: ${missing().join(', ') || 'nothing'}`)
  if (broken.length > 0 || codes.some((code) => code !== 0)) return 1
  return runs >= enough && missing().length > 0 ? 1 : 0
}

if (values.worker) await work()
else process.exitCode = await lead()
