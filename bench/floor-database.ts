/** A second database of the same structure, for the floor to write into. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { databaseUrl } from './place.ts'
import type { System } from './system.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../db/migrations')
/** What the rows of an application refer to. */
const REFERRED = ['enterprise', 'account', 'certificate'] as const

/** Makes the database `floor` with all tables and the rows that an application refers to; answers its address. */
export async function makeFloorDatabase({ place, database }: System): Promise<string> {
  await database.query('create database floor')
  const url = databaseUrl(place, 'floor')
  const floor = new pg.Client({ connectionString: url })
  await floor.connect()
  for (const name of readdirSync(MIGRATIONS).toSorted()) {
    if (name.endsWith('.sql')) await floor.query(readFileSync(path.join(MIGRATIONS, name), 'utf8'))
  }
  for (const table of REFERRED) {
    const { rows } = await database.query(`select coalesce(jsonb_agg(t), '[]') as all from ${table} t`)
    await floor.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows[0]?.all),
    ])
  }
  await floor.end()
  return url
}

/** How many rows belong to an application in each table, and how often its own row was written: one text to compare. */
export async function rowsOf(pool: pg.Pool, application: string): Promise<string> {
  const { rows } = await pool.query(
    `select version,
      (select count(*)::int from application_line where application_id = $1) as lines,
      (select count(*)::int from attachment where application_id = $1) as attachments,
      (select count(*)::int from seal where application_id = $1) as seals,
      (select count(*)::int from submission where application_id = $1) as submissions,
      (select count(*)::int from history where thing_id = $1) as history
    from application where id = $1`,
    [application],
  )
  return JSON.stringify(rows[0])
}
