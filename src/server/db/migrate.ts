// Brings a database to the structure this program needs. Only the owner can; the running server's user
// gets rights on rows and none on structure, and on append-only tables not even to change a row.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { StartError } from '../start-error.ts'

/** A numbered file of db/migrations; `digest` is the SHA-256 of its text. */
type Migration = { name: string; text: string; digest: string }

const DB_FOLDER = path.resolve(import.meta.dirname, '../../../db')
const LOCK = `hashtext('xuke migrate')`

function sqlFiles(folder: string): { name: string; text: string }[] {
  if (!fs.existsSync(folder)) return []
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.sort().map((name) => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8') }))
}

function listMigrations(folder: string): Migration[] {
  return sqlFiles(path.join(folder, 'migrations')).map((file) => ({
    ...file,
    digest: createHash('sha256').update(file.text).digest('hex'),
  }))
}

/** Name and digest of each migration this program has. */
export function knownMigrations(folder = DB_FOLDER): { name: string; digest: string }[] {
  return listMigrations(folder).map(({ name, digest }) => ({ name, digest }))
}

/** Names of the tables whose rows the running server may read and add, but never change or delete. */
export function appendOnlyTables(folder = DB_FOLDER): string[] {
  const lines = fs.readFileSync(path.join(folder, 'append-only.txt'), 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line && !line.startsWith('#'))
}

/** Whatever sends one text to the database: a pool, a client, Kysely behind a function. */
export type Queryable = { query<R extends pg.QueryResultRow>(text: string): Promise<{ rows: R[] }> }

async function applied(client: Queryable): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; digest: string }>(
    `select name, digest from schema_migration order by name`,
  )
  return new Map(rows.map((row) => [row.name, row.digest]))
}

/** The migrations still to do. Refuses when the database has others than this program. */
function outstanding(files: Migration[], done: Map<string, string>): Migration[] {
  for (const [name, digest] of done) {
    const file = files.find((f) => f.name === name)
    if (!file) throw new StartError(`数据库结构比本程序新（含 ${name}），请使用更新的程序版本。`)
    if (file.digest !== digest)
      throw new StartError(`迁移文件 ${name} 在执行后被修改，请恢复原文件，并把改动写成新的迁移文件。`)
  }
  const last = [...done.keys()].at(-1) ?? ''
  const todo = files.filter((file) => !done.has(file.name))
  const late = todo.find((file) => file.name < last)
  if (late) throw new StartError(`迁移文件 ${late.name} 的编号早于已执行的 ${last}，请改为之后的编号。`)
  return todo
}

/**
 * Asks, with the running server's own rights, whether the database is at this program's structure.
 * Throws a StartError with what to do if not.
 */
export async function checkMigrated(pool: Queryable, folder = DB_FOLDER): Promise<void> {
  const { rows } = await pool.query<{ there: boolean }>(
    `select to_regclass('schema_migration') is not null as there`,
  )
  const done = rows[0]?.there ? await applied(pool) : new Map<string, string>()
  const todo = outstanding(listMigrations(folder), done)
  if (todo.length) {
    throw new StartError(
      `数据库缺少 ${todo.length} 个迁移（${todo[0]?.name} 起），请先以 DATABASE_OWNER_URL 执行 npm run migrate。`,
    )
  }
}

async function inTransaction(client: pg.Client, work: () => Promise<void>) {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

async function applyMigrations(
  client: pg.Client,
  folder: string,
  until: string | undefined,
): Promise<string[]> {
  await client.query(`
    create table if not exists schema_migration (name text primary key, digest text not null, applied_at timestamptz not null);
    comment on table schema_migration is 'Migrations that were applied, with the SHA-256 of each file'`)
  const files = listMigrations(folder).filter((file) => until === undefined || file.name <= until)
  const todo = outstanding(files, await applied(client))
  for (const file of todo) {
    await inTransaction(client, async () => {
      await client.query(file.text).catch((error: unknown) => {
        throw new Error(`migration ${file.name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      })
      const values = [file.name, file.digest, new Date()]
      await client.query(`insert into schema_migration values ($1, $2, $3)`, values)
    })
  }
  return todo.map((file) => file.name)
}

async function remakeViews(client: pg.Client, folder: string) {
  const { rows } = await client.query<{ name: string }>(`
    select quote_ident(relname) as name from pg_class
    where relkind = 'v' and relnamespace = 'public'::regnamespace
      and not exists (select 1 from pg_depend where objid = pg_class.oid and deptype = 'e')`)
  await inTransaction(client, async () => {
    for (const { name } of rows) await client.query(`drop view if exists ${name} cascade`)
    for (const file of sqlFiles(path.join(folder, 'views'))) {
      await client.query(file.text).catch((error: unknown) => {
        throw new Error(`view ${file.name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      })
    }
  })
}

async function grantTables(client: pg.Client, role: string, folder: string) {
  await inTransaction(client, async () => {
    await client.query(`
      grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage, select on all sequences in schema public to ${role};
      revoke insert, update, delete, truncate on schema_migration from ${role}`)
    // A name without a table is found by test/schema.test.ts.
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(relname) as name from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace and relname = any($1)`,
      [appendOnlyTables(folder)],
    )
    for (const { name } of rows) await client.query(`revoke update, delete, truncate on ${name} from ${role}`)
  })
}

/** graphile-worker shuts its tables with row-level security: the server's user needs grants and a policy on each. */
async function grantJobs(client: pg.Client, role: string) {
  const { rows } = await client.query<{ name: string; policy: boolean }>(`
    select quote_ident(relname) as name,
      exists (select 1 from pg_policy where polrelid = pg_class.oid and polname = 'server') as policy
    from pg_class where relkind = 'r' and relnamespace = 'graphile_worker'::regnamespace`)
  await inTransaction(client, async () => {
    await client.query(`
      grant usage on schema graphile_worker to ${role};
      grant select, insert, update, delete on all tables in schema graphile_worker to ${role};
      grant usage, select on all sequences in schema graphile_worker to ${role};
      grant execute on all functions in schema graphile_worker to ${role};
      revoke insert, update, delete on graphile_worker.migrations from ${role}`)
    for (const { name, policy } of rows) {
      const verb = policy ? 'alter' : 'create'
      await client.query(
        `${verb} policy server on graphile_worker.${name} to ${role} using (true) with check (true)`,
      )
    }
  })
}

async function checkRole(client: pg.Client, role: string) {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
  if (!rowCount) {
    throw new StartError(`数据库中没有用户 ${role}，请先执行 create role ${role} login，并设置其密码。`)
  }
}

/**
 * Applies what is missing and remakes views and rights, as the owner at `ownerUrl`, for a server that
 * connects as `appRole`. Safe to repeat and to run twice at once. Answers the names of the migrations applied.
 * With `until`, an empty database gets the structure as of that file, without views.
 */
export async function migrate(
  ownerUrl: string,
  options: { appRole?: string; folder?: string; until?: string } = {},
): Promise<{ applied: string[] }> {
  const folder = options.folder ?? DB_FOLDER
  const appRole = options.appRole ?? 'xuke_app'
  const client = new pg.Client({ connectionString: ownerUrl, options: '-c TimeZone=Asia/Shanghai' })
  client.on('error', () => undefined) // the query under way tells of it
  await client.connect()
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`)
    await checkRole(client, appRole)
    const names = await applyMigrations(client, folder, options.until)
    // The views are of the newest structure.
    if (options.until === undefined) await remakeViews(client, folder)
    const role = pg.escapeIdentifier(appRole)
    await grantTables(client, role, folder)
    await migrateJobs(ownerUrl)
    await grantJobs(client, role)
    return { applied: names }
  } finally {
    await client.end()
  }
}

/** Its account of each step is of no use here: what fails is thrown. */
const quiet = new Logger(() => () => undefined)

async function migrateJobs(ownerUrl: string) {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await runMigrations({ pgPool: pool, logger: quiet })
  } finally {
    await pool.end()
  }
}
