/** /healthz and /readyz: alive, and able to do the work; the second says which part is not. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { QueryResultRow } from 'pg'
import { alive, ready, type Readiness } from '#api/health.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { checkMigrated } from '../db/migrate.ts'
import { RUNNERS } from '../jobs/run.ts'
import { missingCarriers } from '../message/carrier.ts'
import { open } from './register.ts'

type Part = keyof Readiness['parts']

const words: Record<Part, string> = {
  database: '数据库没有应答',
  migrations: '数据库结构与程序不一致',
  jobs: '没有进程在执行后台任务',
  documents: '文书排版程序没有就绪',
}

/** A part that does not answer in this time is not ready. */
const patience = 3_000

export function healthRoutes(app: FastifyInstance, ctx: Context): void {
  open(app, ctx, alive, () => ({ alive: true as const }))
  open(app, ctx, ready, async ({ reply }) => {
    const parts = await look(ctx)
    const all = Object.values(parts).every((state) => state === 'ok')
    if (!all) reply.code(503)
    reply.header('cache-control', 'no-store')
    return { ready: all, parts, missing: missingCarriers(ctx.carriers) }
  })
}

async function look(ctx: Context): Promise<Readiness['parts']> {
  const query = <R extends QueryResultRow>(text: string) => sql.raw<R>(text).execute(ctx.db)
  const [database, migrations, jobs, documents] = await Promise.all([
    stateOf(ctx, 'database', sql`select 1`.execute(ctx.db)),
    stateOf(ctx, 'migrations', checkMigrated({ query })),
    stateOf(ctx, 'jobs', jobsAreTaken(ctx.db)),
    stateOf(ctx, 'documents', ctx.press.ready()),
  ])
  return { database, migrations, jobs, documents }
}

async function stateOf(ctx: Context, part: Part, asked: Promise<unknown>): Promise<string> {
  const late = new AbortController()
  try {
    const answer = asked.then(() => undefined)
    await Promise.race([answer, sleep(patience, undefined, { signal: late.signal }).then(tooLate)])
    return 'ok'
  } catch (error) {
    ctx.log({ level: 'error', part: 'readyz', what: part, error: String(error) })
    return words[part]
  } finally {
    late.abort()
  }
}

function tooLate(): never {
  throw new Error(`no answer within ${patience} ms`)
}

/** Whoever takes jobs, here or on another machine, holds a lock in the database as long as it does. */
async function jobsAreTaken(db: Db) {
  const runners = sql.raw(`${RUNNERS}::bigint`)
  const { rows } = await sql`
    select from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and classid::bigint = (${runners} >> 32) & 4294967295 and objid::bigint = ${runners} & 4294967295
    limit 1`.execute(db)
  if (rows.length === 0) throw new Error('nobody holds the lock of those who run jobs')
}
