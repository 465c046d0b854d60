/**
 * Brings the code tables to the files of db/reference, at every start. A file whose content was loaded before is
 * skipped; of a changed one the changed rows are updated, new ones added, missing ones made inactive (stored
 * forms may hold their codes, so none is deleted). One transaction under a lock: two servers that start at once
 * load once, and a wrong file changes nothing.
 */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/connect.ts'
import { StartError } from '../start-error.ts'
import { readFile, referenceFolder } from './files.ts'
import { fileTables, type Files, type FileTable, type TableRow } from './tables.ts'

export type LoadedFile = { file: string; rows: number; changed: number }

/** Raised when the same files give other rows than before (other pinyin, another column). */
const derivation = '1'

async function readAll(folder: string): Promise<Files> {
  const names = [...new Set(fileTables.flatMap(({ file, from }) => [file, ...from]))]
  const contents = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(folder, name)] as const)),
  )
  return (file) => {
    const bytes = contents.get(file)
    if (bytes === undefined) throw new Error(`file ${file} was not read`)
    return bytes
  }
}

function digestOf({ file, from }: FileTable, files: Files): string {
  const hash = createHash('sha256').update(derivation)
  for (const name of [file, ...from]) hash.update('\n').update(files(name))
  return hash.digest('hex')
}

/** The files whose content differs from what was loaded last. */
async function changedSince(db: Db | Tx, files: Files): Promise<FileTable[]> {
  const loads = await db.selectFrom('reference_load').select(['file', 'sha256']).execute()
  const loaded = new Map(loads.map(({ file, sha256 }) => [file, sha256]))
  return fileTables.filter((table) => loaded.get(table.file) !== digestOf(table, files))
}

const columnList = (columns: readonly string[], of?: string) =>
  sql.join(columns.map((column) => sql.ref(of === undefined ? column : `${of}.${column}`)))

/** Adds and updates; answers how many rows were new or different. */
async function upsert(tx: Tx, { table, keys }: FileTable, rows: readonly TableRow[]): Promise<number> {
  const columns = Object.keys(rows[0] ?? {})
  const values = columns.filter((column) => !keys.includes(column))
  const result = await sql`
    insert into ${sql.table(table)} as stored (${columnList(columns)})
    select ${columnList(columns)}
    from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)
    on conflict (${columnList(keys)}) do update
    set ${sql.join(values.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}
    where (${columnList(values, 'stored')}) is distinct from (${columnList(values, 'excluded')})`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}

/** Rows of the same table (and lists) that the file no longer has. */
async function deactivate(
  tx: Tx,
  { table, keys, lists }: FileTable,
  rows: readonly TableRow[],
): Promise<number> {
  const inLists = lists === undefined ? sql`true` : sql`stored.list = any(${lists})`
  const same = keys.map((key) => sql`${sql.ref(`given.${key}`)} = ${sql.ref(`stored.${key}`)}`)
  const result = await sql`
    with given as materialized (
      select ${columnList(keys)}
      from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb))
    update ${sql.table(table)} as stored set active = false
    where active and ${inLists} and not exists (select from given where ${sql.join(same, sql` and `)})`.execute(
    tx,
  )
  return Number(result.numAffectedRows ?? 0)
}

/** A file without rows would empty its list, and a code given twice has no meaning. */
function refuseUnusable({ file, keys }: FileTable, rows: readonly TableRow[]) {
  const wrong = (words: string) => new StartError(`参数文件 ${file} 有误：${words}。请改正后重新启动。`)
  if (rows.length === 0) throw wrong('没有数据行')
  const seen = new Set<string>()
  for (const row of rows) {
    const key = keys.map((name) => String(row[name])).join(' ')
    if (seen.has(key)) throw wrong(`${key} 出现了两次`)
    seen.add(key)
  }
}

async function loadFile(tx: Tx, table: FileTable, files: Files, now: Date): Promise<LoadedFile> {
  // The dictionary is large: it is in memory only when something is really loaded.
  const { lettersOf } = await import('./letters.ts')
  const rows = table.rows(files).map((row): TableRow => ({ ...row, ...lettersOf(row.name) }))
  refuseUnusable(table, rows)
  const changed = (await upsert(tx, table, rows)) + (await deactivate(tx, table, rows))
  const load = { sha256: digestOf(table, files), rows: rows.length, loaded_at: now }
  await tx
    .insertInto('reference_load')
    .values({ file: table.file, ...load })
    .onConflict((conflict) => conflict.column('file').doUpdateSet(load))
    .execute()
  return { file: table.file, rows: rows.length, changed }
}

/**
 * Loads what changed. Works with the rights of the running server or of the owner. Answers the files that were
 * loaded: none at an ordinary start. Throws a StartError for a file that is missing or wrong.
 */
export async function loadReference(
  db: Db,
  clock: () => Date,
  folder = referenceFolder,
): Promise<LoadedFile[]> {
  const files = await readAll(folder)
  if ((await changedSince(db, files)).length === 0) return []
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke reference'))`.execute(tx)
    const loaded = []
    for (const table of await changedSince(tx, files)) loaded.push(await loadFile(tx, table, files, clock()))
    return loaded
  })
}
