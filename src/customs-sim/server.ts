/** The simulated customs as a web server: the exchange, an API for scripts, and a page for people. */
import { randomInt } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { closeLicence, declare, receive, type Declaration } from './exchange.ts'
import type { Signing } from './keys.ts'
import { licencePage, overviewPage } from './page.ts'
import type { Sender } from './sender.ts'
import { isMode, type Store } from './store.ts'

/** Words for whoever asked wrongly. */
class Wrong extends Error {
  readonly status: number
  constructor(status: number, words: string) {
    super(words)
    this.status = status
  }
}

interface At {
  store: Store
  keys: Signing
  sender: Sender
}
type Fields = Record<string, unknown>

const largest = 4 * 1024 * 1024
const pageSize = 2000

export function simServer(at: At) {
  return createServer((request, response) => {
    answer(at, request, response).catch((error) => {
      const status = error instanceof Wrong ? error.status : 500
      const words = error instanceof Error ? error.message : String(error)
      if (status === 500) console.error(error)
      send(response, status, 'application/json; charset=utf-8', JSON.stringify({ words }))
    })
  })
}

function send(response: ServerResponse, status: number, type: string, body: string) {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
const json = (response: ServerResponse, body: unknown) =>
  send(response, 200, 'application/json; charset=utf-8', JSON.stringify(body))
const page = (response: ServerResponse, body: string) => send(response, 200, 'text/html; charset=utf-8', body)

async function answer(at: At, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const route = `${request.method} ${url.pathname}`
  const licenceNo = /^\/(?:api\/)?licences\/([0-9A-Z]{10})$/.exec(url.pathname)?.[1]
  if (route === 'POST /messages') return messages(at, request, response)
  if (route === 'GET /uses') return uses(at, request, url, response)
  if (route === 'GET /') return page(response, overviewPage(at.store))
  if (request.method === 'GET' && licenceNo !== undefined) {
    if (!url.pathname.startsWith('/api/'))
      return page(response, licencePage(at.store, licenceNo, url.searchParams.get('said') ?? ''))
    return json(response, licenceOf(at.store, licenceNo))
  }
  if (route === 'GET /api/licences')
    return json(response, { licences: at.store.licences(1000).map((one) => one.licenceNo) })
  if (route === 'GET /api/behaviour') return json(response, at.store.behaviour())
  if (route === 'GET /api/messages') {
    return json(response, { waiting: at.store.waiting(), messages: at.store.outgoing(500) })
  }
  if (request.method !== 'POST') throw new Wrong(404, '没有这个地址')
  refuseForeign(request)
  const fields = await read(request)
  const done = command(at, url.pathname, fields)
  void at.sender.flush().catch((error) => console.error(error))
  if ((request.headers['content-type'] ?? '').startsWith('application/json')) return json(response, done)
  const back = typeof fields['licenceNo'] === 'string' ? `/licences/${fields['licenceNo']}?said=1` : '/'
  response.writeHead(303, { location: back })
  response.end()
}

/** A page of another site can't enter declarations here. */
function refuseForeign(request: IncomingMessage) {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Wrong(403, '请求来自其他网站')
}

async function body(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > largest) throw new Wrong(413, '内容太大')
  return text(request)
}

async function read(request: IncomingMessage): Promise<Fields> {
  const content = await body(request)
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    return Object.fromEntries(new URLSearchParams(content))
  }
  try {
    const parsed: unknown = JSON.parse(content)
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed }
  } catch {
    // said below
  }
  throw new Wrong(422, '内容不是有效的 JSON')
}

async function messages(at: At, request: IncomingMessage, response: ServerResponse) {
  if (at.store.behaviour().mode === 'down') throw new Wrong(503, '停机')
  const envelope = await verified(at, await body(request))
  if (envelope['to'] !== 'customs' || !Array.isArray(envelope['messages']))
    throw new Wrong(422, '报文格式不符')
  const results = receive(at.store, envelope['messages'], new Date())
  const reply = {
    inReplyTo: envelope['id'],
    from: 'customs',
    to: 'licensing',
    at: new Date().toISOString(),
    results,
  }
  send(response, 200, 'application/jose', await at.keys.sign(reply))
  void at.sender.flush().catch((error) => console.error(error))
}

async function verified(at: At, jws: string): Promise<Fields> {
  try {
    return await at.keys.read(jws)
  } catch {
    throw new Wrong(401, '签名无效')
  }
}

/** The list of a day, page after page; asked by a signed question, since it tells of everybody's goods. */
async function uses(at: At, request: IncomingMessage, url: URL, response: ServerResponse) {
  if (at.store.behaviour().mode === 'down') throw new Wrong(503, '停机')
  const asked = await verified(at, (request.headers.authorization ?? '').replace(/^JWS /, ''))
  const day = url.searchParams.get('day') ?? ''
  const after = url.searchParams.get('after') ?? ''
  if (asked['day'] !== day || asked['after'] !== after) throw new Wrong(401, '签名无效')
  const [licenceNo = '', declarationNo = '', itemNo = '0'] = after.split('/')
  const rows = at.store.usesOfDay(day, [licenceNo, declarationNo, Number(itemNo)], pageSize)
  const last = rows.at(-1)
  const next =
    rows.length < pageSize || last === undefined
      ? null
      : `${last.licenceNo}/${last.declarationNo}/${last.itemNo}`
  const reply = {
    from: 'customs',
    to: 'licensing',
    at: new Date().toISOString(),
    day,
    after,
    uses: rows,
    next,
  }
  send(response, 200, 'application/jose', await at.keys.sign(reply))
}

function licenceOf(store: Store, licenceNo: string) {
  return {
    licenceNo,
    received: store.receivedOf(licenceNo),
    uses: store.usesOf(licenceNo),
    outgoing: store.outgoingOf(licenceNo),
  }
}

function command(at: At, path: string, fields: Fields): unknown {
  const now = new Date()
  switch (path) {
    case '/api/declarations': {
      const given = declarationOf(at.store, fields)
      return { declarationNo: given.declarationNo, messageIds: declare(at.store, given, now) }
    }
    case '/api/closings': {
      const licenceNo = need(fields, 'licenceNo', /^[0-9A-Z]{10}$/, '许可证号')
      return { messageId: closeLicence(at.store, licenceNo, String(fields['reason'] ?? ''), now) }
    }
    case '/api/behaviour': {
      const mode = String(fields['mode'] ?? '')
      if (!isMode(mode)) throw new Wrong(422, '没有这种行为')
      const seconds = Number(fields['seconds'] ?? 5)
      if (!(seconds >= 0 && seconds <= 86_400)) throw new Wrong(422, '秒数应为 0 至 86400')
      at.store.setBehaviour({ mode, seconds })
      at.store.hurry(now.getTime() + (mode === 'late' ? seconds * 1000 : 0))
      return { mode, seconds }
    }
    case '/api/dropped-uses': {
      const use = {
        licenceNo: need(fields, 'licenceNo', /./, '许可证号'),
        declarationNo: need(fields, 'declarationNo', /./, '报关单号'),
      }
      return {
        dropped: Number(at.store.dropUse(use.licenceNo, use.declarationNo, Number(fields['itemNo'] ?? 1))),
      }
    }
    default:
      throw new Wrong(404, '没有这个地址')
  }
}

function need(fields: Fields, name: string, pattern: RegExp, label: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || !pattern.test(value)) throw new Wrong(422, `${label}不正确`)
  return value
}

const chinaDay = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

/** What is left out is taken from the licence as it was received. */
function declarationOf(store: Store, fields: Fields): Declaration {
  const licenceNo = need(fields, 'licenceNo', /^[0-9A-Z]{10}$/, '许可证号')
  const licence = store.receivedOf(licenceNo).find((one) => one.kind === 'issued')?.body ?? {}
  const or = (name: string, fallback: unknown) => String(fields[name] || fallback || '')
  const customsCode = or('customsCode', licence['customsPort'])
  const declarantCode = or('declarantCode', licence['exporterCode'])
  const hsCode = or('hsCode', licence['hsCode'])
  if (customsCode === '' || declarantCode === '' || hsCode === '') {
    throw new Wrong(422, `没有收到许可证 ${licenceNo}，请写明海关、申报单位和商品代码`)
  }
  const serial = String(randomInt(1e9)).padStart(9, '0')
  const declaredOn = or('declaredOn', chinaDay())
  const declarationNo = or('declarationNo', `${customsCode}${declaredOn.slice(0, 4)}0${serial}`)
  return {
    licenceNo,
    declarationNo,
    declaredOn,
    customsCode,
    declarantCode,
    hsCode,
    final: fields['final'] === true || fields['final'] === 'on' || fields['final'] === 'true',
    silent: fields['silent'] === true || fields['silent'] === 'on',
    items: itemsOf(fields),
  }
}

function itemsOf(fields: Fields): Declaration['items'] {
  if (Array.isArray(fields['items'])) {
    return fields['items'].map((item: Fields, index) => ({
      itemNo: Number(item['itemNo'] ?? index + 1),
      quantity: String(item['quantity'] ?? ''),
    }))
  }
  // From the page: one quantity a line.
  const lines = String(fields['quantity'] ?? '')
    .split(/[\s,，]+/)
    .filter((part) => part !== '')
  if (lines.length === 0) throw new Wrong(422, '请填写数量')
  return lines.map((quantity, index) => ({ itemNo: index + 1, quantity }))
}
