// A backup brought back into an empty place: all of it, checked, or nothing.
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { knownMigrations, migrate } from '../db/migrate.ts'
import { StartError } from '../start-error.ts'
import { fileMember, openArchive, tableMember, type Archive } from './archive.ts'
import { fillTables, insertLines, PLAIN_VALUES } from './tables.ts'
import { bytesOf, textOfMember } from './tar.ts'

type Target = { ownerUrl: string; appRole: string; dataDir: string }
export type RestoreReport = { tables: number; rows: number; files: number; takenAt: string }

function refuseOtherVersion({ manifest }: Archive) {
  const known = new Map(knownMigrations().map(({ name, digest }) => [name, digest]))
  const unknown = manifest.migrations.find(({ name, digest }) => known.get(name) !== digest)
  if (unknown)
    throw new StartError(`备份来自更新的或不同的程序版本（${unknown.name}），请用该版本或更新的版本恢复。`)
}

/** Reads everything once before anything is changed. */
async function checkDigests({ file, manifest, members }: Archive) {
  for (const expected of manifest.members) {
    const member = members.get(expected.name)
    const hash = createHash('sha256')
    if (member) for await (const bytes of bytesOf(file, member)) hash.update(bytes)
    if (!member || member.size !== expected.size || hash.digest('hex') !== expected.sha256) {
      throw new StartError(`备份已损坏：${expected.name} 的内容与其校验值不符。`)
    }
  }
}

async function refuseFilled(client: pg.Client) {
  const { rows } = await client.query<{ filled: boolean }>(`
    select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r')
      or to_regnamespace('graphile_worker') is not null as filled`)
  if (rows[0]?.filled) throw new StartError('目标数据库不是空的：只能恢复到空数据库。')
}

async function fillDatabase(client: pg.Client, archive: Archive): Promise<number> {
  const { file, manifest, members } = archive
  let rows = 0
  await fillTables(client, manifest.sequences, async () => {
    for (const table of manifest.tables) {
      let filled = 0
      for (let piece = 1; ; piece++) {
        const member = members.get(tableMember(table, piece))
        if (!member) break
        filled += await insertLines(client, table, await textOfMember(file, member))
      }
      if (filled !== table.rows) throw new Error(`${table.name}: ${filled} rows of ${table.rows}`)
      rows += filled
    }
  })
  return rows
}

/** Where a member of the archive belongs; refuses a name that leads out of the folder. */
function placeOf(dataDir: string, name: string): string {
  const target = path.resolve(dataDir, name)
  if (!target.startsWith(`${path.resolve(dataDir)}${path.sep}`))
    throw new StartError(`备份中的文件名 ${name} 无效。`)
  return target
}

async function writeFiles(dataDir: string, { file, manifest, members }: Archive): Promise<number> {
  const prefix = fileMember('')
  let count = 0
  for (const { name } of manifest.members) {
    const member = members.get(name)
    if (!member || !name.startsWith(prefix)) continue
    const target = placeOf(dataDir, name.slice(prefix.length))
    await fs.mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
    const out = await fs.open(target, 'wx', member.mode)
    try {
      for await (const bytes of bytesOf(file, member)) await out.writeFile(bytes)
      await out.utimes(member.mtime, member.mtime)
      await out.sync()
    } finally {
      await out.close()
    }
    count += 1
  }
  return count
}

async function restoreInto(
  archive: Archive,
  options: { ownerUrl: string; appRole: string; dataDir: string },
) {
  const client = new pg.Client({ connectionString: options.ownerUrl })
  client.on('error', () => undefined) // the query under way tells of it
  await client.connect()
  try {
    await refuseFilled(client)
    return await refill(client, archive, options).catch(async (error: unknown) => {
      // The database was empty: all that the owner has in it came from here.
      await client.query('rollback')
      await client.query('drop owned by current_user cascade')
      throw error
    })
  } finally {
    await client.end()
  }
}

async function refill(client: pg.Client, archive: Archive, options: Target) {
  const until = archive.manifest.migrations.at(-1)?.name ?? ''
  await migrate(options.ownerUrl, { appRole: options.appRole, until })
  await client.query(PLAIN_VALUES)
  await client.query('begin')
  const rows = await fillDatabase(client, archive)
  const files = await writeFiles(options.dataDir, archive)
  await client.query('commit')
  await client.query('analyze')
  await migrate(options.ownerUrl, { appRole: options.appRole })
  return { rows, files }
}

/**
 * Fills the empty database at `ownerUrl` and the empty DATA_DIR from the archive `from`, and brings both to this
 * program's structure. Throws a StartError for an archive or a database that will not do. If it fails the database
 * is empty again, and the files written so far are to be thrown away.
 */
export async function restore(options: Target & { from: string }): Promise<RestoreReport> {
  const archive = await openArchive(options.from)
  try {
    refuseOtherVersion(archive)
    await checkDigests(archive)
    const done = await restoreInto(archive, options)
    return { ...done, tables: archive.manifest.tables.length, takenAt: archive.manifest.takenAt }
  } finally {
    await archive.file.close()
  }
}
