/** The officer's way through a queue: positions, neighbours, and which one opens after one is done. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import { doing, passing, submitted, type Draft } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'

let it: TestApp
let key: TestKey
let people: Record<'sealer' | 'first' | 'second' | 'hebei' | 'auditor', TestClient>

before(async () => {
  const pki = await makeTestPki(new Date('2026-06-15T02:00:00.000Z'))
  it = await startTestApp({ pki })
  key = await eKeyOf(it, pki, 'steel02')
  people = {
    sealer: await as(it, 'steel02'),
    first: await as(it, 'review01'),
    second: await as(it, 'review02'),
    hebei: await as(it, 'hebei01'),
    auditor: await as(it, 'audit01'),
  }
})
after(() => it.close())

/** So many submitted ones, in the order of the queue: the due date of each is a working day after the one before. */
async function queue(count: number): Promise<Draft[]> {
  await it.ctx.db.updateTable('application').set({ state: 'deleted' }).execute()
  const made: Draft[] = []
  for (let index = 0; index < count; index++) {
    const draft = await submitted(it, people.sealer, key)
    await it.ctx.db
      .updateTable('application')
      .set({ due_on: `2026-06-${20 + index}` })
      .where('id', '=', draft.id)
      .execute()
    made.push(draft)
  }
  return made
}

const place = (client: TestClient, id: string, name: 'first_review' | 'second_review' = 'first_review') =>
  client.call(api.placeInQueue, { params: { queue: name, id } })
const next = (client: TestClient, done?: string, name: 'first_review' | 'second_review' = 'first_review') =>
  client.call(api.nextInQueue, {
    params: { queue: name },
    query: done === undefined ? {} : { after: done },
  })

test('position and neighbours follow the due date; ends have none', async () => {
  const [a, b, c] = await queue(3)
  assert.ok(a && b && c)
  const total = { count: 3, more: false }
  assert.deepEqual(await place(people.first, a.id), { position: 1, total, previous: null, next: b.id })
  assert.deepEqual(await place(people.first, b.id), { position: 2, total, previous: a.id, next: c.id })
  assert.deepEqual(await place(people.first, c.id), { position: 3, total, previous: b.id, next: null })
})

test('one that was passed has no position, but the ones around it', async () => {
  const [a, b, c] = await queue(3)
  assert.ok(a && b && c)
  await passing(people.first, b, 'pass_first')
  assert.deepEqual(await place(people.first, b.id), {
    position: null,
    total: { count: 2, more: false },
    previous: a.id,
    next: c.id,
  })
})

test('others’ applications have no place', async () => {
  const [a] = await queue(1)
  assert.ok(a)
  const refused = await people.hebei.refused(api.placeInQueue, {
    params: { queue: 'first_review', id: a.id },
  })
  assert.equal(refused.status, 404)
  const reader = await people.auditor.refused(api.placeInQueue, {
    params: { queue: 'first_review', id: a.id },
  })
  assert.equal(reader.status, 403)
})

test('the next one stands behind the one done, then at the start; others’ work is passed over', async () => {
  const [a, b, c, d] = await queue(4)
  assert.ok(a && b && c && d)
  await doing(people.second, c, 'claim')
  assert.equal((await next(people.first)).id, a.id)
  await passing(people.first, b, 'pass_first')
  assert.deepEqual(await next(people.first, b.id), {
    id: d.id,
    position: 3,
    total: { count: 3, more: false },
  })
  await passing(people.first, d, 'pass_first')
  assert.equal((await next(people.first, d.id)).id, a.id)
  await passing(people.first, a, 'pass_first')
  assert.deepEqual(await next(people.first, a.id), {
    id: null,
    position: 0,
    total: { count: 1, more: false },
  })
  assert.equal((await next(people.second)).id, c.id)
})

test('the second review never offers what the same officer reviewed first', async () => {
  const [a, b] = await queue(2)
  assert.ok(a && b)
  await passing(people.first, a, 'pass_first')
  await passing(people.second, b, 'pass_first')
  assert.equal((await next(people.first, undefined, 'second_review')).id, b.id)
  assert.equal((await next(people.second, undefined, 'second_review')).id, a.id)
})

test('a queue is searched by the exporter’s name too', async () => {
  await queue(2)
  const of = async (q: string) =>
    (await people.first.call(api.listQueue, { params: { queue: 'first_review' }, query: { q } })).rows.length
  const name = (await people.first.call(api.listQueue, { params: { queue: 'first_review' } })).rows[0]
  assert.ok(name)
  assert.equal(await of(name.exporterName.slice(0, 4)), 2)
  assert.equal(await of('没有这家企业'), 0)
})
