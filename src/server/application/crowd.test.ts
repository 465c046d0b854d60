/** More people at once than the database has connections: a transaction must never wait for a second one. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import { completeDraft, enterpriseOf, typed } from '#test/journey.ts'
import { steelForm } from '#test/forms.ts'
import { as, startTestApp, type TestApp, type TestClient } from '#test/people.ts'

let it: TestApp
let client: TestClient
before(async () => {
  it = await startTestApp()
  client = await as(it, 'steel02')
})
after(() => it.close())

test('thirty drafts are saved at once, and sealing is prepared for all of them', async () => {
  const first = await completeDraft(it, client)
  const ids = Array.from({ length: 30 }, () => randomUUIDv7())
  for (const some of [ids.slice(0, 15), ids.slice(15)]) {
    await client.call(api.copyApplication, { params: { id: first.id }, body: { ids: some } })
  }
  const form = typed(steelForm(enterpriseOf(client)))
  const saved = await Promise.all(
    ids.map((id) => client.put(`/api/applications/${id}`, { version: 1, form })),
  )
  assert.deepEqual(new Set(saved.map((reply) => reply.statusCode)), new Set([200]))
  const refused = await Promise.all(
    ids.map((id) =>
      client.post(`/api/applications/${id}/seal-content`, { version: 2, requestId: randomUUIDv7() }),
    ),
  )
  // All lack their papers, and are told so.
  assert.deepEqual(new Set(refused.map((reply) => reply.statusCode)), new Set([409]))
  assert.deepEqual(it.logged, [])
})
