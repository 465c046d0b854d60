import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { generateTypes } from '../scripts/generate-types.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

test('src/server/db/types.gen.ts is what the migrations make (else: npm run generate)', () => {
  assert.equal(generateTypes(database.ownerUrl, { verify: true }), undefined)
})

test('a column more would be noticed', async () => {
  await database.owner.pool.query('alter table session add column surplus int')
  assert.match(generateTypes(database.ownerUrl, { verify: true }) ?? '', /surplus/)
})
