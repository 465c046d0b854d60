/** Every setting is really read: what it decides changes with its first day, and not a day before. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as applicationApi from '#api/application.ts'
import * as licenceApi from '#api/licence.ts'
import * as requestApi from '#api/request.ts'
import * as api from '#api/setting.ts'
import { listKeys } from '#api/key.ts'
import { emptyAmendment } from '#domain/amendment/form.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import { settingNames, type SettingName } from '#domain/setting/table.ts'
import { remind } from '#server/licence/remind.ts'
import { settingOn } from '#server/settings.ts'
import { completeDraft, submitted, type Draft } from '#test/journey.ts'
import { issuedLicence } from '#test/licences.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import { asked, authorityOf, doing, quickPress, seenRequest, validLicence } from '#test/requests.ts'

/** Set on the 15th for the 20th; looked at on the 19th and the 20th. */
const start = '2026-06-15T02:00:00.000Z'
const eve = '2026-06-19T02:00:00.000Z'
const day = '2026-06-20T02:00:00.000Z'
const folder = mkdtempSync(path.join(tmpdir(), 'xuke-settings-'))

let it: TestApp
let key: TestKey
const proved = new Set<SettingName>()
before(async () => {
  const clock = testClock(start)
  const pki = await makeTestPki(clock())
  const pkiDir = path.join(folder, 'pki')
  it = await startTestApp({ clock, env: { pkiDir }, context: { trust: pki.trust, press: quickPress } })
  await authorityOf(it, pkiDir)
  key = await eKeyOf(it, pki, 'steel02')
})
after(async () => {
  await it.close()
  rmSync(folder, { recursive: true, force: true })
})

const steel = () => as(it, 'steel02')

/** What `look` sees on the eve and on the first day of a value; the setting is as usual again afterwards. */
async function aroundTheDay<T>(name: SettingName, value: unknown, look: () => Promise<T>): Promise<[T, T]> {
  it.clock.set(start)
  const admin = await as(it, 'admin01')
  const params = { name }
  const { setting } = await admin.call(api.getSetting, { params })
  const body = {
    version: setting.version,
    requestId: randomUUIDv7(),
    reason: '试验',
    validFrom: '2026-06-20',
  }
  await admin.call(api.changeSetting, { params, body: { ...body, value } })
  it.clock.set(eve)
  const before = await look()
  it.clock.set(day)
  const since = await look()
  await it.db.owner.pool.query('delete from setting where name = $1', [name])
  it.ctx.codes.changed()
  proved.add(name)
  return [before, since]
}

/** Rules that stop a draft with this content, and those that only remind. */
async function judged(form: Partial<ApplicationForm>): Promise<{ stops: string[]; says: string[] }> {
  const client = await steel()
  const { id } = await completeDraft(it, client, { form, papers: [] })
  const { issues, warnings } = await client.call(applicationApi.getApplication, { params: { id } })
  const of = (found: { rule: string; path: string }[]) =>
    found.filter(({ rule }) => asking.includes(rule)).map(({ rule, path: at }) => `${rule} ${at}`)
  return { stops: of(issues), says: of(warnings) }
}
const asking = ['A5', 'G8', 'O3', 'O4', 'part 7']

const dueOn = async (draft: Draft) => {
  const client = await steel()
  return (await client.call(applicationApi.getApplication, { params: { id: draft.id } })).dueOn
}

test('审核期限: of what is submitted from that day on', async () => {
  const due = await aroundTheDay('review_days', 1, async () => dueOn(await submitted(it, await steel(), key)))
  // Friday the 19th and Saturday the 20th: the holiday of 端午 is on the 19th.
  assert.deepEqual(due, ['2026-06-24', '2026-06-22'])
})

test('审核期限 of requests about licences as well', async () => {
  const due = await aroundTheDay('review_days', 1, async () => {
    const { sealer, licence } = await licenceOf()
    const request = await asked(sealer, { kind: 'cancellation', licenceNo: licence.licenceNo })
    await doing(sealer, request, 'submit')
    return (await seenRequest(sealer, request.id)).dueOn
  })
  assert.deepEqual(due, ['2026-06-24', '2026-06-22'])
})

async function licenceOf() {
  const [sealer, first, second, issuer] = await Promise.all(
    ['steel02', 'review01', 'review02', 'issue01'].map((name) => as(it, name)),
  )
  if (!sealer || !first || !second || !issuer) throw new Error('nobody')
  const desk = { it, key, sealer, first, second, issuer }
  return { ...desk, licence: await validLicence(desk) }
}

test('more than the contract, a long contract number: stopped or only said', async () => {
  const [stopped, said] = await aroundTheDay('within_contract', false, () =>
    judged({ contractQuantity: '100', contractAmount: '5' }),
  )
  assert.deepEqual(stopped, { stops: ['A5 contractQuantity', 'A5 contractAmount'], says: [] })
  assert.deepEqual(said, { stops: [], says: ['A5 contractQuantity', 'A5 contractAmount'] })
  const nos = await aroundTheDay('contract_no_length', 20, () =>
    judged({ contractNo: 'XK-STEEL-2601-18CHARS' }),
  )
  assert.deepEqual(
    nos.map(({ says }) => says.length),
    [1, 1],
  )
  const longer = await aroundTheDay('contract_no_length', 21, () =>
    judged({ contractNo: 'XK-STEEL-2601-18CHARS' }),
  )
  assert.deepEqual(
    longer.map(({ says }) => says),
    [['part 7 contractNo'], []],
  )
})

test('goods on the dual-use list: stopped or only said', async () => {
  const found = await aroundTheDay('dual_use_refused', false, () => judged({ hsCode: '8112120000' }))
  assert.deepEqual(found, [
    { stops: ['G8 hsCode'], says: [] },
    { stops: [], says: ['G8 hsCode'] },
  ])
})

test('the rules of 2007 stop what they only said', async () => {
  const goods = async (key_: string) =>
    (
      await it.ctx.db
        .selectFrom('commodity')
        .select('hs_code')
        .where('goods_key', '=', key_)
        .where('active', '=', true)
        .executeTakeFirstOrThrow()
    ).hs_code
  const cattle = { hsCode: await goods('live_cattle_hkmo'), destinationCountry: 'HKG', transportMode: '4' }
  assert.deepEqual(await aroundTheDay('land_animals_rule', true, () => judged(cattle)), [
    { stops: [], says: ['O3 issuingAuthority'] },
    { stops: ['O3 issuingAuthority'], says: [] },
  ])
  // The rule knows the ports of some provinces alone.
  await it.db.owner.pool.query(`update enterprise set region = '黑龙江省' where name like '演示钢铁%'`)
  const timber = { hsCode: await goods('sawn_timber'), remark: '进口原木加工锯材', customsPort: '0202' }
  const found = await aroundTheDay('imported_logs_rule', true, () => judged(timber))
  await it.db.owner.pool.query(`update enterprise set region = '北京市' where name like '演示钢铁%'`)
  assert.deepEqual(found, [
    { stops: [], says: ['O4 customsPort'] },
    { stops: ['O4 customsPort'], says: [] },
  ])
})

const goodsFacts = async (loginName: string, hsCode: string) =>
  (await as(it, loginName)).call(applicationApi.goodsFacts, { params: { year: 2026, hsCode } })

test('what the page judges by comes with the goods', async () => {
  const digits = { otherwise: 3, byCode: {} }
  const seen = await aroundTheDay(
    'quantity_digits',
    digits,
    async () => (await goodsFacts('steel02', '7208271000')).goods.unitDecimals,
  )
  assert.deepEqual(seen, [1, 3])
  const choices = await aroundTheDay(
    'contract_no_length',
    30,
    async () => (await goodsFacts('steel02', '7208271000')).choices.contractNoLength,
  )
  assert.deepEqual(choices, [17, 30])
})

test('goods of 许可证局 are proposed to it or to the place of the enterprise', async () => {
  const { hs_code: coal } = await it.ctx.db
    .selectFrom('commodity')
    .select('hs_code')
    .where('goods_key', '=', 'coal')
    .executeTakeFirstOrThrow()
  const proposed = await aroundTheDay(
    'bureau_goods',
    false,
    async () => (await goodsFacts('trade01', coal)).issuingAuthority,
  )
  assert.deepEqual(proposed, ['AA', '03'])
})

test('a term of their own: on the page, and on the licence that is issued from that day on', async () => {
  const days = { otherwise: null, byCode: { steel: 60 } }
  const terms = await aroundTheDay('licence_days', days, async () => {
    const { sealer, licence } = await licenceOf()
    const seen = await sealer.call(licenceApi.getLicence, { params: { id: licence.id } })
    const { id } = await completeDraft(it, sealer, { papers: [] })
    const { filled } = await sealer.call(applicationApi.getApplication, { params: { id } })
    return [seen.expiryDate, filled.expiryDate]
  })
  assert.deepEqual(terms, [
    ['2026-12-19', '2026-12-19'],
    ['2026-08-19', '2026-08-19'],
  ])
})

test('溢装 of licences approved from that day on; those before keep theirs', async () => {
  const ids: string[] = []
  const read = async (id: string) =>
    Number(
      (
        await it.ctx.db
          .selectFrom('licence')
          .select('over_shipment')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).over_shipment,
    )
  const allowed = await aroundTheDay('over_shipment_bulk', 2, async () => {
    const { licence } = await licenceOf()
    ids.push(licence.id)
    return read(licence.id)
  })
  assert.deepEqual(allowed, [5, 2])
  assert.equal(await read(ids[0] ?? ''), 5)
  const listed = async (category: string) =>
    Number((await it.ctx.codes.current()).entry('goods_category', category)?.extra['maxOverShipment'])
  const oil = await aroundTheDay('over_shipment_oil', 1, async () =>
    Promise.all(['crude_oil', 'refined_oil', 'lubricants', 'live_pigs_hkmo'].map(listed)),
  )
  assert.deepEqual(oil, [
    [3, 3, 5, 0],
    [1, 1, 5, 0],
  ])
})

test('a loss without a published notice', async () => {
  const { licence } = await licenceOf()
  const found = await aroundTheDay('loss_notice', false, async () => {
    const sealer = await steel()
    const request = await asked(sealer, {
      kind: 'loss',
      licenceNo: licence.licenceNo,
      form: { ...emptyAmendment },
    })
    const { issues } = await sealer.call(requestApi.getRequest, { params: { id: request.id } })
    await doing(sealer, request, 'delete')
    return issues.filter(({ rule }) => rule === 'C16').map(({ path: at }) => at)
  })
  assert.deepEqual(found, [['notice.newspaper', 'notice.publishedOn'], []])
})

test('the reminder of an extension comes so many days before the end', async () => {
  const { licence } = await licenceOf()
  const model = { id: licence.id, licenceNo: licence.licenceNo, applicationId: licence.application.id }
  const near = await issuedLicence(it, model, { expiry_date: '2026-07-15' })
  const told = await aroundTheDay('extension_reminder_days', 25, async () => {
    await remind(it.ctx)
    const { rows } = await it.db.owner.pool.query<{ kind: string }>(
      `select kind from notice where thing_id = $1 and kind = 'extension_closing'`,
      [near.id],
    )
    return rows.length
  })
  assert.deepEqual(told, [0, 1])
})

test('a key may be renewed, and is said to end soon, so many days before its end', async () => {
  const seen = await aroundTheDay('renewal_days', 365, async () => {
    const { rows } = await (await steel()).call(listKeys, { query: {} })
    const [own] = rows.filter((row) => row.own)
    return [own?.status, own?.notRenewable === null]
  })
  assert.deepEqual(seen, [
    ['valid', false],
    ['expiring', true],
  ])
})

test('how long a new key is valid is asked for the day on which it is made', async () => {
  const years = await aroundTheDay('certificate_years', 2, () =>
    settingOn(it.ctx.db, 'certificate_years', it.clock().toISOString().slice(0, 10)),
  )
  assert.deepEqual(years, [1, 2])
})

test('every setting that is changed here was tried', () => {
  // The quota officer's has a test of its own.
  const left = settingNames.filter((name) => !proved.has(name) && name !== 'quota_low_percent')
  assert.deepEqual(left, [])
})
