// A PostgreSQL server of our own: made, started, taken over and stopped. A local socket and no port: whoever
// may enter the socket's folder (the server's user and root) is trusted, nobody else can reach it.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../start-error.ts'
import type { Place } from './place.ts'

/** A running cluster. `adopted`: it had outlived the process that started it. */
export type Cluster = { pid: number; run: string; adopted: boolean; stop(): Promise<void> }

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  // No replication from here, and less to write at each commit.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Short queries only: both cost more than they give, and parallel workers want a large /dev/shm.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  lc_messages: 'C',
  log_min_messages: 'warning',
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** None if the file is not there, or goes this moment. */
function linesOf(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** What postmaster.pid says: line 1 the pid, line 5 the socket's folder, line 8 whether it takes connections. */
function running(data: string): { pid: number; run: string; ready: boolean } | undefined {
  const lines = linesOf(path.join(data, 'postmaster.pid'))
  const pid = Number(lines[0])
  if (!pid || !alive(pid)) return undefined
  // After a reboot another program may have the number: a postmaster works in its data folder.
  if (process.platform === 'linux') {
    try {
      if (fs.readlinkSync(`/proc/${pid}/cwd`) !== fs.realpathSync(data)) return undefined
    } catch {
      return undefined
    }
  }
  return { pid, run: lines[4]?.trim() ?? '', ready: lines[7]?.trim() === 'ready' }
}

/** PostgreSQL refuses to start when another program has got the number in its old lock file. */
function removeStaleLock(data: string) {
  const file = path.join(data, 'postmaster.pid')
  if (linesOf(file).length > 1 && !running(data)) fs.rmSync(file, { force: true })
}

function lastWords(log: string): string {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : ''
  return text.slice(-4000)
}

function failure(what: string, text: string): StartError {
  if (/No space left on device/.test(text)) {
    return new StartError(
      '磁盘空间不足，内置数据库无法启动；请清理磁盘或用 DATA_DIR 指定其他位置后重新启动。',
    )
  }
  const lines = text.split('\n').filter((line) => /FATAL|PANIC|error/i.test(line))
  return new StartError(`${what}：${lines.at(-1)?.trim() ?? text.trim().split('\n').at(-1) ?? '原因不明'}`)
}

/** Why a running database went away, as far as its log knows. */
export function lossLine(place: Place): string {
  const log = path.join(place.dir, 'postgres.log')
  if (/No space left on device/.test(lastWords(log))) {
    return '磁盘空间不足，内置数据库已停止；请清理磁盘或用 DATA_DIR 指定其他位置后重新启动。'
  }
  return `内置数据库意外停止，日志见 ${log}。`
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C.UTF-8' }
}

function initialise(place: Place) {
  // Made aside and moved when finished: a first start that was cut off leaves no half cluster.
  for (const name of fs.readdirSync(place.dir)) {
    const pid = Number(/^data\.new-(\d+)$/.exec(name)?.[1] ?? process.pid)
    if (pid !== process.pid && !alive(pid))
      fs.rmSync(path.join(place.dir, name), { recursive: true, force: true })
  }
  const half = `${place.data}.new-${process.pid}`
  fs.rmSync(half, { recursive: true, force: true })
  const made = spawnSync(
    path.join(place.native, 'bin', 'initdb'),
    [
      '-D',
      half,
      '-U',
      'postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-instructions',
    ],
    { ...place.runAs, cwd: '/', env: environment(), encoding: 'utf8' },
  )
  if (made.status !== 0) {
    fs.rmSync(half, { recursive: true, force: true })
    throw failure('内置数据库无法建立', made.stderr || String(made.error))
  }
  if (fs.existsSync(place.data)) fs.rmSync(half, { recursive: true, force: true })
  else fs.renameSync(half, place.data)
}

function checkVersion(place: Place) {
  const version = fs.readFileSync(path.join(place.data, 'PG_VERSION'), 'utf8').trim()
  const have = spawnSync(path.join(place.native, 'bin', 'postgres'), ['--version'], {
    ...place.runAs,
    cwd: '/',
    encoding: 'utf8',
  })
  const ours = /(\d+)/.exec(have.stdout ?? '')?.[1]
  if (ours && ours !== version) {
    throw new StartError(
      `数据库由 PostgreSQL ${version} 建立，本程序为 ${ours}；请用旧版本 npm run backup，再以新版本 npm run restore。`,
    )
  }
}

function stopper(pid: number, data: string) {
  return async () => {
    if (!alive(pid)) return
    process.kill(pid, 'SIGINT') // "fast": sessions are ended, the state is written out
    while (alive(pid) && running(data)?.pid === pid) await sleep(5)
  }
}

function spawnServer(place: Place, extra: Record<string, string>, log: string): { exited: boolean } {
  checkVersion(place)
  removeStaleLock(place.data)
  if (fs.existsSync(log)) fs.renameSync(log, `${log}.old`)
  const out = fs.openSync(log, 'w')
  const args = Object.entries({ ...SETTINGS, unix_socket_directories: place.run, ...extra })
  const child = spawn(
    path.join(place.native, 'bin', 'postgres'),
    ['-D', place.data, ...args.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Detached: Ctrl+C in the terminal must not stop the database before the server has finished.
    { ...place.runAs, cwd: '/', env: environment(), detached: true, stdio: ['ignore', out, out] },
  )
  fs.closeSync(out)
  const state = { exited: false }
  child.once('exit', () => (state.exited = true))
  child.once('error', () => (state.exited = true))
  child.unref()
  return state
}

/**
 * Starts the cluster of `place`, or takes over the one that survived its parent. One that is just stopping is
 * waited for.
 */
export async function startCluster(place: Place, extra: Record<string, string> = {}): Promise<Cluster> {
  if (!fs.existsSync(place.data)) initialise(place)
  const log = path.join(place.dir, 'postgres.log')
  let ours: { exited: boolean } | undefined
  const patience = Date.now() + 120_000 // recovery after a crash may take its time
  for (;;) {
    const found = running(place.data)
    if (found?.ready) {
      const { pid, run } = found
      return { pid, run, adopted: ours === undefined, stop: stopper(pid, place.data) }
    }
    if (!found && (!ours || ours.exited)) {
      // Ours may have lost against another start on the same folder, which has ended since.
      const lost = ours && /lock file ".*" already exists/.test(lastWords(log))
      if (ours && !lost) throw failure('内置数据库无法启动', lastWords(log))
      ours = spawnServer(place, extra, log)
    }
    if (Date.now() > patience) throw failure('内置数据库无法启动', lastWords(log))
    await sleep(5)
  }
}
