/** What every path of an application does to quota. Steel is under quota here; its form asks for 450,000.5 kg. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import * as quota from '#api/quota.ts'
import { completeDraft, doing, passing, refusing, sealed, type Draft } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import {
  accountOf,
  differencesOf,
  docNo,
  granting,
  grantRow,
  manageSteel,
  quotaPapers,
  readyWithQuota,
  submittedWithQuota,
} from '#test/quota.ts'
import { race } from '#test/race.ts'

let it: TestApp
let key: TestKey
let sealer: TestClient
let first: TestClient
let second: TestClient
let issuer: TestClient
let officer: TestClient

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  key = await eKeyOf(it, pki, 'steel02')
  sealer = await as(it, 'steel02')
  first = await as(it, 'review01')
  second = await as(it, 'review02')
  issuer = await as(it, 'issue01')
  officer = await as(it, 'quota01')
  await manageSteel(officer)
  await granting(officer, [grantRow()])
})
after(() => it.close())

const needed = 450000.5
const holds = async (expected: Record<string, number>) => {
  const { balances } = await accountOf(it)
  assert.deepEqual(balances, { available: 0, held: 0, committed: 0, settled: 0, lapsed: 0, ...expected })
  assert.deepEqual(await differencesOf(it), [])
}
const columns = (id: string) =>
  it.ctx.db
    .selectFrom('application')
    .select(['quota_account_id', 'quota_quantity'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
const again = async (thing: Draft) => doing(sealer, await sealed(it, sealer, key, thing), 'submit')

test('held at submission; free at return and withdrawal; committed, handed back and rejected', async () => {
  const sent = await submittedWithQuota(it, sealer, key)
  await holds({ available: 1000000 - needed, held: needed })
  assert.equal((await columns(sent.id)).quota_account_id, (await accountOf(it)).id)

  const back = await doing(first, await doing(first, sent, 'claim'), 'return', '合同不清')
  await holds({ available: 1000000 })
  assert.deepEqual(await columns(sent.id), { quota_account_id: null, quota_quantity: null })

  const resent = await again(back)
  const asked = await doing(sealer, resent, 'withdraw', '写错了')
  await holds({ available: 1000000 - needed, held: needed })
  const withdrawn = await doing(first, await doing(first, asked, 'claim'), 'agree_withdrawal')
  await holds({ available: 1000000 })

  const third = await passing(first, await again(withdrawn), 'pass_first')
  await holds({ available: 1000000 - needed, held: needed })
  const approved = await passing(second, third, 'pass_second')
  await holds({ available: 1000000 - needed, committed: needed })
  const licence = await it.ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('application_id', '=', sent.id)
    .executeTakeFirstOrThrow()
  assert.equal(licence.quota_account_id, (await accountOf(it)).id)

  const handed = await doing(issuer, approved, 'hand_back', '单价有误')
  await holds({ available: 1000000 - needed, held: needed })
  await passing(second, handed, 'pass_second')
  await holds({ available: 1000000 - needed, committed: needed })
  const seen = await issuer.call(api.getApplication, { params: { id: sent.id } })
  const twice = await doing(issuer, { id: sent.id, version: seen.version }, 'hand_back', '再看')
  await doing(second, await doing(second, twice, 'claim'), 'reject', '不符合')
  await holds({ available: 1000000 })
  assert.deepEqual(await columns(sent.id), { quota_account_id: null, quota_quantity: null })

  const kinds = await it.ctx.db
    .selectFrom('quota_entry')
    .select('kind')
    .where('application_id', '=', sent.id)
    .orderBy('seq')
    .execute()
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['hold', 'release', 'hold', 'release', 'hold', 'commit', 'uncommit', 'commit', 'uncommit', 'release'],
  )
})

test('what is short is told exactly, on the page and at the door', async () => {
  await granting(officer, [grantRow({ docNo: 'PE-SHORT', quantity: '450000.4' })])
  const ready = await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-SHORT' })
  const { failure } = await refusing(sealer, ready, 'submit')
  assert.match(
    failure.words,
    /PE-SHORT 可用余量 450,000\.4 千克，本申请表需要 450,000\.5 千克，尚缺 0\.1 千克/,
  )
  const detail = await sealer.call(api.getApplication, { params: { id: ready.id } })
  assert.equal(detail.actions.find((one) => one.action === 'submit')?.because, failure.words)
  assert.deepEqual(
    [detail.quota?.available, detail.quota?.needed, detail.quota?.holds, detail.quota?.refusal],
    ['450000.4', '450000.5', null, failure.words],
  )
  await holds({ available: 1000000 })
})

test('a document that is not the enterprise’s is named with those that are', async () => {
  const ready = await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-OTHER' })
  assert.match((await refusing(sealer, ready, 'submit')).failure.words, /“PE-OTHER”不是.*已有：.*PE2026-1/)
})

test('two submissions for quota that is enough for one: one passes, the other is told', async () => {
  await granting(officer, [grantRow({ docNo: 'PE-RACE', quantity: '500000' })])
  const ready = [
    await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-RACE' }),
    await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-RACE' }),
  ]
  const { id } = await accountOf(it, 'PE-RACE')
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('quota_account').select('id').where('id', '=', id).forNoKeyUpdate().execute(),
    ready.map((one) => () => doing(sealer, one, 'submit')),
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 1)
  const lost = results.find((one) => one.status === 'rejected')
  assert.match(String(lost?.reason), /409.*可用余量 49,999\.5.*尚缺 400,001/)
  assert.deepEqual(await differencesOf(it), [])
})

test('sixteen submissions at once for quota of ten: ten pass and the balance is exact', async () => {
  await granting(officer, [grantRow({ docNo: 'PE-SIXTEEN', quantity: '1005' })])
  const lines = [{ specGrade: 'SPHC', unitPrice: '0.58', quantity: '100.1' }]
  const ready: Draft[] = []
  for (let count = 0; count < 16; count++) {
    ready.push(await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-SIXTEEN', lines }))
  }
  const { id } = await accountOf(it, 'PE-SIXTEEN')
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('quota_account').select('id').where('id', '=', id).forNoKeyUpdate().execute(),
    ready.map((one) => () => doing(sealer, one, 'submit')),
  )
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 10)
  const { balances, seq } = await accountOf(it, 'PE-SIXTEEN')
  assert.deepEqual([balances['available'], balances['held'], seq], [4, 1001, 11])
  assert.deepEqual(await differencesOf(it), [])
})

test('two second reviews of one account at once: both committed, one after the other', async () => {
  await granting(officer, [grantRow({ docNo: 'PE-TWO', quantity: '2000000' })])
  const claimed: Draft[] = []
  for (let count = 0; count < 2; count++) {
    const ready = await readyWithQuota(it, sealer, key, { quotaDocNo: 'PE-TWO' })
    const passed = await passing(first, await doing(sealer, ready, 'submit'), 'pass_first')
    claimed.push(await doing(second, passed, 'claim'))
  }
  const { id } = await accountOf(it, 'PE-TWO')
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('quota_account').select('id').where('id', '=', id).forNoKeyUpdate().execute(),
    claimed.map((one) => () => doing(second, one, 'pass_second')),
  )
  assert.deepEqual(
    results.map((one) => one.status),
    ['fulfilled', 'fulfilled'],
  )
  const { balances } = await accountOf(it, 'PE-TWO')
  assert.deepEqual([balances['held'], balances['committed']], [0, 900001])
  assert.deepEqual(await differencesOf(it), [])
})

test('the form is told the balance of the document, and which documents there are', async () => {
  const ask = (query: { docNo?: string; hsCode?: string }) =>
    sealer.call(quota.quotaBalance, {
      query: { year: 2026, hsCode: '7208271000', tradeMode: '01', country: 'VNM', ...query },
    })
  const found = await ask({ docNo })
  assert.equal(found.needed, true)
  assert.equal(found.account?.balances.granted, '1000000')
  assert.ok(found.docNos.some((one) => one.docNo === docNo))
  assert.match((await ask({ docNo: 'NONE' })).refusal ?? '', /“NONE”不是/)
  assert.equal((await ask({})).account, null)
  // Citric acid is under plain licence.
  const plain = await ask({ hsCode: '2918140000' })
  assert.equal(plain.needed, false)
})

test('drafts tried together: in order, what runs out where', async () => {
  await granting(officer, [grantRow({ docNo: 'PE-IF', quantity: '1000000' })])
  const make = () => completeDraft(it, sealer, { ...quotaPapers, form: { quotaDocNo: 'PE-IF' } })
  const ids = [(await make()).id, (await make()).id, (await make()).id]
  const tried = await sealer.call(quota.quotaWhatIf, { body: { ids } })
  assert.deepEqual(
    tried.steps.map(({ before: had, after: left, short }) => [had, left, short]),
    [
      ['1000000', '549999.5', null],
      ['549999.5', '99999', null],
      ['99999', '99999', '350001.5'],
    ],
  )
  assert.deepEqual(
    tried.accounts.map(({ before: had, needed: all, after: left, firstShort, short }) => [
      had,
      all,
      left,
      firstShort,
      short,
    ]),
    [['1000000', '1350001.5', '99999', ids[2], '350001.5']],
  )
  const stranger = await as(it, 'trade01')
  assert.equal((await stranger.refused(quota.quotaWhatIf, { body: { ids } })).status, 404)
})
