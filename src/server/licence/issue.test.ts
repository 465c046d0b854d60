/** From the pending licence to the sealed PDF in the exporter's hands, with every step failing once. */
import assert from 'node:assert/strict'
import { createHash, randomUUIDv7 } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as applicationApi from '#api/application.ts'
import * as api from '#api/licence.ts'
import { importCertificates } from '#server/demo/certificates.ts'
import { runJobsOnce } from '#server/jobs/run.ts'
import { makeDemoPki } from '#server/pki/demo-pki.ts'
import { pkiFiles } from '#server/pki/pki-files.ts'
import { PressFailed, PressRefused, startPress, type Press } from '#server/print/press.ts'
import type { LicenceDocument } from '#domain/licence/document.ts'
import {
  actionBody,
  completeDraft,
  doing,
  enterpriseOf,
  passing,
  refusing,
  sealed,
  submitted,
  typed,
  type Draft,
} from '#test/journey.ts'
import { steelForm } from '#test/forms.ts'
import { as, eKeyOf, startTestApp, testClock, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey, type TestPki } from '#test/pki.ts'
import { race } from '#test/race.ts'
import { issueLicence } from './issue.ts'
import { expireLicences, sweepIssuing } from './sweep.ts'

let it: TestApp
let key: TestKey
let pki: TestPki
let press: Press
let people: Record<'sealer' | 'trader' | 'first' | 'second' | 'issuer' | 'hebei' | 'auditor', TestClient>
const folder = mkdtempSync(path.join(tmpdir(), 'xuke-issue-'))

/** Stands before the real press: fails as told, then hands on. */
const failures: Error[] = []
const printed: LicenceDocument[] = []
let printing: () => Promise<void> = async () => undefined

const tasks = { 'licence.issue': issueLicence }
const work = () => runJobsOnce(it.db.url, it.ctx, tasks)

before(async () => {
  const clock = testClock()
  const pkiDir = path.join(folder, 'pki')
  const authorities = [
    { code: 'AA', name: '商务部配额许可证事务局' },
    { code: '03', name: '河北省商务厅' },
  ]
  await makeDemoPki({
    dir: pkiDir,
    publicUrl: 'http://localhost:3000',
    now: clock(),
    operators: [],
    authorities,
  })
  const env = { pkiDir }
  pki = await makeTestPki(clock())
  it = await startTestApp({ clock, env, context: { trust: pki.trust } })
  press = startPress({ signing: { folder: pkiDir, passphrase: it.ctx.env.passphrases.authority } })
  it.ctx.press = {
    ...press,
    async licence(document, authority) {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      await printing()
      printed.push(document)
      return press.licence(document, authority)
    },
  }
  await importCertificates(it.ctx, pkiFiles(pkiDir).index)
  key = await eKeyOf(it, pki, 'steel02')
  people = {
    sealer: await as(it, 'steel02'),
    trader: await as(it, 'trade01'),
    first: await as(it, 'review01'),
    second: await as(it, 'review02'),
    issuer: await as(it, 'issue01'),
    hebei: await as(it, 'hebei01'),
    auditor: await as(it, 'audit01'),
  }
})
after(async () => {
  await press.close()
  await it.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Pending extends Draft {
  licenceNo: string
  application: Draft
}

async function pending(): Promise<Pending> {
  const once = await passing(people.first, await submitted(it, people.sealer, key), 'pass_first')
  const application = await passing(people.second, once, 'pass_second')
  const { licence } = await people.sealer.call(applicationApi.getApplication, {
    params: { id: application.id },
  })
  assert.ok(licence)
  return { id: licence.id, version: 1, licenceNo: licence.licenceNo, application }
}

const act = (client: TestClient, thing: Draft, action: string) =>
  client.call(api.actOnLicence, { params: { id: thing.id, action }, body: actionBody(thing) })
const detail = (client: TestClient, id: string) => client.call(api.getLicence, { params: { id } })

async function issued(): Promise<Pending> {
  const licence = await pending()
  await act(people.issuer, licence, 'issue')
  const ran = await work()
  assert.deepEqual(ran.failed, [])
  return licence
}

test('issue: dates, signed document, message, valid; downloaded by the exporter and checked by anybody', async () => {
  const licence = await issued()
  const seen = await detail(people.sealer, licence.id)
  assert.deepEqual(
    [seen.state, seen.issuedOn, seen.expiryDate, seen.customsState],
    ['valid', '2026-06-15', '2026-12-15', '待发送'],
  )
  const download = await people.sealer.get(`/api/licences/${licence.id}/document`)
  assert.equal(download.statusCode, 200)
  assert.equal(createHash('sha256').update(download.rawPayload).digest('hex'), seen.documentSha256)
  const file = path.join(folder, 'licence.pdf')
  writeFileSync(file, download.rawPayload)
  const words = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
  for (const wanted of [licence.licenceNo, '7208271000', 'XK2026-STEEL-01', '450,000.5', '海上运输']) {
    assert.ok(words.includes(wanted), wanted)
  }
  const messages = await it.ctx.db
    .selectFrom('customs_message')
    .select(['seq', 'kind', 'state'])
    .where('licence_id', '=', licence.id)
    .execute()
  assert.deepEqual(messages, [{ seq: 1, kind: 'issued', state: 'queued' }])
  const checked = await visitor(it).call(api.verifyLicence, {
    query: { no: licence.licenceNo, code: seen.checkCode },
  })
  assert.deepEqual(
    [checked.stateLabel, checked.usable, checked.documentSha256],
    ['有效', true, seen.documentSha256],
  )
})

test('nothing is handed out or told before the licence is complete', async () => {
  const licence = await pending()
  const seen = await detail(people.sealer, licence.id)
  const refused = await people.sealer.refused(api.downloadLicence, { params: { id: licence.id }, query: {} })
  assert.equal(refused.status, 409)
  const asked = await visitor(it).refused(api.verifyLicence, {
    query: { no: licence.licenceNo, code: seen.checkCode },
  })
  assert.equal(asked.status, 404)
})

test('a wrong check code and an unknown number are answered alike; guessing is slowed', async () => {
  const licence = await issued()
  const wrong = await visitor(it).refused(api.verifyLicence, {
    query: { no: licence.licenceNo, code: 'AAAAAAAA' },
  })
  const unknown = await visitor(it).refused(api.verifyLicence, {
    query: { no: '26ZZ999999', code: 'AAAAAAAA' },
  })
  assert.deepEqual(wrong.failure, unknown.failure)
  let status = 0
  for (let tries = 0; tries < 70 && status !== 429; tries++) {
    const refused = await visitor(it).refused(api.verifyLicence, {
      query: { no: licence.licenceNo, code: 'AAAAAAAA' },
    })
    status = refused.status
  }
  assert.equal(status, 429)
  it.clock.add(6 * 60_000)
})

test('past the last day the check says invalid, without any job having run; the job follows', async () => {
  const licence = await issued()
  const { checkCode } = await detail(people.sealer, licence.id)
  it.clock.set('2026-12-15T15:59:00Z')
  const ask = () => visitor(it).call(api.verifyLicence, { query: { no: licence.licenceNo, code: checkCode } })
  assert.equal((await ask()).usable, true)
  it.clock.set('2026-12-15T16:00:00Z')
  const late = await ask()
  assert.deepEqual([late.state, late.usable], ['expired', false])
  await expireLicences(it.ctx)
  await expireLicences(it.ctx)
  const stored = await it.ctx.db
    .selectFrom('licence')
    .select('state')
    .where('id', '=', licence.id)
    .executeTakeFirstOrThrow()
  assert.equal(stored.state, 'expired')
  it.clock.set('2026-06-15T02:00:00Z')
})

test('the press fails for a while: tried again by itself, once', async () => {
  const licence = await pending()
  await act(people.issuer, licence, 'issue')
  failures.push(new PressFailed('打印程序忙'))
  const first = await work()
  assert.equal(first.failed.length, 1)
  const waiting = await detail(people.issuer, licence.id)
  assert.deepEqual([waiting.state, waiting.issueStep, waiting.issueError], ['pending', 'document', null])
  await it.db.owner.pool.query(
    `update graphile_worker._private_jobs set run_at = now() - interval '1 second'`,
  )
  await work()
  assert.equal((await detail(people.sealer, licence.id)).state, 'valid')
})

test('the press refuses: the officer sees why, tries again or hands back', async () => {
  const licence = await pending()
  await act(people.issuer, licence, 'issue')
  failures.push(new PressRefused('商品名称中的“𠮷”不能印出'))
  await work()
  const seen = await detail(people.issuer, licence.id)
  assert.match(seen.issueError ?? '', /不能印出/)
  assert.deepEqual(
    seen.offered.filter((one) => one.because === undefined).map((one) => one.action),
    ['retry'],
  )
  const again = await people.issuer.refused(api.actOnLicence, {
    params: { id: licence.id, action: 'issue' },
    body: actionBody(seen),
  })
  assert.match(again.failure.words, /再试/)
  await act(people.issuer, seen, 'retry')
  await work()
  assert.equal((await detail(people.issuer, licence.id)).state, 'valid')
})

test('failed, handed back, approved again: issued with the same number', async () => {
  const licence = await pending()
  await act(people.issuer, licence, 'issue')
  failures.push(new PressRefused('印不出'))
  await work()
  const back = await doing(people.issuer, licence.application, 'hand_back', '请更正')
  const waiting = await detail(people.issuer, licence.id)
  assert.equal(waiting.issueError, null)
  const early = await people.issuer.refused(api.actOnLicence, {
    params: { id: licence.id, action: 'issue' },
    body: actionBody(waiting),
  })
  assert.match(early.failure.words, /退回复审/)
  await passing(people.second, back, 'pass_second')
  await act(people.issuer, await detail(people.issuer, licence.id), 'issue')
  await work()
  const done = await detail(people.sealer, licence.id)
  assert.deepEqual([done.state, done.licenceNo], ['valid', licence.licenceNo])
})

test('a worker held up in the press never puts its document into a run that was begun after it', async () => {
  const licence = await pending()
  await act(people.issuer, licence, 'issue')
  await it.db.owner.pool.query('delete from graphile_worker._private_jobs')
  const attempt = { jobId: '1', attempt: 3, last: true, signal: undefined }
  const payload = { licenceId: licence.id }
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  printing = () => {
    reached.resolve()
    return gate.promise
  }
  const slow = issueLicence(it.ctx, payload, attempt)
  await reached.promise
  printing = async () => undefined
  failures.push(new PressRefused('印不出'))
  await issueLicence(it.ctx, payload, attempt)
  it.clock.set('2026-06-16T02:00:00Z')
  const [second, issuer] = await Promise.all([as(it, 'review02'), as(it, 'issue01')])
  await passing(second, await doing(issuer, licence.application, 'hand_back', '请更正'), 'pass_second')
  await act(issuer, await detail(issuer, licence.id), 'issue')
  await it.db.owner.pool.query('delete from graphile_worker._private_jobs')
  // The new run has its dates; its own worker has not printed yet.
  failures.push(new PressFailed('打印程序忙'))
  await assert.rejects(issueLicence(it.ctx, payload, { ...attempt, last: false }), PressFailed)
  assert.equal((await detail(issuer, licence.id)).issueStep, 'document')
  printed.length = 0
  gate.resolve()
  await slow
  // It saw that its document was too late, and went on with the work of the new run.
  assert.deepEqual(
    printed.map((one) => one.issuedOn),
    ['2026年6月15日', '2026年6月16日'],
  )
  const done = await detail(issuer, licence.id)
  assert.deepEqual([done.state, done.issuedOn], ['valid', '2026-06-16'])
  it.clock.set('2026-06-15T02:00:00Z')
})

/** What a failure behind the seal leaves: the document there, customs not told. */
async function failedAtTheMessage(id: string) {
  await it.db.owner.db.deleteFrom('customs_message').where('licence_id', '=', id).execute()
  await it.db.owner.db
    .updateTable('licence')
    .set({ state: 'pending', issue_step: 'message', issue_error: '没有完成', delivery: 'none' })
    .where('id', '=', id)
    .execute()
}

test('sealed on the last day of the year, completed in the next: never lost between closed doors', async () => {
  const licence = await issued()
  await failedAtTheMessage(licence.id)
  it.clock.set('2027-01-04T02:00:00Z')
  const issuer = await as(it, 'issue01')
  const seen = await detail(issuer, licence.id)
  assert.deepEqual(
    seen.offered.filter((one) => one.because === undefined),
    [{ action: 'retry' }],
  )
  await act(issuer, seen, 'retry')
  assert.deepEqual((await work()).failed, [])
  const done = await detail(issuer, licence.id)
  assert.deepEqual(
    [done.issuedOn, done.documentSha256 !== null, done.stateLabel],
    ['2026-06-15', true, '已失效'],
  )
  it.clock.set('2026-06-15T02:00:00Z')
})

test('nothing is told in public of a licence that is sealed and not complete', async () => {
  const licence = await issued()
  const { checkCode } = await detail(people.sealer, licence.id)
  await failedAtTheMessage(licence.id)
  const query = { no: licence.licenceNo, code: checkCode }
  assert.equal((await visitor(it).refused(api.verifyLicence, { query })).status, 404)
})

test('a number that names its authority keeps it, however often the application comes back', async () => {
  const { application } = await pending()
  const back = await doing(people.issuer, application, 'hand_back', '请更正')
  const first = await doing(people.second, await doing(people.second, back, 'claim'), 'send_back', '请再初审')
  const returned = await doing(
    people.first,
    await doing(people.first, first, 'claim'),
    'return',
    '请改合同号',
  )
  const form = typed(steelForm(enterpriseOf(people.sealer)))
  const save = (change: object) =>
    people.sealer.put(`/api/applications/${application.id}`, {
      version: returned.version,
      form: { ...form, ...change },
    })
  const refused = await save({ issuingAuthority: '03' })
  assert.equal(refused.statusCode, 409)
  assert.match(refused.json().words, /不能改发证机构。请复制/)
  assert.equal((await save({ contractNo: 'XK2026-02' })).statusCode, 200)
})

test('stopped in the middle of any step: the licence comes out once', async () => {
  for (const step of ['dates', 'document']) {
    const licence = await pending()
    await act(people.issuer, licence, 'issue')
    // What a killed process leaves: the step reached, no job.
    const stop = new Error('killed')
    if (step !== 'dates') {
      printing = async () => {
        if (step === 'document') throw stop
      }
      await work()
    }
    printing = async () => undefined
    await it.db.owner.pool.query('delete from graphile_worker._private_jobs')
    it.clock.add(11 * 60_000)
    await sweepIssuing(it.ctx)
    await sweepIssuing(it.ctx)
    await work()
    const done = await detail(people.sealer, licence.id)
    assert.equal(done.state, 'valid', step)
    const messages = await it.ctx.db
      .selectFrom('customs_message')
      .select('id')
      .where('licence_id', '=', licence.id)
      .execute()
    assert.equal(messages.length, 1)
    assert.equal(done.history.filter((line) => line.action === 'complete').length, 1)
  }
  it.clock.set('2026-06-15T02:00:00Z')
})

test('sixteen presses of the button, two workers: one document', async () => {
  const licence = await pending()
  printed.length = 0
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('licence').select('id').where('id', '=', licence.id).forUpdate().execute(),
    Array.from(
      { length: 16 },
      () => () =>
        people.issuer.inject({
          method: 'POST',
          url: `/api/licences/${licence.id}/actions/issue`,
          payload: actionBody(licence),
        }),
    ),
    8,
  )
  const codes = results.map((one) => (one.status === 'fulfilled' ? one.value.statusCode : 0)).toSorted()
  assert.deepEqual(codes, [200, ...Array.from({ length: 15 }, () => 409)])
  const payload = { licenceId: licence.id }
  const attempt = { jobId: '1', attempt: 1, last: false, signal: undefined }
  await Promise.all([issueLicence(it.ctx, payload, attempt), issueLicence(it.ctx, payload, attempt)])
  const done = await detail(people.sealer, licence.id)
  assert.equal(done.state, 'valid')
  const rows = await it.ctx.db
    .selectFrom('customs_message')
    .select('id')
    .where('licence_id', '=', licence.id)
    .execute()
  assert.equal(rows.length, 1)
})

test('next year: sealed, reviewed and issued from 10 December, in force from 1 January', async () => {
  it.clock.set('2026-12-10T02:00:00Z')
  const [sealer, first, second, issuer] = await Promise.all(
    ['steel02', 'review01', 'review02', 'issue01'].map((name) => as(it, name)),
  )
  assert.ok(sealer && first && second && issuer)
  const december = await eKeyOf(it, pki, 'steel02')
  const form = { quotaYear: '2027', contractSignedOn: '2026-12-01', contractValidUntil: '2027-12-31' }
  const draft = await completeDraft(it, sealer, { form })
  const sent = await doing(sealer, await sealed(it, sealer, december, draft), 'submit')
  const approved = await passing(second, await passing(first, sent, 'pass_first'), 'pass_second')
  assert.match(approved.licenceNo ?? '', /^27AA/)
  const { licence } = await issuer.call(applicationApi.getApplication, { params: { id: approved.id } })
  assert.ok(licence)
  await act(issuer, { id: licence.id, version: 1 }, 'issue')
  await work()
  const seen = await detail(issuer, licence.id)
  assert.deepEqual(
    [seen.issuedOn, seen.validFrom, seen.expiryDate],
    ['2026-12-10', '2027-01-01', '2027-07-01'],
  )
  assert.match(printed.at(-1)?.remark ?? '', /自 2027 年 1 月 1 日起生效/)
  const early = await visitor(it).call(api.verifyLicence, {
    query: { no: seen.licenceNo, code: seen.checkCode },
  })
  assert.equal(early.usable, false)
  it.clock.set('2026-06-15T02:00:00Z')
})

test('a certificate that has run out, or none: refused in words', async () => {
  const licence = await pending()
  await it.db.owner.pool.query(`update certificate set not_after = '2026-01-01' where authority_code = 'AA'`)
  const refused = await people.issuer.refused(api.actOnLicence, {
    params: { id: licence.id, action: 'issue' },
    body: actionBody(licence),
  })
  assert.match(refused.failure.words, /签章证书已于 .* 到期/)
  await it.db.owner.pool.query(`update certificate set not_after = '2029-01-01' where authority_code = 'AA'`)
})

test("others' licences: not found; no permission: refused", async () => {
  const licence = await issued()
  for (const stranger of [people.trader, people.hebei]) {
    assert.equal((await stranger.refused(api.getLicence, { params: { id: licence.id } })).status, 404)
    const file = await stranger.refused(api.downloadLicence, { params: { id: licence.id }, query: {} })
    assert.equal(file.status, 404)
  }
  const refused = await people.sealer.refused(api.actOnLicence, {
    params: { id: licence.id, action: 'issue' },
    body: actionBody(licence),
  })
  assert.equal(refused.status, 403)
  const unknown = await people.issuer.refused(api.actOnLicence, {
    params: { id: randomUUIDv7(), action: 'issue' },
    body: actionBody(licence),
  })
  assert.equal(unknown.status, 404)
  const rows = await people.auditor.call(api.listLicences, { query: { list: 'all' } })
  assert.ok(rows.rows.length > 0)
  const late = await refusing(people.issuer, licence.application, 'hand_back', '太晚')
  assert.match(late.failure.words, /已经生成/)
})
