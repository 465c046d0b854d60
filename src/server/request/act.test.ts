/** Every way a licence ends by a request, through the front door, with the quota's balances after each step. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as applicationApi from '#api/application.ts'
import { ownEnterprise } from '#api/enterprise.ts'
import * as licenceApi from '#api/licence.ts'
import { quotaStatement } from '#api/quota.ts'
import { listNotices } from '#api/notice.ts'
import * as api from '#api/request.ts'
import { emptyAmendment } from '#domain/amendment/form.ts'
import { receive } from '#server/customs/inbound.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { expireLicences } from '#server/licence/sweep.ts'
import { prove } from '#server/quota/prove.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import {
  account,
  answered,
  asked,
  authorityOf,
  balances,
  doing,
  issued,
  messagesSent,
  quickPress,
  refusing,
  sealed,
  seenLicence,
  seenRequest,
  used,
  validLicence,
  type Desk,
} from '#test/requests.ts'

let it: TestApp
let desk: Desk
let trader: TestClient
let auditor: TestClient
const folder = mkdtempSync(path.join(tmpdir(), 'xuke-requests-'))
const steel = demoEnterprises.steel.id
const start = '2026-06-15T02:00:00.000Z'

before(async () => {
  const clock = testClock(start)
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust, press: quickPress } })
  await authorityOf(it, path.join(folder, 'pki'))
  desk = {
    it,
    key: await eKeyOf(it, pki, 'steel02'),
    sealer: await as(it, 'steel02'),
    first: await as(it, 'review01'),
    second: await as(it, 'review02'),
    issuer: await as(it, 'issue01'),
  }
  trader = await as(it, 'trade01')
  auditor = await as(it, 'audit01')
})
after(async () => {
  await it.close()
  rmSync(folder, { recursive: true, force: true })
})

let docs = 0
/** A valid licence of 450,000.5 kg under quota, with 100,000 more granted than it takes. */
async function underQuota() {
  const licence = await validLicence(desk)
  const docNo = `试配〔2026〕${++docs} 号`
  const granted = '550000.5'
  const accountId = await account(it, { enterpriseId: steel, docNo, granted, licenceId: licence.id })
  return { ...licence, accountId, docNo }
}

const lines = (...quantities: string[]) =>
  quantities.map((quantity) => ({ specGrade: 'SPHC 1.2mm×1250mm', unitPrice: '0.58', quantity }))

const messagesOf = async (licenceId: string) =>
  (
    await it.ctx.db
      .selectFrom('customs_message')
      .select(['kind', 'state'])
      .where('licence_id', '=', licenceId)
      .orderBy('id')
      .execute()
  ).map((row) => `${row.kind} ${row.state}`)

/** Submitted, reviewed twice, waiting for customs. */
async function reviewed(request: { id: string; version: number }) {
  const sent = await doing(desk.sealer, await sealed(desk, request), 'submit')
  return doing(desk.second, await doing(desk.first, sent, 'pass_first'), 'pass_second')
}

// ---- 删除申请

test('a cancellation waits for customs; its yes ends request, licence and quota together', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const sent = await doing(desk.sealer, request, 'submit')
  assert.equal((await seenRequest(desk.first, sent.id)).dueOn, '2026-06-18')
  const waits = await doing(desk.first, sent, 'pass')
  assert.equal(waits.state, 'awaiting_customs')
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'valid')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  assert.deepEqual(await messagesOf(licence.id), ['issued queued', 'cancel queued'])
  await assert.rejects(answered(it, sent.id, true, '', '0'), /另一份报文/)
  await answered(it, sent.id, true, '未使用')
  const end = await seenRequest(desk.sealer, sent.id)
  assert.deepEqual([end.state, end.history.at(-1)?.opinion], ['approved', '未使用'])
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'cancelled')
  assert.deepEqual(await balances(it, licence.accountId), [550000.5, 0, 0, 0, 0])
  await assert.rejects(answered(it, sent.id, true), /只有“待海关确认”/)
  assert.deepEqual(await balances(it, licence.accountId), [550000.5, 0, 0, 0, 0])
})

test('a licence that customs never heard of is cancelled at once, its message withdrawn', async () => {
  const licence = await underQuota()
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const sent = await doing(desk.sealer, request, 'submit')
  const done = await doing(desk.first, sent, 'pass', '同意')
  assert.equal(done.state, 'approved')
  const seen = await seenRequest(desk.sealer, sent.id)
  assert.equal(seen.version, done.version)
  assert.match(seen.history.at(-1)?.opinion ?? '', /已撤回/)
  assert.deepEqual(await messagesOf(licence.id), ['issued withdrawn'])
  assert.deepEqual(await balances(it, licence.accountId), [550000.5, 0, 0, 0, 0])
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'cancelled')
})

test("customs' no returns the request with the reason; it can be sent again", async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const waits = await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  await answered(it, waits.id, false, '已有申报在途')
  const back = await seenRequest(desk.sealer, waits.id)
  assert.deepEqual([back.state, back.history.at(-1)?.opinion], ['returned', '已有申报在途'])
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'valid')
  const again = await doing(desk.sealer, { id: back.id, version: back.version }, 'submit')
  assert.equal(again.state, 'reviewing')
})

test('a use against a cancellation: refused before the answer, and the answer itself', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const waits = await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  await used(it, licence.id, '1000')
  const early = await doing(
    desk.sealer,
    await asked(desk.sealer, { kind: 'cancellation', licenceNo: (await validLicence(desk)).licenceNo }),
    'submit',
  )
  assert.equal((await refusing(desk.first, early, 'stop_waiting', '不等了')).failure.code, 'state')
  await assert.rejects(answered(it, waits.id, true), /已在海关使用/)
  assert.equal((await seenRequest(desk.sealer, waits.id)).state, 'awaiting_customs')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  const other = await validLicence(desk)
  await used(it, other.id, '1')
  const refused = await desk.sealer.refused(api.createRequest, {
    body: { id: randomUUIDv7(), kind: 'cancellation', licenceNo: other.licenceNo, reason: '合同取消' },
  })
  assert.match(refused.failure.words, /已在海关使用，不能删除/)
})

// ---- 核销申请

test('a write-off settles what was used and gives back the rest', async () => {
  const licence = await underQuota()
  const early = await desk.sealer.refused(api.createRequest, {
    body: {
      id: randomUUIDv7(),
      kind: 'write_off',
      licenceNo: licence.licenceNo,
      reason: '已出口',
      writeOffQuantity: '1',
    },
  })
  assert.match(early.failure.words, /尚未清关/)
  await used(it, licence.id, '400000', true)
  const wanted = { kind: 'write_off', licenceNo: licence.licenceNo } as const
  for (const [quantity, words] of [
    ['399999', /不能少于海关反馈的 400,000/],
    ['480000', /不能超过/],
    ['0', /应大于 0/],
  ] as const) {
    const refused = await desk.sealer.refused(api.createRequest, {
      body: { id: randomUUIDv7(), ...wanted, reason: '已出口', writeOffQuantity: quantity },
    })
    assert.match(refused.failure.words, words)
  }
  const request = await asked(desk.sealer, { ...wanted, writeOffQuantity: '400000' })
  const done = await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  assert.equal(done.state, 'approved')
  assert.deepEqual(await balances(it, licence.accountId), [150000.5, 0, 0, 400000, 0])
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'written_off')
  assert.deepEqual((await messagesOf(licence.id)).at(-1), 'written_off queued')

  // The statement leads to all of it, whoever reaches it; an operator sees other people's numbers and no way to them.
  const statement = async (client: TestClient) => {
    const { rows } = await client.call(quotaStatement, { params: { id: licence.accountId } })
    return rows.slice(0, 2).map(({ kind, refs }) => [kind, ...refs.map((ref) => ref.label), ...ways(refs)])
  }
  const ways = (refs: { thing: string; open: boolean }[]) =>
    refs.filter((ref) => ref.open).map((ref) => ref.thing)
  const { applicationNo } = await desk.sealer.call(applicationApi.getApplication, {
    params: { id: licence.application.id },
  })
  const named = [applicationNo, licence.licenceNo, '海关使用 1 次', `核销申请 ${licence.licenceNo}`]
  const all = ['application', 'licence', 'uses', 'request']
  const reached = [
    ['unused', ...named, ...all],
    ['settle', ...named, ...all],
  ]
  assert.deepEqual(await statement(desk.sealer), reached)
  assert.deepEqual(await statement(desk.first), reached)
  const other = await as(it, 'steel01')
  const scope = (data_scope: string) =>
    it.db.owner.db.updateTable('account').set({ data_scope }).where('login_name', '=', 'steel01').execute()
  await scope('own')
  assert.deepEqual(await statement(other), [
    ['unused', ...named],
    ['settle', ...named],
  ])
  await scope('enterprise')
  assert.deepEqual(await statement(other), reached)
  // Customs' answer to what only tells decides no request.
  await messagesSent(it, licence.id)
  const answer = {
    messageId: randomUUIDv7(),
    kind: 'answer',
    licenceNo: licence.licenceNo,
    messageNo: `${licence.licenceNo}-2`,
    outcome: 'accepted',
    reason: '',
  }
  const [result] = await receive(it.ctx, [answer])
  assert.deepEqual([result?.outcome, result?.code], ['recorded', 'recorded'])
  assert.deepEqual((await messagesOf(licence.id)).at(-1), 'written_off accepted')
})

test('over-shipment is written off but never settled beyond the licence', async () => {
  const licence = await underQuota()
  await it.ctx.db.updateTable('licence').set({ over_shipment: '5' }).where('id', '=', licence.id).execute()
  await used(it, licence.id, '460000', true)
  const request = await asked(desk.sealer, {
    kind: 'write_off',
    licenceNo: licence.licenceNo,
    writeOffQuantity: '460000',
  })
  await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 0, 450000.5, 0])
})

test('what was not used of a closed year lapses', async () => {
  const licence = await underQuota()
  await used(it, licence.id, '400000', true)
  const request = await asked(desk.sealer, {
    kind: 'write_off',
    licenceNo: licence.licenceNo,
    writeOffQuantity: '400000',
  })
  it.clock.set('2027-01-05T02:00:00.000Z')
  try {
    desk.sealer = await as(it, 'steel02')
    desk.first = await as(it, 'review01')
    await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
    assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 0, 400000, 50000.5])
  } finally {
    it.clock.set(start)
    desk.sealer = await as(it, 'steel02')
    desk.first = await as(it, 'review01')
  }
})

// ---- 更改、延期、遗失

test('an extension of a partly used licence: the new one carries the unused part and the old number', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  await used(it, licence.id, '50000.5')
  const request = await asked(desk.sealer, {
    kind: 'extension',
    licenceNo: licence.licenceNo,
    form: { lines: lines('300000', '100000') },
  })
  const waits = await reviewed(request)
  assert.equal(waits.state, 'awaiting_customs')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  assert.equal((await messagesOf(licence.id)).at(-1), 'replaced queued')
  await answered(it, waits.id, true)
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 400000, 50000.5, 0])
  const end = await seenRequest(desk.sealer, waits.id)
  assert.equal(end.state, 'approved')
  const made = await seenLicence(desk.issuer, end.newLicenceId ?? '')
  assert.deepEqual([made.state, made.quantity], ['pending', '400000'])
  assert.match(made.boxes.remark, new RegExp(`原证号${licence.licenceNo}，延期`))
  assert.deepEqual(
    made.chain.map((one) => one.state),
    ['replaced', 'pending'],
  )
  const old = await seenLicence(desk.sealer, licence.id)
  assert.equal(old.history.at(-1)?.opinion, `新证号 ${made.licenceNo}`)
  // The ordinary pipeline issues it; its application can't be handed back for it.
  const waiting = await desk.issuer.call(licenceApi.listLicences, {
    query: { list: 'to_issue', q: made.licenceNo },
  })
  assert.equal(waiting.rows.length, 1)
  const application = await desk.issuer.call(applicationApi.getApplication, {
    params: { id: licence.application.id },
  })
  const handBack = await desk.issuer.refused(applicationApi.actOnApplication, {
    params: { id: licence.application.id, action: 'hand_back' },
    body: { version: application.version, requestId: randomUUIDv7(), input: { opinion: '退' } },
  })
  assert.match(handBack.failure.words, /不能退回/)
  await issued(desk, made)
  assert.equal((await seenLicence(desk.sealer, made.id)).state, 'valid')
  // And exchanged once more: the remark names the last number alone.
  await messagesSent(it, made.id)
  const again = await reviewed(
    await asked(desk.sealer, {
      kind: 'loss',
      licenceNo: made.licenceNo,
      form: { lines: lines('400000'), notice: { newspaper: '国际商报', publishedOn: '2026-06-14' } },
    }),
  )
  assert.equal((await messagesOf(made.id)).at(-1), 'lost queued')
  await answered(it, again.id, true)
  const third = await seenLicence(desk.sealer, (await seenRequest(desk.sealer, again.id)).newLicenceId ?? '')
  assert.equal(third.boxes.remark.match(/原证号/g)?.length, 1)
  assert.match(third.boxes.remark, new RegExp(`原证号${made.licenceNo}，遗失补发`))
  assert.equal((await seenLicence(desk.sealer, made.id)).state, 'lost')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 400000, 50000.5, 0])
})

test('an exchanged licence that was not issued in its year ends by itself, and its quota lapses', async () => {
  const exchanged = async () => {
    const licence = await underQuota()
    await messagesSent(it, licence.id)
    const form = { lines: lines('450000.5') }
    const waits = await reviewed(
      await asked(desk.sealer, { kind: 'extension', licenceNo: licence.licenceNo, form }),
    )
    await answered(it, waits.id, true)
    const { newLicenceId } = await seenRequest(desk.sealer, waits.id)
    return { ...licence, newId: newLicenceId ?? '' }
  }
  const [licence, sealedOne] = [await exchanged(), await exchanged()]
  // Sealed on the last day, and stuck before the message: it is issued still.
  await it.db.owner.pool.query(
    `update licence set issue_step = 'message', issue_error = '中断', document_sha256 = repeat('b', 64),
      document_size = 1 where id = $1`,
    [sealedOne.newId],
  )
  const provenOf = async ({ accountId, newId }: typeof licence) =>
    (await prove(it.ctx.db)).differences.filter(({ id }) => id === accountId || id === newId)
  await expireLicences(it.ctx)
  assert.equal((await seenLicence(desk.sealer, licence.newId)).state, 'pending')
  assert.deepEqual(await provenOf(licence), [])
  it.clock.set('2027-01-01T02:00:00.000Z')
  try {
    const issuer = await as(it, 'issue01')
    const refused = await issuer.refused(licenceApi.actOnLicence, {
      params: { id: licence.newId, action: 'issue' },
      body: {
        version: (await seenLicence(issuer, licence.newId)).version,
        requestId: randomUUIDv7(),
      },
    })
    assert.match(refused.failure.words, /2026 年度已经结束/)
    // Twice, by two servers at once: it lapses once.
    await Promise.all([expireLicences(it.ctx), expireLicences(it.ctx)])
    await expireLicences(it.ctx)
    const sealer = await as(it, 'steel02')
    const ended = await seenLicence(sealer, licence.newId)
    assert.equal(ended.state, 'cancelled')
    assert.match(ended.history.at(-1)?.opinion ?? '', /2026 年度已结束/)
    assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 0, 0, 450000.5])
    assert.equal((await seenLicence(sealer, sealedOne.newId)).state, 'pending')
    assert.deepEqual(await balances(it, sealedOne.accountId), [100000, 0, 450000.5, 0, 0])
    for (const one of [licence, sealedOne]) assert.deepEqual(await provenOf(one), [])
    const told = (await sealer.call(listNotices, {})).rows.filter((row) => row.thingId === licence.newId)
    assert.equal(told.length, 1)
    assert.match(told[0]?.words ?? '', /450,000.5 千克 配额随年度失效/)
  } finally {
    it.clock.set(start)
    await it.db.owner.pool.query(
      `update licence set issue_step = null, issue_error = null, document_sha256 = null, document_size = null
        where id = $1`,
      [sealedOne.newId],
    )
  }
})

test('more quantity is held first, released on return, committed by customs’ yes', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, {
    kind: 'amendment',
    licenceNo: licence.licenceNo,
    form: { changes: { customsPort: '0100' }, changeQuantity: true, lines: lines('500000.5') },
  })
  const sent = await doing(desk.sealer, await sealed(desk, request), 'submit')
  assert.deepEqual(await balances(it, licence.accountId), [50000, 50000, 450000.5, 0, 0])
  const back = await doing(desk.first, sent, 'return', '请核对')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  const resent = await doing(desk.sealer, back, 'submit')
  const passed = await doing(desk.first, resent, 'pass_first')
  const twice = await refusing(desk.first, passed, 'pass_second')
  assert.match(twice.failure.words, /初审人/)
  const waits = await doing(desk.second, passed, 'pass_second')
  await answered(it, waits.id, true)
  assert.deepEqual(await balances(it, licence.accountId), [50000, 0, 500000.5, 0, 0])
  const end = await seenRequest(desk.sealer, waits.id)
  const made = await seenLicence(desk.sealer, end.newLicenceId ?? '')
  assert.equal(made.boxes.customsPort, end.changes[0]?.after)
  assert.notEqual(end.changes[0]?.after, end.changes[0]?.before)
})

test('less quantity gives back the difference; a shortage is said in words', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const wanted = { kind: 'amendment', licenceNo: licence.licenceNo } as const
  const request = await asked(desk.sealer, {
    ...wanted,
    form: { changeQuantity: true, lines: lines('550000.6') },
  })
  const short = await refusing(desk.sealer, await sealed(desk, request), 'submit')
  assert.match(short.failure.words, /尚缺 0.1/)
  const seen = await seenRequest(desk.sealer, request.id)
  const saved = await desk.sealer.call(api.saveRequest, {
    params: { id: request.id },
    body: {
      version: seen.version,
      requestId: randomUUIDv7(),
      reason: '减量',
      form: { ...emptyAmendment, changeQuantity: true, lines: lines('450000') },
    },
  })
  const dropped = await refusing(desk.sealer, saved, 'submit')
  assert.match(dropped.failure.words, /还没有有效的签章/)
  await answered(it, (await reviewed(saved)).id, true)
  assert.deepEqual(await balances(it, licence.accountId), [100000.5, 0, 450000, 0, 0])
})

test('what is being typed is checked, and nothing is written', async () => {
  const licence = await underQuota()
  const wanted = { kind: 'amendment', licenceNo: licence.licenceNo } as const
  const checking = (form: object) => ({ body: { ...wanted, form: { ...emptyAmendment, ...form } } })
  const short = await desk.sealer.call(
    api.checkRequest,
    checking({ changeQuantity: true, lines: lines('550000.6') }),
  )
  assert.deepEqual([short.issues, /尚缺 0.1/.test(short.quota ?? '')], [[], true])
  const same = await desk.sealer.call(
    api.checkRequest,
    checking({ changes: { contractNo: '' }, lines: lines('450000.5') }),
  )
  assert.deepEqual(
    same.issues.map(({ path: at }) => at),
    ['changes.contractNo'],
  )
  assert.equal(same.quota, null)
  const malformed = await desk.sealer.refused(api.checkRequest, checking({ lines: lines('1,5') }))
  assert.deepEqual(
    malformed.failure.issues?.map(({ path: at }) => at),
    ['form.lines.0.quantity'],
  )
  assert.equal((await trader.refused(api.checkRequest, checking({}))).status, 404)
  await used(it, licence.id, '400000', true)
  const written = (writeOffQuantity?: string) =>
    desk.sealer.call(api.checkRequest, { body: { ...wanted, kind: 'write_off', writeOffQuantity } })
  assert.match((await written('399999')).issues[0]?.words ?? '', /不能少于海关反馈的 400,000/)
  assert.deepEqual((await written('400000')).issues, [])
  const stored = await it.ctx.db
    .selectFrom('licence_request')
    .select('id')
    .where('licence_id', '=', licence.id)
    .execute()
  assert.deepEqual(stored, [])
})

test('another document: the new quota is committed, the old comes free', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  await used(it, licence.id, '0.5')
  const docNo = '试配〔2026〕另 号'
  const other = await account(it, { enterpriseId: steel, docNo, granted: '450000' })
  const request = await asked(desk.sealer, {
    kind: 'amendment',
    licenceNo: licence.licenceNo,
    form: { changes: { quotaDocNo: docNo }, lines: lines('450000') },
  })
  const waits = await reviewed(request)
  assert.deepEqual(await balances(it, other), [0, 450000, 0, 0, 0])
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  await answered(it, waits.id, false, '报文有误')
  assert.deepEqual(await balances(it, other), [450000, 0, 0, 0, 0])
  const back = await seenRequest(desk.sealer, waits.id)
  const resent = await doing(desk.sealer, { id: back.id, version: back.version }, 'submit')
  const again = await doing(desk.second, await doing(desk.first, resent, 'pass_first'), 'pass_second')
  await answered(it, again.id, true)
  assert.deepEqual(await balances(it, other), [0, 0, 450000, 0, 0])
  assert.deepEqual(await balances(it, licence.accountId), [550000, 0, 0, 0.5, 0])
})

test('a use between submission and answer: what no longer fits is refused in words', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, {
    kind: 'extension',
    licenceNo: licence.licenceNo,
    form: { lines: lines('450000.5') },
  })
  const waits = await reviewed(request)
  await used(it, licence.id, '10')
  await assert.rejects(answered(it, waits.id, true), /上报后海关又有使用/)
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  const back = await doing(desk.first, waits, 'stop_waiting', '数量已变，请修改后重新上报')
  assert.equal(back.state, 'returned')
  assert.equal((await seenLicence(desk.sealer, licence.id)).state, 'valid')
})

test('a use after the seal breaks it; a revoked key refuses the submission', async () => {
  const licence = await underQuota()
  const form = { changes: { customsPort: '0100' }, changeQuantity: true, lines: lines('100') }
  const request = await sealed(
    desk,
    await asked(desk.sealer, { kind: 'amendment', licenceNo: licence.licenceNo, form }),
  )
  await used(it, licence.id, '10')
  const broken = await refusing(desk.sealer, request, 'submit')
  assert.match(broken.failure.words, /盖章后有变化/)
  const resealed = await sealed(desk, request)
  const { fingerprint } = await it.ctx.db
    .selectFrom('seal')
    .select('certificate_fingerprint as fingerprint')
    .where('request_id', '=', request.id)
    .executeTakeFirstOrThrow()
  const revoke = (at: Date | null) =>
    it.ctx.db
      .updateTable('certificate')
      .set({ revoked_at: at })
      .where('fingerprint', '=', fingerprint)
      .execute()
  await revoke(it.clock())
  const refused = await refusing(desk.sealer, resealed, 'submit')
  assert.match(refused.failure.words, /注销/)
  await revoke(null)
  assert.equal((await doing(desk.sealer, resealed, 'submit')).state, 'reviewing')
})

// ---- one open request, others' eyes, repeats, stale pages

test('one open request a licence; the other is named; deleted makes room', async () => {
  const licence = await validLicence(desk)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const form = { ...emptyAmendment, lines: lines('450000.5') }
  const body = { kind: 'extension', licenceNo: licence.licenceNo, reason: '延期', form } as const
  const refused = await desk.sealer.refused(api.createRequest, { body: { id: randomUUIDv7(), ...body } })
  assert.deepEqual([refused.status, refused.failure.code], [409, 'rule'])
  assert.match(refused.failure.words, /已有一份删除申请（待上报）/)
  const entry = await desk.sealer.call(api.readLicenceIn, { query: { licenceNo: licence.licenceNo } })
  assert.equal(entry.open?.id, request.id)
  await doing(desk.sealer, request, 'delete')
  const id = randomUUIDv7()
  const made = await desk.sealer.call(api.createRequest, { body: { id, ...body } })
  const again = await desk.sealer.call(api.createRequest, { body: { id, ...body } })
  assert.deepEqual(again, made)
  const stolen = await desk.sealer.refused(api.createRequest, {
    body: { id, kind: 'cancellation', licenceNo: licence.licenceNo, reason: '另一份' },
  })
  assert.equal(stolen.status, 409)
})

test('entry tells of each kind whether it is possible, and of others’ licences nothing', async () => {
  const licence = await validLicence(desk)
  const { kinds } = await desk.sealer.call(api.readLicenceIn, { query: { licenceNo: licence.licenceNo } })
  const because = Object.fromEntries(kinds.map((one) => [one.kind, one.because]))
  assert.match(because['write_off'] ?? '', /尚未清关/)
  assert.deepEqual(
    [because['cancellation'], because['amendment'], because['loss']],
    [undefined, undefined, undefined],
  )
  const foreign = await trader.refused(api.readLicenceIn, { query: { licenceNo: licence.licenceNo } })
  const unknown = await trader.refused(api.readLicenceIn, { query: { licenceNo: '26AA999999' } })
  assert.deepEqual([foreign.status, unknown.status], [404, 404])
  const created = await trader.refused(api.createRequest, {
    body: { id: randomUUIDv7(), kind: 'cancellation', licenceNo: licence.licenceNo, reason: '不是我的' },
  })
  assert.equal(created.status, 404)
})

test('drafts are the enterprise’s own; from the submission on authority and auditor see them', async () => {
  const licence = await validLicence(desk)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const sees = async (client: TestClient) =>
    (await client.get(`/api/requests/${request.id}`)).statusCode === 200
  const seen = async () => {
    const others = [desk.first, auditor, trader, await as(it, 'hebei01'), await as(it, 'consignor01')]
    return Promise.all(others.map(sees))
  }
  assert.deepEqual(await seen(), [false, false, false, false, false])
  const sent = await doing(desk.sealer, request, 'submit')
  assert.deepEqual(await seen(), [true, true, false, false, false])
  await doing(desk.sealer, sent, 'recall')
  assert.deepEqual(await seen(), [false, false, false, false, false])
  const foreign = await refusing(await as(it, 'hebei01'), sent, 'pass')
  assert.equal(foreign.status, 404)
})

test('a returned request shows authority and auditor what was submitted, whatever is edited since', async () => {
  const licence = await underQuota()
  const request = await asked(desk.sealer, {
    kind: 'amendment',
    licenceNo: licence.licenceNo,
    form: { changes: { customsPort: '0100' }, lines: lines('450000.5') },
  })
  const sent = await doing(desk.sealer, await sealed(desk, request), 'submit')
  const before = await seenRequest(desk.first, request.id)
  const back = await doing(desk.first, sent, 'return', '请核对口岸')
  const edited = {
    reason: '改了主意',
    form: { ...emptyAmendment, changes: { contractNo: 'NEW-1' }, lines: lines('450000.5') },
  }
  await desk.sealer.call(api.saveRequest, {
    params: { id: request.id },
    body: { version: back.version, requestId: randomUUIDv7(), ...edited },
  })
  const own = await seenRequest(desk.sealer, request.id)
  assert.deepEqual(
    [own.reason, own.changes.map((one) => one.name), own.seal],
    ['改了主意', ['contractNo'], null],
  )
  for (const outsider of [desk.first, auditor]) {
    const seen = await seenRequest(outsider, request.id)
    assert.deepEqual(
      [seen.reason, seen.changes, seen.form, seen.seal?.digest, seen.contentVersion],
      [before.reason, before.changes, before.form, before.seal?.digest, before.contentVersion],
    )
    assert.notEqual(seen.seal, null)
    const { rows } = await outsider.call(api.listRequests, {
      query: { kind: 'amendment', list: 'all', q: licence.licenceNo },
    })
    assert.deepEqual(
      rows.map((row) => row.reason),
      [before.reason],
    )
  }
  // Submitted anew, the authority has the new content.
  const resent = await doing(desk.sealer, await sealed(desk, { id: own.id, version: own.version }), 'submit')
  assert.equal((await seenRequest(desk.first, resent.id)).reason, '改了主意')
  await doing(desk.first, resent, 'return', '再核对')
  assert.deepEqual(
    (await seenRequest(auditor, resent.id)).changes.map((one) => one.name),
    ['contractNo'],
  )
})

test('a stale page and a repeated press', async () => {
  const licence = await validLicence(desk)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const body = { version: request.version, requestId: randomUUIDv7() }
  const params = { id: request.id, action: 'submit' }
  const once = await desk.sealer.call(api.actOnRequest, { params, body })
  const twice = await desk.sealer.call(api.actOnRequest, { params, body })
  assert.deepEqual([once.repeated, twice.repeated, twice.version], [false, true, once.version])
  const stale = await refusing(desk.first, request, 'return', '旧页面')
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
})

test('lists: management, filters, sorting; the queue by due day', async () => {
  const licence = await validLicence(desk)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const list = (query: object) =>
    desk.sealer.call(api.listRequests, { query: { kind: 'cancellation', q: licence.licenceNo, ...query } })
  assert.deepEqual((await list({ list: 'manage' })).rows[0]?.actions, ['save', 'delete', 'submit'])
  await doing(desk.sealer, request, 'submit')
  assert.equal((await list({ list: 'manage' })).rows.length, 0)
  assert.equal((await list({ state: 'reviewing' })).rows.length, 1)
  assert.equal((await list({ submittedFrom: '2026-06-15', submittedTo: '2026-06-15' })).rows.length, 1)
  assert.equal((await list({ submittedFrom: '2026-06-16' })).rows.length, 0)
  assert.equal((await list({ issuedFrom: '2026-06-15', issuedTo: '2026-06-15' })).rows.length, 1)
  assert.equal((await list({ issuedTo: '2026-06-14' })).rows.length, 0)
  const sorted = async (order: 'asc' | 'desc') =>
    (await desk.sealer.call(api.listRequests, { query: { kind: 'cancellation', order } })).rows.map(
      (row) => row.licenceNo,
    )
  const up = await sorted('asc')
  assert.deepEqual(up, up.toSorted())
  assert.deepEqual(await sorted('desc'), up.toReversed())
  const queue = await desk.first.call(api.listRequestQueue, { query: { kind: 'cancellation' } })
  assert.ok(queue.rows.some((row) => row.id === request.id))
  const other = await (await as(it, 'hebei01')).call(api.listRequestQueue, { query: {} })
  assert.equal(other.rows.length, 0)
})

test('the proof of an approved request, the same file each time', async () => {
  const licence = await validLicence(desk)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const sent = await doing(desk.sealer, request, 'submit')
  const early = await desk.sealer.get(`/api/requests/${sent.id}/proof`)
  assert.equal(early.statusCode, 409)
  await doing(desk.first, sent, 'pass')
  const [one, two] = [
    await desk.sealer.get(`/api/requests/${sent.id}/proof`),
    await desk.first.get(`/api/requests/${sent.id}/proof`),
  ]
  assert.deepEqual([one.statusCode, two.statusCode, one.headers.etag], [200, 200, two.headers.etag])
  assert.match(one.body, new RegExp(`兹证明出口许可证 ${licence.licenceNo} 已经删除`))
})

// ---- 吊销

test('a revocation tells customs, keeps the quota, and bars the enterprise until the day', async () => {
  const licence = await underQuota()
  const draft = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const sent = await doing(desk.sealer, draft, 'submit')
  const seen = await seenLicence(desk.first, licence.id)
  const revoke = (input: Record<string, string>) => ({
    params: { id: licence.id, action: 'revoke' },
    body: { version: seen.version, requestId: randomUUIDv7(), input },
  })
  const open = await desk.first.refused(licenceApi.actOnLicence, revoke({ opinion: '伪造合同' }))
  assert.match(open.failure.words, /请先办结或退回/)
  await doing(desk.first, sent, 'return', '查处中')
  const past = await desk.first.refused(
    licenceApi.actOnLicence,
    revoke({ opinion: '伪造合同', barredUntil: '2026-06-14' }),
  )
  assert.match(past.failure.words, /不能早于今天/)
  const done = await desk.first.call(
    licenceApi.actOnLicence,
    revoke({ opinion: '伪造合同', barredUntil: '2026-06-20' }),
  )
  assert.equal(done.state, 'revoked')
  assert.equal((await messagesOf(licence.id)).at(-1), 'revoked queued')
  assert.deepEqual(await balances(it, licence.accountId), [100000, 0, 450000.5, 0, 0])
  const { barred } = await desk.sealer.call(ownEnterprise, {})
  assert.equal(barred?.until, '2026-06-20')
  await assert.rejects(validLicence(desk), /2026-06-20 前（含当日）不予受理，原因：许可证.*伪造合同/)
  const dead = await seenRequest(desk.sealer, sent.id)
  const refused = await refusing(desk.sealer, dead, 'submit')
  assert.match(refused.failure.words, /已不是有效状态/)
  it.clock.set('2026-06-21T02:00:00.000Z')
  try {
    for (const [name, login] of [
      ['sealer', 'steel02'],
      ['first', 'review01'],
      ['second', 'review02'],
      ['issuer', 'issue01'],
    ] as const)
      desk[name] = await as(it, login)
    await validLicence(desk)
  } finally {
    it.clock.set(start)
  }
})
