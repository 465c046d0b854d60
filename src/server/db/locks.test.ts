import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { keepFiles, mayRemoveFiles } from './locks.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

const may = () => database.db.transaction().execute((tx) => mayRemoveFiles(tx))

test('two may remove files at the same time', async () => {
  const both = await database.db.transaction().execute(async (tx) => [await mayRemoveFiles(tx), await may()])
  assert.deepEqual(both, [true, true])
})

test('files are not removed while a backup copies them, and again afterwards', async () => {
  assert.equal(await may(), true)
  const copying = new pg.Client({ connectionString: database.url })
  await copying.connect()
  await keepFiles(copying)
  assert.equal(await may(), false)
  await copying.end()
  for (let i = 0; i < 100 && !(await may()); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(await may(), true)
})
