// The connection to the database: a pool, Kysely over it, and each statement prepared once per
// connection (twice as fast for short queries as sending the text each time). The begin of a transaction, and
// writes whose answer says nothing, travel with the next statement.
import { createHash } from 'node:crypto'
import { Kysely, PostgresDialect, type CompiledQuery, type PostgresPool, type Transaction } from 'kysely'
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

/** Marks a statement for `unwaited`; nothing of the database's own begins like this. */
const UNWAITED = '/* with the next */ '
const unanswered = { command: '', rowCount: null, rows: [] }

/**
 * Sends a write whose answer says nothing in one piece with the next statement of the transaction, its commit at the
 * latest: what waits costs more than what is done. If it fails, that next statement fails with its error.
 */
export async function unwaited(
  tx: Tx,
  write: CompiledQuery<unknown> | { compile(): CompiledQuery<unknown> },
): Promise<void> {
  const query = 'compile' in write ? write.compile() : write
  await tx.executeQuery({ ...query, sql: UNWAITED + query.sql })
}

interface Statement {
  name?: string
  text: string
  values: unknown[]
}
function statement(text: string, values: unknown[]): Statement {
  const name = nameFor(text)
  return name === undefined ? { text, values } : { name, text, values }
}

/** What Kysely sees of a client: the same client, whose statements are named, and a `begin` is not waited for. */
function withNames(client: pg.PoolClient): pg.PoolClient {
  let outdated = false
  let unsent: Statement[] = []

  async function send(text: string, values: unknown[]) {
    const before = unsent
    unsent = []
    if (before.length === 0) return client.query(statement(text, values))
    const { stream } = client.connection
    stream.cork()
    const answers = [...before, statement(text, values)].map((one) => client.query(one))
    stream.uncork()
    const failed = (await Promise.allSettled(answers)).find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return answers.at(-1)
  }

  /** Answers what need not be sent now. */
  function later(text: string, values: unknown[]): boolean {
    if (text === 'begin') unsent.push({ text, values: [] })
    else if (text.startsWith(UNWAITED)) unsent.push(statement(text.slice(UNWAITED.length), values))
    else {
      if (text !== 'rollback') return false
      const nothingSent = unsent[0]?.text === 'begin'
      unsent = []
      return nothingSent
    }
    return true
  }

  const named: pg.PoolClient = Object.create(client)
  Object.defineProperty(named, 'query', {
    value: async (text: string, values: unknown[]) => {
      if (later(text, values)) return unanswered
      try {
        return await send(text, values)
      } catch (error) {
        outdated ||= isOutdated(error)
        throw error
      }
    },
  })
  Object.defineProperty(named, 'release', {
    value: (discard?: Error | boolean) => client.release(outdated || unsent.length > 0 || discard),
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
