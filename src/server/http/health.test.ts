import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { alive, Readiness, ready } from '#api/health.ts'
import { connect } from '#server/db/connect.ts'
import type { Press } from '#server/print/press.ts'
import { startJobs, type Jobs } from '#server/jobs/run.ts'
import { startTestApp, visitor, type TestApp } from '#test/people.ts'

const press = (answer: () => Promise<void>) => ({ ready: answer }) as Press
let answer = () => Promise.resolve()

let it: TestApp
let jobs: Jobs
before(async () => {
  it = await startTestApp({ context: { press: press(() => answer()) } })
  jobs = await startJobs(it.db.url, { log: () => undefined }, { nothing: async () => undefined })
})
after(async () => {
  await jobs.stop()
  await it.close()
})

async function look(test = it) {
  const response = await visitor(test).get(ready.path)
  return { status: response.statusCode, ...Readiness.parse(response.json()) }
}
const ok = { database: 'ok', migrations: 'ok', jobs: 'ok', documents: 'ok' }

test('alive and ready', async () => {
  assert.deepEqual(await visitor(it).call(alive, {}), { alive: true })
  assert.deepEqual(await look(), { status: 200, ready: true, parts: ok, missing: [] })
  assert.deepEqual(it.logged, [])
})

test('what sets documents is not ready, or does not answer', async () => {
  answer = () => Promise.reject(new Error('no font'))
  const parts = { ...ok, documents: '文书排版程序没有就绪' }
  assert.deepEqual(await look(), { status: 503, ready: false, parts, missing: [] })
  assert.match(JSON.stringify(it.logged), /no font/)
  answer = () => new Promise(() => undefined)
  assert.deepEqual(await look(), { status: 503, ready: false, parts, missing: [] })
  answer = () => Promise.resolve()
})

test('a migration is missing', async () => {
  const { rows } = await it.db.owner.pool.query(
    'delete from schema_migration where name = (select max(name) from schema_migration) returning *',
  )
  const parts = { ...ok, migrations: '数据库结构与程序不一致' }
  assert.deepEqual(await look(), { status: 503, ready: false, parts, missing: [] })
  const [row] = rows
  await it.db.owner.pool.query('insert into schema_migration values ($1, $2, $3)', [
    row.name,
    row.digest,
    row.applied_at,
  ])
  assert.equal((await look()).status, 200)
})

test('nobody runs jobs', async () => {
  await jobs.stop()
  const parts = { ...ok, jobs: '没有进程在执行后台任务' }
  assert.deepEqual(await look(), { status: 503, ready: false, parts, missing: [] })
  jobs = await startJobs(it.db.url, { log: () => undefined }, { nothing: async () => undefined })
  assert.equal((await look()).status, 200)
})

test('the database is gone: still alive, and said what is wrong', async () => {
  const nowhere = connect('postgresql://xuke_app@localhost/none?host=/nonexistent')
  const other = await startTestApp({ context: { press: press(() => answer()) } })
  other.ctx.db = nowhere.db
  try {
    const gone = await look(other)
    const parts = {
      database: '数据库没有应答',
      migrations: '数据库结构与程序不一致',
      jobs: '没有进程在执行后台任务',
      documents: 'ok',
    }
    assert.deepEqual(gone, { status: 503, ready: false, parts, missing: [] })
    assert.deepEqual(await visitor(other).call(alive, {}), { alive: true })
  } finally {
    await nowhere.close()
    await other.close()
  }
})
