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
  passing,
  refusing,
  sealed,
  submitted,
  type Draft,
} from '#test/journey.ts'
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
