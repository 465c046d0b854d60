import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { z } from 'zod'
import { endpoint, Id } from '#api/endpoint.ts'
import { call, CallFailed, onSignedOut, setCsrfToken, urlOf } from './call.ts'

const read = endpoint({
  method: 'GET',
  path: '/api/things/:id',
  summary: '',
  tag: '',
  access: 'signed_in',
  params: z.strictObject({ id: Id }),
  query: z.strictObject({ q: z.string().optional(), page: z.number().optional() }),
  reply: z.object({ name: z.string() }),
})
const write = endpoint({
  method: 'POST',
  path: '/api/things',
  summary: '',
  tag: '',
  access: 'signed_in',
  body: z.strictObject({ name: z.string() }),
})
const enter = endpoint({ method: 'POST', path: '/api/session', summary: '', tag: '', access: 'public' })
const id = '01980000-0000-7000-8000-000000000001'

const reply = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }))
const refused = (status: number, code: string) => reply(status, { code, words: `${code}…` })

interface Sent {
  url: string
  headers: Headers
  body: unknown
}
let sent: Sent[] = []
function answers(...turns: (() => Promise<Response>)[]) {
  mock.method(globalThis, 'fetch', (url: string, init: RequestInit) => {
    sent.push({ url, headers: new Headers(init.headers), body: init.body })
    const turn = turns.shift()
    return turn === undefined ? Promise.reject(new Error('one request too many')) : turn()
  })
}
const failing = async (attempt: Promise<unknown>): Promise<CallFailed> => {
  const error: unknown = await attempt.then(
    () => assert.fail('was answered'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof CallFailed)
  return error
}

beforeEach(() => {
  sent = []
  setCsrfToken('token-1')
})
afterEach(() => {
  mock.restoreAll()
  onSignedOut({ signInAgain: undefined, renewToken: undefined })
})

test('addresses carry what they are given, and nothing empty', () => {
  assert.equal(
    urlOf(read, { params: { id }, query: { q: '热轧 1', page: 2 } }),
    `/api/things/${id}?q=%E7%83%AD%E8%BD%A7+1&page=2`,
  )
  assert.equal(urlOf(read, { params: { id }, query: { q: '' } }), `/api/things/${id}`)
})

test('only what changes something carries the token', async () => {
  answers(reply(200, { name: '甲' }), reply(204, null))
  assert.deepEqual(await call(read, { params: { id } }), { name: '甲' })
  assert.equal(await call(write, { body: { name: '甲' } }), undefined)
  assert.equal(sent[0]?.headers.get('x-csrf-token'), null)
  assert.equal(sent[1]?.headers.get('x-csrf-token'), 'token-1')
  assert.equal(sent[1]?.body, '{"name":"甲"}')
})

test('a lost session is mended once for all that wait, and each request is sent again', async () => {
  let asked = 0
  onSignedOut({
    renewToken: undefined,
    signInAgain: async () => {
      asked += 1
      await new Promise((resolve) => setTimeout(resolve, 10))
      setCsrfToken('token-2')
      return true
    },
  })
  answers(
    refused(401, 'signed_out'),
    refused(401, 'signed_out'),
    reply(200, { name: '甲' }),
    reply(204, null),
  )
  await Promise.all([call(read, { params: { id } }), call(write, { body: { name: '甲' } })])
  assert.equal(asked, 1)
  assert.equal(sent.length, 4)
  assert.equal(sent[3]?.headers.get('x-csrf-token'), 'token-2')
  assert.equal(sent[3]?.body, sent[1]?.body)
})

test('a late refusal of the session before is not asked about again', async () => {
  onSignedOut({ renewToken: undefined, signInAgain: () => assert.fail('asked') })
  answers(
    () => {
      setCsrfToken('token-2')
      return refused(401, 'signed_out')()
    },
    reply(204, null),
  )
  await call(write, { body: { name: '甲' } })
  assert.equal(sent[1]?.headers.get('x-csrf-token'), 'token-2')
})

test('renewing the token may find the session gone, and asks to sign in', async () => {
  onSignedOut({
    signInAgain: () => Promise.resolve(true),
    renewToken: () => call(read, { params: { id } }).then(() => true),
  })
  answers(refused(403, 'csrf'), refused(401, 'signed_out'), reply(200, { name: '甲' }), reply(204, null))
  await call(write, { body: { name: '甲' } })
  assert.equal(sent.length, 4)
})

test('whoever gives up signing in gets the refusal', async () => {
  onSignedOut({ renewToken: undefined, signInAgain: () => Promise.resolve(false) })
  answers(refused(401, 'signed_out'))
  assert.equal((await failing(call(write, { body: { name: '甲' } }))).status, 401)
})

test('a wrong password asks for no second sign-in', async () => {
  onSignedOut({ renewToken: undefined, signInAgain: () => assert.fail('asked') })
  answers(refused(401, 'credentials'))
  assert.equal((await failing(call(enter, {}))).failure.code, 'credentials')
})

test('an outdated token is fetched anew and the request sent again', async () => {
  onSignedOut({
    signInAgain: () => assert.fail('asked'),
    renewToken: () => {
      setCsrfToken('token-3')
      return Promise.resolve(true)
    },
  })
  answers(refused(403, 'csrf'), reply(204, null))
  await call(write, { body: { name: '甲' } })
  assert.equal(sent[1]?.headers.get('x-csrf-token'), 'token-3')
})

test('a missing permission is not asked about', async () => {
  onSignedOut({ signInAgain: () => assert.fail('asked'), renewToken: () => assert.fail('asked') })
  answers(refused(403, 'permission'))
  assert.equal((await failing(call(write, { body: { name: '甲' } }))).failure.words, 'permission…')
})

test('no connection and no sensible answer become words', async () => {
  answers(
    () => Promise.reject(new TypeError('fetch failed')),
    () => Promise.resolve(new Response('<html>Bad Gateway</html>', { status: 502 })),
  )
  const cut = await failing(call(write, { body: { name: '甲' } }))
  assert.equal(cut.status, 0)
  assert.match(cut.failure.words, /连不上服务器/)
  const proxy = await failing(call(read, { params: { id } }))
  assert.equal(proxy.status, 502)
  assert.match(proxy.failure.words, /502/)
})
