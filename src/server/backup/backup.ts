// A copy of everything as of one instant, taken beside the working server.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { keepFiles } from '../db/locks.ts'
import { StartError } from '../start-error.ts'
import { fileMember, Manifest, manifestName, notOfFiles, tableMember } from './archive.ts'
import { dumpTable, listSequences, listTables, PLAIN_VALUES, type Table } from './tables.ts'
import { TarWriter, type Written } from './tar.ts'

export type BackupReport = { tables: number; rows: number; files: number; bytes: number }

async function addTables(client: pg.Client, tar: TarWriter, now: Date, members: Written[]): Promise<Table[]> {
  const tables: Table[] = []
  for (const table of await listTables(client)) {
    let rows = 0
    let piece = 0
    for await (const part of dumpTable(client, table)) {
      const about = { size: part.lines.length, mtime: now }
      members.push(await tar.add(tableMember(table, ++piece), [part.lines], about))
      rows += part.rows
    }
    tables.push({ ...table, rows })
  }
  return tables
}

/** Names of all files below a folder, relative to it, with slashes. */
async function* filesBelow(folder: string, prefix = ''): AsyncGenerator<string> {
  const entries = await fs.readdir(path.join(folder, prefix), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix ? `${prefix}/${entry.name}` : entry.name
    if (notOfFiles.includes(name)) continue
    if (entry.isDirectory()) yield* filesBelow(folder, name)
    else if (entry.isFile()) yield name
  }
}

async function addFiles(dataDir: string, tar: TarWriter, members: Written[]): Promise<number> {
  let count = 0
  for await (const name of filesBelow(dataDir)) {
    const file = await fs.open(path.join(dataDir, name))
    try {
      const { size, mode, mtime } = await file.stat()
      const source = file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })
      members.push(await tar.add(fileMember(name), source, { size, mode, mtime }))
      count += 1
    } finally {
      await file.close()
    }
  }
  return count
}

async function migrationsOf(client: pg.Client): Promise<Manifest['migrations']> {
  const { rows } = await client.query<{ name: string; digest: string }>(
    'select name, digest from schema_migration order by name',
  )
  return rows
}

async function writeArchive(url: string, dataDir: string, tar: TarWriter, now: Date) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined) // the query under way tells of it
  await client.connect()
  try {
    // Before the instant of the rows: no file that they name may go until it is copied.
    await keepFiles(client)
    await client.query(PLAIN_VALUES)
    await client.query('begin isolation level repeatable read read only')
    const members: Written[] = []
    const migrations = await migrationsOf(client)
    const tables = await addTables(client, tar, now, members)
    const sequences = await listSequences(client)
    await client.query('commit')
    const files = await addFiles(dataDir, tar, members)
    const manifest: Manifest = {
      format: 1,
      takenAt: now.toISOString(),
      migrations,
      tables,
      sequences,
      members,
    }
    const text = Buffer.from(JSON.stringify(manifest))
    await tar.add(manifestName, [text], { size: text.length, mtime: now })
    return { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0), files }
  } finally {
    await client.end()
  }
}

/**
 * Writes database and files to the tar file `to`, which must not exist; it has its name only when it is
 * complete and on the disk. `url` is the running server's access, `dataDir` its DATA_DIR.
 */
export async function backup(options: {
  url: string
  dataDir: string
  to: string
  now: Date
}): Promise<BackupReport> {
  const exists = await fs.stat(options.to).catch(() => undefined)
  if (exists) throw new StartError(`${options.to} 已存在，请换一个文件名。`)
  const making = `${options.to}.${randomUUID().slice(0, 8)}.part`
  const file = await fs.open(making, 'wx', 0o600)
  try {
    const tar = new TarWriter(file)
    const report = await writeArchive(options.url, options.dataDir, tar, options.now)
    await tar.end()
    await file.sync()
    const { size } = await file.stat()
    await fs.rename(making, options.to)
    return { ...report, bytes: size }
  } catch (error) {
    await fs.rm(making, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
