/** Reminders: who is told, when, and only once. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { issuedLicence, modelLicence, type MadeLicence } from '#test/licences.ts'
import { startTestApp, testClock, type TestApp } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { remind } from './remind.ts'

let it: TestApp
let model: MadeLicence
before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  model = await modelLicence(it, pki)
})
after(() => it.close())

const told = async ({ id }: MadeLicence) =>
  (
    await it.ctx.db
      .selectFrom('notice')
      .select(['kind', 'words'])
      .where('thing_id', '=', id)
      .orderBy('kind')
      .execute()
  ).map((row) => ({ ...row }))
const kinds = async (licence: MadeLicence) => (await told(licence)).map((row) => row.kind)

test('30 and 7 days before the last day, the extension in between; each once', async () => {
  const licence = await issuedLicence(it, model, { expiry_date: '2026-08-10' })
  it.clock.set('2026-07-10T00:00:00Z')
  await remind(it.ctx)
  assert.deepEqual(await kinds(licence), [])
  it.clock.set('2026-07-11T00:00:00Z')
  await Promise.all([remind(it.ctx), remind(it.ctx)])
  assert.deepEqual(await told(licence), [
    {
      kind: 'licence_ends_30',
      words: `许可证 ${licence.licenceNo} 将于 2026-08-10 到期，还有 1,000 千克 没有使用`,
    },
  ])
  it.clock.set('2026-08-01T00:00:00Z')
  await remind(it.ctx)
  assert.deepEqual(await kinds(licence), ['extension_closing', 'licence_ends_30'])
  it.clock.set('2026-08-10T00:00:00Z')
  await remind(it.ctx)
  await remind(it.ctx)
  assert.deepEqual(await kinds(licence), ['extension_closing', 'licence_ends_30', 'licence_ends_7'])
})

test('nothing about what is used up or past its last day; no extension beyond the year', async () => {
  it.clock.set('2026-12-28T00:00:00Z')
  const used = await issuedLicence(it, model, { expiry_date: '2026-12-31' })
  await sql`update licence set used_quantity = quantity where id = ${used.id}`.execute(it.db.owner.db)
  const past = await issuedLicence(it, model, { expiry_date: '2026-12-27' })
  const last = await issuedLicence(it, model, { expiry_date: '2026-12-31' })
  await remind(it.ctx)
  assert.deepEqual(await kinds(used), [])
  assert.deepEqual(await kinds(past), [])
  assert.deepEqual(await kinds(last), ['licence_ends_30', 'licence_ends_7'])
})
