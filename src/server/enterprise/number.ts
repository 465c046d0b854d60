import { sql } from 'kysely'
import type { Tx } from '../db/connect.ts'

/** One at a time may claim or verify a number; both codes of an enterprise hold the same organisation code. */
export const lockNumber = (tx: Tx, uscc: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended('xuke enterprise ' || ${uscc.slice(8, 17)}::text, 0))`.execute(
    tx,
  )
