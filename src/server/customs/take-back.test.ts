/** A use that customs does not have is taken back: the licence is as it was, and everything can be told again. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as api from '#api/customs.ts'
import * as licenceApi from '#api/licence.ts'
import type { UseLine } from '#domain/customs/messages.ts'
import { prove } from '#server/quota/prove.ts'
import { tell, testCustoms } from '#test/customs.ts'
import { issuedLicence, modelLicence, type LicenceChange, type MadeLicence } from '#test/licences.ts'
import { as, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { queueMessage } from './outbox.ts'
import { reconcile } from './reconcile.ts'

const day = '2026-06-20'
let it: TestApp
let model: MadeLicence
let issuer: TestClient
/** What customs lists of the day, besides nothing. */
let listed: UseLine[] = []

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  const customs = {
    ...testCustoms().customs,
    missing: () => null,
    usesOfDay: async (of: string, from: string) => ({
      from: 'customs' as const,
      to: 'licensing' as const,
      at: clock().toISOString(),
      day: of,
      after: from,
      uses: listed,
      next: null,
    }),
  }
  it = await startTestApp({ clock, context: { trust: pki.trust, customs } })
  model = await modelLicence(it, pki)
  clock.set('2026-06-20T02:00:00.000Z')
  issuer = await as(it, 'issue01')
})
after(() => it.close())

let serial = 0
const declaration = () => `02022026${String(++serial).padStart(10, '7')}`
const make = (change: LicenceChange = {}) => issuedLicence(it, model, { customs_port: '0202', ...change })
const licenceOf = async ({ id }: MadeLicence) => {
  const row = await it.ctx.db.selectFrom('licence').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return { state: row.state, used: Number(row.used_quantity), count: row.use_count, version: row.version }
}
const compare = () => reconcile(it.ctx, { day })
const openOf = async ({ licenceNo }: MadeLicence) =>
  (await issuer.call(api.listDifferences, { query: { licenceNo } })).rows

async function register(licence: MadeLicence, declarationNo: string, change: object = {}): Promise<void> {
  const use = {
    declarationNo,
    itemNo: 1,
    declaredOn: day,
    customsCode: '0202',
    quantity: '100',
    final: false,
  }
  await issuer.call(licenceApi.actOnLicence, {
    params: { id: licence.id, action: 'register_use' },
    body: {
      version: (await licenceOf(licence)).version,
      requestId: randomUUIDv7(),
      input: { ...use, ...change, opinion: '网络故障，凭纸质报关单登记' },
    },
  })
}

const takingBack = (row: { id: string; version: number }, opinion = '报关单属于另一份许可证，登记有误') => ({
  params: { id: row.id, action: 'take_back' },
  body: { version: row.version, requestId: randomUUIDv7(), input: { opinion } },
})
async function onlyOf(licence: MadeLicence) {
  const rows = await openOf(licence)
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['missing_there'],
  )
  const [row] = rows
  assert.ok(row)
  return row
}
async function proves(...licences: MadeLicence[]) {
  const { differences } = await prove(it.ctx.db)
  const ids = new Set(licences.map(({ id }) => id))
  assert.deepEqual(
    differences.filter(({ id }) => ids.has(id)),
    [],
  )
}

test('entered for the wrong licence: taken back, and the declaration is free for the right one', async () => {
  const [wrong, right] = [await make(), await make()]
  const declarationNo = declaration()
  await register(wrong, declarationNo)
  await compare()
  const row = await onlyOf(wrong)
  const taking = takingBack(row)
  await issuer.call(api.actOnDifference, taking)
  assert.equal((await issuer.call(api.actOnDifference, taking)).repeated, true)
  assert.deepEqual(await licenceOf(wrong), { state: 'valid', used: 0, count: 0, version: 3 })
  const detail = await issuer.call(licenceApi.getLicence, { params: { id: wrong.id } })
  assert.match(detail.history.at(-1)?.opinion ?? '', new RegExp(`${declarationNo} 第 1 项，100 .*登记有误`))
  assert.equal((await issuer.call(api.licenceCustoms, { params: { id: wrong.id } })).uses.length, 0)
  assert.equal((await issuer.call(api.listUses, { query: { licenceNo: wrong.licenceNo } })).rows.length, 0)

  await register(right, declarationNo)
  assert.deepEqual(await licenceOf(right), { state: 'valid', used: 100, count: 1, version: 2 })
  await proves(wrong, right)
})

test('a last use entered wrongly: the licence can be used again, and customs may tell the same item after all', async () => {
  const licence = await make()
  const declarationNo = declaration()
  await register(licence, declarationNo, { final: true })
  assert.equal((await licenceOf(licence)).state, 'cleared')
  await compare()
  await issuer.call(api.actOnDifference, takingBack(await onlyOf(licence)))
  assert.deepEqual(await licenceOf(licence), { state: 'valid', used: 0, count: 0, version: 5 })

  const told = {
    messageId: randomUUIDv7(),
    kind: 'use',
    licenceNo: licence.licenceNo,
    declarationNo,
    itemNo: 1,
    declaredOn: day,
    customsCode: '0202',
    declarantCode: '1100DEM000014',
    hsCode: '7208271000',
    quantity: '250',
    final: false,
  }
  assert.deepEqual(
    (await tell(it, [told])).map(({ outcome }) => outcome),
    ['recorded'],
  )
  assert.deepEqual(await licenceOf(licence), { state: 'valid', used: 250, count: 1, version: 6 })
  await proves(licence)
})

test('one of two uses: the other stays, and still clears the licence', async () => {
  const licence = await make()
  const [first, last] = [declaration(), declaration()]
  await register(licence, first)
  await register(licence, last, { final: true })
  listed = []
  await compare()
  const row = (await openOf(licence)).find((one) => one.declarationNo === first)
  assert.ok(row)
  await issuer.call(api.actOnDifference, takingBack(row))
  const after = await licenceOf(licence)
  assert.deepEqual([after.state, after.used, after.count], ['cleared', 100, 1])
  await proves(licence)
})

test('what is entered again after it was taken back is found again; what was closed as it is stays closed', async () => {
  const licence = await make()
  const declarationNo = declaration()
  const itemOf = async () => {
    await compare()
    return (await openOf(licence)).filter((one) => one.declarationNo === declarationNo)
  }
  await register(licence, declarationNo)
  const [first] = await itemOf()
  assert.ok(first)
  await issuer.call(api.actOnDifference, takingBack(first))
  assert.equal((await itemOf()).length, 0)
  await register(licence, declarationNo)
  const [second] = await itemOf()
  assert.ok(second)
  assert.notEqual(second.id, first.id)
  assert.equal((await itemOf())[0]?.id, second.id)
  await issuer.call(api.actOnDifference, {
    params: { id: second.id, action: 'close' },
    body: { version: second.version, requestId: randomUUIDv7(), input: { opinion: '海关次日补录' } },
  })
  assert.equal((await itemOf()).length, 0)
  // Customs has it now, with another quantity: that was never closed.
  listed = [
    {
      licenceNo: licence.licenceNo,
      declarationNo,
      itemNo: 1,
      declaredOn: day,
      customsCode: '0202',
      quantity: '90',
      final: false,
    },
  ]
  assert.deepEqual(
    (await itemOf()).map(({ kind }) => kind),
    ['differs'],
  )
  listed = []
  await proves(licence)
})

test('not taken back: what customs has, what is on its way, what a licence that is over was used for', async () => {
  const licence = await make()
  const declarationNo = declaration()
  await register(licence, declarationNo)
  await compare()
  const row = await onlyOf(licence)
  const words = async (taking: ReturnType<typeof takingBack>) =>
    (await issuer.refused(api.actOnDifference, taking)).failure.words
  assert.match(await words(takingBack(row, ' ')), /请填写处理说明/)
  const message = async (state: 'queued' | 'accepted') => {
    await it.ctx.db.transaction().execute((tx) =>
      queueMessage(tx, {
        licenceId: licence.id,
        licenceNo: licence.licenceNo,
        kind: 'use',
        body: { declarationNo, itemNo: 1 },
        now: it.clock(),
      }),
    )
    await it.ctx.db
      .updateTable('customs_message')
      .set({ state, ...(state === 'accepted' ? { attempts: 1 } : {}) })
      .where('licence_id', '=', licence.id)
      .execute()
  }
  await message('queued')
  assert.match(await words(takingBack(row)), /正在等待海关答复/)
  await message('accepted')
  assert.match(await words(takingBack(row)), /海关已接受.*重新核对这一天/)
  await it.db.owner.pool.query(`delete from customs_message where licence_id = $1`, [licence.id])
  await it.db.owner.pool.query(`update licence set state = 'written_off' where id = $1`, [licence.id])
  assert.match(await words(takingBack(row)), /不能撤销登记：许可证已核销/)
  assert.equal((await licenceOf(licence)).used, 100)
})

test('taken back by two officers at once, held open: once', async () => {
  const licence = await make()
  await register(licence, declaration())
  await compare()
  const row = await onlyOf(licence)
  const [one, other] = [takingBack(row), takingBack(row, '海关撤销了报关单')]
  const ended = await race(
    it.db,
    (tx) => tx.selectFrom('licence').select('id').where('id', '=', licence.id).forUpdate().execute(),
    [one, other].map((taking) => () => issuer.call(api.actOnDifference, taking)),
  )
  assert.deepEqual(ended.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal((await licenceOf(licence)).used, 0)
  await proves(licence)
})
