import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { eKeyFile, makeTestPki } from '#test/pki.ts'
import { AgentError, type AgentToken, type KeyAgent } from '#ui/key/agent.ts'
import { examine, examineTokens, type Ask } from './key-check.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
const PIN = 'k8s2m4x9'
const good: Awaited<ReturnType<Ask>> = {
  now: NOW.toISOString(),
  issued: true,
  known: true,
  revokedAt: null,
  notAfter: '2027-11-22T08:00:00.000Z',
  boundToMe: true,
}
let file: string
let certificate: string
before(async () => {
  const pki = await makeTestPki(NOW)
  const operator = await pki.operator()
  file = await eKeyFile(operator, pki, PIN)
  certificate = Buffer.from(operator.certificate.der).toString('base64')
})

const told = async (
  change: Partial<typeof good> = {},
  given: { text?: string; pin?: string; now?: Date } = {},
) => {
  const found = await examine(
    given.text ?? file,
    given.pin ?? PIN,
    async () => ({ ...good, ...change }),
    given.now ?? NOW,
  )
  return found.filter((one) => one.result !== 'right').map(({ what, result }) => `${what} ${result}`)
}

test('everything right', async () => {
  assert.deepEqual(await told(), [])
})

test('each thing that is wrong is told, and only that', async () => {
  assert.deepEqual(await told({}, { text: 'nothing' }), ['电子钥匙文件 wrong'])
  assert.deepEqual(await told({}, { pin: 'k8s2m4x8' }), ['PIN wrong'])
  assert.deepEqual(await told({}, { pin: '' }), ['PIN unknown'])
  assert.deepEqual(await told({ issued: false, known: false, boundToMe: null }), [
    '证书链 wrong',
    '注销状态 unknown',
    '账号绑定 unknown',
  ])
  assert.deepEqual(await told({ revokedAt: NOW.toISOString() }), ['注销状态 wrong'])
  assert.deepEqual(await told({ boundToMe: false }), ['账号绑定 mind'])
  assert.deepEqual(await told({ now: '2026-11-22T08:05:01.000Z' }), ['电脑时间 wrong'])
  const soon = new Date('2027-10-01T00:00:00Z')
  assert.deepEqual(await told({ now: soon.toISOString() }, { now: soon }), ['有效期 mind'])
  const late = new Date('2028-01-01T00:00:00Z')
  assert.deepEqual(await told({ now: late.toISOString() }, { now: late }), ['有效期 wrong'])
})

test('without the server what the file says itself is still told', async () => {
  const found = await examine(file, PIN, () => Promise.reject(new Error('offline')), NOW)
  assert.deepEqual(
    found.map(({ what, result }) => `${what} ${result}`),
    [
      '浏览器 right',
      '电子钥匙文件 right',
      'PIN right',
      '证书链 unknown',
      '注销状态 unknown',
      '账号绑定 unknown',
      '电脑时间 unknown',
      '有效期 right',
    ],
  )
})

const token = (change: Partial<AgentToken> = {}): AgentToken => ({
  id: '1',
  label: '钥匙',
  pin: 'fine',
  pinOnToken: false,
  certificates: [{ keyId: 'a', certificate }],
  ...change,
})
/** An agent that answers so; what a check never asks of it is not there. */
const agentWith = (
  tokens: readonly AgentToken[],
  facts: Partial<Awaited<ReturnType<KeyAgent['facts']>>> = {},
) => ({
  facts: async () => ({
    name: 'xuke-key-agent' as const,
    version: '1',
    protocol: 1,
    moduleProblem: null,
    consent: true,
    ...facts,
  }),
  tokens: async () => [...tokens],
  askConsent: () => Promise.reject(new Error('not asked for')),
  open: () => Promise.reject(new Error('not opened')),
})
const toldOfTokens = async (agent: KeyAgent, change: Partial<typeof good> = {}, now = NOW) => {
  const found = await examineTokens(agent, '1', async () => ({ ...good, ...change }), now)
  return found.filter((one) => one.result !== 'right')
}
const short = (found: Awaited<ReturnType<typeof toldOfTokens>>) =>
  found.map(({ what, result, at }) => [what, result, ...(at === undefined ? [] : [at])].join(' '))

test('a token: what the agent tells and what the server tells of each key in it', async () => {
  assert.deepEqual(short(await toldOfTokens(agentWith([token()]))), [])
  assert.deepEqual(short(await toldOfTokens(agentWith([token()], { consent: false }))), [
    '本网站的使用 mind consent',
  ])
  assert.deepEqual(short(await toldOfTokens(agentWith([token()], { version: '0' }))), [
    '钥匙代理 mind download',
  ])
  assert.deepEqual(short(await toldOfTokens(agentWith([]))), ['硬件钥匙 wrong'])
  assert.deepEqual(short(await toldOfTokens(agentWith([token({ pin: 'locked' })]))), ['PIN 剩余次数 wrong'])
  assert.deepEqual(short(await toldOfTokens(agentWith([token()]), { revokedAt: NOW.toISOString() })), [
    '注销状态 wrong',
  ])
  const soon = new Date('2027-10-01T00:00:00Z')
  assert.deepEqual(short(await toldOfTokens(agentWith([token()]), { now: soon.toISOString() }, soon)), [
    '有效期 mind',
  ])
  const late = new Date('2028-01-01T00:00:00Z')
  assert.deepEqual(short(await toldOfTokens(agentWith([token()]), { now: late.toISOString() }, late)), [
    '证书 wrong',
  ])
})

test('of two keys each finding names its certificate', async () => {
  const agent = agentWith([token(), token({ id: '2' })])
  const found = await toldOfTokens(agent, { boundToMe: false })
  assert.deepEqual(short(found), ['账号绑定 mind', '账号绑定 mind'])
  for (const { words } of found) assert.match(words, /^证书 [0-9a-f]+：/)
})

test('without the agent the way to it is told', async () => {
  const agent = { ...agentWith([]), facts: () => Promise.reject(new AgentError('absent')) }
  const [found, ...others] = await toldOfTokens(agent)
  assert.deepEqual([found?.what, found?.at, others], ['钥匙代理', 'download', []])
  assert.match(found?.words ?? '', /没有连上本机的钥匙代理。.*客户端控件/)
})
