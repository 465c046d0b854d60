import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { whoAmI } from '#api/account.ts'
import { createApplication, getApplication, listApplications } from '#api/application.ts'
import { enterpriseByCode } from '#api/enterprise.ts'
import { randomUUIDv7 } from 'node:crypto'
import { steelForm } from '#test/forms.ts'
import { typed } from '#test/journey.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import { clientOf, keyOfficer, newCompany, numbersOf } from '#test/registration.ts'
import { demoEnterprises } from '../demo/enterprises.ts'
import { verifyEnterprise } from './verify.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
let n = 100
beforeEach(async () => {
  n += 1
  await it.ctx.db.deleteFrom('throttle').execute()
})

type Company = Awaited<ReturnType<typeof newCompany>>
const verify = ({ enterpriseId, accountId }: Pick<Company, 'enterpriseId' | 'accountId'>) =>
  it.ctx.db
    .transaction()
    .execute((tx) => verifyEnterprise(tx, it.ctx, { enterpriseId, accountId, officer: keyOfficer }))

const draftOf = async (company: Company) => {
  const id = randomUUIDv7()
  const { uscc, code13, enterpriseName: name } = company.form
  await company.client.call(createApplication, {
    body: { id, form: typed(steelForm({ uscc, code13, name })) },
  })
  return id
}
const history = (id: string) =>
  it.ctx.db
    .selectFrom('history')
    .select(['action', 'actor_name', 'to_state'])
    .where('thing_id', '=', id)
    .orderBy('id')
    .execute()

test('a yes on its papers opens everything; the applicant manages the enterprise and may seal', async () => {
  const company = await newCompany(it, n)
  const draft = await draftOf(company)
  const verified = await verify(company)
  assert.deepEqual(verified, {
    enterpriseId: company.enterpriseId,
    code13: company.form.code13,
    uscc: company.form.uscc,
    name: company.form.enterpriseName,
    administrator: true,
  })
  const me = await company.client.call(whoAmI, {})
  assert.equal(me.enterprise?.standing, 'verified')
  assert.equal(me.enterprise?.closed, null)
  for (const permission of ['application.seal', 'quota.read', 'licence.download', 'invitation.create']) {
    assert.ok(me.permissions.includes(permission), permission)
  }
  // The draft goes on.
  assert.equal((await company.client.call(getApplication, { params: { id: draft } })).id, draft)
  assert.deepEqual(await history(company.enterpriseId), [
    { action: 'register', actor_name: '程新', to_state: 'active' },
    { action: 'verify', actor_name: '韩钥', to_state: 'active' },
  ])
  // Another key later: nothing changes any more.
  const before = await history(company.accountId)
  assert.deepEqual(await verify(company), verified)
  assert.deepEqual(await history(company.accountId), before)
})

test('nobody finds an enterprise by a code that is merely claimed', async () => {
  const company = await newCompany(it, n)
  const asking = await as(it, 'steel01')
  const by = { params: { code13: company.form.code13 } }
  assert.equal((await asking.refused(enterpriseByCode, by)).status, 404)
  await verify(company)
  assert.equal((await asking.call(enterpriseByCode, by)).name, company.form.enterpriseName)
})

test('whoever shows the papers has the number; a squatter loses it and nobody reaches his drafts', async () => {
  const squatter = await newCompany(it, n)
  const draft = await draftOf(squatter)
  const owner = await newCompany(it, n + 1000, { ...numbersOf(n), enterpriseName: '真正的有限公司' })
  assert.equal(owner.answer.standing, 'contested')
  const { enterpriseId, name } = await verify(owner)
  assert.deepEqual([enterpriseId, name], [owner.enterpriseId, '真正的有限公司'])
  assert.equal((await owner.client.call(whoAmI, {})).enterprise?.standing, 'verified')
  // His session has ended; signed in again he belongs nowhere.
  assert.equal((await squatter.client.refused(whoAmI, {})).status, 401)
  const { client } = await clientOf(it, squatter.form.loginName)
  const me = await client.call(whoAmI, {})
  assert.equal(me.enterprise, null)
  assert.deepEqual(me.permissions, ['account.change_contact', 'account.change_password', 'account.complete'])
  for (const one of [client, owner.client]) {
    assert.equal((await one.refused(getApplication, { params: { id: draft } })).status, 404)
    assert.equal((await one.call(listApplications, { query: { list: 'to_submit' } })).rows.length, 0)
  }
  const kept = await it.ctx.db.selectFrom('application').select('id').where('id', '=', draft).execute()
  assert.equal(kept.length, 1, 'and they are not lost')
  await assert.rejects(verify(squatter), /已不属于该企业/)
})

test('another person of a verified enterprise joins it by a key, as a sealer who manages nothing', async () => {
  const { uscc, code13, name, id } = demoEnterprises.steel
  const colleague = await newCompany(it, n, { uscc, code13 })
  const verified = await verify(colleague)
  assert.deepEqual([verified.enterpriseId, verified.name, verified.administrator], [id, name, false])
  const me = await colleague.client.call(whoAmI, {})
  assert.equal(me.enterprise?.name, name)
  assert.ok(me.permissions.includes('application.seal') && !me.permissions.includes('invitation.create'))
  // His own claim is over.
  const claim = await it.ctx.db
    .selectFrom('enterprise')
    .select('superseded_at')
    .where('id', '=', colleague.enterpriseId)
    .executeTakeFirstOrThrow()
  assert.ok(claim.superseded_at !== null)
})

test('a number of 13 characters that belongs to somebody else is not given again', async () => {
  const first = await newCompany(it, n)
  await verify(first)
  // Another area in the USCC, the same organisation code.
  const uscc = first.form.uscc.replace(/^91110000/, '91110100').slice(0, 17)
  const { usccProblem } = await import('#domain/uscc.ts')
  const whole = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
    .map((c) => uscc + c)
    .find((c) => usccProblem(c) === undefined)
  const second = await newCompany(it, n + 1000, { uscc: whole ?? '', code13: first.form.code13 })
  assert.equal(second.answer.standing, 'contested')
  await assert.rejects(verify(second), /已由另一企业使用/)
})

test('a consignor sees what names it once it is verified, and not by typing a code before', async () => {
  const { uscc, code13 } = numbersOf(n)
  const company = await newCompany(it, n, { uscc, code13, accountType: 'consignor' })
  const me = await company.client.call(whoAmI, {})
  assert.equal(me.dataScope.name, 'consignor')
  assert.equal((await company.client.call(listApplications, { query: { list: 'to_submit' } })).rows.length, 0)
  await verify(company)
  const after = await company.client.call(whoAmI, {})
  assert.ok(after.permissions.includes('licence.download') && !after.permissions.includes('application.save'))
})

test('two claims that are approved at once: one has the number', async () => {
  const first = await newCompany(it, n)
  const second = await newCompany(it, n + 1000, numbersOf(n))
  const ends = await race(
    it.db,
    (tx) =>
      tx.selectFrom('enterprise').select('id').where('id', '=', first.enterpriseId).forUpdate().execute(),
    [() => verify(first), () => verify(second)],
  )
  // The second waited for the number: its account has lost its claim meanwhile.
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const rows = await it.ctx.db
    .selectFrom('enterprise')
    .select(['verified_at', 'superseded_at'])
    .where('uscc', '=', first.form.uscc)
    .execute()
  assert.equal(rows.filter((row) => row.verified_at !== null).length, 1)
  assert.equal(rows.filter((row) => row.superseded_at !== null).length, 1)
})
