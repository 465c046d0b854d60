import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { completeDraft } from '#test/journey.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { lockWhole } from './record.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

test('whoever waited for the lock sees the lines as they are then, not as they were when it began to wait', async () => {
  const { id } = await completeDraft(it, await as(it, 'steel02'))
  const { db } = it.ctx
  const locked = Promise.withResolvers<void>()
  const writer = db.transaction().execute(async (tx) => {
    const before = await lockWhole(tx, id)
    assert.notEqual(before?.content.form.lines[0]?.specGrade, 'changed')
    await tx
      .updateTable('application_line')
      .set({ spec_grade: 'changed' })
      .where('application_id', '=', id)
      .execute()
    await tx
      .updateTable('application')
      .set((expression) => ({ version: expression('version', '+', 1) }))
      .where('id', '=', id)
      .execute()
    locked.resolve()
    await sleep(200)
  })
  await locked.promise
  const seen = await db.transaction().execute((tx) => lockWhole(tx, id))
  await writer
  assert.equal(seen?.content.form.lines[0]?.specGrade, 'changed')
  assert.equal(seen?.content.totals.lines[0]?.specGrade, 'changed')
})
