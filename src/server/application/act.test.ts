/** The application through the front door: its way, its wrong turns, and races held open on purpose. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import {
  actionBody,
  completeDraft,
  doing,
  enterpriseOf,
  passing,
  prepare,
  refusing,
  sealed,
  submitted,
  typed,
  type Draft,
} from '#test/journey.ts'
import { steelForm } from '#test/forms.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey, type TestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'

let it: TestApp
let pki: TestPki
let key: TestKey
const people = {} as Record<
  | 'preparer'
  | 'sealer'
  | 'trader'
  | 'consignor'
  | 'first'
  | 'second'
  | 'issuer'
  | 'hebei'
  | 'auditor'
  | 'admin',
  TestClient
>

before(async () => {
  const clock = testClock()
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  const names = {
    preparer: 'steel01',
    sealer: 'steel02',
    trader: 'trade01',
    consignor: 'consignor01',
    first: 'review01',
    second: 'review02',
    issuer: 'issue01',
    hebei: 'hebei01',
    auditor: 'audit01',
    admin: 'admin01',
  } as const
  for (const [role, login] of Object.entries(names)) {
    Object.assign(people, { [role]: await as(it, login) })
  }
  key = await eKeyOf(it, pki, 'steel02')
})
after(() => {
  if (it.logged.length) console.log(it.logged.slice(0, 2))
  return it.close()
})

const detail = (client: TestClient, id: string) => client.call(api.getApplication, { params: { id } })

test('the whole way: draft, seal, submit, two reviews, a pending licence', async () => {
  const draft = await completeDraft(it, people.preparer)
  const opened = await detail(people.sealer, draft.id)
  assert.deepEqual(opened.issues, [])
  assert.equal(opened.filled.totalAmount, '259875.29')
  assert.equal(opened.filled.totalQuantity, '450000.5')
  const ready = await sealed(it, people.sealer, key, draft)
  assert.match(ready.applicationNo, new RegExp(`^26${enterpriseOf(people.sealer).code13}6\\d{5}$`))
  const sent = await doing(people.sealer, ready, 'submit')
  assert.equal(sent.state, 'first_review')
  const seen = await detail(people.first, sent.id)
  assert.equal(seen.dueOn, '2026-06-18')
  assert.equal(seen.seal?.holder, people.sealer.account?.personName)
  const once = await passing(people.first, sent, 'pass_first')
  const twice = await passing(people.second, once, 'pass_second')
  assert.equal(twice.state, 'approved')
  assert.match(twice.licenceNo ?? '', /^26AA\d{6}$/)
  const done = await detail(people.preparer, sent.id)
  assert.equal(done.licence?.licenceNo, twice.licenceNo)
  assert.equal(done.licence?.state, 'pending')
  assert.deepEqual(
    done.history.map((line) => line.action),
    ['create', 'prepare_seal', 'seal', 'submit', 'claim', 'pass_first', 'claim', 'pass_second'],
  )
  assert.equal(done.history.find((line) => line.action === 'seal')?.certificateSerial, key.certificate.serial)
  const printed = await doing(people.preparer, twice, 'print')
  const after = await detail(people.preparer, printed.id)
  assert.equal(after.printCount, 1)
  assert.notEqual(after.printedAt, null)
})

test('numbers of one enterprise and year follow each other', async () => {
  const one = await sealed(it, people.sealer, key, await completeDraft(it, people.sealer))
  const two = await sealed(it, people.sealer, key, await completeDraft(it, people.sealer))
  assert.equal(Number(two.applicationNo.slice(-6)), Number(one.applicationNo.slice(-6)) + 1)
})

test('editing drops the seal and keeps the number; the same content may be sealed again', async () => {
  const ready = await sealed(it, people.sealer, key, await completeDraft(it, people.sealer))
  const again = await doing(people.preparer, ready, 'edit')
  const opened = await detail(people.preparer, ready.id)
  assert.equal(opened.seal, null)
  assert.equal(opened.applicationNo, ready.applicationNo)
  const refused = await refusing(people.sealer, again, 'submit')
  assert.equal(refused.status, 409)
  const resealed = await sealed(it, people.sealer, key, again)
  assert.equal(resealed.applicationNo, ready.applicationNo)
})

test('a returned application is corrected, sealed and sent again; the opinion is shown', async () => {
  const sent = await submitted(it, people.sealer, key)
  const claimed = await doing(people.first, sent, 'claim')
  const bare = await refusing(people.first, claimed, 'return')
  assert.equal(bare.status, 422)
  const returned = await doing(people.first, claimed, 'return', '合同数量与附件不符')
  assert.equal(returned.state, 'returned')
  const opened = await detail(people.preparer, sent.id)
  assert.equal(opened.history.at(-1)?.opinion, '合同数量与附件不符')
  const form = { ...steelForm(enterpriseOf(people.preparer)), contractQuantity: '600000' }
  const saved = await people.preparer.call(api.saveApplication, {
    params: { id: sent.id },
    body: { version: returned.version, form: typed(form) },
  })
  const resealed = await sealed(it, people.sealer, key, { id: sent.id, version: saved.version })
  const resent = await doing(people.sealer, resealed, 'submit')
  assert.equal(resent.state, 'first_review')
})

test('withdrawal: asked, refused, asked again, agreed, deleted', async () => {
  const sent = await submitted(it, people.sealer, key)
  const asked = await doing(people.sealer, sent, 'withdraw', '合同取消')
  const held = await doing(people.first, asked, 'claim')
  const back = await doing(people.first, held, 'refuse_withdrawal', '请补充说明')
  assert.equal(back.state, 'first_review')
  const again = await doing(people.sealer, back, 'withdraw', '客户取消合同')
  const agreed = await doing(people.second, await doing(people.second, again, 'claim'), 'agree_withdrawal')
  assert.equal(agreed.state, 'withdrawn')
  const gone = await doing(people.preparer, agreed, 'delete')
  assert.equal(gone.state, 'deleted')
  const looked = await people.preparer.refused(api.getApplication, { params: { id: sent.id } })
  assert.equal(looked.status, 404)
})

test('the first reviewer can neither claim nor pass the second review', async () => {
  const once = await passing(people.first, await submitted(it, people.sealer, key), 'pass_first')
  for (const action of ['claim', 'pass_second', 'send_back'] as const) {
    const refused = await refusing(people.first, once, action, '意见')
    assert.equal(refused.status, 409)
    assert.match(refused.failure.words, /另一位审核员/)
  }
})

test('two officers never work on one unknowingly: claim, take over, release', async () => {
  const sent = await submitted(it, people.sealer, key)
  const mine = await doing(people.first, sent, 'claim')
  const refused = await refusing(people.second, mine, 'claim')
  assert.match(refused.failure.words, new RegExp(people.first.account?.personName ?? '-'))
  const taken = await doing(people.second, mine, 'take_over')
  const lost = await refusing(people.first, taken, 'pass_first')
  assert.match(lost.failure.words, new RegExp(people.second.account?.personName ?? '-'))
  const free = await doing(people.second, taken, 'release')
  const unclaimed = await refusing(people.second, free, 'pass_first')
  assert.match(unclaimed.failure.words, /先领取/)
})

test('second review: rejected is final, sent back goes to the first review', async () => {
  const once = await passing(people.first, await submitted(it, people.sealer, key), 'pass_first')
  const held = await doing(people.second, once, 'claim')
  const back = await doing(people.second, held, 'send_back', '请核对附件')
  assert.equal(back.state, 'first_review')
  const again = await passing(people.first, back, 'pass_first')
  const rejected = await doing(
    people.second,
    await doing(people.second, again, 'claim'),
    'reject',
    '不符合规定',
  )
  assert.equal(rejected.state, 'rejected')
  const dead = await refusing(people.sealer, rejected, 'delete')
  assert.equal(dead.status, 409)
  const copyId = randomUUIDv7()
  await people.preparer.call(api.copyApplication, { params: { id: rejected.id }, body: { ids: [copyId] } })
  const copy = await detail(people.preparer, copyId)
  assert.deepEqual([copy.state, copy.applicationNo, copy.attachments.length], ['draft', null, 0])
  assert.equal(copy.form['declarationAccepted'], false)
})

test('handed back by the issuer: number kept, content written anew; then rejected: cancelled', async () => {
  const once = await passing(people.first, await submitted(it, people.sealer, key), 'pass_first')
  const approved = await passing(people.second, once, 'pass_second')
  const back = await doing(people.issuer, approved, 'hand_back', '口岸有误')
  assert.equal(back.state, 'second_review')
  const again = await passing(people.second, back, 'pass_second')
  assert.equal(again.licenceNo, approved.licenceNo)
  const back2 = await doing(people.issuer, again, 'hand_back', '仍有误')
  await doing(people.second, await doing(people.second, back2, 'claim'), 'reject', '企业要求作废')
  const licence = await it.ctx.db
    .selectFrom('licence')
    .select('state')
    .where('licence_no', '=', approved.licenceNo ?? '')
    .executeTakeFirstOrThrow()
  assert.equal(licence.state, 'cancelled')
})

test('incomplete: the seal is refused with the first thing that is missing, and nothing is written', async () => {
  const draft = await completeDraft(it, people.sealer, { form: { contractNo: '' }, papers: ['CONTRACT'] })
  const refused = await people.sealer.refused(api.prepareSeal, {
    params: { id: draft.id },
    body: { version: draft.version, requestId: randomUUIDv7() },
  })
  assert.equal(refused.status, 409)
  assert.match(refused.failure.words, /请填写合同号（共 \d 项/)
  const opened = await detail(people.sealer, draft.id)
  assert.equal(opened.applicationNo, null)
  assert.equal(opened.version, draft.version)
})

test('rules of today: sealed before, run out since', async () => {
  const ready = await sealed(
    it,
    people.sealer,
    key,
    await completeDraft(it, people.sealer, { form: { contractValidUntil: '2026-06-15' } }),
  )
  it.clock.set('2026-06-15T16:00:00Z')
  const refused = await refusing(await as(it, 'steel02'), ready, 'submit')
  it.clock.set('2026-06-15T02:00:00Z')
  assert.match(refused.failure.words, /合同有效日期已过/)
})

test('quota goods can be sealed, submitting finds no quota', async () => {
  const draft = await completeDraft(it, people.sealer, {
    form: {
      hsCode: '1006109100',
      lines: [{ specGrade: '长粒米', unitPrice: '0.5', quantity: '1000' }],
      producers: [],
      productCertificates: [],
      quotaDocNo: '发改经贸〔2026〕1号',
    },
    papers: ['CONTRACT', 'QUOTA_CERT', 'LICENCE_BUSINESS'],
  })
  const ready = await sealed(it, people.sealer, key, draft)
  const refused = await refusing(people.sealer, ready, 'submit')
  assert.equal(refused.status, 409)
  assert.match(refused.failure.words, /未查到本企业该年度该商品的配额/)
})

test('a stale page loses and is told; the same request twice is done once', async () => {
  const draft = await completeDraft(it, people.sealer)
  const form = typed(steelForm(enterpriseOf(people.sealer)))
  const save = (version: number) =>
    people.sealer.refused(api.saveApplication, { params: { id: draft.id }, body: { version, form } })
  await people.preparer.call(api.saveApplication, {
    params: { id: draft.id },
    body: { version: draft.version, form },
  })
  const stale = await save(draft.version)
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
  assert.equal(stale.failure.current?.version, draft.version + 1)

  const ready = await sealed(it, people.sealer, key, { id: draft.id, version: draft.version + 1 })
  const body = actionBody(ready)
  const params = { id: ready.id, action: 'submit' }
  const first = await people.sealer.call(api.actOnApplication, { params, body })
  const second = await people.sealer.call(api.actOnApplication, { params, body })
  assert.deepEqual([first.repeated, second.repeated, second.state], [false, true, 'first_review'])
  const history = (await detail(people.sealer, ready.id)).history
  assert.equal(history.filter((line) => line.action === 'submit').length, 1)
})

test('a save whose answer was lost is repeated without harm, and leaves no history', async () => {
  const draft = await completeDraft(it, people.preparer, { papers: [] })
  const form = typed({ ...steelForm(enterpriseOf(people.preparer)), remark: '第一次' })
  const params = { id: draft.id }
  const body = { version: draft.version, requestId: randomUUIDv7(), form }
  const first = await people.preparer.call(api.saveApplication, { params, body })
  const again = await people.preparer.call(api.saveApplication, { params, body })
  assert.equal(again.version, first.version)
  const other = await people.preparer.refused(api.saveApplication, {
    params,
    body: { ...body, requestId: randomUUIDv7() },
  })
  assert.equal(other.failure.code, 'stale')
  const { history } = await detail(people.preparer, draft.id)
  assert.deepEqual(
    history.map((line) => line.action),
    ['create'],
  )
})

test('copying onto an id that is taken copies nothing and says so', async () => {
  const mine = await completeDraft(it, people.sealer, { papers: [] })
  const others = await completeDraft(it, people.trader, { papers: [] })
  const [one, two] = [randomUUIDv7(), randomUUIDv7()]
  const copying = (ids: string[]) => people.sealer.post(`/api/applications/${mine.id}/copies`, { ids })
  const refused = await copying([one, others.id])
  assert.equal(refused.statusCode, 409)
  assert.match(refused.json().words, /编号已被占用/)
  const looked = await people.sealer.refused(api.getApplication, { params: { id: one } })
  assert.equal(looked.status, 404, 'nor is the first one there')
  assert.equal((await copying([one, two])).statusCode, 200)
  assert.equal((await copying([one, two])).statusCode, 200, 'a repeat is harmless')
})

test('an id of a request says which action it was: used for another one it is no repeat', async () => {
  const sent = await submitted(it, people.sealer, key)
  const requestId = randomUUIDv7()
  const asking = (action: string, version: number) =>
    people.first.post(`/api/applications/${sent.id}/actions/${action}`, { version, requestId })
  assert.equal((await asking('claim', sent.version)).statusCode, 200)
  const other = await asking('release', sent.version + 1)
  assert.equal(other.statusCode, 409, other.body)
  assert.match(other.json().words, /请求编号已用于另一项操作/)
  const stale = await asking('pass_first', sent.version)
  assert.deepEqual([stale.statusCode, stale.json().code], [409, 'stale'])
  assert.equal((await asking('claim', sent.version)).json().repeated, true)
  assert.equal((await detail(people.first, sent.id)).claimedBy?.self, true)
})

test('creating with the same id twice makes one draft; another person can not take the id', async () => {
  const draft = await completeDraft(it, people.preparer, { papers: [] })
  const body = {
    id: draft.id,
    channel: 'platform' as const,
    form: typed(steelForm(enterpriseOf(people.preparer))),
  }
  const again = await people.preparer.call(api.createApplication, { body })
  assert.equal(again.id, draft.id)
  const stolen = await people.trader.refused(api.createApplication, {
    body: { ...body, form: typed(steelForm(enterpriseOf(people.trader))) },
  })
  assert.equal(stolen.status, 409)
  const lines = await it.ctx.db
    .selectFrom('application_line')
    .select('line_no')
    .where('application_id', '=', draft.id)
    .execute()
  assert.equal(lines.length, 2)
})

test('the year can not change once a number is reserved', async () => {
  it.clock.set('2026-12-12T02:00:00Z')
  const december = await eKeyOf(it, pki, 'steel02')
  const drafted = await completeDraft(it, await as(it, 'steel02'))
  const sealer = await as(it, 'steel02')
  const ready = await sealed(it, sealer, december, drafted)
  const opened = await doing(sealer, ready, 'edit')
  const refused = await sealer.refused(api.saveApplication, {
    params: { id: ready.id },
    body: { version: opened.version, form: { ...typed(steelForm(enterpriseOf(sealer))), quotaYear: '2027' } },
  })
  it.clock.set('2026-06-15T02:00:00Z')
  assert.equal(refused.status, 409)
  assert.match(refused.failure.words, /不能改年度/)
})

// ---- others' things

test('who lacks the permission learns nothing, not even whether the thing is there', async () => {
  const sent = await submitted(it, people.sealer, key)
  const asking = async (id: string) => {
    const reply = await people.trader.post(`/api/applications/${id}/actions/claim`, {
      version: 1,
      requestId: randomUUIDv7(),
    })
    return [reply.statusCode, reply.body]
  }
  assert.deepEqual(await asking(sent.id), await asking(randomUUIDv7()))
  assert.deepEqual((await asking(sent.id))[0], 403)
})

test('a colleague whose work is not within the data scope is as far away as another enterprise', async () => {
  const draft = await completeDraft(it, people.preparer, { papers: [] })
  const setScope = (scope: string) =>
    it.db.owner.db
      .updateTable('account')
      .set({ data_scope: scope })
      .where('login_name', '=', 'steel02')
      .execute()
  const asking = async (id: string) => {
    const body = { version: 1, requestId: randomUUIDv7(), cms: 'AAAA' }
    const reply = await people.sealer.post(`/api/applications/${id}/seal`, body)
    return [reply.statusCode, reply.body]
  }
  await setScope('own')
  try {
    assert.deepEqual(await asking(draft.id), await asking(randomUUIDv7()))
    assert.equal((await asking(draft.id))[0], 404)
  } finally {
    await setScope('enterprise')
  }
})

test("every way to another enterprise's application is closed in the same words", async () => {
  const draft = await completeDraft(it, people.sealer)
  const strangers = [
    people.trader,
    people.consignor,
    people.hebei,
    people.first,
    people.auditor,
    people.admin,
  ]
  for (const stranger of strangers) {
    const seen = await stranger.refused(api.getApplication, { params: { id: draft.id } })
    assert.deepEqual(
      [seen.status, seen.failure.words],
      [404, '没有找到该申请表'],
      stranger.account?.loginName ?? '',
    )
  }
  const attempts = [
    people.trader.refused(api.saveApplication, {
      params: { id: draft.id },
      body: { version: 1, contractSheet: null },
    }),
    people.trader.refused(api.prepareSeal, {
      params: { id: draft.id },
      body: { version: 1, requestId: randomUUIDv7() },
    }),
    people.trader.refused(api.sealApplication, {
      params: { id: draft.id },
      body: { version: 1, requestId: randomUUIDv7(), cms: 'AAAA' },
    }),
    people.trader.refused(api.copyApplication, { params: { id: draft.id }, body: { ids: [randomUUIDv7()] } }),
    people.trader.refused(api.printApplication, { params: { id: draft.id } }),
    refusing(people.trader, draft, 'delete'),
  ]
  for (const refused of await Promise.all(attempts)) assert.equal(refused.status, 404)
})

test('an officer of another authority and a role without the permission', async () => {
  const sent = await submitted(it, people.sealer, key)
  assert.equal((await refusing(people.hebei, sent, 'claim')).status, 404)
  assert.equal((await refusing(people.issuer, sent, 'claim')).status, 403)
  assert.equal((await refusing(people.auditor, sent, 'claim')).status, 403)
  assert.equal((await refusing(people.preparer, sent, 'withdraw', '原因')).status, 403)
  const read = await detail(people.auditor, sent.id)
  assert.deepEqual(read.actions, [])
})

test('a consignor sees what names it, once it was submitted, and can do nothing with it', async () => {
  const named = enterpriseOf(people.consignor)
  const agency = {
    principalName: named.name,
    agentName: '演示',
    agencyContractNo: 'D1',
    agencySignedOn: '2026-01-01',
    agencyValidUntil: '2026-12-31',
    shipperName: named.name,
    shipperContact: '钱七',
    shipperAddress: '某地',
    shipperPhone: '010-12345678',
    domesticTransportMode: '4',
  }
  const consignor = { consignorCode: named.code13, consignorUscc: named.uscc, consignorName: named.name }
  const draft = await completeDraft(it, people.sealer, {
    form: consignor,
    sheet: agency,
    papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'AGENCY'],
  })
  assert.equal((await people.consignor.refused(api.getApplication, { params: { id: draft.id } })).status, 404)
  const sent = await doing(people.sealer, await sealed(it, people.sealer, key, draft), 'submit')
  const seen = await detail(people.consignor, sent.id)
  assert.deepEqual(seen.actions, [])
  const list = await people.consignor.call(api.listApplications, { query: {} })
  assert.ok(list.rows.some((row) => row.id === sent.id))
  assert.equal((await refusing(people.consignor, sent, 'withdraw', '原因')).status, 403)
})

// ---- races

const holdRow = (id: string) => (tx: Parameters<Parameters<typeof race>[1]>[0]) =>
  tx.selectFrom('application').select('id').where('id', '=', id).forUpdate().execute()

const send = (client: TestClient, thing: Draft, action: string, opinion?: string) => () =>
  client.inject({
    method: 'POST',
    url: `/api/applications/${thing.id}/actions/${action}`,
    payload: actionBody(thing, opinion),
  })

const statuses = (results: PromiseSettledResult<{ statusCode: number }>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? result.value.statusCode : 0)).toSorted()

test('sixteen submits at once: one', async () => {
  const ready = await sealed(it, people.sealer, key, await completeDraft(it, people.sealer))
  const calls = Array.from({ length: 16 }, () => send(people.sealer, ready, 'submit'))
  // The others wait for one of the server's connections.
  const results = await race(it.db, holdRow(ready.id), calls, 8)
  assert.deepEqual(statuses(results), [200, ...Array.from({ length: 15 }, () => 409)])
  const { history } = await detail(people.sealer, ready.id)
  assert.equal(history.filter((line) => line.action === 'submit').length, 1)
})

test('sixteen first reviews, then sixteen second ones, at once: one each, one licence', async () => {
  const sent = await submitted(it, people.sealer, key)
  const first = await doing(people.first, sent, 'claim')
  const once = Array.from({ length: 16 }, () => send(people.first, first, 'pass_first'))
  assert.deepEqual(statuses(await race(it.db, holdRow(sent.id), once, 8)), [
    200,
    ...Array.from({ length: 15 }, () => 409),
  ])
  const second = await doing(people.second, { id: sent.id, version: first.version + 1 }, 'claim')
  const twice = Array.from({ length: 16 }, () => send(people.second, second, 'pass_second'))
  assert.deepEqual(statuses(await race(it.db, holdRow(sent.id), twice, 8)), [
    200,
    ...Array.from({ length: 15 }, () => 409),
  ])
  const licences = await it.ctx.db
    .selectFrom('licence')
    .select('id')
    .where('application_id', '=', sent.id)
    .execute()
  assert.equal(licences.length, 1)
})

test('withdrawing while it is passed: one of them', async () => {
  const held = await doing(people.first, await submitted(it, people.sealer, key), 'claim')
  const results = await race(it.db, holdRow(held.id), [
    send(people.sealer, held, 'withdraw', '取消'),
    send(people.first, held, 'pass_first'),
  ])
  assert.deepEqual(statuses(results), [200, 409])
})

test('two officers claim at once: one has it', async () => {
  const sent = await submitted(it, people.sealer, key)
  const results = await race(it.db, holdRow(sent.id), [
    send(people.first, sent, 'claim'),
    send(people.second, sent, 'claim'),
  ])
  assert.deepEqual(statuses(results), [200, 409])
})

test('second reviews of eight applications at once: eight licences, numbers without a gap', async () => {
  const waiting: Draft[] = []
  for (let index = 0; index < 8; index++) {
    const once = await passing(people.first, await submitted(it, people.sealer, key), 'pass_first')
    waiting.push(await doing(people.second, once, 'claim'))
  }
  const before = await lastNumber()
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('number_counter').selectAll().where('kind', '=', 'licence').forUpdate().execute(),
    waiting.map((one) => send(people.second, one, 'pass_second')),
  )
  assert.deepEqual(
    statuses(results),
    Array.from({ length: 8 }, () => 200),
  )
  const rows = await it.ctx.db
    .selectFrom('licence')
    .select('licence_no')
    .where(
      'application_id',
      'in',
      waiting.map((one) => one.id),
    )
    .execute()
  const serials = rows.map((row) => Number(row.licence_no.slice(-6))).toSorted((a, b) => a - b)
  assert.deepEqual(
    serials,
    Array.from({ length: 8 }, (_, index) => before + index + 1),
  )
})

async function lastNumber() {
  const row = await it.ctx.db
    .selectFrom('number_counter')
    .select('last')
    .where('kind', '=', 'licence')
    .where('scope', '=', 'AA')
    .where('year', '=', 2026)
    .executeTakeFirst()
  return row?.last ?? 0
}

test('saving while another seals: the seal does not stand over other content', async () => {
  const draft = await completeDraft(it, people.sealer)
  const prepared = await prepare(people.sealer, draft)
  const form = { ...steelForm(enterpriseOf(people.preparer)), remark: '改过的备注' }
  await people.preparer.call(api.saveApplication, {
    params: { id: draft.id },
    body: { version: prepared.version, form: typed(form) },
  })
  const { sign } = await import('#ui/key/e-key.ts')
  const cms = await sign(key.open, new TextEncoder().encode(prepared.content), it.clock())
  const refused = await people.sealer.refused(api.sealApplication, {
    params: { id: draft.id },
    body: { version: prepared.version, requestId: randomUUIDv7(), cms: Buffer.from(cms).toString('base64') },
  })
  assert.equal(refused.status, 409)
})
