/** What officers find in the list of licences: by the day of issue, by the exporter's name. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as applicationApi from '#api/application.ts'
import * as api from '#api/licence.ts'
import { passing, submitted } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'

let it: TestApp
let issuer: TestClient
const numbers: string[] = []

before(async () => {
  const pki = await makeTestPki(new Date('2026-06-15T02:00:00.000Z'))
  it = await startTestApp({ pki })
  const key = await eKeyOf(it, pki, 'steel02')
  const [sealer, first, second] = [
    await as(it, 'steel02'),
    await as(it, 'review01'),
    await as(it, 'review02'),
  ]
  issuer = await as(it, 'issue01')
  for (const issuedOn of ['2026-06-14', '2026-06-15']) {
    const once = await passing(first, await submitted(it, sealer, key), 'pass_first')
    const { id } = await passing(second, once, 'pass_second')
    const { licence } = await sealer.call(applicationApi.getApplication, { params: { id } })
    assert.ok(licence)
    numbers.push(licence.licenceNo)
    await it.ctx.db
      .updateTable('licence')
      .set({ state: 'valid', issued_on: issuedOn, expiry_date: '2026-12-15' })
      .where('id', '=', licence.id)
      .execute()
  }
})
after(() => it.close())

const found = async (query: { issuedOn?: string; q?: string }) =>
  (await issuer.call(api.listLicences, { query: { list: 'issued', ...query } })).rows.map(
    (row) => row.licenceNo,
  )

test('by the day of issue', async () => {
  assert.deepEqual(await found({ issuedOn: '2026-06-15' }), [numbers[1]])
  assert.deepEqual(await found({ issuedOn: '2026-06-13' }), [])
  assert.equal((await found({})).length, 2)
})

test('by a part of the exporter’s name', async () => {
  assert.equal((await found({ q: '演示钢铁' })).length, 2)
  assert.deepEqual(await found({ q: '没有这家企业' }), [])
})
