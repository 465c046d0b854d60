/** Many applications and licences out of one that the server has made, written straight into its tables. */
import type pg from 'pg'

/** Columns of a table that may be written: all but the generated ones. */
async function columnsOf(database: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await database.query<{ column_name: string }>(
    `select column_name from information_schema.columns
    where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  )
  return rows.map((row) => row.column_name)
}

/** Copies row `id` of `table` `count` times; `changes` are SQL for columns that differ, where `n` counts from `first`. */
async function copyRow(
  database: pg.Pool,
  table: string,
  changes: Readonly<Record<string, string>>,
  { id, first, count }: { id: string; first: number; count: number },
): Promise<void> {
  const columns = await columnsOf(database, table)
  const values = columns.map((column) => changes[column] ?? `source.${column}`)
  await database.query(
    `insert into ${table} (${columns.join(', ')})
    select ${values.join(', ')} from ${table} as source, generate_series($2::int, $3::int) as n where source.id = $1`,
    [id, first, first + count - 1],
  )
}

/** Ids follow from the number, so that the rows of two tables find each other. */
const idOf = (kind: string) => `('018f0000-0000-7000-${kind}-' || lpad(to_hex(n), 12, '0'))::uuid`
const APPLICATION = idOf('a000')
const LICENCE = idOf('b000')

const numbered = {
  id: APPLICATION,
  window_no: `'XKCOPY' || lpad(n::text, 10, '0')`,
  application_no: `left(source.application_no, 15) || lpad(n::text, 6, '0')`,
}

/** Copies of a submitted application, as they wait for the first review; answers their ids. */
export async function copyApplications(
  database: pg.Pool,
  id: string,
  first: number,
  count: number,
): Promise<string[]> {
  await copyRow(database, 'application', numbered, { id, first, count })
  const { rows } = await database.query<{ id: string }>(
    `select id from application where window_no between 'XKCOPY' || lpad($1::text, 10, '0')
    and 'XKCOPY' || lpad($2::text, 10, '0') order by window_no`,
    [first, first + count - 1],
  )
  return rows.map((row) => row.id)
}

/** Each licence says something else, as in life: what is laid out once helps none but itself. */
const content = `source.content || jsonb_build_object(
  'contractNo', 'XK-' || n, 'importerName', (source.content->>'importerName') || n,
  'lines', (select jsonb_agg(line || jsonb_build_object('spec', (line->>'spec') || ' ' || n * place,
    'quantity', (n * place)::text || '.5')) from jsonb_array_elements(source.content->'lines')
    with ordinality as l(line, place)))`

/** Copies of an approved application with its pending licence; answers the licences' ids and their version. */
export async function copyPending(
  database: pg.Pool,
  source: { application: string; licence: string },
  first: number,
  count: number,
): Promise<{ id: string; version: number }[]> {
  await copyRow(database, 'application', numbered, { id: source.application, first, count })
  const changes = {
    id: LICENCE,
    application_id: APPLICATION,
    licence_no: `left(source.licence_no, 4) || lpad(n::text, 6, '0')`,
    content,
  }
  await copyRow(database, 'licence', changes, { id: source.licence, first, count })
  const { rows } = await database.query<{ id: string; version: number }>(
    `select id, version from licence where licence_no between left(licence_no, 4) || lpad($1::text, 6, '0')
    and left(licence_no, 4) || lpad($2::text, 6, '0') and state = 'pending' order by licence_no`,
    [first, first + count - 1],
  )
  return rows
}

/** Copies of an approved application with its licence as it stands; `changes` are SQL for columns that differ. */
export async function copyLicences(
  database: pg.Pool,
  source: { application: string; licence: string },
  {
    first,
    count,
    changes = {},
  }: { first: number; count: number; changes?: Readonly<Record<string, string>> },
): Promise<{ id: string; licenceNo: string }[]> {
  await copyRow(database, 'application', numbered, { id: source.application, first, count })
  const own = {
    id: LICENCE,
    application_id: APPLICATION,
    licence_no: `left(source.licence_no, 4) || lpad(n::text, 6, '0')`,
  }
  await copyRow(database, 'licence', { ...own, ...changes }, { id: source.licence, first, count })
  const { rows } = await database.query<{ id: string; licence_no: string }>(
    `select copy.id, copy.licence_no from licence as copy join licence as source on source.id = $1
    where copy.licence_no between left(source.licence_no, 4) || lpad($2::text, 6, '0')
    and left(source.licence_no, 4) || lpad($3::text, 6, '0') order by 2`,
    [source.licence, first, first + count - 1],
  )
  return rows.map((row) => ({ id: row.id, licenceNo: row.licence_no }))
}

/** Copies of a key request in the state it is in; answers their ids. */
export async function copyKeyRequests(
  database: pg.Pool,
  id: string,
  first: number,
  count: number,
): Promise<string[]> {
  const copy = idOf('a001')
  await copyRow(database, 'key_request', { id: copy }, { id, first, count })
  const { rows } = await database.query<{ id: string }>(
    `select ${copy} as id from generate_series($1::int, $2::int) as n`,
    [first, first + count - 1],
  )
  return rows.map((row) => row.id)
}
