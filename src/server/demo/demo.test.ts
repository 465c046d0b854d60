import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { demoAccountList, demoKey, demoKeyList } from '#api/demo.ts'
import { signIn } from '#api/account.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { permissionsOf } from '#domain/account/roles.ts'
import { EnterpriseInfoDraft, enterpriseInfoTable } from '#domain/application/form.ts'
import { missing } from '#domain/fields.ts'
import { code13MatchesUscc, code13Problem, usccProblem } from '#domain/uscc.ts'
import { startTestApp, TestClient, visitor, type TestApp } from '#test/people.ts'
import { testDatabase } from '#test/db.ts'
import { race } from '#test/race.ts'
import { pkiFiles } from '../pki/pki-files.ts'
import { readIndex } from '../pki/pki-index.ts'
import { demoAccounts, demoLines, demoOperators } from './accounts.ts'
import { importCertificates } from './certificates.ts'
import { demoEnterprises } from './enterprises.ts'
import { makeDemo } from './make.ts'
import { demoRemains } from './remains.ts'
import { prepareDemo } from './start.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
  await prepareDemo(it.ctx)
})
after(() => it.close())

const enterprises = Object.values(demoEnterprises)
const everything = async () => {
  const [enterpriseRows, accountRows, certificateRows] = await Promise.all([
    it.ctx.db.selectFrom('enterprise').selectAll().orderBy('id').execute(),
    it.ctx.db.selectFrom('account').selectAll().orderBy('id').execute(),
    it.ctx.db.selectFrom('certificate').selectAll().orderBy('fingerprint').execute(),
  ])
  return { enterpriseRows, accountRows, certificateRows }
}

test('the enterprises are made up, their numbers are right, their data complete', () => {
  for (const enterprise of enterprises) {
    assert.match(enterprise.name, /^演示/)
    assert.equal(usccProblem(enterprise.uscc), undefined, enterprise.uscc)
    assert.equal(code13Problem(enterprise.code13), undefined, enterprise.code13)
    assert.ok(code13MatchesUscc(enterprise.code13, enterprise.uscc))
    EnterpriseInfoDraft.parse(enterprise.info)
    assert.deepEqual(missing(enterpriseInfoTable, enterprise.info), [])
  }
})

test('their places are places of issuing authorities', async () => {
  const rows = await it.ctx.db.selectFrom('authority').select(['region', 'code']).execute()
  const regions = new Set(rows.map((row) => row.region))
  for (const { region } of enterprises) assert.ok(regions.has(region), region)
  const codes = new Set(rows.map((row) => row.code))
  for (const { authorityCode } of demoAccounts) {
    if (authorityCode !== null) assert.ok(codes.has(authorityCode), authorityCode)
  }
})

test('the people are those who are needed for the whole way of an application', () => {
  const may = (permission: string) =>
    demoAccounts
      .filter((account) => permissionsOf(account.roles).has(permission))
      .map((account) => account.loginName)
  assert.deepEqual(may('application.save'), ['steel01', 'steel02', 'trade01'])
  assert.deepEqual(may('application.seal'), ['steel02', 'trade01'])
  assert.deepEqual(may('application.pass_first'), ['review01', 'review02', 'hebei01'])
  assert.deepEqual(may('application.pass_second'), ['review01', 'review02', 'hebei01'])
  assert.deepEqual(may('licence.issue'), ['issue01', 'hebei01'])
  assert.deepEqual(may('sign_in_log.read'), ['audit01', 'admin01', 'platform01'])
  assert.deepEqual(may('rates.change'), ['admin01'])
  assert.deepEqual(
    demoOperators().map((operator) => operator.loginName),
    may('application.seal'),
    'who seals has an e-key',
  )
  assert.equal(new Set(demoAccounts.map((account) => account.id)).size, demoAccounts.length)
  for (const { password } of demoAccounts) assert.equal(passwordProblem(password), undefined)
})

test('README and the lines at the start name every account, its password and its PIN', () => {
  const readme = fs.readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const lines = demoLines('http://localhost:3000').join('\n')
  for (const { loginName, password, pin } of demoAccounts) {
    assert.ok(readme.includes(`\`${loginName}\``), loginName)
    assert.match(lines, new RegExp(`^  ${loginName}  `, 'm'))
    for (const secret of [password, pin ?? password]) {
      assert.ok(readme.includes(secret) && lines.includes(secret), secret)
    }
  }
  assert.match(lines, /http:\/\/localhost:3000\/demo\/keys\//)
})

test('every account of the list can sign in with its password', async () => {
  const { accounts } = await visitor(it).call(demoAccountList, {})
  assert.equal(accounts.length, demoAccounts.length)
  for (const { loginName, password, place, personName } of accounts) {
    const me = await new TestClient(it.app, undefined, { 'x-demo': '1' }).call(signIn, {
      body: { loginName, password },
    })
    assert.equal(me.account.personName, personName)
    assert.equal(me.enterprise?.name ?? me.authority?.name ?? '系统', place)
  }
})

test('made again, nothing is made twice and what was changed stays', async () => {
  await it.ctx.db
    .updateTable('account')
    .set({ person_name: '改名' })
    .where('login_name', '=', 'admin01')
    .execute()
  const before = await everything()
  await prepareDemo(it.ctx)
  assert.deepEqual(await everything(), before)
})

test('two servers that start at once make one demonstration', async () => {
  const database = await testDatabase()
  try {
    const ctx = { db: database.db, clock: it.clock }
    const { index } = pkiFiles(it.ctx.env.pkiDir)
    const start = async () => {
      await makeDemo(ctx)
      await importCertificates(ctx, index)
    }
    // Held, so that all three have begun before the first can write.
    const ends = await race(database, (tx) => sql`lock table enterprise in exclusive mode`.execute(tx), [
      start,
      start,
      start,
    ])
    assert.deepEqual(
      ends.map((end) => end.status),
      ['fulfilled', 'fulfilled', 'fulfilled'],
    )
    const { rows } = await database.pool.query('select id from account')
    assert.equal(rows.length, demoAccounts.length)
    const { rows: certificates } = await database.pool.query('select serial from certificate')
    assert.equal(certificates.length, (await readIndex(index))?.certificates.length)
  } finally {
    await database.close()
  }
})

test('certificates belong to their accounts, enterprises and authorities', async () => {
  const { certificateRows } = await everything()
  const index = await readIndex(pkiFiles(it.ctx.env.pkiDir).index)
  assert.equal(certificateRows.length, index?.certificates.length)
  const authorities = await it.ctx.db
    .selectFrom('authority')
    .select('code')
    .where('active', '=', true)
    .execute()
  assert.deepEqual(
    certificateRows.flatMap((row) => row.authority_code ?? []).toSorted(),
    authorities.map((row) => row.code).toSorted(),
  )
  const operators = certificateRows.filter((row) => row.kind === 'operator')
  assert.equal(operators.length, 2)
  for (const row of operators) {
    const account = demoAccounts.find((one) => one.id === row.account_id)
    assert.ok(account?.enterprise)
    assert.equal(row.enterprise_id, demoEnterprises[account.enterprise].id)
    assert.equal(row.holder, account.personName)
    assert.match(row.pem, /BEGIN CERTIFICATE/)
    assert.equal(
      new X509Certificate(row.pem).fingerprint256.replaceAll(':', '').toLowerCase(),
      row.fingerprint,
    )
    assert.equal(new Date(new X509Certificate(row.pem).validTo).getTime(), row.not_after.getTime())
  }
})

test('an index with an operator nobody knows, or no index at all, is refused', async () => {
  const folder = `${it.ctx.env.dataDir}/other`
  fs.mkdirSync(folder)
  await assert.rejects(importCertificates(it.ctx, `${folder}/index.json`), /not there/)
  const index = await readIndex(pkiFiles(it.ctx.env.pkiDir).index)
  const operator = index?.certificates.find((certificate) => certificate.kind === 'operator')
  const stranger = { ...operator, loginName: 'stranger', fingerprint: 'f'.repeat(64), serial: 'ff' }
  fs.writeFileSync(
    `${folder}/index.json`,
    JSON.stringify({ publicUrl: 'http://localhost', certificates: [stranger] }),
  )
  await assert.rejects(importCertificates(it.ctx, `${folder}/index.json`), /stranger: no such account/)
})

test('e-key files can be downloaded, and nothing else of the folder', async () => {
  const { keys } = await visitor(it).call(demoKeyList, {})
  assert.deepEqual(
    keys.map((key) => key.address),
    ['/demo/keys/steel02.pem', '/demo/keys/trade01.pem'],
  )
  for (const { address, loginName } of keys) {
    const response = await visitor(it).get(address)
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers['content-disposition'], `attachment; filename="${loginName}.pem"`)
    assert.match(response.body, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    assert.equal(response.body.match(/BEGIN CERTIFICATE/g)?.length, 3)
  }
  for (const file of [
    'steel01.pem',
    'steel02',
    '..%2Froot.key.pem',
    '..%2f..%2f..%2fetc%2fpasswd',
    'root.key.pem',
    '%00',
    'x'.repeat(61),
  ]) {
    const response = await visitor(it).get(demoKey.path.replace(':file', file))
    assert.ok([404, 422].includes(response.statusCode), `${file} ${response.statusCode}`)
    assert.doesNotMatch(response.body, /PRIVATE/)
  }
})

test('production sees that a database was a demonstration, whatever its people are called now', async () => {
  const empty = await testDatabase()
  try {
    assert.equal(await demoRemains(empty.db), undefined)
    await makeDemo({ db: empty.db, clock: it.clock })
    await empty.db
      .updateTable('account')
      .set({ login_name: 'zhao' })
      .where('login_name', '=', 'steel01')
      .execute()
    assert.match((await demoRemains(empty.db)) ?? '', /zhao、.*演示钢铁集团有限公司.*生产模式不能启动/)
    await empty.db.deleteFrom('service_request').execute()
    await empty.db.deleteFrom('account').execute()
    await empty.db.deleteFrom('enterprise').where('id', '!=', demoEnterprises.trade.id).execute()
    assert.match((await demoRemains(empty.db)) ?? '', /（演示冀东国际贸易有限公司）/)
    await empty.db.deleteFrom('enterprise').execute()
    assert.equal(await demoRemains(empty.db), undefined)
  } finally {
    await empty.close()
  }
})
