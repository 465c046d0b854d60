import { sql } from 'kysely'
import type { Tx } from './connect.ts'
import { prepared, type Later } from './prepared.ts'

type Numbered = { kind: 'application' | 'licence'; scope: string; year: number; first: number }

/**
 * The next number of a kind (application, licence), owner and year, starting at `first`. The counter's row stays
 * locked until the transaction ends, so there is no gap; it is the last lock that is taken.
 */
export async function nextNumber(tx: Tx, of: Numbered): Promise<number> {
  const [row] = await count(tx, of)
  if (row === undefined) throw new Error(`no number for ${of.scope}`)
  return row.last
}

const count = prepared((tx, later: Later<Numbered>) =>
  tx
    .insertInto('number_counter')
    .values({ kind: later('kind'), scope: later('scope'), year: later('year'), last: later('first') })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'scope', 'year']).doUpdateSet({ last: sql`number_counter.last + 1` }),
    )
    .returning('last')
    .compile(),
)
