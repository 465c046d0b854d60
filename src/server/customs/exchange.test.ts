/** The exchange with the real simulator over HTTP: what goes out, what comes back, and what happens when either side fails. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import * as api from '#api/customs.ts'
import * as licenceApi from '#api/licence.ts'
import { dayOf } from '#domain/day.ts'
import { prove } from '#server/quota/prove.ts'
import { tell, testSimulator, type TestSimulator } from '#test/customs.ts'
import { issuedLicence, issuedLicences, modelLicence, queueIssued, type MadeLicence } from '#test/licences.ts'
import { as, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { deliver, pauseAfter } from './deliver.ts'
import { queueMessage, withdrawUnsent } from './outbox.ts'
import { reconcile, reconcileYesterday } from './reconcile.ts'

let it: TestApp
let sim: TestSimulator
let model: MadeLicence
let issuer: TestClient
let licensingUrl = ''
before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  sim = await testSimulator(() => licensingUrl)
  it = await startTestApp({ clock, context: { trust: pki.trust, customs: sim.customs } })
  licensingUrl = await it.app.listen({ host: '127.0.0.1', port: 0 })
  model = await modelLicence(it, pki)
  clock.set('2026-06-20T02:00:00.000Z')
})
after(async () => {
  await sim.close()
  await it.close()
})
beforeEach(async () => {
  await sim.api('behaviour', { mode: 'at_once' })
  issuer = await as(it, 'issue01')
})

const make = (queued = true) => issuedLicence(it, model, { customs_port: '0202' }, queued)
/** Both sides send all they can. */
async function exchange() {
  await deliver(it.ctx)
  await sim.sender.flush()
}
const outbox = async ({ id }: MadeLicence) =>
  (
    await it.ctx.db
      .selectFrom('customs_message')
      .select(['seq', 'state', 'attempts', 'last_error', 'answer_reason', 'round'])
      .where('licence_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map((row) => ({ ...row }))
const licenceOf = ({ id }: MadeLicence) =>
  it.ctx.db.selectFrom('licence').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const differencesOf = async ({ licenceNo }: MadeLicence) =>
  (
    await it.ctx.db
      .selectFrom('customs_difference')
      .select(['kind', 'state'])
      .where('licence_no', '=', licenceNo)
      .orderBy('kind')
      .execute()
  ).map(({ kind, state }) => `${kind} ${state}`)
const queue = (licence: MadeLicence, kind: 'revoked' | 'written_off' | 'issued') =>
  it.ctx.db.transaction().execute(async (tx) => {
    await tx.selectFrom('licence').select('id').where('id', '=', licence.id).forUpdate().execute()
    await queueMessage(tx, {
      licenceId: licence.id,
      licenceNo: licence.licenceNo,
      kind,
      body: {},
      now: it.clock(),
    })
  })

test('issued, sent, accepted; a declaration comes back as a use', async () => {
  const licence = await make()
  await exchange()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['accepted'],
  )
  assert.equal((await licenceOf(licence)).delivery, 'accepted')
  await sim.api('declarations', {
    licenceNo: licence.licenceNo,
    declaredOn: '2026-06-20',
    items: [{ quantity: '40' }, { quantity: '60' }],
  })
  await sim.sender.flush()
  const row = await licenceOf(licence)
  assert.deepEqual([Number(row.used_quantity), row.use_count], [100, 1])
})

test('a day without customs: everything goes afterwards, in order, once', async () => {
  await sim.api('behaviour', { mode: 'down' })
  const licences = await issuedLicences(it, model, 3)
  for (const licence of licences) {
    await queueIssued(it, licence)
    await queue(licence, 'revoked')
  }
  for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
    await deliver(it.ctx)
    it.clock.add(10 * 60_000)
  }
  const waiting = await outbox(licences[0] ?? model)
  assert.deepEqual(
    waiting.map((one) => [one.state, one.attempts > 10]),
    [
      ['queued', true],
      ['queued', false],
    ],
  )
  assert.match(waiting[0]?.last_error ?? '', /HTTP 503/)
  await sim.api('behaviour', { mode: 'at_once' })
  it.clock.add(pauseAfter(1000))
  await exchange()
  for (const licence of licences) {
    assert.deepEqual(
      (await outbox(licence)).map((one) => one.state),
      ['accepted', 'accepted'],
    )
    assert.deepEqual(
      sim.store.receivedOf(licence.licenceNo).map((one) => one.messageNo),
      [`${licence.licenceNo}-1`, `${licence.licenceNo}-2`],
    )
  }
})

test('the receipt was lost: sent again, received once', async () => {
  const licence = await make()
  const { send } = it.ctx.customs
  let lost = 0
  Object.assign(it.ctx.customs, {
    send: async (...args: Parameters<typeof send>) => {
      await send(...args)
      lost += 1
      throw new Error('连接中断')
    },
  })
  await deliver(it.ctx)
  Object.assign(it.ctx.customs, { send })
  assert.equal(lost, 1)
  // The answer is here before the receipt ever was.
  await sim.sender.flush()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['accepted'],
  )
  it.clock.add(pauseAfter(1))
  await exchange()
  assert.equal(sim.store.receivedOf(licence.licenceNo).length, 1)
  assert.deepEqual(await differencesOf(licence), [])
})

test('two senders at once send each message once', async () => {
  const licences = await issuedLicences(it, model, 5)
  for (const licence of licences) await queueIssued(it, licence)
  await Promise.all([deliver(it.ctx), deliver(it.ctx), deliver(it.ctx)])
  for (const licence of licences)
    assert.deepEqual(
      (await outbox(licence)).map((one) => one.attempts),
      [1],
    )
})

test('answers late, twice, out of order', async () => {
  const licence = await make()
  await queue(licence, 'written_off')
  await sim.api('behaviour', { mode: 'late', seconds: 3600 })
  await exchange()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['sent', 'sent'],
  )
  assert.equal((await licenceOf(licence)).delivery, 'sent')
  await sim.api('behaviour', { mode: 'out_of_order' })
  await sim.sender.flush()
  await sim.api('behaviour', { mode: 'twice' })
  const second = await make()
  await exchange()
  assert.deepEqual(
    [...(await outbox(licence)), ...(await outbox(second))].map((one) => one.state),
    ['accepted', 'accepted', 'accepted'],
  )
  assert.deepEqual([...(await differencesOf(licence)), ...(await differencesOf(second))], [])
})

test('bad signatures are refused and come again rightly; another licence opens a difference', async () => {
  const licence = await make()
  await sim.api('behaviour', { mode: 'bad_signature' })
  await exchange()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['sent'],
  )
  assert.match(sim.store.outgoingOf(licence.licenceNo)[0]?.error ?? '', /401/)
  await sim.api('behaviour', { mode: 'at_once' })
  await sim.sender.flush()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['accepted'],
  )
  const wrong = await make()
  await sim.api('behaviour', { mode: 'other_licence' })
  await exchange()
  assert.deepEqual(
    (await outbox(wrong)).map((one) => one.state),
    ['sent'],
  )
  assert.equal(sim.store.outgoingOf(wrong.licenceNo)[0]?.answered, true)
})

test('rejected: shown as stuck, sent anew by an officer, judged anew; the old answer does no harm', async () => {
  const licence = await make()
  await sim.api('behaviour', { mode: 'reject_all' })
  await exchange()
  const stuck = await issuer.call(api.listMessages, { query: { licenceNo: licence.licenceNo } })
  const [row] = stuck.rows
  assert.ok(row)
  assert.deepEqual([row.state, row.canResend], ['rejected', true])
  assert.equal((await licenceOf(licence)).delivery, 'failed')
  await sim.api('behaviour', { mode: 'at_once' })
  const request = {
    params: { id: licence.id, action: 'resend' },
    body: {
      version: row.licenceVersion,
      requestId: randomUUIDv7(),
      input: { messageNo: row.messageNo },
    },
  }
  await issuer.call(licenceApi.actOnLicence, request)
  assert.equal((await issuer.call(licenceApi.actOnLicence, request)).repeated, true)
  await exchange()
  assert.deepEqual(
    (await outbox(licence)).map((one) => [one.state, one.round]),
    [['accepted', 2]],
  )
  const late = {
    messageId: randomUUIDv7(),
    kind: 'answer',
    licenceNo: licence.licenceNo,
    messageNo: row.messageNo,
    round: 1,
    outcome: 'rejected',
    reason: '',
  }
  assert.equal((await tell(it, [late]))[0]?.code, 'late')
  assert.equal((await licenceOf(licence)).delivery, 'accepted')
})

test('never answered: sent anew by an officer, received once, answered then', async () => {
  const licence = await make()
  await sim.api('behaviour', { mode: 'none' })
  await exchange()
  await sim.api('behaviour', { mode: 'at_once' })
  await exchange()
  const [message] = await outbox(licence)
  assert.equal(message?.state, 'sent')
  const { version } = await licenceOf(licence)
  const resend = (seen: number) => ({
    params: { id: licence.id, action: 'resend' },
    body: {
      version: seen,
      requestId: randomUUIDv7(),
      input: { messageNo: `${licence.licenceNo}-1` },
    },
  })
  await issuer.call(licenceApi.actOnLicence, resend(version))
  await exchange()
  assert.deepEqual(
    (await outbox(licence)).map((one) => one.state),
    ['accepted'],
  )
  const again = await issuer.refused(licenceApi.actOnLicence, resend(version + 1))
  assert.match(again.failure.words, /不必重发/)
})

test('answers that contradict, come too early or name a stranger are kept as differences', async () => {
  const [licence, unsent] = [await make(), await make(false)]
  await exchange()
  await queueIssued(it, unsent)
  const answer = (of: MadeLicence, messageNo: string, outcome: string) => ({
    messageId: randomUUIDv7(),
    kind: 'answer',
    licenceNo: of.licenceNo,
    messageNo,
    outcome,
    reason: '',
  })
  const results = await tell(it, [
    answer(licence, `${licence.licenceNo}-1`, 'rejected'),
    answer(licence, `${licence.licenceNo}-9`, 'accepted'),
    answer(unsent, `${unsent.licenceNo}-1`, 'accepted'),
    answer(unsent, `${licence.licenceNo}-1`, 'accepted'),
  ])
  assert.deepEqual(
    results.map((one) => one.code),
    ['conflict', 'unknown', 'unknown', 'licence'],
  )
  assert.equal((await licenceOf(licence)).delivery, 'accepted')
  await exchange()
})

test('what has not left is withdrawn, and customs never hears of it; what may have left is not', async () => {
  const [early, late] = [await make(), await make()]
  const withdraw = (licence: MadeLicence) =>
    it.ctx.db.transaction().execute((tx) => withdrawUnsent(tx, licence.id))
  assert.equal(await withdraw(early), true)
  await exchange()
  assert.equal(await withdraw(late), false)
  assert.equal(sim.store.receivedOf(early.licenceNo).length, 0)
})

test('the comparison of a day finds each kind, adds nothing twice, and closes what has vanished', async () => {
  const day = '2026-06-18'
  const licence = await make()
  await exchange()
  const item = (n: number) => ({
    licenceNo: licence.licenceNo,
    declarationNo: `0202${String(n).padStart(14, '0')}`,
    declaredOn: day,
    items: [{ quantity: '10' }],
  })
  await sim.api('declarations', item(1))
  await sim.api('declarations', item(2))
  await sim.api('declarations', item(3))
  await sim.sender.flush()
  // Missing there, differs, missing here.
  await sim.api('dropped-uses', { licenceNo: licence.licenceNo, declarationNo: item(1).declarationNo })
  await sim.api('declarations', { ...item(2), items: [{ quantity: '11' }], silent: true })
  await sim.api('declarations', { ...item(4), silent: true })
  const wanted = ['differs open', 'missing_here open', 'missing_there open']
  await reconcile(it.ctx, { day })
  assert.deepEqual(await differencesOf(licence), wanted)
  await reconcile(it.ctx, { day })
  assert.deepEqual(await differencesOf(licence), wanted)
  const listed = await issuer.call(api.listReconciliations, { query: {} })
  const run = listed.rows.find((row) => row.day === day)
  assert.deepEqual([run?.state, run?.ours, run?.theirs, run?.differences], ['done', 3, 3, 3])
  // Customs mends two of them; the officer enters the third.
  await sim.api('declarations', { ...item(1), silent: true })
  await sim.api('declarations', { ...item(2), silent: true })
  const open = await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })
  const here = open.rows.find((row) => row.kind === 'missing_here')
  assert.ok(here)
  await issuer.call(api.actOnDifference, {
    params: { id: here.id, action: 'accept' },
    body: { version: here.version, requestId: randomUUIDv7(), input: { opinion: '按海关清单补登' } },
  })
  await reconcile(it.ctx, { day })
  assert.deepEqual(await differencesOf(licence), [
    'differs resolved',
    'missing_here resolved',
    'missing_there resolved',
  ])
  assert.equal((await licenceOf(licence)).use_count, 4)
})

test('what differs is taken over, what customs lacks is told again; both sides agree then', async () => {
  const day = '2026-06-19'
  const licence = await make()
  await exchange()
  const item = (n: number, quantity = '10', change: object = {}) => ({
    licenceNo: licence.licenceNo,
    declarationNo: `0219${String(n).padStart(14, '0')}`,
    declaredOn: day,
    items: [{ quantity }],
    ...change,
  })
  await sim.api('declarations', item(1))
  await sim.api('declarations', item(2))
  await sim.sender.flush()
  await sim.api('declarations', { ...item(1, '12.5'), silent: true })
  await sim.api('dropped-uses', { licenceNo: licence.licenceNo, declarationNo: item(2).declarationNo })
  await reconcile(it.ctx, { day })
  const open = await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })
  const of = (kind: string) => {
    const row = open.rows.find((one) => one.kind === kind)
    assert.ok(row)
    return row
  }
  const doing = (kind: string, action: string, opinion?: string) => ({
    params: { id: of(kind).id, action },
    body: {
      version: of(kind).version,
      requestId: randomUUIDv7(),
      ...(opinion === undefined ? {} : { input: { opinion } }),
    },
  })
  const words = async (...of: Parameters<typeof doing>) =>
    (await issuer.refused(api.actOnDifference, doing(...of))).failure.words
  assert.match(await words('differs', 'accept', '照登'), /采用海关数据/)
  assert.match(await words('differs', 'send'), /没有需要报送/)
  assert.match(await words('missing_there', 'correct', '更正'), /没有可更正/)

  const correcting = doing('differs', 'correct', '以海关放行数量为准')
  await issuer.call(api.actOnDifference, correcting)
  assert.equal((await issuer.call(api.actOnDifference, correcting)).repeated, true)
  const seen = await issuer.call(api.licenceCustoms, { params: { id: licence.id } })
  assert.deepEqual(seen.uses.map((one) => [one.quantity, one.manualReason]).toSorted(), [
    ['10', null],
    ['12.5', '以海关放行数量为准'],
  ])
  assert.equal(seen.usedQuantity, '22.5')
  const detail = await issuer.call(licenceApi.getLicence, { params: { id: licence.id } })
  assert.match(detail.history.at(-1)?.opinion ?? '', /数量 10 与 12.5（以海关放行数量为准）/)
  // Told again by customs as it stands now, it is the same; as it stood, a difference.
  const told = (quantity: string) => ({
    messageId: randomUUIDv7(),
    kind: 'use',
    licenceNo: licence.licenceNo,
    declarationNo: item(1).declarationNo,
    itemNo: 1,
    declaredOn: day,
    customsCode: '0202',
    declarantCode: '1100DEM000014',
    hsCode: '7208271000',
    quantity,
    final: false,
  })
  const again = await tell(it, [told('12.5'), told('10')])
  assert.deepEqual(
    again.map((one) => one.code),
    ['repeated', 'differs'],
  )
  // More than the licence gives is nobody's to take over.
  await tell(it, [told('991')])
  const rows = (await issuer.call(api.listDifferences, { query: { licenceNo: licence.licenceNo } })).rows
  const much = rows.find((row) => row.theirs?.['quantity'] === '991')
  assert.ok(much)
  const refused = await issuer.refused(api.actOnDifference, {
    params: { id: much.id, action: 'correct' },
    body: { version: much.version, requestId: randomUUIDv7(), input: { opinion: '照登' } },
  })
  assert.match(refused.failure.words, /不能采用海关数据：数量 .* 超过可用的/)

  await issuer.call(api.actOnDifference, doing('missing_there', 'send'))
  const [waiting] = (
    await issuer.call(api.listDifferences, {
      query: { licenceNo: licence.licenceNo, kind: 'missing_there' },
    })
  ).rows
  assert.equal(waiting?.sent?.stateLabel, '待发')
  const twice = await issuer.refused(api.actOnDifference, {
    params: { id: waiting.id, action: 'send' },
    body: { version: waiting.version, requestId: randomUUIDv7() },
  })
  assert.match(twice.failure.words, /正在等待海关答复/)
  await exchange()
  const { rows: planned } = await sql<{ payload: { day: string } }>`select payload
    from graphile_worker._private_jobs where payload->>'day' = ${day}`.execute(it.db.owner.db)
  assert.equal(planned.length, 1)
  await reconcile(it.ctx, { day })
  const left = await issuer.call(api.listDifferences, {
    query: { licenceNo: licence.licenceNo, kind: 'missing_there' },
  })
  assert.equal(left.rows.length, 0)
  assert.deepEqual(
    sim.store
      .usesOf(licence.licenceNo)
      .map((one) => one.quantity)
      .toSorted(),
    ['10', '12.5'],
  )
  const { differences } = await prove(it.ctx.db)
  assert.deepEqual(
    differences.filter(({ id }) => id === licence.id),
    [],
  )
})

test('the comparison with customs out of reach fails with words and is tried again', async () => {
  await sim.api('behaviour', { mode: 'down' })
  await assert.rejects(reconcile(it.ctx, { day: '2026-06-17' }), /503/)
  const listed = await issuer.call(api.listReconciliations, { query: {} })
  assert.match(listed.rows.find((row) => row.day === '2026-06-17')?.error ?? '', /503/)
  await sim.api('behaviour', { mode: 'at_once' })
  await reconcile(it.ctx, { day: '2026-06-17' })
  await reconcileYesterday(it.ctx)
  const { rows } = await sql<{ payload: { day: string } }>`select payload from graphile_worker._private_jobs
    where payload::text like '%day%'`.execute(it.db.owner.db)
  assert.ok(rows.some(({ payload }) => payload.day < dayOf(it.clock())))
})
