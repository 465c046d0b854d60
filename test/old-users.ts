/** Old users in tests: files as an old system would have written them, imported through the door. */
import assert from 'node:assert/strict'
import { createHash, randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LightMyRequestResponse } from 'fastify'
import type { z } from 'zod'
import { signIn } from '#api/account.ts'
import {
  complete,
  importOldUsers,
  listOldUserImports,
  sendCompletionCodes,
  type OldUserImport,
} from '#api/old-user.ts'
import { columnNames, columns, type Column } from '#domain/old-user/row.ts'
import { sessionCookie } from '#server/account/session.ts'
import { codeSentTo } from '#test/messages.ts'
import { as, TestClient, type TestApp } from '#test/people.ts'
import { numbersOf, stranger } from '#test/registration.ts'

export const digest = (kind: string, text: string) => createHash(kind).update(text, 'utf8').digest('hex')

export type Line = Partial<Record<Column, string>>

/** A line for a user of 出口 with an md5 of its password, but for what is given. */
export const line = (over: Line & { password?: string } = {}): Line => {
  const { password = 'old-Password', ...rest } = over
  return { system: '出口', oldName: 'beijing', digest: digest('md5', password), kind: 'md5', ...rest }
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
export const csvText = (lines: readonly Line[]): string =>
  [
    columnNames.map((name) => columns[name]),
    ...lines.map((one) => columnNames.map((name) => cell(one[name] ?? ''))),
  ]
    .map((cells) => cells.join(','))
    .join('\r\n')

export const csv = (lines: readonly Line[], fileName = '存量用户.csv') => ({
  fileName,
  file: Buffer.from(csvText(lines)).toString('base64'),
})

/** Imports and waits until it is written or has failed. */
export async function imported(it: TestApp, lines: readonly Line[]): Promise<OldUserImport> {
  const officer = await as(it, 'platform01')
  const id = randomUUIDv7()
  await officer.call(importOldUsers, { body: { id, ...csv(lines) } })
  return settled(it, id)
}

export async function settled(it: TestApp, id: string): Promise<OldUserImport> {
  const officer = await as(it, 'platform01')
  for (let looks = 0; looks < 1000; looks++) {
    const { rows } = await officer.call(listOldUserImports, { query: {} })
    const found = rows.find((row) => row.id === id)
    if (found !== undefined && found.state !== 'wrapping') return found
    await sleep(20)
  }
  return assert.fail('the import does not come to an end')
}

export const newPassword = 'Storchennest-8'

/** A completion filled in whole, with codes as their recipients read them; `n` makes contacts and company of its own. */
export async function completion(
  it: TestApp,
  client: TestClient,
  n: number,
  over: Partial<z.input<typeof complete.body>> = {},
): Promise<z.input<typeof complete.body>> {
  const email = `old${n}@example.cn`
  const mobile = `137${String(n).padStart(8, '0')}`
  it.clock.add(61_000)
  await client.call(sendCompletionCodes, { body: { email, mobile } })
  return {
    requestId: randomUUIDv7(),
    oldPassword: 'old-Password',
    newPassword,
    personName: '陈老用',
    email,
    emailCode: await codeSentTo(it, email),
    mobile,
    mobileCode: await codeSentTo(it, mobile),
    enterpriseName: `老用户贸易有限公司第${n}号`,
    uscc: numbersOf(n).uscc,
    region: '北京市',
    ...over,
  }
}

/** Signs in through the door; the client of the new session. */
export async function through(it: TestApp, loginName: string, password: string): Promise<TestClient> {
  const response = await stranger(it).inject({
    method: 'POST',
    url: signIn.path,
    payload: { loginName, password },
  })
  assert.equal(response.statusCode, 200, response.body)
  return clientFrom(it, response)
}

/** The client of the session that an answer opened. */
export function clientFrom(it: TestApp, response: LightMyRequestResponse): TestClient {
  const body: { csrfToken?: string; me?: { csrfToken?: string } } = response.json()
  const cookie = response.cookies.find(({ name }) => name === sessionCookie)?.value ?? ''
  return new TestClient(it.app, undefined, {
    'x-demo': '1',
    cookie: `${sessionCookie}=${cookie}`,
    'x-csrf-token': body.csrfToken ?? body.me?.csrfToken ?? '',
  })
}
