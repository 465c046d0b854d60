import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { StartError } from '../start-error.ts'
import { openDatabase } from './open.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

const open = (databaseUrl: string) =>
  openDatabase({ dataDir: '/nonexistent', pgDir: undefined, databaseUrl }, () => assert.fail('not embedded'))

async function refused(url: string, words: RegExp) {
  await assert.rejects(open(url), (error) => {
    assert.ok(error instanceof StartError, String(error))
    assert.match(error.message, words)
    return true
  })
}

test('an own PostgreSQL is used as it is, with its user alone', async () => {
  const own = await open(database.url)
  try {
    assert.deepEqual((await own.pool.query('select current_user as user')).rows, [{ user: 'xuke_app' }])
    assert.equal(own.url, database.url)
  } finally {
    await own.close()
  }
})

test('what is wrong with DATABASE_URL is said', async () => {
  await refused('postgresql://xuke_app@127.0.0.1:1/xuke', /没有运行，或地址、端口有误/)
  await refused(database.url.replace(database.name, 'no_such_database'), /不存在/)
  await refused(database.url.replace('xuke_app', 'no_such_user'), /拒绝登录/)
  await refused(database.url.replace('xuke_app', 'postgres'), /超级用户/)
})

test('a database that is not migrated is refused with what to do', async () => {
  await database.owner.pool.query(
    `delete from schema_migration where name = (select max(name) from schema_migration)`,
  )
  await refused(database.url, /缺少 1 个迁移.*DATABASE_OWNER_URL.*npm run migrate/)
})
