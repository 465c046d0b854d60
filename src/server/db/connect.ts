// The connection to the database: a pool, Kysely over it, and each statement prepared once per
// connection (twice as fast for short queries as sending the text each time). The begin of a transaction
// travels with its first statement.
import { createHash } from 'node:crypto'
import { Kysely, PostgresDialect, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from './types.gen.ts'

export type Db = Kysely<DB>
export type Tx = Transaction<DB>
export type Connection = { db: Db; pool: pg.Pool; close(): Promise<void> }

const DATE = 1082
const DATE_ARRAY = 1182
const TEXT_ARRAY = 1009
const MAX_NAMES = 1000

/**
 * How values arrive: a `date` stays the day 'YYYY-MM-DD', `numeric` and `bigint` are decimal strings,
 * `timestamptz` is a Date, `bytea` a Buffer, `jsonb` its value.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid === DATE_ARRAY ? TEXT_ARRAY : oid, format)
  },
}

/** Lists of changing length (`in (…)`) make new texts all the time: past the bound a text goes unnamed. */
const names = new Map<string, string>()

function nameFor(text: string): string | undefined {
  const known = names.get(text)
  if (known || names.size >= MAX_NAMES) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 24)
  names.set(text, name)
  return name
}

/** A prepared statement that its connection can no longer run, because a table or view was changed under it. */
function isOutdated(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === '26000' || (error.code === '0A000' && /cached plan/.test(error.message))
}

const BEGIN = 'begin'
const begun = { command: BEGIN, rowCount: null, rows: [] }

/**
 * What Kysely sees of a client: the same client, whose statements are named. A `begin` is answered at once and goes
 * out in one piece with the statement behind it, which fails too if the begin did.
 */
function withNames(client: pg.PoolClient): pg.PoolClient {
  let outdated = false
  let begins = false
  function send(text: string, values: unknown[]) {
    const name = nameFor(text)
    const query = name ? { name, text, values } : { text, values }
    if (!begins) return client.query(query)
    begins = false
    const { stream } = client.connection
    stream.cork()
    client.query(BEGIN).catch(() => undefined)
    const answer = client.query(query)
    stream.uncork()
    return answer
  }
  const named: pg.PoolClient = Object.create(client)
  Object.defineProperty(named, 'query', {
    value: async (text: string, values: unknown[]) => {
      if (text === BEGIN) {
        begins = true
        return begun
      }
      try {
        return await send(text, values)
      } catch (error) {
        outdated ||= isOutdated(error)
        throw error
      }
    },
  })
  Object.defineProperty(named, 'release', {
    value: (discard?: Error | boolean) => client.release(outdated || discard),
  })
  return named
}

function poolWithNames(pool: pg.Pool): PostgresPool {
  const seen = new WeakMap<pg.PoolClient, pg.PoolClient>()
  return {
    Client: pg.Client,
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const named = seen.get(client) ?? withNames(client)
      seen.set(client, named)
      return named
    },
  }
}

/**
 * Connects to the database at `url`, with at most `max` connections at a time. The pool is there for
 * those who bring their own SQL (jobs, backup); `close` ends both and may be called once.
 *
 * A statement that takes longer than `patienceMs` is stopped (error 57014); without it none is.
 *
 * Sessions stand in Asia/Shanghai, so that a day turned into an instant means midnight there whatever
 * the database's own setting.
 */
export function connect(url: string, options: { max?: number; patienceMs?: number } = {}): Connection {
  // A search through everything, or a lock that never comes, gives its connection back.
  const patience = options.patienceMs === undefined ? '' : ` -c statement_timeout=${options.patienceMs}`
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    types,
    options: `-c TimeZone=Asia/Shanghai${patience}`,
    connectionTimeoutMillis: 10_000,
    // A statement need not wait for the answer to the one before it.
    pipeline: true,
  })
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  let closing = false
  pool.on('error', (error) => {
    if (!closing) console.error(`database connection lost: ${error.message}`)
  })
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: poolWithNames(pool) }) })
  return {
    db,
    pool,
    close() {
      closing = true
      return db.destroy()
    },
  }
}
