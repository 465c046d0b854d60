// What every table keeps to, read from the catalogue of a migrated database.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { appendOnlyTables } from '#server/db/migrate.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'

let database: TestDatabase
let owner: pg.Pool
before(async () => {
  database = await testDatabase()
  owner = database.owner.pool
})
after(() => database.close())

async function names(query: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(query, values)
  return rows.map((row) => row.name)
}

/** Runs `check` on the database as it is, and again with `bad` done to it, which must be found. */
async function holds(check: () => Promise<string[]>, bad: string, found: string[]) {
  assert.deepEqual(await check(), [])
  const undo = 'drop table bad'
  await owner.query(bad)
  try {
    assert.deepEqual(await check(), found)
  } finally {
    await owner.query(undo)
  }
}

const COLUMNS = `
  select c.relname || '.' || a.attname as name from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p') and a.attnum > 0 and not a.attisdropped`

test('instants have a time zone, texts no length, numbers no floating point', async () => {
  const types = ['timestamp', 'time', 'timetz', 'varchar', 'bpchar', 'float4', 'float8', 'money', 'json']
  const check = () =>
    names(`${COLUMNS} and a.atttypid = any($1::regtype[]) order by 1`, [
      types.map((type) => `pg_catalog.${type}`),
    ])
  const bad = `create table bad (id int primary key, a timestamp, b varchar(9), c float8, d timestamptz, e text, f numeric, g char(2))`
  await holds(check, bad, ['bad.a', 'bad.b', 'bad.c', 'bad.g'])
})

test('every table and view says what it is for', async () => {
  const check = () =>
    names(`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'p')
        and coalesce(obj_description(oid, 'pg_class'), '') = '' order by 1`)
  await holds(check, `create table bad (id int primary key)`, ['bad'])
})

test('every table has a primary key', async () => {
  const check = () =>
    names(`select relname as name from pg_class t where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not exists (select from pg_constraint where conrelid = t.oid and contype = 'p') order by 1`)
  await holds(check, `create table bad (id int)`, ['bad'])
})

test('every foreign key can be followed backwards by an index', async () => {
  // An index that leaves out only rows where the column is null serves as well.
  const check = () =>
    names(`select k.conrelid::regclass || ' ' || k.conname as name from pg_constraint k
      where k.contype = 'f' and k.connamespace = 'public'::regnamespace and not exists (
        select from pg_index i where i.indrelid = k.conrelid and i.indisvalid
          and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) like '%IS NOT NULL%')
          and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
          and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey)
      order by 1`)
  const bad = `create table bad (id int primary key, a uuid references account, b uuid references account);
    create index on bad (b) where b is not null; create index on bad (id, a)`
  await holds(check, bad, ['bad bad_a_fkey'])
})

test('no column has a default that asks the clock', async () => {
  const check = () =>
    names(`${COLUMNS} and exists (select from pg_attrdef d where d.adrelid = c.oid and d.adnum = a.attnum
      and pg_get_expr(d.adbin, d.adrelid) ~* 'now\\(|current_|clock_|localtime|timestamp\\(') order by 1`)
  const bad = `create table bad (id int primary key, a timestamptz default now(), b date default current_date, c text default 'x')`
  await holds(check, bad, ['bad.a', 'bad.b'])
})

test('a state is one of a list', async () => {
  const check = () =>
    names(`${COLUMNS} and c.relkind = 'r' and a.attname = 'state' and not exists (
      select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey)) order by 1`)
  await holds(check, `create table bad (id int primary key, state text not null)`, ['bad.state'])
})

test('the tables of append-only.txt exist, and names that sound like it are among them', async () => {
  const tables = await names(`select tablename as name from pg_tables where schemaname = 'public'`)
  const listed = appendOnlyTables()
  assert.ok(listed.length > 0)
  assert.deepEqual(
    listed.filter((name) => !tables.includes(name)),
    [],
  )
  const sounds = tables.filter((name) => /(^|_)(history|ledger|entry_log|event|seal|submission)$/.test(name))
  assert.deepEqual(
    sounds.filter((name) => !listed.includes(name)),
    [],
  )
})

async function refusal(pool: pg.Pool, query: string): Promise<string> {
  try {
    await pool.query(query)
    return 'allowed'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

test('the running server can neither change nor delete what is append-only', async () => {
  for (const table of appendOnlyTables()) {
    const [column] = await names(
      `${COLUMNS} and c.relname = $1 and a.attidentity = '' and a.attgenerated = '' limit 1`,
      [table],
    )
    const name = column?.split('.')[1]
    for (const query of [
      `update ${table} set ${name} = ${name}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `merge into ${table} t using (select 1) s on true when matched then delete`,
    ]) {
      assert.equal(await refusal(database.pool, query), '42501', query)
    }
    assert.equal(await refusal(database.pool, `select from ${table}`), 'allowed')
  }
  // With the owner's rights the same statements run: it is the user that is refused.
  assert.equal(await refusal(owner, 'delete from history where false'), 'allowed')
})

test('the running server may work with all other rows, and with no structure', async () => {
  const listed = [...appendOnlyTables(), 'schema_migration']
  const tables = await names(`select tablename as name from pg_tables where schemaname = 'public'`)
  for (const table of tables.filter((name) => !listed.includes(name))) {
    assert.equal(await refusal(database.pool, `delete from ${table} where false`), 'allowed', table)
  }
  const forbidden = [
    'create table mine (id int)',
    'create schema mine',
    'drop table history',
    'alter table history disable trigger all',
    'alter table account add column a int',
    'set role xuke_owner',
    'delete from schema_migration',
    `update schema_migration set digest = ''`,
  ]
  for (const query of forbidden) assert.equal(await refusal(database.pool, query), '42501', query)
})
