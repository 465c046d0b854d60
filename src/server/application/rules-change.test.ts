/** The catalogue, the year and the day may change between seal, submission and review: nothing slips through. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import * as api from '#api/application.ts'
import {
  completeDraft,
  doing,
  passing,
  prepare,
  refusing,
  sealed,
  submitted,
  type Draft,
} from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import { sign } from '#ui/key/e-key.ts'

const start = '2026-06-15T02:00:00.000Z'
let it: TestApp
let key: TestKey
let sealer: TestClient
let first: TestClient
let second: TestClient

before(async () => {
  const clock = testClock(start)
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  sealer = await as(it, 'steel02')
  key = await eKeyOf(it, pki, 'steel02')
})
beforeEach(async () => {
  it.clock.set(start)
  sealer = await as(it, 'steel02')
  first = await as(it, 'review01')
  second = await as(it, 'review02')
})
after(() => it.close())

/** A new edition of the catalogue, as the loader leaves it. */
async function publish(change: { licence_type?: string; name?: string; unit_name?: string }) {
  const owner = it.db.owner.db
  await owner.updateTable('commodity').set(change).where('hs_code', '=', '7208271000').execute()
  await sql`update reference_load set sha256 = md5(random()::text) || md5(random()::text)`.execute(owner)
}
const published = { licence_type: 'licence', name: '厚度<1.5mm其他的热轧卷材', unit_name: '千克' }

const quotaPapers = {
  form: { quotaDocNo: 'PE2026-1' },
  papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'QUOTA_CERT'],
}

test('goods that came under quota after the seal do not pass as plain ones', async () => {
  await publish(published)
  const ready = await sealed(it, sealer, key, await completeDraft(it, sealer, quotaPapers))
  await publish({ licence_type: 'quota' })
  const old = await refusing(sealer, ready, 'submit')
  assert.match(old.failure.words, /商品目录在盖章后有更新.*重新“保存并盖章”/)
  const detail = await sealer.call(api.getApplication, { params: { id: ready.id } })
  assert.equal(detail.actions.find((one) => one.action === 'submit')?.because, old.failure.words)
  const again = await sealed(it, sealer, key, await doing(sealer, ready, 'edit'))
  assert.match((await refusing(sealer, again, 'submit')).failure.words, /未查到本企业该年度该商品的配额/)
})

test('goods that came under quota after the submission are not passed', async () => {
  await publish(published)
  const sent = await doing(
    sealer,
    await sealed(it, sealer, key, await completeDraft(it, sealer, quotaPapers)),
    'submit',
  )
  const held = await doing(second, await passing(first, sent, 'pass_first'), 'claim')
  await publish({ licence_type: 'quota' })
  assert.match((await refusing(second, held, 'pass_second')).failure.words, /上报时没有占用配额，不能通过/)
  await publish(published)
  assert.equal((await doing(second, held, 'pass_second')).state, 'approved')
})

test('another name or unit in the catalogue is another content, also on the same day', async () => {
  await publish(published)
  const draft = await completeDraft(it, sealer)
  const before = await prepare(sealer, draft)
  const same = await prepare(sealer, { id: draft.id, version: before.version })
  assert.equal(same.content, before.content)
  await publish({ unit_name: '吨' })
  const after = await prepare(sealer, { id: draft.id, version: same.version })
  assert.notEqual(after.digest, before.digest)
  const versionOf = (content: string): unknown => JSON.parse(content).contentVersion
  assert.notEqual(versionOf(after.content), versionOf(before.content))
  await publish(published)
})

test('the day of application is the day of the seal: content prepared on an earlier day is not sealed', async () => {
  it.clock.set('2026-06-15T15:59:59.000Z')
  sealer = await as(it, 'steel02')
  const draft = await completeDraft(it, sealer)
  const prepared = await prepare(sealer, draft)
  it.clock.set('2026-06-15T16:00:00.000Z')
  const late = await sealing(draft, prepared)
  assert.equal(late.status, 409)
  assert.match(late.failure.words, /申请日期是 2026-06-15，.*请重新“保存并盖章”/)
  const done = await sealed(it, sealer, key, { id: draft.id, version: prepared.version })
  const row = await sealer.call(api.getApplication, { params: { id: done.id } })
  assert.equal(row.filled.applyDate, '2026-06-16')
})

async function sealing(draft: Draft, prepared: { version: number; content: string }) {
  const cms = await sign(key.open, new TextEncoder().encode(prepared.content), it.clock())
  const body = {
    version: prepared.version,
    requestId: randomUUIDv7(),
    cms: Buffer.from(cms).toString('base64'),
  }
  return sealer.refused(api.sealApplication, { params: { id: draft.id }, body })
}

test('the second review spends no number of a year that is over', async () => {
  const once = await passing(first, await submitted(it, sealer, key), 'pass_first')
  it.clock.set('2026-12-31T15:59:00.000Z')
  second = await as(it, 'review02')
  const held = await doing(second, once, 'claim')
  it.clock.set('2026-12-31T16:00:00.000Z')
  const refused = await refusing(second, held, 'pass_second')
  assert.match(refused.failure.words, /该年度已经结束.*请“复审退回”/)
  const licence = it.ctx.db.selectFrom('licence').select('id').where('application_id', '=', held.id)
  assert.equal(await licence.executeTakeFirst(), undefined)
  assert.equal((await doing(second, held, 'reject', '年度已过')).state, 'rejected')
})
