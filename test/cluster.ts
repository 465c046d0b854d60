// The one PostgreSQL of all test files. Whoever comes first starts it; it stays for the files that run
// beside and after, and a process of its own (reaper.ts) removes it when nobody has used it for a while.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startCluster, type Cluster } from '#server/db/cluster.ts'
import { ensureRoles, socketUrl } from '#server/db/embedded.ts'
import { findPlace } from '#server/db/place.ts'

const PROJECT = path.resolve(import.meta.dirname, '..')
const UNWRITTEN_MS = 2_000

// Nothing here has to survive a power cut.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
}

/** Where it lies: the root of a private project may have a TMPDIR that the database's user cannot enter. */
export function clusterFolder(): string {
  const name = `xuke-test-${createHash('sha256').update(`${PROJECT} ${os.userInfo().uid}`).digest('hex').slice(0, 12)}`
  try {
    fs.accessSync('/tmp', fs.constants.W_OK)
    return path.join('/tmp', name)
  } catch {
    return path.join(os.tmpdir(), name)
  }
}

/** Where certificates made for one file wait for the next; it goes with the database. */
export const pkiShelf = () => `${clusterFolder()}.pki`

/** Whether the process that made the lock is gone: killed, it could not remove it. */
function isLeftBehind(lock: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(path.join(lock, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ESRCH' || code === 'EPERM') return code === 'ESRCH'
    // Its number is not written yet, or it has just been removed.
    const made = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    return Date.now() - made > UNWRITTEN_MS
  }
}

/** Runs `work` while no other process of the tests starts or removes the cluster. */
export async function underLock<T>(work: () => Promise<T>): Promise<T> {
  const lock = `${clusterFolder()}.lock`
  for (;;) {
    try {
      fs.mkdirSync(lock)
      fs.writeFileSync(path.join(lock, 'pid'), String(process.pid))
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      if (isLeftBehind(lock)) fs.rmSync(lock, { recursive: true, force: true })
      else await sleep(25)
    }
  }
  try {
    return await work()
  } finally {
    fs.rmSync(lock, { recursive: true, force: true })
  }
}

/** Starts the cluster or finds it running. Only under the lock. */
export function startTestCluster(): Promise<Cluster> {
  return startCluster(findPlace('/nonexistent', clusterFolder()), SETTINGS)
}

export async function connectAdmin(run: string, name: string): Promise<pg.Client> {
  const admin = new pg.Client({
    connectionString: socketUrl(run, 'postgres', 'postgres'),
    application_name: name,
  })
  await admin.connect()
  return admin
}

/** The cluster's socket folder and a session as its superuser, which keeps the cluster alive until it ends. */
export function joinCluster(): Promise<{ run: string; admin: pg.Client }> {
  return underLock(async () => {
    const cluster = await startTestCluster()
    const admin = await connectAdmin(cluster.run, 'xuke test')
    await ensureRoles(admin)
    const { rowCount } = await admin.query(
      `select 1 from pg_stat_activity where application_name = 'xuke reaper'`,
    )
    if (!rowCount) {
      const script = path.join(import.meta.dirname, 'reaper.ts')
      spawn(process.execPath, [script], {
        detached: true,
        stdio: 'ignore',
        env: { PATH: process.env['PATH'] },
      }).unref()
    }
    return { run: cluster.run, admin }
  })
}
