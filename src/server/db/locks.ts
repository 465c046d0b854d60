// Agreements between processes about files that rows name: whoever removes files asks, whoever copies them
// together with the rows keeps them.
import { sql } from 'kysely'
import type pg from 'pg'
import type { Tx } from './connect.ts'

/** Keeps every stored file from removal until this session ends. */
export async function keepFiles(client: pg.Client): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('xuke files'))`)
}

/** Whether files may be removed until the end of this transaction. If not, a backup runs: try again later. */
export async function mayRemoveFiles(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    may: boolean
  }>`select pg_try_advisory_xact_lock_shared(hashtext('xuke files')) as may`.execute(tx)
  return rows[0]?.may ?? false
}
