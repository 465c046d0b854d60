// The embedded PostgreSQL as the system uses it: one system at a time, two users, one database.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { StartError } from '../start-error.ts'
import { lossLine, startCluster } from './cluster.ts'
import { findPlace, type Place } from './place.ts'

export type Embedded = {
  ownerUrl: string
  appUrl: string
  /** Folder of the cluster. */
  dir: string
  /** It is the database of a system that runs, used beside it. */
  joined: boolean
  note: string
  /** The line for an error that came because the database went away under it; undefined if it did not. */
  explain(error: unknown): string | undefined
  /** Stops the server cleanly (open transactions are rolled back). */
  stop(): Promise<void>
}

/** The address of a database behind a local socket, as one string for pg and for other programs. */
export function socketUrl(run: string, database: string, user: string): string {
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(run)}`
}

/** Makes the two roles if missing: the owner migrates, the app works. */
export async function ensureRoles(admin: pg.Client) {
  const { rows } = await admin.query<{ rolname: string }>(
    `select rolname from pg_roles where rolname like 'xuke%'`,
  )
  for (const role of ['xuke_owner', 'xuke_app']) {
    if (!rows.some((row) => row.rolname === role)) await admin.query(`create role ${role} login`)
  }
}

async function ensureDatabase(admin: pg.Client, database: string) {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database])
  if (!rowCount) await admin.query(`create database ${database} owner xuke_owner`)
}

/** One system per data folder: this session's lock is gone the moment its process is. */
async function takeLock(keeper: pg.Client, attempts: number): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(100)
    const { rows } = await keeper.query<{ got: boolean }>(
      `select pg_try_advisory_lock(hashtext('xuke start')) as got`,
    )
    if (rows[0]?.got) return true
  }
  return false
}

/** A session that holds the lock if it could have it. A server that stops meanwhile is started again. */
async function joinWithLock(place: Place, lockAttempts: number, onLost: () => void) {
  for (let attempt = 1; ; attempt++) {
    const cluster = await startCluster(place)
    const keeper = new pg.Client({ connectionString: socketUrl(cluster.run, 'postgres', 'postgres') })
    let joined = false
    keeper.on('error', () => {
      if (joined) onLost()
    })
    try {
      await keeper.connect()
      const isOurs = await takeLock(keeper, lockAttempts)
      joined = true
      return { cluster, keeper, isOurs }
    } catch (error) {
      await keeper.end().catch(() => undefined)
      if (attempt === 5) throw error
      await sleep(100)
    }
  }
}

/**
 * Starts the embedded database of DATA_DIR with the database `xuke` and its two users, for one system
 * at a time. `onLost` is called if the database goes away by itself. With `join`, the database of a running
 * system is used beside it, and not stopped.
 */
export async function startEmbedded(options: {
  dataDir: string
  pgDir?: string | undefined
  onLost?: (line: string) => void
  join?: boolean
}): Promise<Embedded> {
  const place = findPlace(options.dataDir, options.pgDir)
  let stopping = false
  const { cluster, keeper, isOurs } = await joinWithLock(place, options.join ? 1 : 20, () => {
    if (!stopping) options.onLost?.(lossLine(place))
  })
  if (!isOurs && !options.join) {
    stopping = true
    await keeper.end()
    throw new StartError(
      `${options.dataDir} 正被另一个正在运行的系统使用，请先停止它，或用 DATA_DIR 指定其他文件夹。`,
    )
  }
  const stop = async () => {
    stopping = true
    // The lock goes with the server: whoever waits for it must not find one that is about to stop.
    if (isOurs) await cluster.stop()
    await keeper.end().catch(() => undefined)
  }
  try {
    await ensureRoles(keeper)
    await ensureDatabase(keeper, 'xuke')
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ownerUrl: socketUrl(cluster.run, 'xuke', 'xuke_owner'),
    appUrl: socketUrl(cluster.run, 'xuke', 'xuke_app'),
    dir: place.dir,
    joined: !isOurs,
    note: place.note,
    explain: (error) =>
      error instanceof Error && error.message.startsWith('Connection terminated')
        ? lossLine(place)
        : undefined,
    stop,
  }
}
