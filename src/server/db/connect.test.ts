import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { connect, unwaited, type Db, type Tx } from './connect.ts'

let database: TestDatabase
before(async () => {
  database = await testDatabase()
})
after(() => database.close())

test('days stay days, decimals and long integers stay exact, instants are Dates', async () => {
  const { rows } = await sql<Record<string, unknown>>`select
    date '2026-12-31' as day, array[date '2026-01-01', null] as days, 0.10::numeric(18,4) as amount,
    9007199254740993::int8 as long, 7::int4 as short,
    timestamptz '2026-12-31 23:59+08' as instant, ${Buffer.from([0, 255])}::bytea as bytes, '{"a": 1.5}'::jsonb as json`.execute(
    database.db,
  )
  assert.deepEqual(rows[0], {
    day: '2026-12-31',
    days: ['2026-01-01', null],
    amount: '0.1000',
    long: '9007199254740993',
    short: 7,
    instant: new Date('2026-12-31T15:59:00Z'),
    bytes: Buffer.from([0, 255]),
    json: { a: 1.5 },
  })
})

test('a day that becomes an instant is midnight in Shanghai', async () => {
  const { rows } = await sql<{ at: Date }>`select date '2026-12-31'::timestamptz as at`.execute(database.db)
  assert.equal(rows[0]?.at.toISOString(), '2026-12-30T16:00:00.000Z')
})

test('the same text is prepared once per connection', async () => {
  const single = connect(database.url, { max: 1 })
  try {
    for (let i = 0; i < 3; i++) await sql`select ${i}::int as n`.execute(single.db)
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_prepared_statements where statement like 'select $1::int as n'`.execute(
      single.db,
    )
    assert.deepEqual(rows, [{ n: 1 }])
  } finally {
    await single.close()
  }
})

test('a statement outlives a change of its view: at most one call fails', async () => {
  const single = connect(database.ownerUrl, { max: 1 })
  try {
    await sql`create view seen as select 1 as a`.execute(database.owner.db)
    const read = () => sql<Record<string, unknown>>`select * from seen`.execute(single.db)
    assert.deepEqual((await read()).rows, [{ a: 1 }])
    await sql`drop view seen`.execute(database.owner.db)
    await sql`create view seen as select 1 as a, 2 as b`.execute(database.owner.db)
    await assert.rejects(read(), /cached plan/)
    assert.deepEqual((await read()).rows, [{ a: 1, b: 2 }])
  } finally {
    await single.close()
  }
})

test('a connection cut by the database is replaced', async () => {
  const single = connect(database.url, { max: 1 })
  try {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(single.db)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual((await sql`select 1 as one`.execute(single.db)).rows, [{ one: 1 }])
  } finally {
    await single.close()
  }
})

test('a transaction that throws leaves nothing', async () => {
  await assert.rejects(
    database.db.transaction().execute(async (tx) => {
      await tx
        .insertInto('throttle')
        .values({ bucket: 'b', count: 1, ends_at: new Date(0) })
        .execute()
      throw new Error('no')
    }),
    /no/,
  )
  assert.deepEqual(await database.db.selectFrom('throttle').selectAll().execute(), [])
})

const bucket = (tx: Db | Tx, name: string, count: number | string = 1) =>
  tx.insertInto('throttle').values({ bucket: name, count: Number(count), ends_at: new Date(0) })
const buckets = async () =>
  (await database.db.selectFrom('throttle').select('bucket').orderBy('bucket').execute()).map(
    (row) => row.bucket,
  )

test('what nobody waits for is written in its order, with the next statement or the commit', async () => {
  const seen = await database.db.transaction().execute(async (tx) => {
    await unwaited(tx, bucket(tx, 'first'))
    await unwaited(tx, tx.updateTable('throttle').set({ bucket: 'renamed' }).where('bucket', '=', 'first'))
    const rows = await tx.selectFrom('throttle').select('bucket').execute()
    await unwaited(tx, bucket(tx, 'last'))
    return rows
  })
  assert.deepEqual(seen, [{ bucket: 'renamed' }])
  assert.deepEqual(await buckets(), ['last', 'renamed'])
  await database.db.deleteFrom('throttle').execute()
})

test('a write that nobody waited for fails the next statement, or the commit, with its own error', async () => {
  const twice = (then: (tx: Tx) => Promise<unknown>) =>
    database.db.transaction().execute(async (tx) => {
      await unwaited(tx, bucket(tx, 'a'))
      await unwaited(tx, bucket(tx, 'a'))
      await then(tx)
    })
  await assert.rejects(
    twice((tx) => bucket(tx, 'b').execute()),
    { code: '23505', constraint: 'throttle_pkey' },
  )
  await assert.rejects(
    twice(async () => undefined),
    { code: '23505', constraint: 'throttle_pkey' },
  )
  assert.deepEqual(await buckets(), [])
})

test('a transaction that throws takes with it what was not sent yet', async () => {
  const single = connect(database.url, { max: 1 })
  try {
    const thrown = single.db.transaction().execute(async (tx) => {
      await unwaited(tx, bucket(tx, 'a'))
      throw new Error('no')
    })
    await assert.rejects(thrown, /no/)
    await bucket(single.db, 'b').execute()
    assert.deepEqual(await buckets(), ['b'])
  } finally {
    await single.close()
    await database.db.deleteFrom('throttle').execute()
  }
})
