import { sql } from 'kysely'
import type { Tx } from './connect.ts'

/**
 * The next number of a kind (application, licence), owner and year, starting at `first`. The counter's row stays
 * locked until the transaction ends, so there is no gap; it is the last lock that is taken.
 */
export async function nextNumber(
  tx: Tx,
  of: { kind: 'application' | 'licence'; scope: string; year: number; first: number },
): Promise<number> {
  const row = await tx
    .insertInto('number_counter')
    .values({ kind: of.kind, scope: of.scope, year: of.year, last: of.first })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'scope', 'year']).doUpdateSet({ last: sql`number_counter.last + 1` }),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return row.last
}
