import { sql } from 'kysely'
import type { Tx } from './connect.ts'

/**
 * The next number of a kind (application, licence), owner and year, starting at `first`. The counter's row stays
 * locked until the transaction ends, so there is no gap; it is the last lock that is taken.
 */
export async function nextNumber(
  tx: Tx,
  of: {
    kind: 'application' | 'licence'
    scope: string
    year: number
    first: number
    /** A quota account to be locked before the counter, in the same statement. */
    after?: string | null
  },
): Promise<number> {
  if (of.after !== undefined && of.after !== null) return lockedNumber(tx, of, of.after)
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

/** Many wait here with both locks: one round trip less for each of them. */
async function lockedNumber(
  tx: Tx,
  of: { kind: string; scope: string; year: number; first: number },
  account: string,
): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    insert into number_counter (kind, scope, year, last)
    select ${of.kind}, ${of.scope}, ${of.year}::int, ${of.first}::int
    from (select id from quota_account where id = ${account}::uuid for no key update) as locked
    on conflict (kind, scope, year) do update set last = number_counter.last + 1 returning last`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`no quota account ${account}`)
  return row.last
}
