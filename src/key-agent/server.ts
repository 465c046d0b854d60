/**
 * The agent as a web server on this machine alone. Two doors: `/v1/…` for the pages of allowed sites (exact origin, CORS),
 * and the agent's own pages, on which its person allows or refuses and types the PIN; no site can read or post to those.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Ask, Desk } from './desk.ts'
import { askPage, donePage, homePage, wordsPage } from './page.ts'
import { Refused } from './refused.ts'

/** Changes when pages of before can't speak with the agent any more. */
export const PROTOCOL = 1
const largest = 64 * 1024

export interface At {
  readonly desk: Desk
  /** Origins whose pages may ask, such as https://licence.example.cn. */
  readonly origins: readonly string[]
  readonly version: string
  /** Why there is no module, in words; undefined: there is one. */
  readonly moduleProblem: string | undefined
  /** Origins that were refused, for the person to see. */
  readonly foreign: Set<string>
}

type Fields = Readonly<Record<string, unknown>>

export function agentServer(at: At) {
  return createServer((request, response) => {
    answer(at, request, response).catch((error) => fail(request, response, error))
  })
}

async function answer(at: At, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = hostOf(request)
  const url = new URL(request.url ?? '/', host)
  if (!url.pathname.startsWith('/v1/')) return ownPages(at, request, response, url.pathname, host)
  const origin = originOf(at, request)
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('vary', 'origin')
  if (request.method === 'OPTIONS') return preflight(request, response)
  const result = await forSite(at, origin, request, url.pathname, host)
  json(response, 200, result ?? {})
}

/** A foreign name that was pointed at this machine (DNS rebinding) would stand in the header. */
function hostOf(request: IncomingMessage): string {
  const port = request.socket.localPort
  const host = request.headers.host ?? ''
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    throw new Refused(421, 'host', '钥匙代理只接受本机地址')
  }
  return `http://${host}`
}

function originOf(at: At, request: IncomingMessage): string {
  const origin = request.headers.origin
  if (origin === undefined) throw new Refused(403, 'origin', '请求没有说明来自哪个网站，已拒绝')
  if (!at.origins.includes(origin)) {
    const shown = origin.slice(0, 200)
    if (at.foreign.size < 50 && !at.foreign.has(shown)) {
      at.foreign.add(shown)
      console.warn(`已拒绝网站 ${shown} 的请求：不在允许的网站中`)
    }
    throw new Refused(403, 'origin', `网站 ${shown} 不在允许使用钥匙代理的网站中，已拒绝`)
  }
  return origin
}

function preflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST')
  response.setHeader('access-control-allow-headers', 'content-type')
  response.setHeader('access-control-max-age', '600')
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true')
  }
  response.writeHead(204).end()
}

async function forSite(
  at: At,
  origin: string,
  request: IncomingMessage,
  path: string,
  host: string,
): Promise<unknown> {
  const { desk } = at
  const askId = /^\/v1\/asks\/([\w-]{32})$/.exec(path)?.[1]
  if (request.method === 'GET') {
    if (askId !== undefined) return desk.answerFor(origin, askId)
    if (path === '/v1/agent') return agentFacts(at, origin)
    if (path === '/v1/tokens') return { tokens: desk.list(origin).map(tokenReply) }
    throw new Refused(404, 'unknown', '没有这个地址')
  }
  if (request.method !== 'POST') throw new Refused(405, 'unknown', '没有这个地址')
  const fields = await readJson(request)
  switch (path) {
    case '/v1/asks': {
      const tokenId = fields['tokenId'] === undefined ? undefined : text(fields, 'tokenId', /^.{1,64}$/)
      const ask = desk.ask(origin, tokenId)
      return { id: ask.id, address: `${host}/asks/${ask.id}` }
    }
    case '/v1/signatures': {
      const token = desk.opened(origin, text(fields, 'session', /^[\w-]{32}$/))
      const signature = token.sign(text(fields, 'keyId', keyIds), bytes(fields, 'data'))
      return { signature: signature.toString('base64') }
    }
    case '/v1/keys': {
      const made = desk.opened(origin, text(fields, 'session', /^[\w-]{32}$/)).generate()
      return { keyId: made.keyId, publicKey: made.publicKey.toString('base64') }
    }
    case '/v1/certificates': {
      const token = desk.opened(origin, text(fields, 'session', /^[\w-]{32}$/))
      return token.store(text(fields, 'keyId', keyIds), bytes(fields, 'certificate'))
    }
    case '/v1/closings':
      return desk.close(origin, text(fields, 'session', /^[\w-]{32}$/))
    default:
      throw new Refused(404, 'unknown', '没有这个地址')
  }
}

const keyIds = /^(?:[0-9a-f]{2}){1,64}$/

const agentFacts = (at: At, origin: string) => ({
  name: 'xuke-key-agent',
  version: at.version,
  protocol: PROTOCOL,
  moduleProblem: at.moduleProblem ?? null,
  consent: at.desk.allows(origin),
})

const tokenReply = ({ certificates, ...token }: ReturnType<Desk['tokens']>[number]) => ({
  ...token,
  certificates: certificates.map(({ keyId, der }) => ({ keyId, certificate: der.toString('base64') })),
})

async function ownPages(
  at: At,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  host: string,
): Promise<void> {
  const askId = /^\/asks\/([\w-]{32})$/.exec(path)?.[1]
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (path === '/') return page(response, 200, homePage(at))
    if (askId !== undefined) return showAsk(at, response, at.desk.askOf(askId))
    throw new Refused(404, 'unknown', '没有这个地址')
  }
  const site = request.headers['sec-fetch-site']
  if (request.headers.origin !== host || (site !== undefined && site !== 'same-origin')) {
    throw new Refused(403, 'origin', '只能在钥匙代理自己的页面上答复')
  }
  const form = new URLSearchParams(await read(request))
  if (path === '/withdrawals') {
    at.desk.withdraw(form.get('origin') ?? '')
    response.writeHead(303, { location: '/' }).end()
    return
  }
  if (askId === undefined) throw new Refused(404, 'unknown', '没有这个地址')
  const ask = at.desk.askOf(askId)
  try {
    at.desk.decide(ask, form.get('nonce') ?? '', {
      allow: form.get('answer') === 'allow',
      pin: form.get('pin') ?? '',
      lastTry: form.get('lastTry') === 'on',
    })
  } catch (error) {
    if (error instanceof Refused && ask.state === 'waiting' && error.code !== 'nonce') {
      return showAsk(at, response, ask, error)
    }
    throw error
  }
  page(response, 200, donePage(ask))
}

/** The token's state is read each time: it changes with each wrong PIN. */
function showAsk(at: At, response: ServerResponse, ask: Ask, problem?: Refused): void {
  if (ask.state !== 'waiting') return page(response, 200, donePage(ask))
  const token = ask.tokenId === undefined ? undefined : at.desk.stateOf(ask.tokenId)
  page(response, problem?.status ?? 200, askPage(ask, token, at.desk.allows(ask.origin), problem))
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue
    size += part.length
    if (size > largest) throw new Refused(413, 'malformed', '内容太大')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Only JSON by its type: a browser asks beforehand (preflight) whether it may send that. */
async function readJson(request: IncomingMessage): Promise<Fields> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new Refused(415, 'malformed', '内容应为 JSON')
  }
  try {
    const parsed: unknown = JSON.parse(await read(request))
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch (error) {
    if (error instanceof Refused) throw error
  }
  throw new Refused(422, 'malformed', '内容不是有效的 JSON')
}

function text(fields: Fields, name: string, pattern: RegExp): string {
  const value = fields[name]
  if (typeof value !== 'string' || !pattern.test(value)) throw new Refused(422, 'malformed', `${name} 不正确`)
  return value
}

const bytes = (fields: Fields, name: string): Buffer =>
  Buffer.from(text(fields, name, /^[A-Za-z0-9+/]+={0,2}$/), 'base64')

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const refused = error instanceof Refused ? error : undefined
  if (refused === undefined) console.error(error)
  const words = refused?.message ?? '钥匙代理出错，请重新启动后再试'
  const status = refused?.status ?? 500
  if ((request.url ?? '').startsWith('/v1/'))
    json(response, status, { code: refused?.code ?? 'fault', words })
  else page(response, status, wordsPage(words))
}

function json(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

const page = (response: ServerResponse, status: number, body: string): void =>
  send(response, status, 'text/html; charset=utf-8', body)

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Without the origin in its own posts the agent would refuse itself.
    'referrer-policy': 'same-origin',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  })
  response.end(body)
}
