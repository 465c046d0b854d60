/** 手机授权 through the front door: authorised with the PC key, made on the phone, changed, renewed, revoked. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import * as keyApi from '#api/key.ts'
import * as phone from '#api/phone.ts'
import * as api from '#api/phone-authorisation.ts'
import { permissionsOf } from '#domain/account/roles.ts'
import { reachesPhoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import { mostADay } from '#domain/phone-authorisation/begin.ts'
import { demoAccounts } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { renewRevocations } from '#server/pki/routes.ts'
import { completeDraft, doing, refusing, sealed } from '#test/journey.ts'
import { keyFor } from '#test/keys.ts'
import { letterTo } from '#test/messages.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import {
  authorise,
  authorising,
  madeOnPhone,
  phoneAction,
  phoneKeyFor,
  phoneOf,
  phoneRequest,
  submittedPhone,
  type Authorising,
} from '#test/phones.ts'
import { makeTestPki, type TestKey, type TestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { phoneAuthorisationsInScope } from './scope.ts'

const run = promisify(execFile)

let it: TestApp
let pki: TestPki
let steel: TestClient
let trader: TestClient
let key: TestKey
let tradeKey: TestKey

before(async () => {
  const clock = testClock()
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  key = await eKeyOf(it, pki, 'steel02')
  tradeKey = await eKeyOf(it, pki, 'trade01')
})
// Nobody has a phone at the beginning of a test, and nobody's session has run out.
beforeEach(async () => {
  const owner = it.db.owner.db
  await owner.deleteFrom('phone_authorisation').execute()
  await owner
    .updateTable('certificate')
    .set({ revoked_at: it.clock(), mobile: null })
    .where('device', '=', 'phone')
    .execute()
  await owner.deleteFrom('throttle').execute()
  steel = await as(it, 'steel02')
  trader = await as(it, 'trade01')
})
after(() => it.close())

const certificate = (fingerprint: string) =>
  it.ctx.db
    .selectFrom('certificate')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirstOrThrow()
const detail = (id: string, client = steel) => client.call(api.getPhoneAuthorisation, { params: { id } })
const standing = (client = steel) => client.call(api.phoneStanding, {})
const refusedAuthorising = async (
  given: Authorising,
  one: TestKey = key,
  client = steel,
): Promise<[number, string, string]> => {
  const body = await authorising(it, client, one.open, given)
  const { status, failure } = await client.refused(api.createPhoneAuthorisation, { body })
  return [status, failure.code, failure.words]
}
const act = (client: TestClient, thing: { id: string; version: number }, action: string) =>
  client.call(api.actOnPhoneAuthorisation, phoneAction(thing, action))
const refusing6b = async (client: TestClient, thing: { id: string; version: number }, action: string) =>
  (await client.refused(api.actOnPhoneAuthorisation, phoneAction(thing, action))).failure.words
const cancel = (client: TestClient, id = randomUUIDv7(), authorisationId?: string) =>
  client.call(api.cancelPhoneCertificates, {
    body: { id, reason: '手机遗失', ...(authorisationId === undefined ? {} : { authorisationId }) },
  })

test('authorised, submitted, made on the phone: a key of the account that seals, told by letters', async () => {
  assert.deepEqual(
    [(await standing()).authorised, (await standing()).keys[0]?.serial],
    [null, key.certificate.serial],
  )
  const asked = await authorise(it, steel, key.open, { mobile: '13900000801' })
  assert.deepEqual(
    [asked.stateLabel, asked.kindLabel, asked.holder, asked.fields['position'], asked.pcSerial],
    ['请求待提交', '新授权', key.open.description.personName, '业务员', key.certificate.serial],
  )
  assert.deepEqual(
    asked.offered.map((one) => one.action),
    ['submit', 'delete'],
  )
  const sent = await act(steel, asked, 'submit')
  assert.equal(sent.stateLabel, '登录商务部网站app下载')
  const letter = await letterTo(it, '13900000801')
  assert.match(letter.text, /请在手机上登录 APP.*“制作证书”/)
  assert.doesNotMatch(letter.text, /steel02/)

  const device = await phoneOf(it, '13900000801')
  const home = await device.call(phone.phoneHome, {})
  assert.deepEqual(
    [home.mobile, home.loginName, home.authorisations[0]?.kindLabel, home.authorisations[0]?.stateLabel],
    ['13900000801', 'steel02', '新办', '已提交'],
  )
  const made = await madeOnPhone(device, asked.id)
  const row = await certificate(made.fingerprint)
  assert.deepEqual(
    [row.device, row.mobile, row.account_id, row.made_for, row.certificate_type, row.login_name],
    ['phone', '13900000801', steel.account?.id, steel.account?.id, 'general', 'steel02'],
  )
  const done = await device.call(phone.phoneHome, {})
  assert.equal(done.authorisations[0]?.stateLabel, '已完成')
  const seen = await detail(asked.id)
  assert.deepEqual(
    [seen.stateLabel, seen.certificate?.serial, seen.certificate?.deviceName],
    ['证书已签发', made.serial, 'Pixel 9'],
  )
  assert.deepEqual(
    seen.history.map((line) => [line.action, line.certificateSerial]),
    [
      ['create', null],
      ['submit', null],
      ['issue', made.serial],
    ],
  )
  assert.match((await letterTo(it, '13900000801')).text, /已在本号码的手机上制作/)
  assert.deepEqual((await standing()).authorised?.mobile, '13900000801')
  await doing(steel, await sealed(it, steel, made, await completeDraft(it, steel)), 'submit')
})

test('what may be begun follows from what is authorised; one open request of a kind', async () => {
  const because = async () => (await standing()).kinds.map((one) => one.because !== null)
  assert.deepEqual(await because(), [false, true, true, true])
  for (const kind of ['renew', 'change_number', 'change_device'] as const) {
    const [status, code, words] = await refusedAuthorising({ kind })
    assert.deepEqual([status, code], [409, 'rule'], kind)
    assert.match(words, /先办理“新授权”/)
  }
  const open = await authorise(it, steel, key.open)
  assert.match((await refusedAuthorising({ mobile: '13900000802' }))[2], /已有一份“新授权”正在办理/)
  await act(steel, open, 'delete')
  const { device } = await phoneKeyFor(it, steel, key.open)
  assert.deepEqual(await because(), [true, true, false, false])
  assert.match((await refusedAuthorising({ kind: 'new' }))[2], /已授权手机号码 13900000801/)
  assert.match((await refusedAuthorising({ kind: 'renew' }))[2], /距到期不足 90 天/)
  const same = await refusedAuthorising({ kind: 'change_number', mobile: '13900000801' })
  assert.match(same[2], /与旧号码相同/)
  assert.equal((await device.call(phone.phoneHome, {})).authorisations.length, 1)
})

test('the PC key has to be at hand: own, bound, in a file or token, over exactly what is authorised', async () => {
  const cases: [string, Promise<[number, string, string]>][] = [
    ['other_account', refusedAuthorising({}, tradeKey)],
    ['seal_content', refusedAuthorising({ signed: { mobile: '13900000899' } })],
    ['seal_content', refusedAuthorising({ signed: { kind: 'change_number' } })],
    ['seal_content', refusedAuthorising({ signed: { id: randomUUIDv7() } })],
    ['seal_untrusted', refusedAuthorising({}, await (await makeTestPki(it.clock())).operator())],
  ]
  for (const [code, refusal] of cases) assert.deepEqual((await refusal).slice(0, 2), [409, code])
  const change = (set: { revoked_at?: Date | null; account_id?: string | null }) =>
    it.ctx.db.updateTable('certificate').set(set).where('serial', '=', key.certificate.serial).execute()
  await change({ revoked_at: it.clock() })
  assert.equal((await refusedAuthorising({}))[1], 'seal_revoked')
  await change({ revoked_at: null, account_id: null })
  assert.match((await refusedAuthorising({}))[2], /没有绑定到您的账号/)
  await change({ account_id: steel.account?.id ?? '' })
  // A challenge of another purpose, a used one, one that is too old.
  const body = await authorising(it, steel, key.open)
  const challenge = await steel.call(keyApi.newKeyChallenge, { body: { purpose: 'bind' } })
  const other = await steel.refused(api.createPhoneAuthorisation, {
    body: { ...body, challengeId: challenge.id },
  })
  assert.equal(other.failure.code, 'challenge')
  it.clock.add(121_000)
  assert.equal((await steel.refused(api.createPhoneAuthorisation, { body })).failure.code, 'challenge')
  const { open } = await phoneKeyFor(it, steel, key.open)
  const byPhone = await refusedAuthorising({ kind: 'change_number', mobile: '13900000802' }, { ...key, open })
  assert.match(byPhone[2], /手机证书不能用来授权手机/)
})

test('malformed numbers and data that are not whole are said at their field; what the office has compared stays', async () => {
  for (const mobile of ['1390000080', '23900000801', '+8613900000801', '13900000801\n1']) {
    const body = { ...(await authorising(it, steel, key.open)), mobile }
    const { status, failure } = await steel.refused(api.createPhoneAuthorisation, { body })
    assert.deepEqual([status, failure.issues?.[0]?.path], [422, 'mobile'], mobile)
  }
  const { mobile: _mobile, ...none } = await authorising(it, steel, key.open)
  assert.equal((await steel.refused(api.createPhoneAuthorisation, { body: none })).status, 422)
  const body = await authorising(it, steel, key.open, { fields: { position: '', identityNumber: '1' } })
  const { failure } = await steel.refused(api.createPhoneAuthorisation, { body })
  assert.deepEqual(
    failure.issues?.map((issue) => issue.path),
    ['fields.position', 'fields.identityNumber'],
  )
  const approved = await keyFor(trader, await as(it, 'key01'), { applicantName: '周远' })
  const { fields, approved: known } = await standing(trader)
  assert.deepEqual([known, fields['applicantName']], [true, '周远'])
  const lying = await refusedAuthorising(
    { fields: { applicantName: '别人' } },
    { ...tradeKey, open: approved.open },
    trader,
  )
  assert.equal(lying[1], 'seal_content', 'the key agreed to another name than the one that counts')
})

test('two clicks make one authorisation; another person’s is not found; a stale page is told', async () => {
  const body = await authorising(it, steel, key.open)
  const results = await race(
    it.db,
    (tx) => sql`select from account where id = ${steel.account?.id} for update`.execute(tx),
    [1, 2].map(() => () => steel.call(api.createPhoneAuthorisation, { body })),
  )
  assert.deepEqual(
    results.map((one) => one.status),
    ['fulfilled', 'fulfilled'],
  )
  assert.equal((await steel.call(api.listPhoneAuthorisations, { query: {} })).total.count, 1)
  const theft = await trader.refused(api.createPhoneAuthorisation, { body })
  assert.deepEqual([theft.status, theft.failure.code], [409, 'rule'])

  const made = await detail(body.id)
  for (const name of ['steel01', 'trade01', 'consignor01', 'key01']) {
    const client = await as(it, name)
    const seen = await client.refused(api.getPhoneAuthorisation, { params: { id: made.id } })
    assert.ok([403, 404].includes(seen.status), `${name} ${seen.status}`)
    const acted = await client.refused(api.actOnPhoneAuthorisation, phoneAction(made, 'submit'))
    assert.ok([403, 404].includes(acted.status), `${name} ${acted.status}`)
  }
  const administrator = await as(it, 'steel00')
  const seen = await detail(made.id, administrator)
  assert.match(seen.fields['identityNumber'] ?? '', /\*/)
  assert.match(await refusing6b(administrator, made, 'submit'), /只能由授权人本人办理/)
  const stale = await steel.refused(
    api.actOnPhoneAuthorisation,
    phoneAction({ ...made, version: 9 }, 'submit'),
  )
  assert.deepEqual([stale.status, stale.failure.code], [409, 'stale'])
  for (const action of ['issue', 'cancel', 'end', 'vanish']) {
    const { status } = await steel.refused(api.actOnPhoneAuthorisation, phoneAction(made, action))
    assert.equal(status, 404, action)
  }
  // One click that got no answer, sent again.
  const again = phoneAction(made, 'submit')
  await steel.call(api.actOnPhoneAuthorisation, again)
  assert.equal((await steel.call(api.actOnPhoneAuthorisation, again)).state, 'submitted')
  const letters = await it.ctx.db
    .selectFrom('message')
    .select('id')
    .where('kind', '=', 'certificate_ready')
    .where('account_id', '=', steel.account?.id ?? '')
    .where('created_at', '=', it.clock())
    .execute()
  assert.equal(letters.length, 1)
})

test('ten in a day and no more: each would send an SMS to a number that may be a stranger’s', async () => {
  for (let begun = 0; begun < mostADay; begun++) {
    await act(steel, await authorise(it, steel, key.open), 'delete')
  }
  const [status, , words] = await refusedAuthorising({})
  assert.deepEqual([status, words], [409, '24 小时内最多办理 10 次手机授权，请稍后再办'])
  it.clock.add(86_400_000)
  steel = await as(it, 'steel02')
  await authorise(it, steel, key.open)
})

test('a number that is somebody else’s is refused: when it is made, when it waits, and in a race', async () => {
  const mobile = '13900000811'
  const first = await submittedPhone(it, steel, key.open, { mobile })
  const [status, code, words] = await refusedAuthorising({ mobile }, tradeKey, trader)
  assert.deepEqual([status, code], [409, 'number'])
  assert.match(words, /已授权给其他用户/)
  await madeOnPhone(await phoneOf(it, mobile), first.id)
  assert.equal((await refusedAuthorising({ mobile }, tradeKey, trader))[1], 'number')
  await cancel(steel)
  // Both have it ready, and submit at the same moment.
  const ready = [
    await authorise(it, steel, key.open, { mobile }),
    await authorise(it, trader, tradeKey.open, { mobile }),
  ]
  const results = await race(
    it.db,
    (tx) =>
      sql`select from account where id in (${steel.account?.id}, ${trader.account?.id}) for update`.execute(
        tx,
      ),
    [
      () => act(steel, ready[0] ?? assert.fail(), 'submit'),
      () => act(trader, ready[1] ?? assert.fail(), 'submit'),
    ],
  )
  assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
  const loser = results[0]?.status === 'rejected' ? steel : trader
  const lost = loser === steel ? ready[0] : ready[1]
  assert.match(await refusing6b(loser, lost ?? assert.fail(), 'submit'), /已授权给其他用户/)
})

test('a change of number: the old certificate dies when the new one is made, and what was ready is sealed again', async () => {
  const old = await phoneKeyFor(it, steel, key.open, { mobile: '13900000821' })
  const submitted = await doing(steel, await sealed(it, steel, old, await completeDraft(it, steel)), 'submit')
  const ready = await sealed(it, steel, old, await completeDraft(it, steel))
  const added = await submittedPhone(it, steel, key.open, { kind: 'change_device' })
  const change = await submittedPhone(it, steel, key.open, { kind: 'change_number', mobile: '13900000822' })
  assert.equal((await detail(change.id)).oldMobile, '13900000821')
  assert.equal((await certificate(old.fingerprint)).revoked_at, null)
  // The old number's phone knows nothing of the new one, and can't make its certificate.
  const known = (await old.device.call(phone.phoneHome, {})).authorisations.map((one) => one.id)
  assert.deepEqual(known.toSorted(), [old.id, added.id].toSorted())
  const elsewhere = await old.device.refused(phone.makePhoneCertificate, {
    params: { id: change.id },
    body: {
      version: change.version,
      requestId: randomUUIDv7(),
      request: (await phoneRequest(old.holder)).request,
    },
  })
  assert.equal(elsewhere.status, 404)
  const fresh = await madeOnPhone(await phoneOf(it, '13900000822'), change.id)
  const row = await certificate(old.fingerprint)
  assert.deepEqual([row.revocation_code, row.revoked_by], ['superseded', steel.account?.id])
  assert.equal((await detail(old.id)).stateLabel, '已注销')
  assert.match((await letterTo(it, '13900000821')).text, /已注销，不能再用/)
  // The old phone is signed out; what still waited for the old number can't go on.
  assert.equal((await old.device.refused(phone.phoneHome, {})).status, 401)
  const waiting = await detail(added.id)
  assert.equal(waiting.state, 'submitted')
  assert.match((await refusing(steel, ready, 'submit')).failure.words, /已于 .* 注销/)
  await assert.rejects(sealed(it, steel, old, await completeDraft(it, steel)), /seal_revoked/)
  const first = await as(it, 'review01')
  await doing(first, await doing(first, submitted, 'claim'), 'pass_first')
  await doing(steel, await sealed(it, steel, fresh, await doing(steel, ready, 'edit')), 'submit')
  assert.deepEqual((await standing()).authorised?.mobile, '13900000822')
})

test('a change of number and a change of phone at the same moment: no certificate of the old number is left', async () => {
  const old = await phoneKeyFor(it, steel, key.open, { mobile: '13900000831' })
  const added = await submittedPhone(it, steel, key.open, { kind: 'change_device' })
  const changed = await submittedPhone(it, steel, key.open, { kind: 'change_number', mobile: '13900000832' })
  const oldPhone = await phoneOf(it, '13900000831')
  const newPhone = await phoneOf(it, '13900000832')
  await race(it.db, (tx) => sql`select from account where id = ${steel.account?.id} for update`.execute(tx), [
    () => madeOnPhone(newPhone, changed.id),
    () => madeOnPhone(oldPhone, added.id),
  ])
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from certificate
    where mobile = '13900000831' and revoked_at is null`.execute(it.ctx.db)
  assert.equal(rows[0]?.n, 0)
  assert.notEqual((await certificate(old.fingerprint)).revoked_at, null)
  assert.equal((await standing()).authorised?.mobile, '13900000832')
})

test('a change of phone adds a certificate, on the same number', async () => {
  const first = await phoneKeyFor(it, steel, key.open)
  const second = await phoneKeyFor(it, steel, key.open, { kind: 'change_device' })
  assert.notEqual(first.fingerprint, second.fingerprint)
  assert.equal((await certificate(first.fingerprint)).revoked_at, null)
  for (const one of [first, second]) {
    await doing(steel, await sealed(it, steel, one, await completeDraft(it, steel)), 'submit')
  }
})

test('注销: one phone or all, at once, once; openssl sees it in the list, and what was sealed before stays', async () => {
  const one = await phoneKeyFor(it, steel, key.open)
  const two = await phoneKeyFor(it, steel, key.open, { kind: 'change_device' })
  const draft = await doing(steel, await sealed(it, steel, one, await completeDraft(it, steel)), 'submit')
  const verify = await verifier()
  assert.match(await verify(one.certificatePem), /OK/)
  assert.equal(
    (
      await trader.refused(api.cancelPhoneCertificates, {
        body: { id: randomUUIDv7(), authorisationId: one.id, reason: '冒名' },
      })
    ).status,
    404,
  )
  const id = randomUUIDv7()
  assert.equal((await cancel(steel, id, one.id)).cancelled, 1)
  assert.equal((await cancel(steel, id, one.id)).cancelled, 1)
  const again = await steel.refused(api.cancelPhoneCertificates, {
    body: { id: randomUUIDv7(), authorisationId: one.id, reason: '再次' },
  })
  assert.match(again.failure.words, /没有可以注销的手机证书/)
  assert.match(await verify(one.certificatePem), /certificate revoked/)
  assert.match(await verify(two.certificatePem), /OK/)
  const record = await detail(id)
  assert.deepEqual(
    [record.kindLabel, record.stateLabel, record.history.at(-1)?.certificateSerial, record.reason],
    ['手机证书注销', '已注销', one.serial, '手机遗失'],
  )
  assert.equal((await detail(one.id)).state, 'revoked')
  assert.equal((await detail(two.id)).state, 'issued')
  assert.equal((await cancel(steel)).cancelled, 1)
  assert.deepEqual((await standing()).authorised, null)
  const first = await as(it, 'review01')
  await doing(first, await doing(first, draft, 'claim'), 'pass_first')
  assert.equal(
    (await steel.refused(api.cancelPhoneCertificates, { body: { id: randomUUIDv7(), reason: '' } })).status,
    409,
  )
})

/** `openssl verify -crl_check` against the list as the server writes it now. */
async function verifier() {
  await mkdir(it.ctx.env.pkiDir, { recursive: true })
  const at = (name: string) => path.join(it.ctx.env.pkiDir, name)
  return async (pem: string): Promise<string> => {
    await renewRevocations(it.ctx)
    await run('openssl', ['crl', '-inform', 'DER', '-in', at('issuing.crl'), '-out', at('crl.pem')])
    await writeFile(at('trusted.pem'), pki.chainPem + (await readFile(at('crl.pem'), 'utf8')))
    await writeFile(at('one.pem'), pem)
    const now = String(Math.floor(it.clock().getTime() / 1000) + 1)
    const args = ['verify', '-crl_check', '-attime', now, '-CAfile', at('trusted.pem'), at('one.pem')]
    return run('openssl', args).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
    )
  }
}

test('two phones at one authorisation: one certificate; an answer that was lost is given again', async () => {
  const asked = await submittedPhone(it, steel, key.open)
  const one = await phoneOf(it, asked.mobile)
  const two = await phoneOf(it, asked.mobile)
  const home = await one.call(phone.phoneHome, {})
  const [waiting] = home.authorisations
  assert.ok(waiting)
  const body = async () => ({
    version: waiting.version,
    requestId: randomUUIDv7(),
    request: (await phoneRequest(waiting.holder)).request,
  })
  const bodies = [await body(), await body()]
  const make = (client: TestClient, given: (typeof bodies)[number] | undefined) =>
    client.call(phone.makePhoneCertificate, { params: { id: asked.id }, body: given ?? assert.fail() })
  const results = await race(
    it.db,
    (tx) => sql`select from phone_authorisation where id = ${asked.id} for update`.execute(tx),
    [() => make(one, bodies[0]), () => make(two, bodies[1])],
  )
  assert.deepEqual(results.map((each) => each.status).toSorted(), ['fulfilled', 'rejected'])
  const won = results.findIndex((each) => each.status === 'fulfilled')
  const result = results[won]
  assert.ok(result?.status === 'fulfilled')
  assert.deepEqual(await make(won === 0 ? one : two, bodies[won]), result.value)
  const got = await two.call(phone.getPhoneCertificate, { params: { id: asked.id } })
  assert.equal(got.serial, result.value.serial)
})

test('the phone’s request: of another name, of a weak or a certified key, another’s authorisation: refused', async () => {
  const asked = await submittedPhone(it, steel, key.open)
  const foreign = await submittedPhone(it, trader, tradeKey.open, { mobile: '13900000841' })
  const device = await phoneOf(it, asked.mobile)
  const waiting = (await device.call(phone.phoneHome, {})).authorisations[0] ?? assert.fail()
  const make = async (request: string, id = asked.id) => {
    const { status, failure } = await device.refused(phone.makePhoneCertificate, {
      params: { id },
      body: { version: waiting.version, requestId: randomUUIDv7(), request },
    })
    return [status, failure.code]
  }
  const named = await phoneRequest({ ...waiting.holder, personName: '别人' })
  assert.deepEqual(await make(named.request), [409, 'name'])
  assert.deepEqual(await make(Buffer.from('nothing').toString('base64')), [409, 'malformed'])
  const good = await phoneRequest(waiting.holder)
  const { authorisations } = await device.call(phone.phoneHome, {})
  assert.deepEqual(
    authorisations.map((one) => one.id),
    [asked.id],
  )
  assert.deepEqual(await make(good.request, foreign.id), [404, 'scope'])
  assert.deepEqual(await make(good.request, randomUUIDv7()), [404, 'scope'])
  const bent = Buffer.from(good.request, 'base64')
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
  assert.deepEqual(await make(bent.toString('base64')), [409, 'proof'])
  const used = await madeOnPhone(device, asked.id)
  const next = await submittedPhone(it, steel, key.open, { kind: 'change_device' })
  const repeated = await phoneRequest(waiting.holder, used.pair)
  const second = await device.refused(phone.makePhoneCertificate, {
    params: { id: next.id },
    body: { version: next.version, requestId: randomUUIDv7(), request: repeated.request },
  })
  assert.deepEqual([second.status, second.failure.code], [409, 'repeated_key'])
})

test('the PC key that agreed is revoked before the phone is ready: nothing is made', async () => {
  const officer = await as(it, 'key01')
  const lost = await keyFor(trader, officer)
  const ready = await authorise(it, trader, lost.open, { mobile: '13900000851' })
  const sent = await act(trader, ready, 'submit')
  const device = await phoneOf(it, '13900000851')
  await officer.call(keyApi.revokeKey, {
    params: { fingerprint: lost.fingerprint },
    body: { id: randomUUIDv7(), code: 'keyCompromise', reason: '遗失' },
  })
  const [waiting] = (await device.call(phone.phoneHome, {})).authorisations
  assert.match(waiting?.because ?? '', /电子钥匙已注销/)
  await assert.rejects(madeOnPhone(device, ready.id), /电子钥匙已注销/)
  assert.equal((await act(trader, { id: ready.id, version: sent.version }, 'delete')).state, 'deleted')
  assert.equal((await device.call(phone.phoneHome, {})).authorisations.length, 0)
})

test('the key office revokes a phone’s certificate: the authorisation ends with it; 更新 and 补办 are not for phones', async () => {
  const officer = await as(it, 'key01')
  const made = await phoneKeyFor(it, steel, key.open)
  const params = { fingerprint: made.fingerprint }
  const renewed = await steel.refused(keyApi.createKeyRequest, {
    body: { id: randomUUIDv7(), kind: 'reissue', fingerprint: made.fingerprint },
  })
  assert.match(renewed.failure.words, /“手机授权”/)
  assert.equal((await steel.refused(keyApi.unbindKey, { params })).status, 404)
  const body = { id: randomUUIDv7(), code: 'privilegeWithdrawn', reason: '核查' } as const
  await officer.call(keyApi.revokeKey, { params, body })
  const seen = await detail(made.id)
  assert.deepEqual([seen.state, seen.certificate?.revocationReason], ['revoked', '发证机构注销：核查'])
  assert.match((await letterTo(it, made.mobile)).text, /核查/)
  assert.equal((await made.device.refused(phone.phoneHome, {})).status, 401)
})

test('the scope of lists says the same as the scope of the door, for everybody and every authorisation', async () => {
  await authorise(it, steel, key.open)
  await authorise(it, trader, tradeKey.open, { mobile: '13900000861' })
  const rows = await it.ctx.db.selectFrom('phone_authorisation').selectAll().execute()
  for (const account of demoAccounts) {
    const actor = {
      accountId: account.id,
      personName: account.personName,
      permissions: permissionsOf(account.roles),
      scope: account.dataScope,
      enterpriseId: account.enterprise === null ? null : demoEnterprises[account.enterprise].id,
      department: null,
      code13: null,
      authorityCode: account.authorityCode,
    }
    const listed = await sql<{ id: string }>`select id from phone_authorisation
      where ${phoneAuthorisationsInScope(actor)}`.execute(it.ctx.db)
    assert.deepEqual(
      listed.rows.map((row) => row.id).toSorted(),
      rows
        .filter((row) =>
          reachesPhoneAuthorisation(actor, { enterpriseId: row.enterprise_id, createdBy: row.created_by }),
        )
        .map((row) => row.id)
        .toSorted(),
      account.loginName,
    )
  }
})

test('renewed near its end: a new end, and the old one goes on; after thirty days nothing is made', async () => {
  const old = await phoneKeyFor(it, steel, key.open)
  it.clock.add(280 * 86_400_000)
  steel = await as(it, 'steel02')
  assert.equal((await standing()).kinds.find((one) => one.kind === 'renew')?.because, null)
  const asked = await submittedPhone(it, steel, key.open, { kind: 'renew' })
  it.clock.add(31 * 86_400_000)
  steel = await as(it, 'steel02')
  const device = await phoneOf(it, asked.mobile)
  await assert.rejects(madeOnPhone(device, asked.id), /超过 30 天/)
  await act(steel, asked, 'delete')
  const renewed = await phoneKeyFor(it, steel, key.open, { kind: 'renew' })
  assert.ok(renewed.notAfter > old.notAfter)
  assert.equal((await certificate(old.fingerprint)).revoked_at, null)
  assert.equal((await standing()).authorised?.notAfter, renewed.notAfter)
})

test('a certificate that ran out is renewed; a number whose certificates have run out is free for others', async () => {
  await phoneKeyFor(it, steel, key.open)
  it.clock.add(370 * 86_400_000)
  steel = await as(it, 'steel02')
  trader = await as(it, 'trade01')
  key = await eKeyOf(it, pki, 'steel02')
  tradeKey = await eKeyOf(it, pki, 'trade01')
  const { authorised } = await standing()
  assert.equal(authorised?.expired, true)
  const ready = await authorise(it, steel, key.open, { kind: 'renew' })
  const taker = await submittedPhone(it, trader, tradeKey.open, { mobile: authorised.mobile })
  assert.match(await refusing6b(steel, ready, 'submit'), /已授权给其他用户/)
  await act(trader, taker, 'delete')
  await act(steel, ready, 'submit')
  await madeOnPhone(await phoneOf(it, authorised.mobile), ready.id)
  assert.equal((await standing()).authorised?.expired, false)
})
