/** Messages of customs: signatures, repeats, rules, races, and how they move a licence. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as api from '#api/customs.ts'
import * as licenceApi from '#api/licence.ts'
import { envelope, pack, post, strangerKey, tell } from '#test/customs.ts'
import { issuedLicence, modelLicence, type LicenceChange, type MadeLicence } from '#test/licences.ts'
import { as, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'

let it: TestApp
let model: MadeLicence
let issuer: TestClient
let exporter: TestClient
before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  model = await modelLicence(it, pki)
  // The licences run from June; what is declared below has been declared.
  clock.set('2026-07-10T02:00:00.000Z')
  issuer = await as(it, 'issue01')
  exporter = await as(it, 'steel02')
})
after(() => it.close())

const make = (change: LicenceChange = {}) => issuedLicence(it, model, { customs_port: '0202', ...change })
let serial = 0
const declaration = () => `02022026${String(++serial).padStart(10, '0')}`

function useOf(licence: MadeLicence, change: Record<string, unknown> = {}) {
  return {
    messageId: randomUUIDv7(),
    kind: 'use',
    licenceNo: licence.licenceNo,
    declarationNo: declaration(),
    itemNo: 1,
    declaredOn: '2026-06-20',
    customsCode: '0202',
    declarantCode: '1100DEM000014',
    hsCode: '7208271000',
    quantity: '100',
    final: false,
    ...change,
  }
}

const factsOf = async ({ id }: MadeLicence) => {
  const row = await it.ctx.db
    .selectFrom('licence')
    .select([
      'state',
      'version',
      'used_quantity',
      'use_count',
      'closed_by_customs',
      'delivery',
      'customs_port',
    ])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...row, used_quantity: Number(row.used_quantity) }
}
const codes = (results: { outcome: string; code: string }[]) =>
  results.map(({ outcome, code }) => `${outcome} ${code}`)
const differencesOf = ({ licenceNo }: MadeLicence) =>
  it.ctx.db
    .selectFrom('customs_difference')
    .selectAll()
    .where('licence_no', '=', licenceNo)
    .orderBy('id')
    .execute()

test('a use is recorded: facts, history, the exporter sees it', async () => {
  const licence = await make()
  const results = await tell(it, [useOf(licence), useOf(licence, { quantity: '250.5' })])
  assert.deepEqual(codes(results), ['recorded recorded', 'recorded recorded'])
  const facts = await factsOf(licence)
  assert.deepEqual([facts.state, facts.used_quantity, facts.use_count, facts.version], ['valid', 350.5, 2, 3])
  const seen = await exporter.call(api.licenceCustoms, { params: { id: licence.id } })
  assert.deepEqual(
    [seen.leftQuantity, seen.uses.length, seen.usesLeft, seen.customsState],
    ['649.5', 2, 10, '部分使用'],
  )
  const detail = await exporter.call(licenceApi.getLicence, { params: { id: licence.id } })
  assert.equal(detail.history.filter((line) => line.action === 'use').length, 2)
})

test('forged, foreign and malformed envelopes: 401, and nothing is stored', async () => {
  const licence = await make()
  const told = envelope([useOf(licence)])
  const good = await pack(told)
  const [head = '', body = '', signature = ''] = good.split('.')
  const other = Buffer.from(JSON.stringify({ ...told, id: 'x' })).toString('base64url')
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'customs+jws' })).toString('base64url')
  const bad = [
    await pack(told, strangerKey),
    `${head}.${other}.${signature}`,
    `${none}.${body}.`,
    await pack(told, undefined, 'other'),
    await pack({ ...told, to: 'customs' }),
    await pack({ ...told, messages: Array.from({ length: 501 }, () => ({})) }),
    JSON.stringify(told),
    '',
  ]
  const before = await it.ctx.db.selectFrom('customs_inbound').select('message_id').execute()
  for (const text of bad) assert.equal((await post(it, text)).statusCode, 401, text.slice(0, 40))
  const json = await it.app.inject({ method: 'POST', url: '/customs/inbox', payload: { ...told } })
  assert.equal(json.statusCode, 401)
  assert.deepEqual(await it.ctx.db.selectFrom('customs_inbound').select('message_id').execute(), before)
  assert.equal((await factsOf(licence)).use_count, 0)
})

test('a replayed envelope is answered as the first time; the same id with other content is refused', async () => {
  const licence = await make()
  const [good, bad] = [useOf(licence), useOf(licence, { quantity: '5000' })]
  const first = await tell(it, [good, bad])
  assert.deepEqual(codes(first), ['recorded recorded', 'refused quantity'])
  assert.deepEqual(await tell(it, [good, bad]), first)
  assert.equal((await factsOf(licence)).use_count, 1)
  assert.deepEqual(codes(await tell(it, [{ ...good, quantity: '7' }])), ['refused conflict'])
  assert.deepEqual(codes(await tell(it, [{ ...good, quantity: '7' }])), ['refused conflict'])
  assert.deepEqual(
    (await differencesOf(licence)).map((one) => [one.kind, one.state]),
    [
      ['refused_use', 'open'],
      ['refused_use', 'open'],
    ],
  )
})

test('the same item under a new message id: recorded if equal, a difference if not', async () => {
  const licence = await make()
  const told = useOf(licence)
  const results = await tell(it, [
    told,
    { ...told, messageId: randomUUIDv7(), quantity: '100.00' },
    { ...told, messageId: randomUUIDv7(), quantity: '101' },
  ])
  assert.deepEqual(codes(results), ['recorded recorded', 'recorded repeated', 'refused differs'])
  assert.match(results[2]?.reason ?? '', /数量 100 与 101/)
  assert.equal((await factsOf(licence)).used_quantity, 100)
})

test('one bad line does not spoil the others; each is kept with its reason', async () => {
  const licence = await make()
  const results = await tell(it, [
    useOf(licence, { quantity: '-1' }),
    useOf(licence, { quantity: '1e3' }),
    useOf(licence, { quantity: '0.00001' }),
    useOf(licence, { declaredOn: '2026-02-30' }),
    useOf(licence, { extra: 1 }),
    useOf(licence, { messageId: 'a b' }),
    { kind: 'use' },
    'nonsense',
    null,
    useOf(licence, { declarationNo: 'x\u0000' }),
    useOf({ ...licence, licenceNo: '26AA999999' }),
    useOf(licence),
  ])
  assert.deepEqual(
    results.map((one) => one.code),
    [...Array.from({ length: 10 }, () => 'form'), 'unknown', 'recorded'],
  )
  assert.equal((await factsOf(licence)).use_count, 1)
  const unknown = await issuer.call(api.listDifferences, { query: { licenceNo: '26AA999999' } })
  assert.equal(unknown.rows.length, 1)
})

test('the twelfth declaration closes the licence with a remainder; further items of it still count', async () => {
  const licence = await make()
  const uses = Array.from({ length: 12 }, () => useOf(licence, { quantity: '10' }))
  assert.ok((await tell(it, uses)).every((one) => one.code === 'recorded'))
  const facts = await factsOf(licence)
  assert.deepEqual([facts.state, facts.use_count, facts.used_quantity], ['cleared', 12, 120])
  const more = { ...uses[11], messageId: randomUUIDv7(), itemNo: 2 }
  assert.deepEqual(codes(await tell(it, [more, useOf(licence)])), ['recorded recorded', 'refused state'])
  assert.equal((await factsOf(licence)).use_count, 12)
})

test('over-shipment counts in the last use only', async () => {
  const licence = await make({ over_shipment: '5' })
  const results = await tell(it, [
    useOf(licence, { quantity: '500' }),
    useOf(licence, { quantity: '510' }),
    useOf(licence, { quantity: '526', final: true }),
    useOf(licence, { quantity: '525', final: true }),
  ])
  assert.deepEqual(
    results.map((one) => one.code),
    ['recorded', 'quantity', 'quantity', 'recorded'],
  )
  const facts = await factsOf(licence)
  assert.deepEqual([facts.state, facts.used_quantity], ['cleared', 1025])
})

test('late messages about a day inside the term are taken after expiry, 23:59 on 31 December too', async () => {
  const licence = await make({ expiry_date: '2026-12-31' })
  const now = it.clock()
  it.clock.set('2026-12-31T15:59:59.000Z')
  assert.equal((await tell(it, [useOf(licence, { declaredOn: '2026-12-31' })]))[0]?.code, 'recorded')
  it.clock.set('2027-02-01T00:00:00.000Z')
  await sql`update licence set state = 'expired' where id = ${licence.id}`.execute(it.db.owner.db)
  const results = await tell(it, [
    useOf(licence, { declaredOn: '2026-12-31', final: true }),
    useOf(licence, { declaredOn: '2027-01-01' }),
  ])
  assert.deepEqual(
    results.map((one) => one.code),
    ['recorded', 'state'],
  )
  assert.equal((await factsOf(licence)).state, 'cleared')
  it.clock.set(now.toISOString())
})

test('a declaration carries one licence', async () => {
  const [a, b] = [await make(), await make()]
  const told = useOf(a)
  const results = await tell(it, [
    told,
    { ...told, messageId: randomUUIDv7(), licenceNo: b.licenceNo, itemNo: 2 },
  ])
  assert.deepEqual(
    results.map((one) => one.code),
    ['recorded', 'declaration'],
  )
})

test('closing: cleared for good, repeated harmlessly', async () => {
  const licence = await make()
  const closing = () => ({
    messageId: randomUUIDv7(),
    kind: 'closing',
    licenceNo: licence.licenceNo,
    reason: '企业声明不再使用',
  })
  const results = await tell(it, [useOf(licence), closing(), closing(), useOf(licence)])
  assert.deepEqual(
    results.map((one) => one.code),
    ['recorded', 'recorded', 'repeated', 'state'],
  )
  const facts = await factsOf(licence)
  assert.deepEqual([facts.state, facts.closed_by_customs], ['cleared', true])
})

test('two batches with the same use, held open: recorded once, both answered as recorded', async () => {
  const licence = await make()
  const told = useOf(licence)
  const again = { ...told, messageId: randomUUIDv7() }
  const hold = (tx: typeof it.ctx.db) =>
    tx.selectFrom('licence').select('id').where('id', '=', licence.id).forUpdate().execute()
  const ended = await race(it.db, hold, [
    () => tell(it, [told]),
    () => tell(it, [told]),
    () => tell(it, [again]),
  ])
  const outcomes = ended.map((one) => (one.status === 'fulfilled' ? one.value[0]?.outcome : one.reason))
  assert.deepEqual(outcomes, ['recorded', 'recorded', 'recorded'])
  const facts = await factsOf(licence)
  assert.deepEqual([facts.used_quantity, facts.use_count], [100, 1])
})

test('two licences and one declaration at once: one of them is refused', async () => {
  const [a, b] = [await make(), await make()]
  const told = useOf(a)
  const other = { ...told, messageId: randomUUIDv7(), licenceNo: b.licenceNo }
  const hold = (tx: typeof it.ctx.db) =>
    tx.selectFrom('licence').select('id').where('id', 'in', [a.id, b.id]).forUpdate().execute()
  const ended = await race(it.db, hold, [() => tell(it, [told]), () => tell(it, [other])])
  const found = ended.map((one) => (one.status === 'fulfilled' ? one.value[0]?.code : String(one.reason)))
  assert.deepEqual(found.toSorted(), ['declaration', 'recorded'])
})

test('entered by an officer first, told by customs later: the same use when equal', async () => {
  const licence = await make()
  const told = useOf(licence)
  const { messageId: _id, kind: _kind, licenceNo: _no, declarantCode: _d, hsCode: _h, ...entered } = told
  const act = (input: object) => ({
    params: { id: licence.id, action: 'register_use' },
    body: { version: 1, requestId: randomUUIDv7(), input: { ...input } },
  })
  const refusal = await issuer.refused(licenceApi.actOnLicence, act(entered))
  assert.equal(refusal.status, 422)
  await issuer.call(licenceApi.actOnLicence, act({ ...entered, opinion: '网络故障，凭纸质报关单登记' }))
  assert.equal((await factsOf(licence)).use_count, 1)
  assert.deepEqual(codes(await tell(it, [told])), ['recorded repeated'])
  assert.deepEqual(codes(await tell(it, [{ ...told, messageId: 'other-1', customsCode: '0203' }])), [
    'refused differs',
  ])
  assert.equal((await factsOf(licence)).use_count, 1)
})

test('differences: judged again, entered by an officer, closed', async () => {
  const licence = await make({ expiry_date: '2026-06-30' })
  await tell(it, [
    useOf(licence, { declaredOn: '2026-07-05' }),
    useOf(licence, { quantity: '2000' }),
    useOf(licence, { customsCode: '3100' }),
  ])
  const open = await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })
  assert.equal(open.rows.length, 3)
  const about = (words: string) => open.rows.find((row) => row.reason.includes(words))
  const [late, much, elsewhere] = [about('有效期'), about('超过'), about('一证一关')]
  assert.ok(late && much && elsewhere)
  const doing = (row: typeof late, action: string, opinion?: string) => ({
    params: { id: row.id, action },
    body: {
      version: row.version,
      requestId: randomUUIDv7(),
      ...(opinion === undefined ? {} : { input: { opinion } }),
    },
  })
  assert.match((await issuer.refused(api.actOnDifference, doing(late, 'rejudge'))).failure.words, /有效期/)
  await sql`update licence set expiry_date = '2026-07-31' where id = ${licence.id}`.execute(it.db.owner.db)
  await issuer.call(api.actOnDifference, doing(late, 'rejudge'))
  assert.equal((await factsOf(licence)).use_count, 1)
  // Too much stays too much, whoever says otherwise.
  assert.match(
    (await issuer.refused(api.actOnDifference, doing(much, 'accept', '已核实'))).failure.words,
    /超过/,
  )
  const accepting = doing(elsewhere, 'accept', '口岸海关已书面同意转关')
  await issuer.call(api.actOnDifference, accepting)
  assert.equal((await issuer.call(api.actOnDifference, accepting)).repeated, true)
  assert.equal((await factsOf(licence)).use_count, 2)
  await issuer.call(api.actOnDifference, doing(much, 'close', '海关已更正'))
  const left = await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })
  assert.equal(left.rows.length, 0)
  const stale = await issuer.refused(api.actOnDifference, doing(much, 'close', '再关一次'))
  assert.equal(stale.status, 409)
})

test('a declaration of tomorrow is kept as a difference; it can be recorded once its day has come', async () => {
  const licence = await make()
  const tomorrow = useOf(licence, { declaredOn: '2026-07-11' })
  const results = await tell(it, [tomorrow, useOf(licence, { declaredOn: '2026-07-10' })])
  assert.deepEqual(codes(results), ['refused future', 'recorded recorded'])
  assert.match(results[0]?.reason ?? '', /2026-07-11 晚于今天 2026-07-10/)
  const [open] = (await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })).rows
  assert.equal(open?.kind, 'refused_use')
  const doing = (action: string, opinion?: string) => ({
    params: { id: open.id, action },
    body: {
      version: open.version,
      requestId: randomUUIDv7(),
      ...(opinion === undefined ? {} : { input: { opinion } }),
    },
  })
  for (const refused of [doing('rejudge'), doing('accept', '海关确认')]) {
    assert.match((await issuer.refused(api.actOnDifference, refused)).failure.words, /晚于今天/)
  }
  const { version } = await factsOf(licence)
  const entered = {
    opinion: '网络故障',
    declarationNo: declaration(),
    itemNo: '1',
    declaredOn: '2026-07-11',
    customsCode: '0202',
    quantity: '1',
    final: false,
  }
  const byHand = await issuer.refused(licenceApi.actOnLicence, {
    params: { id: licence.id, action: 'register_use' },
    body: { version, requestId: randomUUIDv7(), input: entered },
  })
  assert.match(byHand.failure.words, /晚于今天/)
  // Midnight in China.
  const now = it.clock()
  it.clock.set('2026-07-10T16:00:00.000Z')
  const nextDay = await as(it, 'issue01')
  await nextDay.call(api.actOnDifference, doing('rejudge'))
  it.clock.set(now.toISOString())
  assert.equal((await factsOf(licence)).use_count, 2)
})

test('an item recorded after all settles what was open about it', async () => {
  const licence = await make({ state: 'pending' })
  const told = useOf(licence)
  assert.equal((await tell(it, [told]))[0]?.code, 'state')
  await sql`update licence set state = 'valid' where id = ${licence.id}`.execute(it.db.owner.db)
  assert.equal((await tell(it, [{ ...told, messageId: randomUUIDv7() }]))[0]?.code, 'recorded')
  assert.deepEqual(
    (await differencesOf(licence)).map((one) => one.state),
    ['resolved'],
  )
})

test('before the declaration: every reason is told, and nothing is recorded', async () => {
  const licence = await make({ expiry_date: '2026-06-30' })
  const given = {
    licenceNo: licence.licenceNo,
    declaredOn: '2026-07-01',
    customsCode: '3100',
    declarantCode: '1100717850555',
    hsCode: '7208279000',
    quantity: '1001',
  }
  const told = await exporter.call(api.checkDeclaration, { body: given })
  assert.deepEqual(
    told.reasons.map((one) => one.code),
    ['declarant', 'goods', 'customs', 'term', 'quantity'],
  )
  // Asked beforehand, the day of the declaration may still be to come.
  const longer = await make({ expiry_date: '2026-08-31' })
  const good = { declaredOn: '2026-07-20', customsCode: '0202', declarantCode: '1100DEM000014' }
  const fits = await exporter.call(api.checkDeclaration, {
    body: { ...given, ...good, licenceNo: longer.licenceNo, hsCode: '7208271000', quantity: '1000' },
  })
  assert.deepEqual([fits.matches, fits.most, fits.usesLeft], [true, '1000', 12])
  assert.equal((await factsOf(licence)).use_count, 0)
  const stranger = await as(it, 'trade01')
  assert.equal((await stranger.refused(api.checkDeclaration, { body: given })).status, 404)
})
