// All rows of a database as lines of JSON, each value as PostgreSQL itself writes it (so nothing is lost
// between JSON's types and its own), and back again.
import pg from 'pg'
import { z } from 'zod'

/** A table, its columns that hold a value of their own (no generated ones), and how many rows were taken. */
export const Table = z.object({
  schema: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.number(),
})
export type Table = z.infer<typeof Table>

/** The last number a sequence gave; `null` if it never did. */
export const Sequence = z.object({ schema: z.string(), name: z.string(), last: z.string().nullable() })
export type Sequence = z.infer<typeof Sequence>

const SCHEMAS = ['public', 'graphile_worker']
/** They tell the structure, and come with it. */
const OF_STRUCTURE = ['public.schema_migration', 'graphile_worker.migrations']
const FETCH_ROWS = 500
const PIECE_BYTES = 4 * 1024 * 1024

const id = (schema: string, name: string) => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`

/** Values are written and read in the same way whatever the server's own settings. */
export const PLAIN_VALUES = `set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'iso_8601';
  set extra_float_digits = 3; set bytea_output = 'hex'`

export async function listTables(client: pg.Client): Promise<Omit<Table, 'rows'>[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(
    `select n.nspname as schema, c.relname as name,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
         and attgenerated = '' order by attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = any($1) order by 1, 2`,
    [SCHEMAS],
  )
  return rows.filter(({ schema, name }) => !OF_STRUCTURE.includes(`${schema}.${name}`))
}

export async function listSequences(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(
    `select schemaname as schema, sequencename as name, last_value::text as last from pg_sequences
     where schemaname = any($1) order by 1, 2`,
    [SCHEMAS],
  )
  return rows
}

/** The rows of one table within the client's transaction, as pieces of lines. */
export async function* dumpTable(
  client: pg.Client,
  table: Omit<Table, 'rows'>,
): AsyncGenerator<{ lines: Buffer; rows: number }> {
  const columns = table.columns.map((name) => `${pg.escapeIdentifier(name)}::text`).join(', ')
  await client.query(`declare dump no scroll cursor for
    select to_jsonb(r)::text as line from (select ${columns} from only ${id(table.schema, table.name)}) r`)
  let lines: string[] = []
  let size = 0
  const piece = () => {
    const result = { lines: Buffer.from(lines.map((line) => `${line}\n`).join('')), rows: lines.length }
    lines = []
    size = 0
    return result
  }
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${FETCH_ROWS} from dump`)
    for (const { line } of rows) {
      lines.push(line)
      size += line.length
      if (size > PIECE_BYTES) yield piece()
    }
    if (rows.length === 0) break
  }
  if (lines.length > 0) yield piece()
  await client.query('close dump')
}

type ForeignKey = { table: string; name: string; definition: string }

/** Takes the foreign keys away, so that rows may come in any order; answers how to put them back. */
async function dropForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and conparentid = 0 and connamespace::regnamespace::text = any($1)`,
    [SCHEMAS],
  )
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${name}`)
  return rows
}

async function setTriggers(client: pg.Client, verb: 'disable' | 'enable') {
  for (const { schema, name } of await listTables(client)) {
    await client.query(`alter table ${id(schema, name)} ${verb} trigger user`)
  }
}

/**
 * Fills the tables within the client's transaction, as their owner: `fill` brings the rows, and afterwards
 * every foreign key is checked as it is put back.
 */
export async function fillTables(client: pg.Client, sequences: Sequence[], fill: () => Promise<void>) {
  const keys = await dropForeignKeys(client)
  await setTriggers(client, 'disable')
  const tables = await listTables(client)
  await client.query(`truncate ${tables.map(({ schema, name }) => id(schema, name)).join(', ')}`)
  await fill()
  for (const { schema, name, last } of sequences) {
    if (last === null) continue
    await client.query('select setval($1::regclass, $2::bigint)', [id(schema, name), last])
  }
  // They were in the hands of a process that is not here.
  await client.query(`update graphile_worker._private_jobs set locked_at = null, locked_by = null where locked_by is not null;
    update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_by is not null`)
  await setTriggers(client, 'enable')
  for (const { table, name, definition } of keys) {
    await client.query(`alter table ${table} add constraint ${name} ${definition}`)
  }
}

/** Puts one piece of lines into its table; answers the number of rows. */
export async function insertLines(client: pg.Client, table: Table, lines: string): Promise<number> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [id(table.schema, table.name)],
  )
  const columns = rows.filter(({ name }) => table.columns.includes(name))
  const names = columns.map(({ name }) => pg.escapeIdentifier(name))
  const inserted = await client.query(
    `insert into ${id(table.schema, table.name)} (${names.join(', ')}) overriding system value
     select ${columns.map(({ name, type }) => `${pg.escapeIdentifier(name)}::${type}`).join(', ')}
     from jsonb_to_recordset($1::jsonb) as r(${names.map((name) => `${name} text`).join(', ')})`,
    [`[${lines.trimEnd().replaceAll('\n', ',')}]`],
  )
  return inserted.rowCount ?? 0
}
