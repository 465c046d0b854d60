/**
 * The folder of one run and the programs started in it. Both are gone at its end, after an error and after Ctrl+C too:
 * programs are ended by their ids, the database by the one its own lock file names.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PROJECT = path.resolve(import.meta.dirname, '..')
/** A server finishes its jobs and its database writes everything out. */
const STOP_PATIENCE_MS = 30_000

export interface Place {
  /** Everybody may enter it: PostgreSQL does not run as root. */
  dir: string
  /** Where the embedded database lies. */
  pgDir: string
  /** Starts a program of the project with this Node; it is ended with the place. */
  start(program: string, options?: StartOptions): Program
  /** Ends all programs, last first, and removes the folder. */
  close(): Promise<void>
}

export interface StartOptions {
  args?: readonly string[]
  nodeArgs?: readonly string[]
  env?: Readonly<Record<string, string>>
}

export interface Program {
  pid: number
  /** What it has written to standard output so far. */
  output(): string
  /** Rejects when the program ends before `done` says yes. */
  until(what: string, done: () => Promise<boolean> | boolean): Promise<void>
  /** Resolves with standard output when the program ends well; rejects otherwise. */
  finished(): Promise<string>
  /** Asks it to end and waits. */
  stop(): Promise<void>
}

export async function openPlace(): Promise<Place> {
  const parent = existsSync('/var/tmp') ? '/var/tmp' : os.tmpdir()
  const dir = await mkdtemp(path.join(parent, 'xuke-bench-'))
  await chmod(dir, 0o755)
  const pgDir = path.join(dir, 'pg')
  const programs: Program[] = []
  let closing: Promise<void> | undefined

  async function close() {
    for (const program of programs.toReversed()) await program.stop()
    await endDatabase(pgDir)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    dir,
    pgDir,
    start(program, options = {}) {
      const started = run(program, options)
      programs.push(started)
      return started
    },
    close: () => (closing ??= close()),
  }
}

function run(program: string, { args = [], nodeArgs = [], env = {} }: StartOptions): Program {
  const child = spawn(process.execPath, [...nodeArgs, path.join(PROJECT, program), ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-20_000)))
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const failure = (what: string) =>
    new Error(
      `${program}: ${what}, exit ${child.exitCode ?? child.signalCode}\n${errors}\n${output.slice(-2000)}`,
    )
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async until(what, done) {
      const patience = performance.now() + 120_000
      while (!(await done())) {
        if (ended()) throw failure(what)
        if (performance.now() > patience) throw failure(`${what}: not within two minutes`)
        await sleep(5)
      }
    },
    async finished() {
      if (!ended()) await once(child, 'close')
      if (child.exitCode !== 0) throw failure('failed')
      return output
    },
    stop: () => stop(child, ended),
  }
}

async function stop(child: ChildProcess, ended: () => boolean) {
  if (ended()) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
  await gone
  clearTimeout(impatient)
}

/** The first lines of postmaster.pid: its id in the first, the socket's folder in the fifth. */
function postmaster(pgDir: string): { pid: number; socket: string } | undefined {
  const file = path.join(pgDir, 'data', 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(lines[0]), socket: lines[4]?.trim() ?? '' }
}

/** A server that was killed leaves its database running. */
async function endDatabase(pgDir: string) {
  for (let tries = 0; tries < 1000; tries++) {
    const found = postmaster(pgDir)
    if (found === undefined) return
    if (tries === 0) {
      try {
        process.kill(found.pid, 'SIGINT')
      } catch {
        return
      }
    }
    await sleep(10)
  }
}

/** The id of the running database's first process. */
export const databasePid = (place: Place): number => postmaster(place.pgDir)?.pid ?? 0

/** The address of a database of the running cluster, as its superuser. */
export function databaseUrl(place: Place, database: string): string {
  const found = postmaster(place.pgDir)
  if (found === undefined) throw new Error('the database does not run')
  return `postgresql://postgres@localhost/${database}?host=${encodeURIComponent(found.socket)}`
}

/** The database's log as it is written. */
export const databaseLog = (place: Place): string => path.join(place.pgDir, 'postgres.log')
