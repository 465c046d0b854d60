/** The key office through the front door: asked, decided once, made in the page, bound, renewed, lost, revoked. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as api from '#api/key.ts'
import { reachesKeyRequest } from '#domain/certificate/actions.ts'
import { maskedNumber } from '#domain/certificate/id-number.ts'
import { demoAccounts } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { permissionsOf } from '#domain/account/roles.ts'
import { completeDraft, doing, refusing, sealed } from '#test/journey.ts'
import {
  applicant,
  doingKey,
  filled,
  getRequest,
  keyFor,
  madeKey,
  refusingKey,
  signedChallenge,
  testPin,
  upload,
} from '#test/keys.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { makeKey } from '#ui/key/new-key.ts'
import { sign, type OpenKey } from '#ui/key/e-key.ts'
import { keyRequestKind } from './act.ts'
import { keyRequestsInScope } from './scope.ts'

let it: TestApp
let pki: TestPki
let steel: TestClient
let colleague: TestClient
let administrator: TestClient
let trader: TestClient
let officer: TestClient

before(async () => {
  const clock = testClock()
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  steel = await as(it, 'steel02')
  colleague = await as(it, 'steel01')
  administrator = await as(it, 'steel00')
  trader = await as(it, 'trade01')
  officer = await as(it, 'key01')
})
after(() => it.close())

const certificate = (fingerprint: string) =>
  it.ctx.db
    .selectFrom('certificate')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirstOrThrow()

/** Leaves nothing open that would refuse the next request of the same person. */
async function clear(client: TestClient) {
  const { rows } = await client.call(api.listKeyRequests, { query: { pageSize: 100 } })
  for (const row of rows) {
    if (!['draft', 'returned', 'approved', 'submitted'].includes(row.state)) continue
    const open = row.state === 'submitted' ? await doingKey(client, row, 'recall') : row
    await doingKey(client, open, 'delete')
  }
}

test('asked with papers, approved, made in the page: a key that seals, bound, told by a letter', async () => {
  const asked = await filled(steel)
  assert.deepEqual([asked.state, asked.issues, asked.holder.loginName], ['draft', [], 'steel02'])
  const sent = await doingKey(steel, asked, 'submit')
  assert.equal(sent.stateLabel, '已提交')
  const seen = await getRequest(officer, asked.id)
  assert.deepEqual(
    [seen.fields['identityNumber'], seen.papers.map((paper) => paper.kindLabel)],
    [applicant.identityNumber, ['营业执照', '申请者证件']],
  )
  const approved = await doingKey(officer, sent, 'approve')
  const key = await madeKey(steel, approved)
  const row = await certificate(key.fingerprint)
  assert.deepEqual(
    [row.account_id, row.made_for, row.key_request_id, row.device, row.certificate_type],
    [steel.account?.id, steel.account?.id, asked.id, 'file', 'general'],
  )
  await doing(steel, await sealed(it, steel, key, await completeDraft(it, steel)), 'submit')
  const done = await getRequest(steel, asked.id)
  assert.deepEqual([done.state, done.certificateSerial], ['issued', key.serial])
  assert.deepEqual(
    done.history.map((line) => line.action),
    ['create', 'save', 'submit', 'approve', 'issue'],
  )
  const letters = await it.ctx.db
    .selectFrom('message')
    .select(['recipient', 'text'])
    .where('kind', '=', 'key_request_decided')
    .execute()
  assert.deepEqual(
    letters.map((letter) => letter.recipient),
    [applicant.email],
  )
})

test('a click that got no answer is answered with the same certificate, another key with words', async () => {
  await clear(steel)
  const approved = await doingKey(officer, await doingKey(steel, await filled(steel), 'submit'), 'approve')
  const { holder } = await getRequest(steel, approved.id)
  const key = await makeKey(holder, testPin)
  const body = {
    version: approved.version,
    requestId: randomUUIDv7(),
    request: Buffer.from(key.request).toString('base64'),
  }
  const params = { id: approved.id }
  const first = await steel.call(api.makeCertificate, { params, body })
  assert.deepEqual(await steel.call(api.makeCertificate, { params, body }), first)
  const other = Buffer.from((await makeKey(holder, testPin)).request).toString('base64')
  const again = await steel.refused(api.makeCertificate, { params, body: { ...body, request: other } })
  assert.match(again.failure.words, /补办/)
  const late = { ...body, request: other, requestId: randomUUIDv7() }
  assert.equal((await steel.refused(api.makeCertificate, { params, body: late })).status, 409)
})

test('nobody makes a key with another name, before the approval, or for a colleague', async () => {
  await clear(steel)
  const sent = await doingKey(steel, await filled(steel), 'submit')
  const { holder } = await getRequest(steel, sent.id)
  const request = async (of: typeof holder) =>
    Buffer.from((await makeKey(of, testPin)).request).toString('base64')
  const make = async (client: TestClient, version: number, of = holder) =>
    client.refused(api.makeCertificate, {
      params: { id: sent.id },
      body: { version, requestId: randomUUIDv7(), request: await request(of) },
    })
  assert.match((await make(steel, sent.version)).failure.words, /只有“已审批”时/)
  const { version } = await doingKey(officer, sent, 'approve')
  const named = await make(steel, version, { ...holder, personName: '别人' })
  assert.deepEqual([named.status, named.failure.code], [409, 'name'])
  assert.equal((await make(colleague, version)).status, 404)
  assert.match((await make(administrator, version)).failure.words, /只能由申请人本人办理/)
  assert.equal((await make(trader, version)).status, 404)
})

test('two officers on one request: once', async () => {
  await clear(steel)
  const sent = await doingKey(steel, await filled(steel), 'submit')
  const second = await as(it, 'key01')
  const results = await race(
    it.db,
    (tx) => sql`select from key_request where id = ${sent.id} for update`.execute(tx),
    [() => doingKey(officer, sent, 'approve'), () => doingKey(second, sent, 'return', '材料不清楚')],
  )
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('what is missing or wrong is said in words; nothing wrong is submitted', async () => {
  await clear(steel)
  const asked = await filled(steel, { fields: { identityNumber: '110105194912310021', position: '' } })
  assert.deepEqual(
    asked.issues.map((issue) => issue.path),
    ['position', 'identityNumber'],
  )
  assert.match((await refusingKey(steel, asked, 'submit')).failure.words, /请填写职务/)
  const malformed = await steel.refused(api.saveKeyRequest, {
    params: { id: asked.id },
    body: {
      version: asked.version,
      requestId: randomUUIDv7(),
      certificateType: 'general',
      fields: { ...applicant, postcode: 'x' },
      services: [],
    },
  })
  assert.deepEqual([malformed.status, malformed.failure.issues?.[0]?.path], [422, 'fields.postcode'])
  const bad = await upload(steel, asked.id, 'identity', Buffer.from('<html></html>'))
  assert.equal(bad.statusCode, 409)
  const sent = await filledAgain()
  assert.equal((await upload(steel, sent.id, 'other')).statusCode, 409)
})

async function filledAgain() {
  await clear(steel)
  return doingKey(steel, await filled(steel), 'submit')
}

test('returned with a reason, changed, submitted again; recalled; deleted', async () => {
  const sent = await filledAgain()
  assert.equal((await refusingKey(officer, sent, 'return')).status, 422)
  const back = await doingKey(officer, sent, 'return', '身份证看不清')
  assert.equal((await getRequest(steel, sent.id)).opinion, '身份证看不清')
  const again = await doingKey(steel, back, 'submit')
  const recalled = await doingKey(steel, again, 'recall')
  assert.equal(recalled.state, 'draft')
  assert.equal((await officer.refused(api.getKeyRequest, { params: { id: sent.id } })).status, 404)
  assert.equal((await doingKey(steel, recalled, 'delete')).state, 'deleted')
})

test('lost: the old key is refused from the moment it is told; what was submitted stays, what is ready is sealed again', async () => {
  await clear(steel)
  const key = await keyFor(steel, officer)
  const submitted = await doing(steel, await sealed(it, steel, key, await completeDraft(it, steel)), 'submit')
  const ready = await sealed(it, steel, key, await completeDraft(it, steel))
  const lost = await filled(steel, { kind: 'reissue', fingerprint: key.fingerprint })
  const sent = await doingKey(steel, lost, 'submit')
  const row = await certificate(key.fingerprint)
  assert.deepEqual([row.revocation_code, row.revoked_by], ['keyCompromise', steel.account?.id])
  assert.match((await refusing(steel, ready, 'submit')).failure.words, /已于 .* 注销/)
  await assert.rejects(sealed(it, steel, key, await completeDraft(it, steel)), /seal_revoked/)
  const first = await as(it, 'review01')
  await doing(first, await doing(first, submitted, 'claim'), 'pass_first')
  const fresh = await madeKey(steel, await doingKey(officer, sent, 'approve'))
  const edited = await doing(steel, ready, 'edit')
  await doing(steel, await sealed(it, steel, fresh, edited), 'submit')
})

test('one open request about a key at a time, and only about one’s own', async () => {
  await clear(steel)
  const key = await keyFor(steel, officer)
  await filled(steel, { kind: 'reissue', fingerprint: key.fingerprint })
  const create = (client: TestClient, kind: 'reissue' | 'renew' | 'new') =>
    client.refused(api.createKeyRequest, {
      body: { id: randomUUIDv7(), kind, ...(kind === 'new' ? {} : { fingerprint: key.fingerprint }) },
    })
  assert.match((await create(steel, 'renew')).failure.words, /已有一份正在办理的申请/)
  for (const client of [colleague, administrator, trader]) {
    assert.equal((await create(client, 'reissue')).status, 404)
  }
})

test('revoked by its holder, by the administrator of the enterprise, by an officer; nobody else', async () => {
  await clear(steel)
  const revoke = (client: TestClient, fingerprint: string, id = randomUUIDv7()) => ({
    params: { fingerprint },
    body: { id, code: 'affiliationChanged' as const, reason: '离职' },
  })
  for (const client of [steel, administrator, officer]) {
    const { fingerprint, serial } = await keyFor(steel, officer)
    for (const stranger of [colleague, trader]) {
      assert.equal((await stranger.refused(api.revokeKey, revoke(stranger, fingerprint))).status, 404)
    }
    const given = revoke(client, fingerprint)
    await client.call(api.revokeKey, given)
    await client.call(api.revokeKey, given)
    const again = await client.refused(api.revokeKey, revoke(client, fingerprint))
    assert.match(again.failure.words, /已经注销/)
    const row = await certificate(fingerprint)
    assert.deepEqual(
      [row.revocation_code, row.revocation_reason, row.revoked_by],
      ['affiliationChanged', '持有人离职或换岗：离职', client.account?.id],
    )
    const { history, state } = await getRequest(client, given.body.id)
    assert.deepEqual([state, history.at(-1)?.certificateSerial], ['revoked', serial])
  }
  const jobs = await sql<{ n: number }>`select count(*)::int as n from graphile_worker.jobs
    where task_identifier = 'pki.crl'`.execute(it.db.owner.db)
  assert.equal(jobs.rows[0]?.n, 1)
})

test('bound and unbound: an unbound key seals nothing until its holder binds it again', async () => {
  await clear(steel)
  const key = await keyFor(steel, officer)
  const params = { fingerprint: key.fingerprint }
  assert.equal((await colleague.refused(api.unbindKey, { params })).status, 404)
  await steel.call(api.unbindKey, { params })
  await assert.rejects(sealed(it, steel, key, await completeDraft(it, steel)), /seal_other_account/)
  for (const client of [colleague, administrator]) {
    const body = await signedChallenge(it, client, key.open, 'bind')
    assert.equal((await client.refused(api.bindKey, { body })).failure.code, 'other_account')
  }
  const foreign = await signedChallenge(it, trader, key.open, 'bind')
  assert.equal((await trader.refused(api.bindKey, { body: foreign })).failure.code, 'other_enterprise')
  const body = await signedChallenge(it, steel, key.open, 'bind')
  await steel.call(api.bindKey, { body })
  assert.equal((await steel.refused(api.bindKey, { body })).failure.code, 'challenge')
  await sealed(it, steel, key, await completeDraft(it, steel))
})

test('a challenge is for one purpose, once, and for two minutes', async () => {
  const key = await eKeyOf(it, pki, 'steel02')
  const elsewhere = await signedChallenge(it, steel, key.open, 'sign_in')
  assert.equal((await steel.refused(api.bindKey, { body: elsewhere })).failure.code, 'challenge')
  const late = await signedChallenge(it, steel, key.open, 'bind')
  it.clock.add(121_000)
  assert.equal((await steel.refused(api.bindKey, { body: late })).failure.code, 'challenge')
  const mine = await signedChallenge(it, steel, key.open, 'bind')
  const other = await signedChallenge(it, steel, key.open, 'bind')
  const mixed = { challengeId: mine.challengeId, cms: other.cms }
  assert.equal((await steel.refused(api.bindKey, { body: mixed })).failure.code, 'seal_content')
})

test('what the server thinks of a certificate: ours and in date, revoked, somebody else’s, none at all', async () => {
  const key = await eKeyOf(it, pki, 'steel02')
  const ask = (client: TestClient, der: Uint8Array) =>
    client.call(api.checkKey, { body: { certificate: Buffer.from(der).toString('base64') } })
  const mine = await ask(steel, key.certificate.der)
  assert.deepEqual([mine.issued, mine.known, mine.revokedAt, mine.boundToMe], [true, true, null, true])
  assert.equal((await ask(trader, key.certificate.der)).boundToMe, false)
  const foreign = await (await makeTestPki(it.clock())).operator()
  assert.equal((await ask(steel, foreign.certificate.der)).issued, false)
  assert.equal((await ask(steel, Buffer.from('nothing'))).issued, false)
})

test('identity numbers are shown whole to the applicant and the officer alone', async () => {
  const sent = await filledAgain()
  const seen = async (client: TestClient) => (await getRequest(client, sent.id)).fields['identityNumber']
  assert.equal(await seen(steel), applicant.identityNumber)
  assert.equal(await seen(officer), applicant.identityNumber)
  for (const name of ['steel00', 'audit01', 'super01']) {
    assert.equal(await seen(await as(it, name)), maskedNumber(applicant.identityNumber), name)
  }
})

test('the scope of lists says the same as the scope of the door, for everybody and every request', async () => {
  await filledAgain()
  await clear(colleague)
  await filled(colleague)
  const rows = await it.ctx.db.selectFrom('key_request').selectAll().execute()
  assert.ok(new Set(rows.map((row) => row.state)).size >= 5)
  for (const account of demoAccounts) {
    const actor = {
      accountId: account.id,
      personName: account.personName,
      permissions: permissionsOf(account.roles),
      scope: account.dataScope,
      enterpriseId: account.enterprise === null ? null : demoEnterprises[account.enterprise].id,
      department: account.department,
      code13: account.enterprise === null ? null : demoEnterprises[account.enterprise].code13,
      authorityCode: account.authorityCode,
    }
    const listed = await sql<{
      id: string
    }>`select id from key_request where ${keyRequestsInScope(actor)}`.execute(it.ctx.db)
    const reached = rows.filter((row) =>
      reachesKeyRequest(actor, {
        enterpriseId: row.enterprise_id,
        createdBy: row.created_by,
        sent: row.submitted_at !== null && row.state !== 'draft',
        kind: keyRequestKind(row.kind),
      }),
    )
    assert.deepEqual(
      listed.rows.map(({ id }) => id).toSorted(),
      reached.map(({ id }) => id).toSorted(),
      account.loginName,
    )
  }
})

test('a merely registered enterprise is verified by its first key, and its applicant may seal then', async () => {
  const id = randomUUIDv7()
  const now = it.clock()
  const accountId = demoAccounts.find((one) => one.loginName === 'steel01')?.id ?? ''
  await it.ctx.db
    .insertInto('enterprise')
    .values({
      id,
      code13: '3100717850556',
      uscc: '91310000717850556M',
      name: '新设出口有限公司',
      region: '上海市',
      created_at: now,
      modified_at: now,
    })
    .execute()
  const before = await it.ctx.db
    .selectFrom('account')
    .select(['enterprise_id', 'roles'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  await clear(colleague)
  await it.ctx.db.updateTable('account').set({ enterprise_id: id }).where('id', '=', accountId).execute()
  try {
    const stranger = await as(it, 'steel01')
    const asked = await filled(stranger)
    assert.equal(asked.enterprise.verified, false)
    const approved = await doingKey(officer, await doingKey(stranger, asked, 'submit'), 'approve')
    const row = await it.ctx.db
      .selectFrom('enterprise')
      .select('verified_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    assert.notEqual(row.verified_at, null)
    const account = await it.ctx.db
      .selectFrom('account')
      .select('roles')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    assert.ok(account.roles.includes('sealer'))
    const key = await madeKey(stranger, approved)
    assert.equal(key.open.description.enterpriseName, '新设出口有限公司')
  } finally {
    await it.ctx.db.updateTable('account').set(before).where('id', '=', accountId).execute()
  }
})

test('renewed near its end, signed by the old key itself; the old one goes on until it ends', async () => {
  await clear(steel)
  const key = await keyFor(steel, officer)
  const early = await filled(steel, { kind: 'renew', fingerprint: key.fingerprint })
  assert.match((await refusingKey(steel, early, 'submit')).failure.words, /90 天/)
  it.clock.add(300 * 86_400_000)
  steel = await as(it, 'steel02')
  officer = await as(it, 'key01')
  assert.match((await refusingKey(steel, early, 'submit')).failure.words, /请插入需要更新的电子钥匙/)
  const renewal = async (open: OpenKey, toSign: string) => ({
    params: { id: early.id },
    body: {
      version: early.version,
      requestId: randomUUIDv7(),
      cms: Buffer.from(await sign(open, new TextEncoder().encode(toSign), it.clock())).toString('base64'),
    },
  })
  const other = await eKeyOf(it, pki, 'steel02')
  assert.equal(
    (await steel.refused(api.submitRenewal, await renewal(other.open, early.toSign ?? ''))).failure.code,
    'other_key',
  )
  assert.equal(
    (await steel.refused(api.submitRenewal, await renewal(key.open, 'something else'))).failure.code,
    'seal_content',
  )
  const sent = await steel.call(api.submitRenewal, await renewal(key.open, early.toSign ?? ''))
  const fresh = await madeKey(steel, await doingKey(officer, { id: early.id, ...sent }, 'approve'))
  assert.equal((await certificate(key.fingerprint)).revoked_at, null)
  for (const one of [key, fresh]) {
    await steel.call(api.bindKey, { body: await signedChallenge(it, steel, one.open, 'bind') })
  }
})
