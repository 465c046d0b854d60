import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import type { Db } from '../db/connect.ts'
import { connect } from '../db/connect.ts'
import { startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { addJob } from '../jobs/add.ts'
import { StartError } from '../start-error.ts'
import { backup } from './backup.ts'
import { restore } from './restore.ts'
import { listTables } from './tables.ts'

const now = new Date('2026-06-15T02:00:00.123Z')
const PROJECT = path.resolve(import.meta.dirname, '../../..')
let folder: string
let database: TestDatabase
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke 备份-'))
  database = await testDatabase({ content: 'codes' })
  await fillWithRows(database.db)
})
after(async () => {
  await database.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const DIGEST = 'ab'.repeat(32)

/** Rows with what is easily lost: exact decimals, bytes, microseconds, JSON's null, quotes, line ends, rare letters. */
async function fillWithRows(db: Db) {
  const enterpriseId = randomUUID()
  const accountId = randomUUID()
  const enterprise = { code13: '1100000000001', uscc: '91110000000000000A', region: '北京市', info: '{}' }
  const at = { created_at: now, modified_at: now }
  await db
    .insertInto('enterprise')
    .values({ id: enterpriseId, name: "某钢铁“𠮷”\n\t\\N '公司' $1 {,}", ...enterprise, ...at })
    .execute()
  const account = { login_name: 'a', person_name: '甲', password_hash: 'h', data_scope: 'own' }
  await db
    .insertInto('account')
    .values({ id: accountId, roles: ['a,b', '"c"', ''], enterprise_id: enterpriseId, ...account, ...at })
    .execute()
  await sql`insert into session values (${Buffer.from([0, 1, 255, 10])}, ${accountId}, 'c',
    '2026-06-15 10:00:00.123456+08', ${now}, ${now}, '::1', '', ${randomUUID()})`.execute(db)
  const number = await sql<{ n: string }>`select nextval('window_no_seq') as n`.execute(db)
  const form = JSON.stringify({ quotaYear: '2026', hsCode: '7208', a: [1.1, null, ''], 名: '热轧' })
  const application = randomUUID()
  await sql`insert into application (id, window_no, state, channel, enterprise_id, created_by, created_at, modified_by,
      modified_at, apply_date, form_version, form, contract_sheet, goods_key, goods_name, category_code, licence_type,
      goods_unit, total_quantity, total_amount)
    values (${application}, ${number.rows[0]?.n}, 'draft', 'window', ${enterpriseId}, ${accountId}, ${now}, ${accountId},
      ${now}, '2026-06-15', 1, ${form}::jsonb, 'null'::jsonb, 'k', '热轧卷', '01', 'licence', '036', 10.5000, 12345678901234.10)`.execute(
    db,
  )
  const sealId = randomUUID()
  const certificate = { fingerprint: DIGEST, serial: '01', kind: 'operator', holder: '甲', pem: 'p' }
  await db
    .insertInto('certificate')
    .values({ ...certificate, not_before: now, not_after: now, created_at: now })
    .execute()
  await sql`insert into seal values (${sealId}, ${application}, 1, 'c', ${DIGEST}, ${Buffer.alloc(9000, 7)}, ${DIGEST},
    ${accountId}, ${now}, ${now})`.execute(db)
  // A circle: the application names its seal, the seal its application.
  await sql`update application set seal_id = ${sealId} where id = ${application}`.execute(db)
  for (let i = 0; i < 1200; i++) {
    await db
      .insertInto('sign_in_event')
      .values({ at: now, login_name: `n${i}`, address: '::1', outcome: 'x'.repeat(5000) })
      .execute()
  }
  await addJob(db, 'note', { 名: '钢', n: 1 })
  await sql`update graphile_worker._private_jobs set locked_at = clock_timestamp(), locked_by = 'w'`.execute(
    db,
  )
}

function writeFiles(dataDir: string) {
  const put = (name: string, bytes: Uint8Array | string, mode = 0o600) => {
    const file = path.join(dataDir, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, bytes, { mode })
    fs.utimesSync(file, now, now)
  }
  put(`files/ab/ab/${DIGEST}`, Buffer.alloc(600_000, 3))
  put('files/cd/ef/empty', '')
  put('files/incoming/half', 'not yet')
  put('pki/chain.pem', 'chain', 0o644)
  put(`pki/${'很长的名字'.repeat(15)}.pem`, 'long')
  put('postgres/data/PG_VERSION', '18')
  put('postgres-dir', '/nowhere')
}

/** Every value of every table, as PostgreSQL writes it. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const content: Record<string, string[]> = {}
    for (const { schema, name } of await listTables(client)) {
      const { rows } = await client.query<{ t: string }>(
        `select t::text as t from ${schema}.${name} t order by 1`,
      )
      content[`${schema}.${name}`] = rows.map((row) => row.t)
    }
    return content
  } finally {
    await client.end()
  }
}

function listing(dataDir: string): string[] {
  return fs
    .readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name)
      const { mode, size, mtimeMs } = fs.statSync(file)
      return `${path.relative(dataDir, file)} ${(mode & 0o777).toString(8)} ${size} ${Math.floor(mtimeMs / 1000)}`
    })
    .sort()
}

async function emptied(): Promise<TestDatabase> {
  const target = await testDatabase()
  await target.owner.pool.query('drop schema graphile_worker cascade')
  await target.owner.pool.query('drop owned by current_user cascade')
  return target
}

async function startError(work: Promise<unknown>, words: RegExp) {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof StartError, String(error))
    assert.match(error.message, words)
    return true
  })
}

let archive: string

test('a backup is a tar file with everything but the database’s own folder', async () => {
  const dataDir = path.join(folder, 'from')
  writeFiles(dataDir)
  archive = path.join(folder, 'a.tar')
  const report = await backup({ url: database.url, dataDir, to: archive, now })
  assert.equal(report.files, 4)
  assert.ok(report.rows > 2400)
  const tar = spawnSync('tar', ['-tf', archive], { encoding: 'utf8' })
  assert.equal(tar.status, 0, tar.stderr)
  const names = tar.stdout.split('\n')
  assert.ok(names.includes(`files/files/ab/ab/${DIGEST}`))
  assert.ok(names.includes('db/public.sign_in_event/000002.ndjson'), 'large tables come in pieces')
  assert.equal(names.filter((name) => /postgres|incoming/.test(name)).length, 0)
  assert.equal(fs.statSync(archive).mode & 0o777, 0o600)
  await startError(backup({ url: database.url, dataDir, to: archive, now }), /已存在/)
})

test('restored into an empty place, every value and file is as it was', async () => {
  const target = await emptied()
  const dataDir = path.join(folder, 'to')
  try {
    const before = await contentOf(database.ownerUrl)
    const report = await restore({ from: archive, ownerUrl: target.ownerUrl, appRole: 'xuke_app', dataDir })
    const restored = await contentOf(target.ownerUrl)
    const jobs = 'graphile_worker._private_jobs'
    assert.match(before[jobs]?.[0] ?? '', /,w,/)
    assert.doesNotMatch(restored[jobs]?.[0] ?? '', /,w,/, 'nobody works on it here')
    delete before[jobs]
    delete restored[jobs]
    assert.deepEqual(restored, before)
    assert.equal(report.takenAt, now.toISOString())
    assert.deepEqual(
      listing(dataDir),
      listing(path.join(folder, 'from')).filter((line) => !/^postgres|incoming/.test(line)),
    )

    const { rows } = await sql<
      Record<string, unknown>
    >`select contract_sheet = 'null'::jsonb as json_null, quota_year,
      total_amount, nextval('window_no_seq') as next from application`.execute(target.db)
    assert.deepEqual(rows[0], {
      json_null: true,
      quota_year: 2026,
      total_amount: '12345678901234.10',
      next: '2',
    })
    const event = { at: now, login_name: 'next', address: '', outcome: '' }
    const added = await target.db.insertInto('sign_in_event').values(event).returning('id').executeTakeFirst()
    assert.equal(added?.id, '1201', 'numbers go on where they were')
    await assert.rejects(sql`delete from history`.execute(target.db), { code: '42501' })
    await assert.rejects(
      sql`insert into attachment values (${randomUUID()}, ${randomUUID()}, 't', 'n', 1, ${DIGEST}, 'm', ${randomUUID()}, ${now})`.execute(
        target.db,
      ),
      { code: '23503' },
    )
  } finally {
    await target.close()
  }
})

test('a place that is not empty, a damaged or cut archive, another version: refused, and nothing is left', async () => {
  const target = await emptied()
  const access = { ownerUrl: target.ownerUrl, appRole: 'xuke_app', dataDir: path.join(folder, 'refused') }
  const bytes = fs.readFileSync(archive)
  const variant = (change: (copy: Buffer) => Buffer) => {
    const from = path.join(folder, `${randomUUID()}.tar`)
    fs.writeFileSync(from, change(Buffer.from(bytes)))
    return { from, ...access }
  }
  try {
    await startError(restore({ from: archive, ...access, ownerUrl: database.ownerUrl }), /不是空的/)
    await startError(restore({ from: path.join(folder, 'none.tar'), ...access }), /没有找到/)
    await startError(
      restore(variant((copy) => copy.subarray(0, copy.length - 20_000))),
      /不是本系统的完整备份/,
    )
    await startError(restore(variant(() => Buffer.from('not a tar file'))), /不是本系统的完整备份/)
    const flipped = (copy: Buffer) => {
      const at = copy.indexOf('某钢铁')
      copy[at] = (copy[at] ?? 0) ^ 1
      return copy
    }
    await startError(restore(variant(flipped)), /备份已损坏：db\/public\.enterprise/)
    const newer = (copy: Buffer) => {
      const at = copy.indexOf('"name":"0001_', copy.indexOf('"migrations"'))
      copy.write('9', at + 8)
      return copy
    }
    await startError(restore(variant(newer)), /更新的或不同的程序版本/)
    assert.deepEqual(await contentOf(target.ownerUrl), {})
    assert.equal(fs.existsSync(access.dataDir), false)
  } finally {
    await target.close()
  }
})

test('rows that do not fit together are refused by the foreign keys, and the database is empty again', async () => {
  const source = await testDatabase()
  const target = await emptied()
  try {
    await source.owner.pool.query('alter table account drop constraint account_enterprise_id_fkey')
    await sql`insert into account (id, login_name, person_name, password_hash, roles, data_scope, enterprise_id, created_at, modified_at)
      values (${randomUUID()}, 'a', 'a', 'h', '{}', 'own', ${randomUUID()}, ${now}, ${now})`.execute(
      source.db,
    )
    const from = path.join(folder, 'orphan.tar')
    await backup({ url: source.url, dataDir: path.join(folder, 'nothing'), to: from, now })
    const dataDir = path.join(folder, 'orphan')
    const access = { ownerUrl: target.ownerUrl, appRole: 'xuke_app', dataDir }
    await assert.rejects(restore({ from, ...access }), { code: '23503' })
    assert.deepEqual(await contentOf(target.ownerUrl), {})
  } finally {
    await source.close()
    await target.close()
  }
})

test('both commands, beside a running embedded system and into a new one', async () => {
  const dataDir = path.join(folder, '数据')
  const to = path.join(folder, 'b.tar')
  const run = (script: string, DATA_DIR: string, ...args: string[]) =>
    spawnSync(process.execPath, [path.join(PROJECT, 'scripts', script), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DATA_DIR },
    })
  fs.chmodSync(folder, 0o755)
  const running = await startEmbedded({ dataDir })
  try {
    await migrate(running.ownerUrl)
    const connection = connect(running.appUrl)
    await connection.db
      .insertInto('sign_in_event')
      .values({ at: now, login_name: 'a', address: '', outcome: '' })
      .execute()
    const taken = run('backup.ts', dataDir, '--to', to)
    assert.equal(taken.stderr, '')
    assert.match(taken.stdout, /已备份到 .*b\.tar：\d+ 张表、1 行、0 个文件/)
    assert.equal((await connection.db.selectFrom('sign_in_event').selectAll().execute()).length, 1)
    await connection.close()
  } finally {
    await running.stop()
  }
  assert.match(run('restore.ts', dataDir, '--from', to).stderr, /不是空的/)
  const cut = path.join(folder, 'cut.tar')
  fs.writeFileSync(cut, fs.readFileSync(to).subarray(0, 5000))
  const other = path.join(folder, '另一处')
  const refused = run('restore.ts', other, '--from', cut)
  assert.match(refused.stderr, /^[^\n]*不是本系统的完整备份[^\n]*\n$/)
  assert.deepEqual(fs.readdirSync(other), [], 'what was begun is gone')
  const restored = run('restore.ts', other, '--from', to)
  assert.equal(restored.stderr, '')
  assert.match(restored.stdout, /已恢复 .*1 行/)
  const again = await startEmbedded({ dataDir: other })
  try {
    assert.equal((await contentOf(again.ownerUrl))['public.sign_in_event']?.length, 1)
  } finally {
    await again.stop()
  }
})
