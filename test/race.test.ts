import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Tx } from '#server/db/connect.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { race } from '#test/race.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
  await database.db
    .insertInto('number_counter')
    .values({ kind: 'k', scope: 's', year: 2026, last: 0 })
    .execute()
})
after(() => database.close())

const hold = (tx: Tx) => sql`select from number_counter for update`.execute(tx)

/** Reads, then writes what it read plus one: right only where the reading locks. */
function next(lock: boolean) {
  return database.db.transaction().execute(async (tx) => {
    const query = tx.selectFrom('number_counter').select('last')
    const { last } = await (lock ? query.forUpdate() : query).executeTakeFirstOrThrow()
    await tx
      .updateTable('number_counter')
      .set({ last: last + 1 })
      .execute()
    return last + 1
  })
}

test('sixteen callers that lock get sixteen numbers', async () => {
  const results = await race(
    database,
    hold,
    Array.from({ length: 16 }, () => () => next(true)),
  )
  const numbers = results.map((result) => (result.status === 'fulfilled' ? result.value : -1))
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, i) => i + 1),
  )
})

test('without the lock the race shows it every time', async () => {
  const results = await race(database, hold, [() => next(false), () => next(false)])
  const numbers = results.map((result) => (result.status === 'fulfilled' ? result.value : -1))
  assert.equal(numbers[0], numbers[1])
})

test('calls that never come to wait are told', async () => {
  await assert.rejects(
    race(database, hold, [() => Promise.resolve(1)], 1, 200),
    /only 0 of 1 calls came to wait/,
  )
})
