// A database of its own for each test file, copied from a template that is migrated once.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { connect, type Connection } from '#server/db/connect.ts'
import { socketUrl } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { makeDemo } from '#server/demo/make.ts'
import { loadReference } from '#server/reference/load.ts'
import { joinCluster } from '#test/cluster.ts'

/**
 * A fresh, migrated database. `db` and `pool` work with the rights of the running server, `owner` with
 * those of the owner (to set things up that the server may not). `url` and `ownerUrl` are their addresses.
 */
export type TestDatabase = Connection & { name: string; url: string; ownerUrl: string; owner: Connection }

const PROJECT = path.resolve(import.meta.dirname, '..')
const STRUCTURE = ['db/migrations', 'db/views', 'db/append-only.txt', 'src/server/db/migrate.ts']
const CODE_TABLES = ['db/reference', 'src/server/reference']
const PEOPLE = ['src/server/demo', 'src/server/account/password.ts', 'src/domain/hall/catalogue.ts']
const LOADED_AT = new Date('2026-01-01T00:00:00Z')

function* filesOf(target: string): Generator<string> {
  if (!fs.existsSync(target)) return
  if (!fs.statSync(target).isDirectory()) return yield target
  for (const name of fs.readdirSync(target).sort()) yield* filesOf(path.join(target, name))
}

function digestOf(sources: string[]): string {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of filesOf(path.join(PROJECT, source))) hash.update(file).update(fs.readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
  return rowCount === 1
}

/** What a template holds besides the structure: each with what stands before it, and the files it is made from. */
const CONTENTS = {
  nothing: STRUCTURE,
  codes: [...STRUCTURE, ...CODE_TABLES],
  demo: [...STRUCTURE, ...CODE_TABLES, ...PEOPLE],
}
type Content = keyof typeof CONTENTS

async function fillTemplate(ownerUrl: string, content: Content) {
  const owner = connect(ownerUrl, { max: 1 })
  const clock = () => LOADED_AT
  try {
    if (content !== 'nothing') await loadReference(owner.db, clock)
    if (content === 'demo') await makeDemo({ db: owner.db, clock })
  } finally {
    await owner.close()
  }
}

/** Makes the template under a lock, and gives it its name only when it is complete. */
async function ensureTemplate(admin: pg.Client, run: string, content: Content): Promise<string> {
  const name = `template_${content}_${digestOf(CONTENTS[content])}`
  await admin.query('select pg_advisory_lock(hashtext($1))', [name])
  try {
    if (await exists(admin, name)) return name
    const making = `${name}_new`
    await admin.query(`drop database if exists ${making} with (force)`)
    await admin.query(`create database ${making} owner xuke_owner`)
    const ownerUrl = socketUrl(run, making, 'xuke_owner')
    await migrate(ownerUrl)
    await fillTemplate(ownerUrl, content)
    await admin.query(`alter database ${making} rename to ${name}`)
    return name
  } finally {
    await admin.query('select pg_advisory_unlock(hashtext($1))', [name])
  }
}

async function copy(admin: pg.Client, template: string, name: string) {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.query(`create database ${name} template ${template} owner xuke_owner strategy file_copy`)
      return
    } catch (error) {
      // 55006: the session that renamed the template has not quite gone yet
      if (attempt > 50 || !(error instanceof Error && 'code' in error && error.code === '55006')) throw error
      await sleep(20)
    }
  }
}

let count = 0

export interface DatabaseOptions {
  /** `codes`: the code tables; `demo`: those and the people of the demonstration. */
  content?: Content
  /** Settings of the server for this database alone, `name: value`. */
  settings?: Readonly<Record<string, string>>
  /** At most so many at a time; more than the sixteen of the widest race and the holder of the row unless fewer will do. */
  connections?: number
}

/**
 * Makes a database for the calling test file, without any row unless its content is named. Close it in `after`, or the file's process does not end.
 */
export async function testDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  const { run, admin } = await joinCluster()
  const template = await ensureTemplate(admin, run, options.content ?? 'nothing')
  const name = `test_${process.pid}_${++count}`
  await copy(admin, template, name)
  for (const [setting, value] of Object.entries(options.settings ?? {})) {
    await admin.query(`alter database ${name} set ${setting} = '${value}'`)
  }
  const url = socketUrl(run, name, 'xuke_app')
  const ownerUrl = socketUrl(run, name, 'xuke_owner')
  const app = connect(url, { max: options.connections ?? 24 })
  const owner = connect(ownerUrl, { max: 2 })
  return {
    ...app,
    name,
    url,
    ownerUrl,
    owner,
    async close() {
      await app.close()
      await owner.close()
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}
