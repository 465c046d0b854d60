/** Companies that register in a test: their numbers, the whole way with codes, and clients of accounts made in it. */
import { randomUUIDv7 } from 'node:crypto'
import type { z } from 'zod'
import { register, sendRegistrationCodes } from '#api/registration.ts'
import { deskService } from '#domain/hall/catalogue.ts'
import { makeSession, sessionCookie } from '#server/account/session.ts'
import { codeSentTo } from '#test/messages.ts'
import { TestClient, type TestApp } from '#test/people.ts'
import { sampleNumbers } from '../scripts/sample.ts'

/** Numbers of a made-up company with right check characters; `n` from 1 to 9999. */
export const numbersOf = (n: number) => sampleNumbers(`NEW${String(n).padStart(5, '0')}`)

/** The client of somebody without a session who is asked for no captcha. */
export const stranger = (it: TestApp, headers: Record<string, string> = {}) =>
  new TestClient(it.app, undefined, { 'x-demo': '1', ...headers })

export const newPassword = 'Kranich-7-zug'

export type Registering = z.input<typeof register.body>

/** A filled-in registration; codes still to come. */
export const registering = (n: number, over: Partial<Registering> = {}): Registering => ({
  loginName: `company${n}`,
  password: newPassword,
  accountType: 'enterprise',
  personName: '程新',
  department: '业务部',
  email: `company${n}@example.cn`,
  emailCode: '000000',
  mobile: `138${String(n).padStart(8, '0')}`,
  mobileCode: '000000',
  enterpriseName: `新设贸易有限公司第${n}号`,
  ...numbersOf(n),
  region: '北京市',
  city: '',
  ...over,
})

/** Asks for the codes and reads them as their recipients would. */
export async function withCodes(it: TestApp, form: Registering): Promise<Registering> {
  const { email, mobile } = form
  await stranger(it).call(sendRegistrationCodes, { body: { email, mobile } })
  const [emailCode, mobileCode] = await Promise.all([codeSentTo(it, email), codeSentTo(it, mobile)])
  return { ...form, emailCode, mobileCode }
}

/** Registers and signs in by a session row. */
export async function newCompany(it: TestApp, n: number, over: Partial<Registering> = {}) {
  const form = await withCodes(it, registering(n, over))
  const answer = await stranger(it).call(register, { body: form })
  const company = { form, answer, ...(await clientOf(it, form.loginName)) }
  await openDesk(it, company.enterpriseId)
  return company
}

/** Grants an enterprise 出口许可证, as a platform officer would have. */
export async function openDesk(it: TestApp, enterpriseId: string): Promise<void> {
  const now = it.clock()
  await it.ctx.db
    .insertInto('service_request')
    .values({
      id: randomUUIDv7(),
      enterprise_id: enterpriseId,
      service: deskService,
      state: 'granted',
      source: 'asked',
      created_at: now,
      modified_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The client of any account by its login name, signed in by a session row. */
export async function clientOf(it: TestApp, loginName: string) {
  const account = await it.ctx.db
    .selectFrom('account')
    .select(['id', 'enterprise_id'])
    .where('login_name', '=', loginName)
    .executeTakeFirstOrThrow()
  const session = await makeSession(it.ctx.db, {
    accountId: account.id,
    now: it.clock(),
    address: '127.0.0.1',
    userAgent: 'test',
  })
  const client = new TestClient(it.app, undefined, {
    cookie: `${sessionCookie}=${session.token}`,
    'x-csrf-token': session.csrfToken,
  })
  return { client, accountId: account.id, enterpriseId: account.enterprise_id ?? '' }
}

/** An officer as the key office's door would name him. */
export const keyOfficer = {
  accountId: '00000000-0000-4000-8000-000000000214',
  personName: '韩钥',
  permissions: new Set<string>(),
  scope: 'own',
  enterpriseId: null,
  department: null,
  code13: null,
  authorityCode: 'AA',
} as const
