/** What an enterprise changes after a return is its own business until it is submitted: others see what was sent. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import * as files from '#api/attachment.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import type { ApplicationDocument } from '#domain/application/document.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { steelForm } from '#test/forms.ts'
import { completeDraft, doing, enterpriseOf, sealed, typed, type Draft } from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'

let it: TestApp
let key: TestKey
let printed: ApplicationDocument | undefined
const people = new Map<string, TestClient>()
const names = ['steel01', 'steel02', 'trade01', 'consignor01', 'review01', 'hebei01', 'audit01']

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  it.ctx.press = {
    ...it.ctx.press,
    application: async (document) => {
      printed = document
      return Buffer.from('%PDF-1.4')
    },
  }
  for (const name of names) people.set(name, await as(it, name))
  key = await eKeyOf(it, pki, 'steel02')
})
after(() => it.close())

function person(name: string): TestClient {
  const found = people.get(name)
  assert.ok(found)
  return found
}

const { consignor } = demoEnterprises
const agency: Partial<ApplicationForm> = {
  consignorCode: consignor.code13,
  consignorUscc: consignor.uscc,
  consignorName: consignor.name,
}
const sheet = {
  principalName: '委托',
  agentName: '代理',
  agencyContractNo: 'D-1',
  agencySignedOn: '2026-01-01',
  agencyValidUntil: '2026-12-31',
  shipperName: '发货',
  shipperContact: '张三',
  shipperAddress: '北京',
  shipperPhone: '010-12345678',
  domesticTransportMode: '3',
}

/** Submitted to AA for the consignor with contract XK2026-STEEL-01, then returned. */
async function returned(): Promise<Draft> {
  const draft = await completeDraft(it, person('steel02'), {
    form: agency,
    sheet,
    papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'AGENCY'],
  })
  const sent = await doing(person('steel02'), await sealed(it, person('steel02'), key, draft), 'submit')
  assert.equal((await seen('consignor01', sent.id)).form['contractNo'], 'XK2026-STEEL-01')
  const held = await doing(person('review01'), sent, 'claim')
  return doing(person('review01'), held, 'return', '请更正合同号')
}

const seen = (name: string, id: string) => person(name).call(api.getApplication, { params: { id } })
const statusFor = async (name: string, id: string) =>
  (await person(name).get(`/api/applications/${id}`)).statusCode
const rowFor = async (name: string, id: string) => {
  const query = { list: 'all', pageSize: 100 } as const
  return (await person(name).call(api.listApplications, { query })).rows.find((row) => row.id === id)
}

async function change(thing: Draft, form: Partial<ApplicationForm>): Promise<Draft> {
  const whole = { ...steelForm(enterpriseOf(person('steel02'))), ...agency, ...form }
  const saved = await person('steel02').call(api.saveApplication, {
    params: { id: thing.id },
    body: { version: thing.version, form: typed(whole) },
  })
  return { id: thing.id, version: saved.version }
}

test('officers and auditors go on seeing what was sent, in the list, the detail, the files and the print', async () => {
  const thing = await returned()
  const before = await seen('review01', thing.id)
  const saved = await change(thing, {
    contractNo: 'SECRET-2',
    destinationCountry: 'USA',
    lines: [{ specGrade: 'SECRET', unitPrice: '9', quantity: '10' }],
  })
  const file = await it.ctx.files.putBytes(new TextEncoder().encode('new'))
  await it.ctx.db
    .insertInto('attachment')
    .values({
      id: thing.id,
      application_id: thing.id,
      type_code: 'OTHER',
      name: 'SECRET.pdf',
      size: file.size,
      sha256: file.sha256,
      media_type: 'application/pdf',
      created_by: person('steel02').account?.id ?? '',
      created_at: it.clock(),
    })
    .execute()
  for (const name of ['review01', 'audit01']) {
    const now = await seen(name, thing.id)
    for (const part of ['form', 'contractSheet', 'filled', 'attachments', 'names', 'goods'] as const) {
      assert.deepEqual(now[part], before[part], `${name} ${part}`)
    }
    const row = await rowFor(name, thing.id)
    assert.deepEqual(
      [row?.state, row?.contractNo, row?.totalQuantity, row?.destinationName],
      ['returned', 'XK2026-STEEL-01', '450000.5', before.names['destinationCountry']],
    )
    const { rows } = await person(name).call(files.listAttachments, { params: { id: thing.id } })
    assert.equal(rows.length, before.attachments.length)
    assert.equal(
      (await person(name).get(`/api/applications/${thing.id}/attachments/${thing.id}`)).statusCode,
      404,
    )
    assert.equal((await person(name).get(`/api/applications/${thing.id}/document`)).statusCode, 200)
    assert.equal(printed?.face.contractNo, 'XK2026-STEEL-01')
    assert.equal(printed?.seal?.signer, person('steel02').account?.personName)
  }
  const own = await seen('steel01', thing.id)
  assert.deepEqual(
    [own.form['contractNo'], own.attachments.length],
    ['SECRET-2', before.attachments.length + 1],
  )
  assert.equal((await rowFor('steel01', thing.id))?.contractNo, 'SECRET-2')
  assert.equal((await person('steel01').get(`/api/applications/${thing.id}/document`)).statusCode, 200)
  assert.equal(printed?.face.contractNo, 'SECRET-2')
  assert.equal(saved.version, thing.version + 1)
})

test('sent to another authority and for another consignor, it is theirs from the submission on', async () => {
  const thing = await returned()
  assert.equal(await statusFor('consignor01', thing.id), 404, 'what may change names nobody yet')
  const changed = await change(thing, { issuingAuthority: '03' })
  assert.deepEqual([await statusFor('hebei01', thing.id), await statusFor('review01', thing.id)], [404, 404])
  const refused = await person('hebei01').post(`/api/applications/${thing.id}/actions/claim`, {
    version: changed.version,
    requestId: thing.id,
  })
  assert.equal(refused.statusCode, 404)
  const ready = await sealed(it, person('steel02'), key, changed)
  assert.equal(await statusFor('hebei01', thing.id), 404)
  await doing(person('steel02'), ready, 'submit')
  assert.deepEqual([await statusFor('hebei01', thing.id), await statusFor('review01', thing.id)], [200, 404])
  assert.equal(await statusFor('consignor01', thing.id), 200)
})

test('beside a review stand earlier applications on the contract as they were sent', async () => {
  const thing = await returned()
  const other = await completeDraft(it, person('steel02'))
  const sent = await doing(person('steel02'), await sealed(it, person('steel02'), key, other), 'submit')
  const earlier = async () => (await seen('review01', sent.id)).earlier.find((one) => one.id === thing.id)
  assert.equal((await earlier())?.totalQuantity, '450000.5')
  await change(thing, { lines: [{ specGrade: 'S', unitPrice: '1', quantity: '10' }] })
  assert.equal((await earlier())?.totalQuantity, '450000.5')
  assert.equal(
    (await seen('review01', thing.id)).earlier.some((one) => one.id === sent.id),
    true,
  )
})
