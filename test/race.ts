// Races held open on purpose: `Promise.all` alone passes even without any lock.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Tx } from '#server/db/connect.ts'
import type { TestDatabase } from '#test/db.ts'

// What a session of another user waits for is not shown to the owner; its locks are.
async function waiting(database: TestDatabase): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct l.pid)::int as n from pg_locks l join pg_stat_activity a using (pid)
    where a.datname = current_database() and not l.granted`.execute(database.owner.db)
  return rows[0]?.n ?? 0
}

/**
 * Runs `calls` at the same moment: `hold` locks what they will want (in a third transaction, as owner), they
 * start, and only when PostgreSQL says that all of them wait is the lock let go. `expected` is their number
 * if not all are to reach the lock. Answers how each ended; throws if they never came to wait.
 */
export async function race<T>(
  database: TestDatabase,
  hold: (tx: Tx) => Promise<unknown>,
  calls: (() => Promise<T>)[],
  expected = calls.length,
  patienceMs = 10_000,
): Promise<PromiseSettledResult<T>[]> {
  let results: Promise<PromiseSettledResult<T>[]> | undefined
  try {
    await database.owner.db.transaction().execute(async (tx) => {
      await hold(tx)
      results = Promise.allSettled(calls.map((call) => call()))
      const end = Date.now() + patienceMs
      for (let n = 0; n < expected; n = await waiting(database)) {
        if (Date.now() > end) throw new Error(`only ${n} of ${expected} calls came to wait for the lock`)
        await sleep(5)
      }
    })
  } finally {
    await results
  }
  return (await results) ?? []
}
