import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { StartError } from '../start-error.ts'
import { checkMigrated, migrate } from './migrate.ts'

let database: TestDatabase
let folder: string
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

/** An empty database state beside the project's: the same database with everything of ours thrown out. */
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke-migrate-'))
  await database.owner.pool.query(`drop schema if exists graphile_worker cascade;
    drop schema public cascade; create schema public; grant usage on schema public to public`)
  write('append-only.txt', '# none\n')
  write('migrations/0001_a.sql', 'create table a (id int primary key); insert into a values (1);')
})

function write(name: string, text: string) {
  const file = path.join(folder, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}

const run = () => migrate(database.ownerUrl, { folder })
const check = () => checkMigrated(database.pool, folder)
const rows = async (query: string, pool: pg.Pool = database.pool) => (await pool.query(query)).rows

async function startError(work: Promise<unknown>, words: RegExp) {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof StartError, String(error))
    assert.match(error.message, words)
    return true
  })
}

test('each file is applied once, in the order of its number', async () => {
  assert.deepEqual(await run(), { applied: ['0001_a.sql'] })
  assert.deepEqual(await run(), { applied: [] })
  write('migrations/0003_c.sql', 'alter table b rename column n to m;')
  write('migrations/0002_b.sql', 'create table b (n int); insert into b select id from a;')
  assert.deepEqual(await run(), { applied: ['0002_b.sql', '0003_c.sql'] })
  assert.deepEqual(await rows('select m from b'), [{ m: 1 }])
})

test('a file that fails leaves nothing of itself, and what came before it stays', async () => {
  write('migrations/0002_b.sql', 'create table b (n int); select 1/0;')
  await assert.rejects(run(), /migration 0002_b\.sql: division by zero/)
  assert.deepEqual(
    await rows(`select to_regclass('a') is null as a, to_regclass('b') is null as b`, database.owner.pool),
    [{ a: false, b: true }],
  )
  write('migrations/0002_b.sql', 'create table b (n int);')
  assert.deepEqual(await run(), { applied: ['0002_b.sql'] })
})

test('a file changed after it was applied, one removed, one numbered too early: refused', async () => {
  write('migrations/0003_c.sql', 'select 1')
  await run()
  write('migrations/0001_a.sql', 'create table a (id bigint primary key);')
  await startError(run(), /0001_a\.sql 在执行后被修改/)
  await startError(check(), /在执行后被修改/)
  fs.rmSync(path.join(folder, 'migrations/0001_a.sql'))
  await startError(check(), /比本程序新/)
  write('migrations/0001_a.sql', 'create table a (id int primary key); insert into a values (1);')
  await check()
  write('migrations/0002_b.sql', 'select 1')
  await startError(run(), /编号早于/)
})

test('two at once apply each file once', async () => {
  write('migrations/0002_b.sql', 'create table b (n int); select pg_sleep(0.2);')
  const both = await Promise.all([run(), run()])
  assert.deepEqual(both.map(({ applied }) => applied.length).sort(), [0, 2])
})

test('the server asks with its own rights what is missing', async () => {
  await startError(check(), /缺少 1 个迁移（0001_a\.sql 起）.*npm run migrate/)
  await run()
  await check()
  write('migrations/0002_b.sql', 'select 1')
  await startError(check(), /缺少 1 个迁移（0002_b\.sql 起）/)
})

test('views are made anew each time, whatever depends on them, and old ones go', async () => {
  write('views/a.sql', `create view v as select id from a; comment on view v is 'x'`)
  write('views/b.sql', 'create view w as select id + 1 as next from v')
  await run()
  assert.deepEqual(await rows('select next from w'), [{ next: 2 }])
  write('views/a.sql', `create view v as select id::text as id from a`)
  fs.rmSync(path.join(folder, 'views/b.sql'))
  await run()
  assert.deepEqual(await rows('select id from v'), [{ id: '1' }])
  await assert.rejects(rows('select * from w'), /does not exist/)
})

test('the server’s user works with rows, adds and reads where the list says so, and no more', async () => {
  write('append-only.txt', 'h\n')
  write('migrations/0002_h.sql', 'create table h (n int generated always as identity, t text);')
  await run()
  await rows('insert into a values (2); update a set id = 3 where id = 2; delete from a where id = 3')
  await rows(`insert into h (t) values ('x')`)
  assert.deepEqual(await rows('select n, t from h'), [{ n: 1, t: 'x' }])
  for (const query of [
    'update h set t = 1',
    'delete from h',
    'truncate h',
    'drop table a',
    'create table b (n int)',
  ]) {
    await assert.rejects(rows(query), { code: '42501' }, query)
  }
})

test('a right that was given by hand is taken away again', async () => {
  write('append-only.txt', 'a\n')
  await run()
  await rows('grant update, delete on a to xuke_app', database.owner.pool)
  await run()
  await assert.rejects(rows('delete from a'), { code: '42501' })
})

test('a user who does not exist is asked for', async () => {
  await startError(migrate(database.ownerUrl, { folder, appRole: 'nobody_here' }), /没有用户 nobody_here/)
})
