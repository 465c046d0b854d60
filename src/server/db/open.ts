import { availableParallelism } from 'node:os'
import { StartError } from '../start-error.ts'
import type { Environment } from '../environment.ts'
import { connect, type Connection } from './connect.ts'
import { startEmbedded } from './embedded.ts'
import { checkMigrated, migrate } from './migrate.ts'

/** The database as the running server has it: its own user's access alone, at this program's structure. */
export type Database = Connection & { url: string; note: string }

/**
 * Connections for requests; jobs bring a pool of their own. More than a few to a processor only wait for each other,
 * and each has to learn every statement and table for itself.
 */
const MAX_CONNECTIONS = Math.max(8, 4 * availableParallelism())
/** Longer than any statement of ours should take among millions of rows. */
const PATIENCE_MS = 30_000

/**
 * Opens the embedded database (starts and migrates it) or an own PostgreSQL (which `npm run migrate` must have
 * brought up to date). Closing it stops the embedded one. `onLost` is called if that stops by itself.
 */
export async function openDatabase(
  env: Pick<Environment, 'dataDir' | 'pgDir' | 'databaseUrl'>,
  onLost: (line: string) => void,
): Promise<Database> {
  if (env.databaseUrl) return openOwn(env.databaseUrl)
  const embedded = await startEmbedded({ dataDir: env.dataDir, pgDir: env.pgDir, onLost })
  try {
    await migrate(embedded.ownerUrl)
  } catch (error) {
    await embedded.stop()
    const line = embedded.explain(error)
    throw line ? new StartError(line, { cause: error }) : error
  }
  const connection = connect(embedded.appUrl, { max: MAX_CONNECTIONS, patienceMs: PATIENCE_MS })
  return {
    ...connection,
    url: embedded.appUrl,
    note: embedded.note,
    async close() {
      try {
        await connection.close()
      } finally {
        await embedded.stop()
      }
    },
  }
}

/** Refusals of the database whose reason is in DATABASE_URL, by their codes; the text may hold the address. */
function reachLine(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return '无法连接 DATABASE_URL 所指的数据库：它没有运行，或地址、端口有误。'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return '找不到 DATABASE_URL 所指的主机，请检查地址。'
  if (code === '28P01' || code === '28000') return '数据库拒绝登录，请检查 DATABASE_URL 中的用户和密码。'
  if (code === '3D000') return 'DATABASE_URL 所指的数据库不存在，请先建立。'
  return `无法连接 DATABASE_URL 所指的数据库（${code || (error instanceof Error ? error.message : String(error))}）。`
}

async function openOwn(url: string): Promise<Database> {
  const connection = connect(url, { max: MAX_CONNECTIONS, patienceMs: PATIENCE_MS })
  try {
    const { rows } = await connection.pool
      .query<{ version: string; super: boolean }>(
        `select current_setting('server_version_num') as version, rolsuper as super
         from pg_roles where rolname = current_user`,
      )
      .catch((error: unknown) => {
        throw new StartError(reachLine(error), { cause: error })
      })
    if (Number(rows[0]?.version) < 150_000)
      throw new StartError('数据库版本过低，需要 PostgreSQL 15 或更高版本。')
    // History would be append-only in name alone.
    if (rows[0]?.super)
      throw new StartError('DATABASE_URL 不能使用数据库超级用户，请改用只有读写权限的用户。')
    await checkMigrated(connection.pool)
  } catch (error) {
    await connection.close()
    throw error
  }
  return { ...connection, url, note: '' }
}
