import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keepSubmittedFiles } from '#server/attachment/submitted.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]

test('a file is kept once, from its first submission on, and the server cannot let it go', async () => {
  const { db } = database
  const first = new Date('2026-03-02T01:00:00Z')
  await db.transaction().execute((tx) => keepSubmittedFiles(tx, [b, a, b], first))
  await db.transaction().execute((tx) => keepSubmittedFiles(tx, [a], new Date('2026-03-09T01:00:00Z')))
  await db.transaction().execute((tx) => keepSubmittedFiles(tx, [], first))
  const rows = await db.selectFrom('submitted_file').selectAll().orderBy('sha256').execute()
  assert.deepEqual(rows, [
    { sha256: a, submitted_at: first },
    { sha256: b, submitted_at: first },
  ])
  await assert.rejects(db.deleteFrom('submitted_file').execute(), /permission denied/)
})
