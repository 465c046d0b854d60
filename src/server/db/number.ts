import { sql } from 'kysely'
import type { Tx } from './connect.ts'
import { prepared, type Later } from './prepared.ts'

type Numbered = { kind: 'application' | 'licence'; scope: string; year: number; first: number }

/**
 * The next number of a kind (application, licence), owner and year, starting at `first`. The counter's row stays
 * locked until the transaction ends, so there is no gap; it is the last lock that is taken. `after` is a quota account
 * to be locked before the counter, in the same statement.
 */
export async function nextNumber(tx: Tx, of: Numbered & { after?: string | null }): Promise<number> {
  const { after, ...numbered } = of
  if (after !== undefined && after !== null) return lockedNumber(tx, numbered, after)
  const [row] = await count(tx, numbered)
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

/** Many wait here with both locks: one round trip less for each of them. */
async function lockedNumber(tx: Tx, of: Numbered, account: string): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    insert into number_counter (kind, scope, year, last)
    select ${of.kind}, ${of.scope}, ${of.year}::int, ${of.first}::int
    from (select id from quota_account where id = ${account}::uuid for no key update) as locked
    on conflict (kind, scope, year) do update set last = number_counter.last + 1 returning last`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`no quota account ${account}`)
  return row.last
}
