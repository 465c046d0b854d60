/** Seals through the front door: what is refused, in words that tell what to do. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import { completeDraft, doing, prepare, refusing, sealed, type Draft } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey, type TestPki } from '#test/pki.ts'
import { sign } from '#ui/key/e-key.ts'

let it: TestApp
let pki: TestPki
let key: TestKey
let sealer: TestClient

before(async () => {
  const clock = testClock()
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  sealer = await as(it, 'steel02')
  key = await eKeyOf(it, pki, 'steel02')
})
after(() => it.close())

const bytesOf = (content: string) => new TextEncoder().encode(content)
const base64 = (cms: Uint8Array) => Buffer.from(cms).toString('base64')

async function attempt(draft: Draft, cms: string, client = sealer) {
  return client.refused(api.sealApplication, {
    params: { id: draft.id },
    body: { version: draft.version, requestId: randomUUIDv7(), cms },
  })
}

/** The application must stay where it was, without a seal. */
async function untouched(draft: Draft) {
  const seen = await sealer.call(api.getApplication, { params: { id: draft.id } })
  assert.deepEqual([seen.state, seen.version, seen.seal], ['draft', draft.version, null])
}

async function prepared() {
  const draft = await completeDraft(it, sealer)
  const { content, version } = await prepare(sealer, draft)
  return { draft: { id: draft.id, version }, content }
}

test('over other content', async () => {
  const { draft, content } = await prepared()
  const other = content.replace('BUSAN', 'PUSAN')
  assert.notEqual(other, content)
  const refused = await attempt(draft, base64(await sign(key.open, bytesOf(other), it.clock())))
  assert.deepEqual([refused.status, refused.failure.code], [409, 'seal_content'])
  await untouched(draft)
})

test('moved to a copy', async () => {
  const { draft, content } = await prepared()
  const copyId = randomUUIDv7()
  await sealer.call(api.copyApplication, { params: { id: draft.id }, body: { ids: [copyId] } })
  const cms = base64(await sign(key.open, bytesOf(content), it.clock()))
  const unnumbered = await attempt({ id: copyId, version: 1 }, cms)
  assert.equal(unnumbered.status, 409)
  const twin = await prepared()
  const refused = await attempt(twin.draft, cms)
  assert.equal(refused.failure.code, 'seal_content')
})

test("another enterprise's key; a colleague's key", async () => {
  const { draft, content } = await prepared()
  const foreign = await eKeyOf(it, pki, 'trade01')
  const refused = await attempt(draft, base64(await sign(foreign.open, bytesOf(content), it.clock())))
  assert.equal(refused.failure.code, 'seal_other_enterprise')
  const colleague = await eKeyOf(it, pki, 'steel01')
  const second = await attempt(draft, base64(await sign(colleague.open, bytesOf(content), it.clock())))
  assert.equal(second.failure.code, 'seal_other_account')
  await untouched(draft)
})

test('a key of another authority of certificates, and one that was never registered', async () => {
  const { draft, content } = await prepared()
  const other = await makeTestPki(it.clock())
  const stranger = await eKeyOf(it, other, 'steel02')
  const refused = await attempt(draft, base64(await sign(stranger.open, bytesOf(content), it.clock())))
  assert.equal(refused.failure.code, 'seal_untrusted')
  const unknown = await pki.operator({ holder: key.open.description })
  const second = await attempt(draft, base64(await sign(unknown.open, bytesOf(content), it.clock())))
  assert.equal(second.failure.code, 'seal_unknown_certificate')
})

test('a clock hours off; four minutes are forgiven', async () => {
  const { draft, content } = await prepared()
  const at = (minutes: number) => new Date(it.clock().getTime() + minutes * 60_000)
  for (const minutes of [-180, 6]) {
    const refused = await attempt(draft, base64(await sign(key.open, bytesOf(content), at(minutes))))
    assert.equal(refused.failure.code, 'seal_clock')
    assert.match(refused.failure.words, /电脑时间/)
  }
  const cms = base64(await sign(key.open, bytesOf(content), at(4)))
  const done = await sealer.call(api.sealApplication, {
    params: { id: draft.id },
    body: { version: draft.version, requestId: randomUUIDv7(), cms },
  })
  assert.equal(done.state, 'ready')
})

test('expired, and revoked', async () => {
  it.clock.set('2027-06-16T02:00:00Z')
  const later = await as(it, 'steel02')
  const form = {
    quotaYear: '2027',
    contractSignedOn: '2027-01-05',
    contractValidUntil: '2027-12-31',
  }
  const draft = await completeDraft(it, later, { form })
  const { content, version } = await prepare(later, draft)
  const expired = await attempt(
    { id: draft.id, version },
    base64(await sign(key.open, bytesOf(content), it.clock())),
    later,
  )
  assert.equal(expired.failure.code, 'seal_expired')
  const fresh = await eKeyOf(it, pki, 'steel02')
  await it.db.owner.db
    .updateTable('certificate')
    .set({ revoked_at: it.clock(), revocation_reason: 'lost' })
    .where('serial', '=', fresh.certificate.serial)
    .execute()
  const revoked = await attempt(
    { id: draft.id, version },
    base64(await sign(fresh.open, bytesOf(content), it.clock())),
    later,
  )
  assert.equal(revoked.failure.code, 'seal_revoked')
  it.clock.set('2026-06-15T02:00:00Z')
})

test('a key revoked between seal and submit: refused; sealed again with another key it goes', async () => {
  const old = await eKeyOf(it, pki, 'steel02')
  const ready = await sealed(it, sealer, old, await completeDraft(it, sealer))
  await it.db.owner.db
    .updateTable('certificate')
    .set({ revoked_at: it.clock(), revocation_reason: 'lost' })
    .where('serial', '=', old.certificate.serial)
    .execute()
  const refused = await refusing(sealer, ready, 'submit')
  assert.equal(refused.status, 409)
  assert.match(refused.failure.words, /注销/)
  const seen = await sealer.call(api.getApplication, { params: { id: ready.id } })
  assert.match(seen.actions.find((one) => one.action === 'submit')?.because ?? '', /注销/)
  const again = await sealed(it, sealer, key, await doing(sealer, ready, 'edit'))
  const sent = await doing(sealer, again, 'submit')
  assert.equal(sent.state, 'first_review')
})

test('no CMS at all, half of one, one with a byte turned, one that is too long', async () => {
  const { draft, content } = await prepared()
  const cms = await sign(key.open, bytesOf(content), it.clock())
  const turned = Uint8Array.from(cms)
  turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1
  for (const bad of [new Uint8Array(), Uint8Array.of(1, 2, 3), cms.slice(0, cms.length >> 1), turned]) {
    const refused = await attempt(draft, base64(bad))
    assert.equal(refused.status, 409, base64(bad).slice(0, 20))
    assert.match(refused.failure.words, /\p{Script=Han}/u)
  }
  for (const bad of ['不是', 'A'.repeat(30_000)]) assert.equal((await attempt(draft, bad)).status, 422)
  await untouched(draft)
})

test('seals, submissions and history can not be changed by the server itself', async () => {
  const ready = await sealed(it, sealer, key, await completeDraft(it, sealer))
  await doing(sealer, ready, 'submit')
  const columns = { seal: 'digest', submission: 'words', history: 'opinion' }
  for (const [table, column] of Object.entries(columns)) {
    await assert.rejects(it.db.pool.query(`update ${table} set ${column} = ${column}`), /permission denied/)
    await assert.rejects(it.db.pool.query(`delete from ${table}`), /permission denied/)
  }
})
