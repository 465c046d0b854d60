/** Memory and processor time of running programs, read from /proc; nothing on a system without it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const EVERY_MS = 100
/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** MB in use now, or null. */
export function memoryOf(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

const parentOf = (pid: string) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)

const childrenOf = (pid: number) =>
  (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)

/** MB of the server's press, which sets and signs documents in a child process. */
export function pressMemory(server: number): number {
  const press = childrenOf(server).filter((pid) => read(`/proc/${pid}/cmdline`).includes('press-child'))
  return press.reduce((sum, pid) => sum + (memoryOf(pid) ?? 0), 0)
}

/** Processor milliseconds that a process has used so far, without its children. */
export function cpuOf(pid: number): number {
  // Fields 14 and 15 (user, system); the name before them may hold blanks.
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK
}

/** The same of a process and the children it has now, such as a database with its connections. */
export const cpuOfAll = (pid: number): number =>
  [pid, ...childrenOf(pid)].reduce((sum, one) => sum + cpuOf(one), 0)

/** Looks every 100 ms until stopped; answers the most that was seen, in MB. */
export function watchMemory(pid: number): { stop(): number | null } {
  let most = memoryOf(pid)
  const look = () => {
    const now = memoryOf(pid)
    if (now !== null) most = Math.max(most ?? 0, now)
  }
  const timer = setInterval(look, EVERY_MS)
  timer.unref()
  return {
    stop() {
      look()
      clearInterval(timer)
      return most
    },
  }
}

/** Processor time of the server and of its database from now on, in words for `done` things: it tells of the work, whoever else uses the machine. */
export function watchProcessors(server: number, database: number): (done: number) => string {
  const before = [cpuOf(server), cpuOfAll(database)] as const
  return (done) => {
    const each = (used: number) => `${(used / Math.max(1, done)).toFixed(2)} ms`
    return `processor time each: server ${each(cpuOf(server) - before[0])}, database ${each(cpuOfAll(database) - before[1])}`
  }
}
