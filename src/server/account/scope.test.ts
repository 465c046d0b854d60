import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { dataScopes, isDataScope } from '#domain/account/data-scope.ts'
import { roles } from '#domain/account/roles.ts'
import { reaches, type Actor } from '#domain/machine.ts'
import { system } from '#server/door.ts'
import { demoAccount, demoAccounts } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { startTestApp, type TestApp } from '#test/people.ts'
import {
  applicationRelation,
  applicationsInScope,
  licencesInScope,
  requestRelation,
  requestsInScope,
} from './scope.ts'
import { makeSession, sessionOf } from './session.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
  await makeRows()
})
after(() => it.close())

const { steel, trade, consignor } = demoEnterprises
const idOf = (loginName: string) => demoAccount(loginName)?.id ?? ''

/** How far an application came: never submitted, with the authority, or returned and perhaps meant for another one. */
const journeys = [
  { state: 'draft', submitted: false, sentTo: null },
  { state: 'approved', submitted: true, sentTo: 'AA' },
  { state: 'returned', submitted: true, sentTo: 'AA' },
  { state: 'returned', submitted: true, sentTo: '03' },
] as const

/** Every relation a row can have to a person: whose, which department, by whom, for whom, where, how far it came. */
function* relations() {
  for (const enterprise of [steel.id, trade.id])
    for (const department of ['出口一部', '出口二部', null])
      for (const createdBy of [idOf('steel01'), idOf('steel02')])
        for (const consignorCode of [consignor.code13, steel.code13, '', undefined])
          for (const authority of ['AA', '03', undefined])
            for (const journey of journeys)
              yield { enterprise, department, createdBy, consignorCode, authority, ...journey }
}

let count = 0
async function makeRows() {
  const now = it.clock()
  for (const relation of relations()) {
    const { enterprise, department, createdBy, consignorCode, authority, state, submitted, sentTo } = relation
    const id = randomUUID()
    const number = String(++count).padStart(6, '0')
    const form = { quotaYear: '2026', hsCode: '7208100000', consignorCode, issuingAuthority: authority }
    await it.ctx.db
      .insertInto('application')
      .values({
        id,
        window_no: `W${number}`,
        state,
        channel: 'platform',
        enterprise_id: enterprise,
        department,
        created_by: createdBy,
        created_at: now,
        modified_by: createdBy,
        modified_at: now,
        apply_date: '2026-06-15',
        form_version: 1,
        form: JSON.stringify(form),
        goods_key: 'steel',
        goods_name: '钢',
        category_code: 'C00000',
        licence_type: 'licence',
        goods_unit: '035',
        total_quantity: '1',
        total_amount: '1',
        submitted_at: submitted ? now : null,
        sent_to: sentTo,
      })
      .execute()
    if (state === 'approved')
      await makeLicence(id, number, enterprise, consignorCode ?? '', authority ?? 'AB')
  }
}

const makeLicence = (applicationId: string, number: string, enterprise: string, code: string, at: string) =>
  it.ctx.db
    .insertInto('licence')
    .values({
      id: randomUUID(),
      licence_no: `26${at}${number}`,
      application_id: applicationId,
      state: 'valid',
      channel: 'platform',
      enterprise_id: enterprise,
      consignor_code: code,
      authority_code: at,
      quota_year: 2026,
      hs_code: '7208100000',
      category_code: 'C00000',
      goods_key: 'steel',
      goods_name: '钢',
      goods_unit: '035',
      quantity: '1',
      amount: '1',
      amount_usd: '1',
      currency: 'USD',
      trade_mode: '10',
      destination_country: 'JPN',
      customs_port: '0202',
      contract_no: 'X',
      one_batch: true,
      content: '{}',
      check_code: 'X',
      created_at: it.clock(),
      modified_at: it.clock(),
    })
    .execute()

/** The demonstration's people as they are after signing in, and people with the scopes that none of them has. */
async function actors(): Promise<[string, Actor][]> {
  const demo = await Promise.all(
    demoAccounts.map(async ({ loginName, id: accountId }): Promise<[string, Actor]> => {
      const at = { accountId, now: it.clock(), address: '', userAgent: '' }
      const { digest } = await makeSession(it.ctx.db, at)
      return [loginName, (await sessionOf(it.ctx, digest)).actor]
    }),
  )
  const steel01 = demo.find(([name]) => name === 'steel01')?.[1] ?? system
  const scopes = Object.keys(dataScopes).filter(isDataScope)
  const others = scopes.flatMap((scope): [string, Actor][] => [
    [`steel01 as ${scope}`, { ...steel01, scope }],
    [`steel01 as ${scope} without department`, { ...steel01, scope, department: null }],
    [`${scope} of nothing`, { ...system, scope, accountId: randomUUID() }],
  ])
  return [...demo, ...others, ['system', system]]
}

const applications = () => it.ctx.db.selectFrom('application').selectAll().execute()

const listed = async (actor: Actor) => {
  const rows = await it.ctx.db
    .selectFrom('application')
    .select('id')
    .where(applicationsInScope(actor))
    .execute()
  return new Set(rows.map((row) => row.id))
}

test('every role is among the people of this test', () => {
  const there = new Set<string>(demoAccounts.flatMap((account) => account.roles))
  assert.deepEqual(there, new Set(Object.keys(roles)))
})

test('what a list shows is what one may look at singly, for every person and relation', async () => {
  const rows = await applications()
  assert.equal(rows.length, 576)
  for (const [name, actor] of await actors()) {
    const inList = await listed(actor)
    for (const row of rows) {
      const atDoor = reaches(actor, { state: row.state, ...applicationRelation(row) })
      // The auditor, who has no actions, is shown no drafts although the rule at the door knows no such limit.
      const seen = atDoor && (actor.scope !== 'all' || row.submitted_at !== null)
      assert.equal(inList.has(row.id), seen, `${name} ${JSON.stringify(row)}`)
    }
  }
})

test('whom the rows belong to, said once more in words', async () => {
  const rows = await applications()
  const people = new Map(await actors())
  const sentTo = (row: (typeof rows)[number], code: string) =>
    row.issuing_authority === code && (row.state === 'approved' || row.sent_to === code)
  const expected: Record<string, (row: (typeof rows)[number]) => boolean> = {
    steel01: (row) => row.enterprise_id === steel.id,
    steel02: (row) => row.enterprise_id === steel.id,
    trade01: (row) => row.enterprise_id === trade.id,
    consignor01: (row) => row.consignor_code === consignor.code13 && row.state === 'approved',
    review01: (row) => sentTo(row, 'AA'),
    issue01: (row) => sentTo(row, 'AA'),
    hebei01: (row) => sentTo(row, '03'),
    audit01: (row) => row.submitted_at !== null,
    super01: (row) => row.submitted_at !== null,
    steel00: (row) => row.enterprise_id === steel.id,
    admin01: () => false,
    platform01: () => false,
    key01: () => false,
    electro01: () => false,
    'steel01 as own': (row) => row.enterprise_id === steel.id && row.created_by === idOf('steel01'),
    'steel01 as department': (row) => row.enterprise_id === steel.id && row.department === '出口一部',
    'steel01 as department without department': (row) =>
      row.enterprise_id === steel.id && row.department === null,
    'enterprise of nothing': () => false,
    'authority of nothing': () => false,
    'consignor of nothing': () => false,
    system: () => true,
  }
  for (const [name, sees] of Object.entries(expected)) {
    const actor = people.get(name)
    assert.ok(actor, name)
    const ids = rows.filter(sees).map((row) => row.id)
    assert.deepEqual([...(await listed(actor))].toSorted(), ids.toSorted(), name)
  }
})

test('licences are in reach as the rule at the door says', async () => {
  const rows = await it.ctx.db
    .selectFrom('licence')
    .innerJoin('application', 'application.id', 'licence.application_id')
    .select([
      'licence.id',
      'licence.enterprise_id',
      'licence.consignor_code',
      'licence.authority_code',
      'application.department',
      'application.created_by',
    ])
    .execute()
  assert.equal(rows.length, 144)
  for (const [name, actor] of await actors()) {
    const inList = await it.ctx.db.selectFrom('licence').select('id').where(licencesInScope(actor)).execute()
    const there = rows.filter((row) =>
      reaches(actor, {
        state: 'valid',
        enterpriseId: row.enterprise_id,
        department: row.department,
        createdBy: row.created_by,
        consignorCode: row.consignor_code,
        authorityCode: row.authority_code,
      }),
    )
    assert.deepEqual(inList.map((row) => row.id).toSorted(), there.map((row) => row.id).toSorted(), name)
  }
})

test('requests are in reach as the rule at the door says, in every state', async () => {
  const [licence] = await it.ctx.db.selectFrom('licence').selectAll().limit(1).execute()
  assert.ok(licence)
  const states = ['reviewing', 'second_review', 'returned', 'awaiting_customs', 'approved', 'ready'] as const
  const now = it.clock()
  for (const enterprise of [steel.id, trade.id])
    for (const department of ['出口一部', null])
      for (const createdBy of [idOf('steel01'), idOf('steel02')])
        for (const authority of ['AA', '03'])
          for (const state of states)
            for (const submitted of state === 'ready' ? [true, false] : [true])
              await it.db.owner.db
                .insertInto('licence_request')
                .values({
                  id: randomUUID(),
                  kind: 'cancellation',
                  state,
                  licence_id: await plainLicence(licence),
                  licence_no: licence.licence_no,
                  enterprise_id: enterprise,
                  department,
                  authority_code: authority,
                  quota_year: 2026,
                  reason: '试验',
                  created_by: createdBy,
                  created_at: now,
                  modified_by: createdBy,
                  modified_at: now,
                  submitted_at: submitted ? now : null,
                })
                .execute()
  const rows = await it.ctx.db.selectFrom('licence_request').selectAll().execute()
  assert.equal(rows.length, 112)
  let seenByAuditor = 0
  for (const [name, actor] of await actors()) {
    const found = await it.ctx.db
      .selectFrom('licence_request')
      .select('id')
      .where(requestsInScope(actor))
      .execute()
    const inList = new Set(found.map((row) => row.id))
    for (const row of rows) {
      const subject = { ...requestRelation(row), state: row.state }
      const sent = subject.authorityCode !== null
      const seen = reaches(actor, subject) && (actor.scope !== 'all' || sent)
      assert.equal(inList.has(row.id), seen, `${name} ${JSON.stringify(row)}`)
    }
    if (name === 'audit01') seenByAuditor = inList.size
    if (name === 'consignor01') assert.equal(inList.size, 0)
  }
  assert.equal(seenByAuditor, 80)
})

/** Another licence like this one, since each takes one open request. */
async function plainLicence(like: { application_id: string }): Promise<string> {
  count += 1
  const { id: applicationId } = await it.ctx.db
    .selectFrom('application')
    .select('id')
    .where('id', '<>', like.application_id)
    .where('state', '=', 'draft')
    .where('id', 'not in', it.ctx.db.selectFrom('licence').select('application_id'))
    .limit(1)
    .executeTakeFirstOrThrow()
  await makeLicence(applicationId, String(count).padStart(6, '0'), steel.id, '', 'AA')
  const made = await it.ctx.db
    .selectFrom('licence')
    .select('id')
    .where('application_id', '=', applicationId)
    .executeTakeFirstOrThrow()
  return made.id
}
