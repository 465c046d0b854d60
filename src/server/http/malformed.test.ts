/** Texts that no column can hold, wherever they stand: 422 in words, never a fault, and nothing written. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { completeDraft, doing, submitted, type Draft } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { unstorable } from './malformed.ts'

let it: TestApp
let sealer: TestClient
let reviewer: TestClient
let admin: TestClient
let held: Draft

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  sealer = await as(it, 'steel02')
  reviewer = await as(it, 'review01')
  admin = await as(it, 'admin01')
  const sent = await submitted(it, sealer, await eKeyOf(it, pki, 'steel02'))
  held = await doing(reviewer, sent, 'claim')
})
after(() => it.close())

test('in what is searched for', async () => {
  const asked = [
    '/api/applications?q=a%00b',
    '/api/applications?tradeMode=%00',
    '/api/applications?destinationCountry=%00',
    '/api/applications?customsPort=%00',
    '/api/applications?from=0000-01-01',
    '/api/applications?to=2026-02-30',
    '/api/licences?q=%00',
    '/api/licences?issuedOn=0000-01-01',
  ]
  for (const url of asked) {
    const reply = await sealer.get(url)
    assert.equal(reply.statusCode, 422, `${url}: ${reply.body}`)
    assert.match(reply.json().issues[0].words, /不能保存的字符|存在的日期/)
  }
  assert.equal((await reviewer.get('/api/queues/first_review?q=%00')).statusCode, 422)
  assert.deepEqual(it.logged, [])
})

test('in an opinion: nor what the documents can not print, nor more than fits, nor where none is asked', async () => {
  const act = (action: string, input: object) =>
    reviewer.post(`/api/applications/${held.id}/actions/${action}`, {
      version: held.version,
      requestId: randomUUIDv7(),
      input,
    })
  const refused: [string, object, RegExp][] = [
    ['return', { opinion: 'a\u0000b' }, /不能保存的字符/],
    ['return', { opinion: '退\uD800回' }, /不能保存的字符/],
    ['return', { opinion: '请改 👍' }, /意见中的“👍”不能印在申请表上/],
    ['pass_first', { opinion: '𠮷' }, /意见中的“𠮷”不能印在申请表上/],
    ['return', { opinion: '长'.repeat(501) }, /最多 500 字/],
    ['release', { opinion: '长'.repeat(100_000) }, /不带意见/],
    ['release', { anything: 1 }, /不带意见/],
  ]
  for (const [action, input, words] of refused) {
    const reply = await act(action, input)
    assert.equal(reply.statusCode, 422, `${action}: ${reply.body}`)
    assert.match(reply.json().words, words)
  }
  const lines = await it.ctx.db
    .selectFrom('history')
    .select('action')
    .where('thing_id', '=', held.id)
    .execute()
  assert.equal(lines.at(-1)?.action, 'claim')
  assert.deepEqual(it.logged, [])
})

test('in what an administrator gives', async () => {
  const rate = { currency: 'JPY', validFrom: '2026-07-01', rate: '0.006', source: 'a\u0000b' }
  assert.equal((await admin.post('/api/exchange-rates', rate)).statusCode, 422)
  const day = { working: false, name: 'a\u0000b', change: 0 }
  assert.equal((await admin.put('/api/calendar/days/2026-07-01', day)).statusCode, 422)
  assert.deepEqual(it.logged, [])
})

test('nested without end', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const draft = await completeDraft(it, sealer, { papers: [] })
  const reply = await sealer.inject({
    method: 'POST',
    url: `/api/applications/${draft.id}/actions/submit`,
    headers: { 'content-type': 'application/json' },
    payload: `{"version":1,"requestId":"${randomUUIDv7()}","input":{"a":${deep}}}`,
  })
  assert.equal(reply.statusCode, 422)
  assert.match(reply.json().words, /层级太深/)
})

test('the path of what is wrong is told', () => {
  assert.deepEqual(unstorable({ a: ['x', { b: 'y\u0000' }] }), [
    { path: 'a.1.b', words: '含有不能保存的字符，请删除后重新输入', rule: 'malformed' },
  ])
  assert.deepEqual(unstorable({ a: ['x', 1, null, '𠮷'], b: undefined }), [])
})
