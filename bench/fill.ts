/**
 * Fills the tables for `list`: 500 enterprises, of which the first has a tenth of all applications, most of them
 * approved and with a licence. Straight into the tables, with what costs most put aside meanwhile.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { sessionCookie } from './session-cookie.ts'
import type { System } from './system.ts'

export const ENTERPRISES = 500
/** The enterprise with a tenth of the rows is the first. */
const enterpriseId = (n: string) => `('00000000-0000-4000-9000-' || lpad((${n})::text, 12, '0'))::uuid`
const accountId = (n: string) => `('00000000-0000-4000-9100-' || lpad((${n})::text, 12, '0'))::uuid`
const code13 = (n: string) => `('BENCH' || lpad((${n})::text, 8, '0'))`

/** Each with one account and a session whose cookie is known. */
export async function makeEnterprises(database: pg.Pool): Promise<string[]> {
  const now = new Date()
  await database.query(
    `insert into enterprise (id, code13, uscc, name, region, verified_at, created_at, modified_at)
    select ${enterpriseId('n')}, ${code13('n')}, '91BENCH' || lpad(n::text, 11, '0'), '性能测试企业第' || n || '号', '北京市', $2, $2, $2
    from generate_series(1, $1::int) as n`,
    [ENTERPRISES, now],
  )
  await database.query(
    `insert into account (id, login_name, person_name, password_hash, roles, data_scope, enterprise_id, created_at, modified_at)
    select ${accountId('n')}, 'bench' || n, '测试员' || n, '-', '{preparer}', 'enterprise', ${enterpriseId('n')}, $2, $2
    from generate_series(1, $1::int) as n`,
    [ENTERPRISES, now],
  )
  const tokens = Array.from({ length: ENTERPRISES }, (_, index) => `bench-session-${index + 1}`)
  await database.query(
    `insert into session (token_digest, account_id, csrf_token, created_at, last_seen_at, expires_at, address, user_agent)
    select digest, ${accountId('n')}, '-', $2, $2, $2::timestamptz + interval '1 hour', '127.0.0.1', 'bench'
    from unnest($1::bytea[]) with ordinality as t(digest, n)`,
    [tokens.map((token) => createHash('sha256').update(token).digest()), now],
  )
  return tokens.map((token) => `${sessionCookie}=${token}`)
}

/** Of a hundred applications: how many are in each state. */
const STATES = [
  ['approved', 82],
  ['first_review', 3],
  ['second_review', 2],
  ['returned', 2],
  ['draft', 4],
  ['ready', 1],
  ['withdrawn', 1],
  ['withdrawing', 1],
  ['rejected', 2],
  ['deleted', 2],
] as const

function stateOf(share: string): string {
  let upTo = 0
  const cases = STATES.map(([state, part]) => `when ${share} < ${(upTo += part)} then '${state}'`)
  return `case ${cases.join(' ')} end`
}

/** Rows `from` to `to` of the whole; each number always gives the same row. */
const applications = `
  insert into application (id, window_no, application_no, state, channel, enterprise_id, created_by, created_at,
    modified_by, modified_at, apply_date, form_version, form, goods_key, goods_name, category_code, licence_type,
    goods_unit, total_quantity, total_amount, total_amount_usd, submitted_at, submitted_by, due_on, approved_at)
  select ('018e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'XKBENCH' || lpad(n::text, 10, '0'),
    case when state <> 'draft' then to_char(day, 'YY') || ${code13('e')} || lpad((n % 1000000)::text, 6, '0') end,
    state, 'platform', ${enterpriseId('e')}, ${accountId('e')}, day, ${accountId('e')}, day, day::date, 1,
    jsonb_build_object('quotaYear', to_char(day, 'YYYY'), 'hsCode', '2918140000', 'customsPort', '2225',
      'tradeMode', '01', 'destinationCountry', 'KOR', 'originCountry', 'CHN', 'contractNo', 'C-' || n / 3,
      'consignorCode', ${code13('e')}, 'issuingAuthority', case when n % 3 = 0 then 'AA' else '03' end,
      'priceCurrency', 'USD', 'quotaDocNo', '', 'importerNameZh', '釜山贸易株式会社', 'applicantName', '测试员'),
    'citric_acid', '柠檬酸', 'C90390', 'licence', '千克', n % 9000 + 1, (n % 9000 + 1) * 2, (n % 9000 + 1) * 2,
    case when sent then day end, case when sent then ${accountId('e')} end, case when sent then day::date + 3 end,
    case when state = 'approved' then day + interval '1 day' end
  from (
    select n, case when n % 10 = 0 then 1 else 2 + (n * 31) % ${ENTERPRISES - 1} end as e,
      timestamptz '2024-01-02 10:00:00+08' + n * interval '1 minute' as day,
      abs(hashint4(n)) % 100 as share
    from generate_series($1::int, $2::int) as n) as numbered,
    lateral (select ${stateOf('share')} as state) as judged,
    lateral (select state not in ('draft', 'ready', 'deleted') as sent) as known`

const licences = `
  insert into licence (id, licence_no, application_id, state, channel, enterprise_id, consignor_code, authority_code,
    quota_year, hs_code, category_code, goods_key, goods_name, goods_unit, quantity, amount, amount_usd, currency,
    trade_mode, destination_country, customs_port, contract_no, one_batch, content, check_code, created_at, modified_at)
  select ('018e0000-0000-7000-9000-' || right(id::text, 12))::uuid, '24ZZ' || lpad((right(window_no, 10)::int % 1000000)::text, 6, '0'),
    id, 'valid', channel, enterprise_id, consignor_code, issuing_authority, quota_year, hs_code, category_code,
    goods_key, goods_name, goods_unit, total_quantity, total_amount, total_amount_usd, price_currency, trade_mode,
    destination_country, customs_port, contract_no, true, '{}', 'ACDEFGHJ', approved_at, approved_at
  from application
  where state = 'approved' and window_no between 'XKBENCH' || lpad($1::text, 10, '0') and 'XKBENCH' || lpad($2::text, 10, '0')`

/** As many as there are processors on a small machine. */
const CONNECTIONS = 2
const SETTINGS = [
  // The rows are right by their making: no foreign key is looked up.
  'session_replication_role = replica',
  'synchronous_commit = off',
  `maintenance_work_mem = '256MB'`,
]

/** Adds the rows with these numbers, and leaves the tables as they are when they have grown for long. */
export async function fillApplications({ database }: System, from: number, to: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => database.connect()))
  const [first] = clients
  if (first === undefined) throw new Error('no connection')
  try {
    for (const client of clients) for (const setting of SETTINGS) await client.query(`set ${setting}`)
    const indexes = await dropIndexes(first, ['application', 'licence'])
    for (const statement of [applications, licences]) {
      const parts = parted(from, to).map((range) => ({ text: statement, values: range }))
      await shared(clients, parts)
    }
    await shared(
      clients,
      indexes.map((text) => ({ text })),
    )
    await first.query('vacuum (analyze) application, licence')
    await first.query('checkpoint')
  } finally {
    for (const client of clients) client.release(true)
  }
}

/** The numbers in parts of 50,000. */
const parted = (from: number, to: number): [number, number][] =>
  Array.from({ length: Math.ceil((to - from + 1) / PART) }, (_, index) => {
    const start = from + index * PART
    return [start, Math.min(to, start + PART - 1)]
  })
const PART = 50_000

/** Each connection takes the next statement when it has finished one. */
async function shared(clients: readonly pg.PoolClient[], statements: readonly pg.QueryConfig[]) {
  const waiting = [...statements]
  await Promise.all(
    clients.map(async (client) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await client.query(next)
    }),
  )
}

/** Drops the indexes that hold no constraint; answers what makes them again. */
async function dropIndexes(client: pg.PoolClient, tables: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid::regclass::text = any($1) and not indisunique`,
    [tables],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}
