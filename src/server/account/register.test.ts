import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { signIn, whoAmI } from '#api/account.ts'
import { listApplications } from '#api/application.ts'
import { register, sendRegistrationCodes } from '#api/registration.ts'
import { codeSentTo, otherThan } from '#test/messages.ts'
import { startTestApp, visitor, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'
import {
  newCompany,
  newPassword,
  numbersOf,
  openDesk,
  registering,
  stranger,
  withCodes,
} from '#test/registration.ts'
import { demoEnterprises } from '../demo/enterprises.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())
let n = 0
beforeEach(async () => {
  n += 1
  // Codes are counted per recipient and network; each test begins anew.
  await it.ctx.db.deleteFrom('throttle').execute()
})

const refused = async (over: Parameters<typeof registering>[1]) => {
  const { status, failure } = await stranger(it).refused(register, { body: registering(n, over) })
  return { status, paths: (failure.issues ?? []).map(({ path }) => path), words: failure.words }
}

test('a company registers, signs in and may ask for services; its e-mail and mobile are confirmed', async () => {
  const form = await withCodes(it, registering(n))
  const answer = await stranger(it).call(register, { body: form })
  assert.equal(answer.standing, 'unverified')
  assert.match(answer.words, /电子钥匙/)
  const me = await stranger(it).call(signIn, { body: { loginName: form.loginName, password: newPassword } })
  assert.equal(me.enterprise?.name, form.enterpriseName)
  assert.equal(me.enterprise?.standing, 'unverified')
  assert.ok(me.permissions.includes('service_request.request'))
  // It drafts once 出口许可证 is granted.
  assert.ok(!me.permissions.includes('application.save'))
  assert.match(me.enterprise?.withheld ?? '', /出口许可证/)
  await openDesk(it, me.enterprise?.id ?? '')
  const later = await stranger(it).call(signIn, {
    body: { loginName: form.loginName, password: newPassword },
  })
  assert.ok(later.permissions.includes('application.save'))
  assert.ok(!me.permissions.includes('quota.read') && !me.permissions.includes('licence.download'))
  const row = await it.ctx.db
    .selectFrom('account')
    .selectAll()
    .where('login_name', '=', form.loginName)
    .executeTakeFirstOrThrow()
  assert.deepEqual([row.email, row.mobile], [form.email, form.mobile])
  assert.ok(row.email_confirmed_at !== null && row.mobile_confirmed_at !== null)
  assert.ok(!JSON.stringify(it.logged).includes(newPassword))
})

test('numbers must be right and belong together, the password one’s own, the place a place', async () => {
  const { uscc, code13 } = numbersOf(n)
  const other = numbersOf(n + 5000)
  assert.deepEqual((await refused({ uscc: `${uscc.slice(0, 17)}${uscc.endsWith('0') ? '1' : '0'}` })).paths, [
    'uscc',
  ])
  assert.deepEqual((await refused({ code13: other.code13 })).paths, ['code13'])
  assert.deepEqual((await refused({ uscc, code13: code13.slice(0, 12) })).paths, ['code13'])
  assert.deepEqual((await refused({ password: 'Password12345' })).paths, ['password'])
  assert.deepEqual((await refused({ region: '火星' })).paths, ['region'])
  for (const loginName of ['abc', '1100company', 'a b c d', 'x'.repeat(31), '0441987654321-beijing']) {
    const { status, paths } = await refused({ loginName })
    assert.deepEqual([status, paths], [422, ['loginName']], loginName)
  }
})

test('numbers of the manuals are taken where the setting relaxes the check, and only there', async () => {
  const manual = { uscc: '289999997763675559', code13: '1100776367555' }
  assert.deepEqual((await refused(manual)).paths, ['uscc'])
  const relaxed = await startTestApp({ env: { relaxedCodes: true } })
  try {
    const { answer } = await newCompany(relaxed, 1, manual)
    assert.equal(answer.standing, 'unverified')
  } finally {
    await relaxed.close()
  }
})

test('without the right codes nobody registers; a wrong one is said at its field', async () => {
  const form = await withCodes(it, registering(n))
  const wrong = await stranger(it).refused(register, {
    body: { ...form, mobileCode: otherThan(form.mobileCode) },
  })
  assert.equal(wrong.status, 422)
  assert.deepEqual(
    wrong.failure.issues?.map(({ path }) => path),
    ['mobileCode'],
  )
  const elsewhere = await stranger(it).refused(register, {
    body: { ...form, email: 'somebody.else@example.cn' },
  })
  assert.deepEqual(
    elsewhere.failure.issues?.map(({ path }) => path),
    ['emailCode'],
  )
  // The right ones are still good: a mistake costs a try, not a letter.
  await stranger(it).call(register, { body: form })
  // … and used up by it.
  const again = { ...form, loginName: `again${n}` }
  const { failure } = await stranger(it).refused(register, { body: again })
  assert.deepEqual(
    failure.issues?.map(({ path }) => path),
    ['emailCode', 'mobileCode'],
  )
})

test('a code of another purpose confirms nothing', async () => {
  const form = await withCodes(it, registering(n))
  await it.ctx.db
    .updateTable('code')
    .set({ purpose: 'recover' })
    .where('recipient', '=', form.email)
    .execute()
  const { failure } = await stranger(it).refused(register, { body: form })
  assert.deepEqual(
    failure.issues?.map(({ path }) => path),
    ['emailCode'],
  )
})

test('codes are sent for an answered captcha alone', async () => {
  const body = { email: `x${n}@example.cn`, mobile: '13811112222' }
  const { status, failure } = await visitor(it).refused(sendRegistrationCodes, { body })
  assert.deepEqual([status, failure.code], [409, 'captcha'])
  const { rows } = await sql`select from message where recipient = ${body.email}`.execute(it.ctx.db)
  assert.equal(rows.length, 0)
})

test('a line break in an address starts no second header and no second letter', async () => {
  for (const email of ['a@example.cn\r\nBcc: b@example.cn', 'a@example.cn,b@example.cn', '<a@example.cn>']) {
    const { status } = await stranger(it).refused(sendRegistrationCodes, {
      body: { email, mobile: '13811112222' },
    })
    assert.equal(status, 422, email)
  }
})

test('a login name is given once, in capitals or not, and the codes survive the clash', async () => {
  const first = await newCompany(it, n)
  const form = await withCodes(it, registering(n + 6000, { loginName: first.form.loginName.toUpperCase() }))
  const { failure } = await stranger(it).refused(register, { body: form })
  assert.deepEqual(failure.issues, [
    { path: 'loginName', words: '这个登录名已被使用，请换一个', rule: 'taken' },
  ])
  await stranger(it).call(register, { body: { ...form, loginName: `other${n}` } })
  // Nobody without codes learns whether a name is taken.
  const asked = await stranger(it).refused(register, {
    body: {
      ...registering(n + 6500),
      loginName: first.form.loginName,
      emailCode: '000000',
      mobileCode: '000000',
    },
  })
  assert.deepEqual(
    asked.failure.issues?.map(({ path }) => path),
    ['emailCode', 'mobileCode'],
  )
})

test('who claims a number after somebody else gets nothing but the way to the key office', async () => {
  await newCompany(it, n)
  const second = await newCompany(it, n + 7000, { ...numbersOf(n), enterpriseName: '同一号码有限公司' })
  assert.equal(second.answer.standing, 'contested')
  assert.match(second.answer.words, /电子钥匙/)
  assert.ok(!JSON.stringify(second.answer).includes(registering(n).enterpriseName), 'no hint who it is')
  const me = await second.client.call(whoAmI, {})
  const open = me.permissions.filter((name) => !name.startsWith('key_request.'))
  assert.deepEqual(open, ['account.change_contact', 'account.change_password'])
  assert.ok(me.permissions.includes('key_request.submit'), 'the way to the key office')
  assert.equal(me.enterprise?.name, '同一号码有限公司')
  // The same for an enterprise that has been here all along; nothing of it is to be seen.
  const { uscc, code13, name } = demoEnterprises.steel
  const third = await newCompany(it, n + 8000, { uscc, code13 })
  assert.equal(third.answer.standing, 'contested')
  assert.ok(!JSON.stringify([third.answer, await third.client.call(whoAmI, {})]).includes(name))
  assert.equal((await third.client.call(listApplications, { query: { list: 'to_submit' } })).rows.length, 0)
})

test('of two who claim a free number at the same moment one is second', async () => {
  const forms = [
    await withCodes(it, registering(n)),
    await withCodes(it, registering(n + 9000, { ...numbersOf(n), loginName: `racer${n}` })),
  ]
  const ends = await race(
    it.db,
    (tx) => sql`lock table enterprise in exclusive mode`.execute(tx),
    forms.map((form) => () => stranger(it).call(register, { body: form })),
  )
  const standings = ends.map((end) => (end.status === 'fulfilled' ? end.value.standing : String(end.reason)))
  assert.deepEqual(standings.toSorted(), ['contested', 'unverified'])
})

test('one code opens one registration, also for two requests at once', async () => {
  const form = await withCodes(it, registering(n))
  const second = { ...form, loginName: `twin${n}` }
  const ends = await race(
    it.db,
    (tx) => sql`lock table code in exclusive mode`.execute(tx),
    [form, second].map((body) => () => stranger(it).call(register, { body })),
  )
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.ok(await codeSentTo(it, form.email))
})
