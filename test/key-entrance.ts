/** The key office without a password, for tests: codes read as their recipients would, and the browser that is let in. */
import assert from 'node:assert/strict'
import type { LightMyRequestResponse } from 'fastify'
import type { z } from 'zod'
import { Me } from '#api/account.ts'
import * as api from '#api/key-entrance.ts'
import { sessionCookie } from '#server/account/session.ts'
import { codeSentTo } from '#test/messages.ts'
import { TestClient, type TestApp } from '#test/people.ts'
import { numbersOf, stranger } from '#test/registration.ts'

export type Applying = z.input<typeof api.applyForKey.body>

/** What somebody without an account gives; codes still to come. */
export const applying = (n: number, over: Partial<Applying> = {}): Applying => ({
  loginName: `newkey${n}`,
  personName: '程新',
  department: '业务部',
  email: `newkey${n}@example.cn`,
  emailCode: '000000',
  mobile: `137${String(n).padStart(8, '0')}`,
  mobileCode: '000000',
  enterpriseName: `申钥贸易有限公司第${n}号`,
  ...numbersOf(n),
  region: '北京市',
  city: '',
  ...over,
})

/** Asks for the codes and reads them. */
export async function withApplicantCodes(it: TestApp, form: Applying): Promise<Applying> {
  const { email, mobile } = form
  await stranger(it).call(api.sendApplicantCodes, { body: { email, mobile } })
  const [emailCode, mobileCode] = await Promise.all([codeSentTo(it, email), codeSentTo(it, mobile)])
  return { ...form, emailCode, mobileCode }
}

/** The browser that keeps the cookie of this answer. */
export function letIn(it: TestApp, response: LightMyRequestResponse) {
  assert.equal(response.statusCode, 200, response.body)
  const cookie = response.cookies.find(({ name }) => name === sessionCookie)
  assert.ok(cookie, 'a session')
  const me = Me.parse(response.json())
  const headers = { cookie: `${sessionCookie}=${cookie.value}`, 'x-csrf-token': me.csrfToken }
  return { client: new TestClient(it.app, undefined, headers), me }
}

/** Applies without an account, and is inside. */
export async function applied(it: TestApp, n: number, over: Partial<Applying> = {}) {
  const form = await withApplicantCodes(it, applying(n, over))
  const response = await stranger(it).post(api.applyForKey.path, form)
  return { form, ...letIn(it, response) }
}

export interface Whom {
  uscc: string
  loginName: string
  by: 'sms' | 'email'
}

/** Asks for a code, reads it at the recipient, and is inside. */
export async function entered(it: TestApp, whom: Whom, recipient: string) {
  await stranger(it).call(api.sendEntranceCode, { body: whom })
  const code = await codeSentTo(it, recipient)
  return letIn(it, await stranger(it).post(api.enterKeyOffice.path, { ...whom, code }))
}
