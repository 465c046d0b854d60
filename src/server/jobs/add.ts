import { sql } from 'kysely'
import type { Db, Tx } from '../db/connect.ts'

export type JobOptions = {
  /** While a job with this key waits, adding it again replaces it: there is never more than one waiting. */
  key?: string
  /** Not before this instant, by the database's clock (when to try is no business fact). Default: at once. */
  runAt?: Date
  /** How often it is tried, with growing pauses, before it is left as failed. Default 25 (about three days). */
  maxAttempts?: number
}

/**
 * Plans a job: within the transaction `tx`, so it exists if and only if that commits. `payload` is stored as
 * JSON and handed to the task of that name, which must be safe to run twice.
 */
export async function addJob(
  tx: Db | Tx,
  name: string,
  payload: Record<string, unknown> = {},
  options: JobOptions = {},
): Promise<void> {
  await sql`select graphile_worker.add_job(
    ${name}::text,
    payload => ${JSON.stringify(payload)}::json,
    run_at => ${options.runAt ?? null}::timestamptz,
    max_attempts => ${options.maxAttempts ?? null}::int,
    job_key => ${options.key ?? null}::text
  )`.execute(tx)
}
