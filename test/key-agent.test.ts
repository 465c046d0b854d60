/** The key agent over its own HTTP, with a real PKCS#11 module: what it lets in, what it asks, what a token makes. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { after, before, describe, test } from 'node:test'
import { readCertificate } from '#domain/seal/certificate.ts'
import { checkRequest } from '#server/pki/check-request.ts'
import { issueOperator } from '#server/pki/ca.ts'
import { verifySeal } from '#server/pki/seal-check.ts'
import { AgentError, type AgentProblem, type AskWindow, keyAgent, type KeyAgent } from '#ui/key/agent.ts'
import { sign } from '#ui/key/e-key.ts'
import { keysOf, makeTokenKey, openTokenKey } from '#ui/key/token-key.ts'
import { CKA, CKO, Cryptoki, CryptokiError } from '../src/key-agent/cryptoki.ts'
import { pinState } from '../src/key-agent/pin-state.ts'
import { Refused } from '../src/key-agent/refused.ts'
import { type Agent, agentVersion, startAgent } from '../src/key-agent/start.ts'
import type { Tokens, TokenState } from '../src/key-agent/token.ts'
import { pageOf, person, reply } from './agent.ts'
import { makeTestPki, PUBLIC_URL, STEEL_HOLDER } from './pki.ts'
import { noTokenHere, softToken, type SoftToken } from './softhsm.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
const SITE = 'https://licence.example.cn'
const OTHER = 'http://localhost:3000'
const FOREIGN = 'https://evil.example.com'

const says = (problem: AgentProblem, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AgentError, String(error))
  assert.equal(error.problem, problem)
  assert.match(error.message, words)
  return true
}

/** A request with a Host of one's own choice, which fetch does not allow. */
async function withHost(port: number, host: string, path: string): Promise<number | undefined> {
  const request = http.get({ port, host: '127.0.0.1', path, headers: { host, origin: SITE } })
  const [response]: http.IncomingMessage[] = await once(request, 'response')
  response?.resume()
  return response?.statusCode
}

describe('a token of SoftHSM2', { skip: noTokenHere }, () => {
  let soft: SoftToken
  let agent: Agent
  let now = NOW.getTime()
  before(async () => {
    soft = softToken()
    const settings = { port: 0, origins: [SITE, OTHER], module: soft.module }
    agent = await startAgent(settings, { now: () => now })
  })
  after(async () => {
    await agent.close()
    soft.remove()
  })
  const opened = async (page: KeyAgent) => {
    await page.askConsent(person({ answer: 'allow' }).show)
    const [token] = await page.tokens()
    assert.ok(token)
    return { token, session: await page.open(token.id, person({ answer: 'allow', pin: soft.pin }).show) }
  }

  test('a foreign site is refused and told which it is; so is whoever names none, or comes under another name', async () => {
    const address = `http://127.0.0.1:${agent.port}/v1/agent`
    for (const method of ['GET', 'OPTIONS']) {
      const response = await fetch(address, { method, headers: { origin: FOREIGN } })
      assert.equal(response.status, 403)
      assert.equal(response.headers.get('access-control-allow-origin'), null)
      assert.match(await response.text(), /https:\/\/evil\.example\.com 不在允许/)
    }
    for (const near of [`${SITE}.evil.cn`, `${SITE}:8443`, 'http://licence.example.cn', 'null']) {
      assert.equal((await fetch(address, { headers: { origin: near } })).status, 403)
    }
    assert.equal((await fetch(address)).status, 403)
    for (const host of ['evil.example.com', `evil.example.com:${agent.port}`, '127.0.0.1']) {
      assert.notEqual(await withHost(agent.port, host, '/v1/agent'), 200)
      assert.notEqual(await withHost(agent.port, host, '/'), 200)
    }
    assert.equal(await withHost(agent.port, `localhost:${agent.port}`, '/v1/agent'), 200)
    const home = await (await fetch(`http://127.0.0.1:${agent.port}/`)).text()
    assert.match(home, /已拒绝的网站[\s\S]*https:\/\/evil\.example\.com/)
  })

  test('the browser’s question beforehand is answered for allowed sites, also for private networks', async () => {
    const response = await fetch(`http://127.0.0.1:${agent.port}/v1/asks`, {
      method: 'OPTIONS',
      headers: { origin: SITE, 'access-control-request-private-network': 'true' },
    })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-origin'), SITE)
    assert.equal(response.headers.get('access-control-allow-private-network'), 'true')
    assert.match(response.headers.get('access-control-allow-headers') ?? '', /content-type/)
    assert.match(response.headers.get('vary') ?? '', /origin/i)
  })

  test('nothing is listed before the person allows it; the answer holds for that site until it is taken back', async () => {
    const [page, other] = [pageOf(agent, SITE), pageOf(agent, OTHER)]
    assert.equal((await page.facts()).consent, false)
    await assert.rejects(page.tokens(), says('consent', /还没有允许/))
    await assert.rejects(page.askConsent(person({ answer: 'deny' }).show), says('refused', /没有得到允许/))
    await assert.rejects(page.tokens(), says('consent', /还没有允许/))
    await page.askConsent(person({ answer: 'allow' }).show)
    const [token] = await page.tokens()
    assert.equal(token?.label, soft.label)
    assert.equal(token.pin, 'fine')
    await assert.rejects(other.tokens(), says('consent', /还没有允许/))
    const own = `http://127.0.0.1:${agent.port}`
    const withdraw = (origin: string) =>
      fetch(`${own}/withdrawals`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin },
        body: new URLSearchParams({ origin: SITE }),
      })
    assert.equal((await withdraw(SITE)).status, 403)
    assert.equal((await page.tokens()).length, 1)
    assert.equal((await withdraw(own)).status, 303)
    await assert.rejects(page.tokens(), says('consent', /还没有允许/))
  })

  test('a site can’t answer for its person', async () => {
    const page = pageOf(agent, SITE)
    const statuses: number[] = []
    const show = (address: string): AskWindow => {
      void (async () => {
        statuses.push((await reply(address, { answer: 'allow' }, SITE)).status)
        statuses.push((await reply(address, { answer: 'allow', nonce: 'guessed' })).status)
        statuses.push((await reply(address, { answer: 'deny' })).status)
        statuses.push((await fetch(`${address.slice(0, -1)}_`)).status)
      })()
      return { closed: () => false, close: () => undefined }
    }
    await assert.rejects(page.askConsent(show), says('refused', /没有得到允许/))
    assert.deepEqual(statuses.slice(0, 3), [403, 403, 200])
    const framed = await fetch(`http://127.0.0.1:${agent.port}/`)
    assert.equal(framed.headers.get('x-frame-options'), 'DENY')
    assert.match(framed.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(framed.headers.get('access-control-allow-origin'), null)
  })

  test('a wrong PIN is told with what is left, leaves the question open, and counts', async () => {
    const page = pageOf(agent, SITE)
    await page.askConsent(person({ answer: 'allow' }).show)
    const [token] = await page.tokens()
    assert.ok(token)
    const wrong = { answer: 'allow', pin: '000000' }
    const give = person({ answer: 'allow', pin: '' }, wrong, { answer: 'deny' })
    await assert.rejects(page.open(token.id, give.show), says('refused', /没有得到允许/))
    assert.match(give.pages[0] ?? '', /请填写 PIN/)
    assert.match(give.pages[0] ?? '', /没有输错记录/)
    assert.match(give.pages[1] ?? '', /PIN 不正确/)
    assert.match(give.pages[1] ?? '', /剩余次数已减少/)
    assert.doesNotMatch(give.pages.join(''), /000000/)
    assert.equal((await page.tokens())[0]?.pin, 'low')
    const session = await page.open(token.id, person(wrong, { answer: 'allow', pin: soft.pin }).show)
    assert.equal((await page.tokens())[0]?.pin, 'fine')
    await session.close()
  })

  test('a key made in the token gets its certificate, seals for the server, and never leaves', async () => {
    const page = pageOf(agent, SITE)
    const pki = await makeTestPki(NOW)
    const { session } = await opened(page)
    const made = await makeTokenKey(session, STEEL_HOLDER)
    const verdict = checkRequest(made.request, STEEL_HOLDER)
    assert.ok(verdict.ok, JSON.stringify(verdict))
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const publicKey = await crypto.subtle.importKey(
      'spki',
      new Uint8Array(verdict.publicKey),
      algorithm,
      true,
      ['verify'],
    )
    const { issuer } = pki
    const asked = { issuer, subject: STEEL_HOLDER, publicUrl: PUBLIC_URL, now: NOW }
    const certificate = await issueOperator({ ...asked, publicKey })
    const stranger = await pki.operator()
    await assert.rejects(
      session.store(made.keyId, stranger.certificate.der),
      says('said', /不是为这把钥匙中的密钥签发的/),
    )
    await session.store(made.keyId, certificate.der)
    // Written twice (the page did not hear the answer) it is there once.
    await session.store(made.keyId, certificate.der)
    await session.close()

    const [found, ...more] = keysOf(await page.tokens())
    assert.ok(found)
    assert.deepEqual(more, [])
    assert.equal(found.description.serial, certificate.serial)
    const key = await openTokenKey(page, found, pki.chainPem, person({ answer: 'allow', pin: soft.pin }).show)
    const content = new TextEncoder().encode('{"kind":"application"}')
    const cms = await sign(key, content, NOW)
    const seal = verifySeal({ cms, content, now: NOW, trust: pki.trust })
    assert.ok(seal.ok, JSON.stringify(seal))
    assert.equal(seal.facts.serial, certificate.serial)
    key.close?.()

    const listed = soft.pkcs11Tool(['--list-objects'], true)
    assert.match(listed, /Certificate Object; type = X\.509 cert\n[\s\S]*serialNumber=1100717850555/)
    const id = new RegExp(`ID: *${made.keyId}`, 'g')
    assert.equal(listed.match(id)?.length, 3)
    assert.match(listed, /Private Key Object; EC[\s\S]*sensitive, always sensitive, never extractable, local/)
    const exported = soft.pkcs11Tool(['--read-object', '--type', 'cert', '--id', made.keyId])
    assert.ok(exported.length > 0)
    assert.equal(readCertificate(certificate.der).serial, certificate.serial)
  })

  test('the private value is not to be had from the token', async () => {
    const { session } = await opened(pageOf(agent, SITE))
    const { keyId } = await session.generate()
    const direct = new Cryptoki(await import('node:ffi'), soft.module)
    const [slot] = direct.slots()
    const handle = direct.openSession(slot ?? 0)
    const keys = direct.find(handle, [
      [CKA.class, CKO.privateKey],
      [CKA.id, Buffer.from(keyId, 'hex')],
    ])
    assert.equal(keys.length, 1)
    assert.throws(
      () => direct.read(handle, keys[0] ?? 0, CKA.value),
      (error) => error instanceof CryptokiError && error.code === 0x11,
    )
    direct.closeSession(handle)
    await session.close()
  })

  test('what is open for one site is closed for another, after a while, and when it is pulled out by the page', async () => {
    const [page, other] = [pageOf(agent, SITE), pageOf(agent, OTHER)]
    const { token, session } = await opened(page)
    const { keyId } = await session.generate()
    const data = new Uint8Array([1, 2, 3])
    assert.equal((await session.sign(keyId, data)).length, 64)
    await other.askConsent(person({ answer: 'allow' }).show)
    const wrong = person({ answer: 'allow', pin: '111111' }, { answer: 'deny' })
    await assert.rejects(other.open(token.id, wrong.show), says('refused', /没有得到允许/))
    // Being logged in for one site opens nothing for another: its PIN was looked at, and found wrong.
    assert.match(wrong.pages[0] ?? '', /PIN 不正确/)
    await assert.rejects(session.sign(keyId, data), says('closed', /没有打开，或已自动关闭/))

    const again = await opened(page)
    now += 14 * 60_000
    assert.equal((await again.session.sign(keyId, data)).length, 64)
    now += 16 * 60_000
    await assert.rejects(again.session.sign(keyId, data), says('closed', /已自动关闭/))
    const third = await opened(page)
    await assert.rejects(third.session.sign('ab'.repeat(16), data), says('said', /没有这张证书的私钥/))
    await third.session.close()
    await assert.rejects(third.session.sign(keyId, data), says('closed', /没有打开/))
  })

  test('question and session are of the site they were made for, whoever learns their names', async () => {
    const { token, session: first } = await opened(pageOf(agent, SITE))
    const { keyId } = await first.generate()
    const send = async (origin: string, path: string, body?: object) => {
      const headers = { origin, 'content-type': 'application/json' }
      const given = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await fetch(`http://127.0.0.1:${agent.port}/v1${path}`, { ...given, headers })
      const said: Record<string, string> = Object.assign({}, await response.json())
      return { status: response.status, said }
    }
    const asked = (await send(SITE, '/asks', { tokenId: token.id })).said
    await reply(asked['address'] ?? '', { answer: 'allow', pin: soft.pin })
    assert.equal((await send(OTHER, `/asks/${asked['id']}`)).status, 404)
    const { session } = (await send(SITE, `/asks/${asked['id']}`)).said
    // Handed out once.
    assert.equal((await send(SITE, `/asks/${asked['id']}`)).status, 404)
    const wanted = { session, keyId, data: 'AAAA' }
    assert.equal((await send(SITE, '/signatures', wanted)).status, 200)
    const foreign = await send(OTHER, '/signatures', wanted)
    assert.deepEqual([foreign.status, foreign.said['code']], [409, 'closed'])
    await send(OTHER, '/closings', { session })
    assert.equal((await send(SITE, '/signatures', wanted)).status, 200)
    assert.equal((await send(SITE, '/closings', { session })).status, 200)
    assert.equal((await send(SITE, '/signatures', wanted)).status, 409)
    await first.close()
  })

  test('by hand: the command starts it with its settings, and ends it', async () => {
    const start = (env: NodeJS.ProcessEnv) =>
      spawn(process.execPath, ['src/key-agent/main.ts'], {
        env: { ...process.env, KEY_AGENT_MODULE: soft.module, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const wrong = start({ KEY_AGENT_ORIGINS: 'http://licence.example.cn' })
    let said = ''
    wrong.stderr.on('data', (chunk) => (said += chunk))
    assert.deepEqual(await once(wrong, 'exit'), [1, null])
    assert.match(said, /KEY_AGENT_ORIGINS/)

    const taken = start({ KEY_AGENT_PORT: String(agent.port), KEY_AGENT_ORIGINS: SITE })
    let told = ''
    taken.stderr.on('data', (chunk) => (told += chunk))
    assert.deepEqual(await once(taken, 'exit'), [1, null])
    assert.match(told, new RegExp(`端口 ${agent.port} 已被占用`))
  })
})

/** Tokens that are nearly locked; SoftHSM2 never is. */
function nearlyLocked(state: TokenState) {
  let tried = 0
  const tokens: Tokens = {
    list: () => [{ ...state, certificates: [] }],
    state: () => state,
    open() {
      tried++
      throw new Refused(422, 'pin', 'PIN 不正确，没有打开钥匙')
    },
  }
  return { tokens, tried: () => tried }
}

const usual = { port: 0, origins: [SITE], module: undefined }

test('at the last try the token is asked only when the person says so; at a locked one not at all', async () => {
  for (const [pin, answer, words, tried] of [
    ['final', { pin: '123456' }, /只剩最后一次机会/, 0],
    ['final', { pin: '123456', lastTry: 'on' }, /PIN 不正确/, 1],
    ['locked', { pin: '123456' }, /已锁定，不能再试/, 0],
  ] as const) {
    const token = nearlyLocked({ id: 'A1', label: '钥匙', pin, pinOnToken: false })
    // A locked token refuses by itself; the page has no field for its PIN.
    const tokens: Tokens =
      pin === 'locked'
        ? {
            ...token.tokens,
            open() {
              throw new Refused(422, 'pin', 'PIN 已锁定')
            },
          }
        : token.tokens
    const agent = await startAgent(usual, { tokens })
    const page = pageOf(agent, SITE)
    const give = person({ answer: 'allow', ...answer }, { answer: 'deny' })
    await assert.rejects(page.open('A1', give.show), says('refused', /没有得到允许/))
    assert.match(give.pages[0] ?? '', words)
    assert.equal(token.tried(), tried)
    if (pin === 'locked') assert.doesNotMatch(give.pages[0] ?? '', /type="password"/)
    await agent.close()
  }
})

test('flags of a token in words', () => {
  for (const [flags, state] of [
    [0x40d, 'fine'],
    [0x1040d, 'low'],
    [0x3040d, 'final'],
    [0x7040d, 'locked'],
  ] as const)
    assert.equal(pinState(flags), state)
})

test('without a driver it runs and says what is missing', async () => {
  for (const [module, words] of [
    [undefined, /没有找到钥匙驱动/],
    [import.meta.filename, /不能使用/],
  ] as const) {
    const agent = await startAgent({ ...usual, module })
    const page = pageOf(agent, SITE)
    const facts = await page.facts()
    assert.match(facts.moduleProblem ?? '', words)
    assert.equal(facts.version, agentVersion())
    await page.askConsent(person({ answer: 'allow' }).show)
    await assert.rejects(page.tokens(), says('said', /没有可用的钥匙驱动/))
    await agent.close()
  }
})

test('where nothing answers, the page says so', async () => {
  await assert.rejects(keyAgent({ port: 1 }).facts(), says('absent', /没有连上/))
})
