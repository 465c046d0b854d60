/** Entries written straight into the ledger, as long years would have left them, with balances that follow each other. */
import type pg from 'pg'

/** Another account beside account `like`, under a document number of its own; answers its id. */
export async function accountsLike(
  database: pg.Pool,
  like: string,
  docNo: string,
  count: number,
): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `insert into quota_account (id, year, enterprise_id, kind, category_code, goods_key, goods_name, unit_name, doc_no, created_at)
    select uuidv7(), year, enterprise_id, kind, category_code, goods_key, goods_name, unit_name, $2 || n, created_at
    from quota_account, generate_series(1, $3::int) as n where id = $1 returning id`,
    [like, docNo, count],
  )
  return rows.map((row) => row.id)
}

/**
 * A grant of 10 and then rounds of hold, commit and cancel of 4 on each account: all of it is available again at the
 * end, so no application or licence has to stand behind it. `of` is what the entries name; rounds are cut to `entries`.
 */
export async function fillLedger(
  database: pg.Pool,
  accounts: readonly string[],
  { rounds, application }: { rounds: number; application: string },
): Promise<number> {
  const kinds = [
    ['hold', 'available', 'held', '6, 4, 0'],
    ['commit', 'held', 'committed', '6, 0, 4'],
    ['cancel', 'committed', 'available', '10, 0, 0'],
  ] as const
  const columns =
    'account_id, seq, kind, from_bucket, to_bucket, quantity, available, held, committed, settled, lapsed'
  const client = await database.connect()
  let written = 0
  try {
    // Whoever writes for hours pays for indexes row by row; here they are made again at the end.
    await client.query(`set synchronous_commit = off; set maintenance_work_mem = '256MB'`)
    const indexes = await client.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid = 'quota_entry'::regclass and not indisunique`,
    )
    for (const { name } of indexes.rows) await client.query(`drop index ${name}`)
    // Foreign keys are right by the way the rows are made.
    await client.query(`set session_replication_role = replica`)
    const grant = await client.query(
      `insert into quota_entry (${columns}, actor_name, at)
      select id, 1, 'grant', 'pool', 'available', 10, 10, 0, 0, 0, 0, '性能测试', now() from unnest($1::uuid[]) as id`,
      [accounts],
    )
    const moves = await client.query(
      `insert into quota_entry (${columns}, application_id, actor_name, at)
      select id, 3 * round + step.place, step.kind, step.f, step.t, 4, step.a, step.h, step.c, 0, 0, $3, '性能测试', now()
      from unnest($1::uuid[]) as id, generate_series(0, $2::int - 1) as round,
        (values ${kinds.map(([kind, from, to, left], index) => `(${index + 2}, '${kind}', '${from}', '${to}', ${left})`).join(', ')})
          as step(place, kind, f, t, a, h, c)`,
      [accounts, rounds, application],
    )
    written = (grant.rowCount ?? 0) + (moves.rowCount ?? 0)
    for (const { definition } of indexes.rows) await client.query(definition)
    await client.query('vacuum (analyze) quota_entry, quota_account')
  } finally {
    client.release(true)
  }
  return written
}

/** The account that the demonstration grants steel's tungsten on. */
export async function tungstenAccount(database: pg.Pool): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `select id from quota_account where doc_no like '演示W01%' and goods_key = 'tungsten' order by year desc limit 1`,
  )
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the demonstration has no tungsten quota')
  return id
}
