/** Two at once, held open on purpose: one wins, the other is told; nothing moves twice. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as api from '#api/request.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import type { Tx } from '#server/db/connect.ts'
import { actIn as actOnLicenceIn } from '#server/licence/act.ts'
import { system } from '#server/door.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import {
  account,
  answered,
  asked,
  authorityOf,
  balances,
  doing,
  messagesSent,
  quickPress,
  sealed,
  seenLicence,
  seenRequest,
  used,
  validLicence,
  type Desk,
} from '#test/requests.ts'

let it: TestApp
let desk: Desk
const folder = mkdtempSync(path.join(tmpdir(), 'xuke-request-race-'))

before(async () => {
  const clock = testClock()
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
})
after(async () => {
  await it.close()
  rmSync(folder, { recursive: true, force: true })
})

let docs = 0
async function underQuota() {
  const licence = await validLicence(desk)
  const docNo = `争配〔2026〕${++docs} 号`
  const of = { enterpriseId: demoEnterprises.steel.id, docNo, granted: '450000.5', licenceId: licence.id }
  return { ...licence, accountId: await account(it, of) }
}

const holdRequest = (id: string) => (tx: Tx) =>
  tx.selectFrom('licence_request').select('id').where('id', '=', id).forUpdate().execute()
const holdLicence = (id: string) => (tx: Tx) =>
  tx.selectFrom('licence').select('id').where('id', '=', id).forUpdate().execute()

const pressing = (client: Desk['first'], thing: { id: string; version: number }, action: string) => () =>
  client.inject({
    method: 'POST',
    url: `/api/requests/${thing.id}/actions/${action}`,
    payload: { version: thing.version, requestId: randomUUIDv7() },
  })

const codesOf = (results: PromiseSettledResult<{ statusCode: number }>[]) =>
  results.map((one) => (one.status === 'fulfilled' ? one.value.statusCode : 0)).toSorted((a, b) => a - b)

test('two officers pass one write-off: it is written off once', async () => {
  const licence = await underQuota()
  await used(it, licence.id, '400000', true)
  const request = await asked(desk.sealer, {
    kind: 'write_off',
    licenceNo: licence.licenceNo,
    writeOffQuantity: '400000',
  })
  const sent = await doing(desk.sealer, request, 'submit')
  const results = await race(it.db, holdRequest(sent.id), [
    pressing(desk.first, sent, 'pass'),
    pressing(desk.second, sent, 'pass'),
  ])
  assert.deepEqual(codesOf(results), [200, 409])
  assert.deepEqual(await balances(it, licence.accountId), [50000.5, 0, 0, 400000, 0])
})

test('two requests for one licence at once: one comes into being', async () => {
  const licence = await validLicence(desk)
  const creating = (kind: string) => () =>
    desk.sealer.inject({
      method: 'POST',
      url: '/api/requests',
      payload: { id: randomUUIDv7(), kind, licenceNo: licence.licenceNo, reason: '同时' },
    })
  const results = await race(it.db, holdLicence(licence.id), [
    creating('cancellation'),
    creating('extension'),
  ])
  assert.deepEqual(codesOf(results), [200, 409])
  const { rows } = await desk.sealer.call(api.listRequests, {
    query: { kind: 'cancellation', q: licence.licenceNo },
  })
  const others = await desk.sealer.call(api.listRequests, {
    query: { kind: 'amendment', q: licence.licenceNo },
  })
  assert.equal(rows.length + others.rows.length, 1)
})

test("customs' yes against a use: whichever comes first, the other is refused", async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const waits = await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  const use = () =>
    it.ctx.db.transaction().execute(async (tx) => {
      await actOnLicenceIn(tx, it.ctx, system, licence.id, 'use', 'unversioned')
      await tx
        .updateTable('licence')
        .set({ used_quantity: '10', use_count: 1 })
        .where('id', '=', licence.id)
        .execute()
    })
  const results = await race<unknown>(it.db, holdLicence(licence.id), [
    () => answered(it, waits.id, true),
    use,
  ])
  assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
  const after = await seenLicence(desk.sealer, licence.id)
  const request2 = await seenRequest(desk.sealer, waits.id)
  const cancelled = after.state === 'cancelled'
  assert.deepEqual(
    [request2.state, after.useCount, await balances(it, licence.accountId)],
    cancelled ? ['approved', 0, [450000.5, 0, 0, 0, 0]] : ['awaiting_customs', 1, [0, 0, 450000.5, 0, 0]],
  )
})

test('two amendments want the last of a quota: one is told what is short', async () => {
  const [one, two] = [await validLicence(desk), await validLicence(desk)]
  const docNo = '争配〔2026〕末 号'
  const accountId = await account(it, {
    enterpriseId: demoEnterprises.steel.id,
    docNo,
    granted: '900001',
    licenceId: one.id,
  })
  // The second licence draws from the same account.
  await it.ctx.db
    .updateTable('licence')
    .set({ quota_account_id: accountId })
    .where('id', '=', two.id)
    .execute()
  const more = async (licenceNo: string) =>
    sealed(
      desk,
      await asked(desk.sealer, {
        kind: 'amendment',
        licenceNo,
        form: {
          changeQuantity: true,
          lines: [{ specGrade: 'SPHC', unitPrice: '0.58', quantity: '750000.5' }],
        },
      }),
    )
  const [first, second] = [await more(one.licenceNo), await more(two.licenceNo)]
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('quota_account').select('id').where('id', '=', accountId).forUpdate().execute(),
    [pressing(desk.sealer, first, 'submit'), pressing(desk.sealer, second, 'submit')],
  )
  assert.deepEqual(codesOf(results), [200, 409])
  assert.deepEqual(await balances(it, accountId), [150000.5, 300000, 450000.5, 0, 0])
})

test('the answer twice at once: the quota comes back once', async () => {
  const licence = await underQuota()
  await messagesSent(it, licence.id)
  const request = await asked(desk.sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
  const waits = await doing(desk.first, await doing(desk.sealer, request, 'submit'), 'pass')
  const answer = () => answered(it, waits.id, true)
  const results = await race(it.db, holdRequest(waits.id), [answer, answer])
  assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
  assert.deepEqual(await balances(it, licence.accountId), [450000.5, 0, 0, 0, 0])
})
