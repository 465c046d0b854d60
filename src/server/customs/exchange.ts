/** The way to customs: signed messages over HTTP. What is sent and when is the outbox's affair, what comes in inbound.ts's. */
import { randomUUIDv7, type KeyObject } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import type { z } from 'zod'
import {
  InboundEnvelope,
  OutboundReply,
  ours,
  theirs,
  UsePage,
  type InboundReply,
  type Outbound,
  type Receipt,
} from '#domain/customs/messages.ts'

/** What the system asks of the other side; a test may bring one of its own. */
export interface Customs {
  /** Words why nothing can be exchanged here, or null. */
  readonly missing: () => string | null
  /** Hands over messages and answers a receipt for each. Throws with words when customs can't be reached or heard. */
  send: (messages: readonly Outbound[], at: Date) => Promise<Receipt[]>
  /** A page of customs' list of the uses declared on a day, after `after` ('' = from the first). */
  usesOfDay: (day: string, after: string) => Promise<UsePage>
  /** The envelope customs signed; throws `Unsigned` when it is not theirs or not an envelope. */
  open: (jws: string) => Promise<InboundEnvelope>
  /** Our reply, signed. */
  reply: (reply: z.input<typeof InboundReply>) => Promise<string>
}

/** Not signed by customs, or not what they would sign: nothing of it is believed or kept. */
export class Unsigned extends Error {}

export interface ExchangeKeys {
  own: () => KeyObject
  peer: () => KeyObject
}

/** Longer than customs needs for a full envelope; shorter than the lease of what is under way. */
const patienceMs = 20_000
const header = { alg: 'ES256', typ: 'customs+jws' }
/** Far more than the fullest envelope or page. */
const longest = 8 * 1024 * 1024

const pack = (content: unknown, key: KeyObject) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(content))).setProtectedHeader(header).sign(key)

async function unpack<S extends z.ZodType>(jws: string, key: KeyObject, schema: S): Promise<z.output<S>> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['ES256'] })
    if (protectedHeader.typ !== header.typ) throw new Unsigned('not a message of this exchange')
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))
  } catch (error) {
    throw new Unsigned(error instanceof Error ? error.message : String(error))
  }
}

/** The exchange with the system at `url`, which checks our signatures and signs its own. */
export function httpCustoms(at: { url: string | undefined; keys: ExchangeKeys }): Customs {
  const address = () => {
    if (at.url === undefined) throw new Error('没有设置海关系统的地址（CUSTOMS_URL）')
    return at.url.replace(/\/$/, '')
  }
  const ask = async <S extends z.ZodType>(request: Request, schema: S) => {
    let response: Response
    let text: string
    try {
      response = await fetch(request, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' })
      text = await response.text()
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
      throw new Error(`连接不上海关系统${cause === '' ? '' : `（${cause}）`}`, { cause: error })
    }
    if (!response.ok) throw new Error(`海关系统没有接收（HTTP ${response.status}）`)
    if (text.length > longest) throw new Error('海关系统的回复过长')
    try {
      return await unpack(text, at.keys.peer(), schema)
    } catch (error) {
      throw new Error('海关系统的回复没有有效的签名或格式不符', { cause: error })
    }
  }
  return {
    missing: () => (at.url === undefined ? '没有设置海关系统的地址（CUSTOMS_URL），报文留在待发队列' : null),
    async send(messages, now) {
      const id = randomUUIDv7()
      const body = await pack({ id, from: ours, to: theirs, at: now.toISOString(), messages }, at.keys.own())
      const request = new Request(`${address()}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body,
      })
      const reply = await ask(request, OutboundReply)
      if (reply.inReplyTo !== id) throw new Error('海关系统的回复与所发报文不符')
      return reply.results
    },
    async usesOfDay(day, after) {
      const query = new URLSearchParams({ day, after })
      const question = await pack({ from: ours, to: theirs, day, after }, at.keys.own())
      const headers = { authorization: `JWS ${question}` }
      const page = await ask(new Request(`${address()}/uses?${query}`, { headers }), UsePage)
      if (page.day !== day || page.after !== after) throw new Error('海关系统的清单与所查日期不符')
      return page
    },
    async open(jws) {
      let peer: KeyObject
      try {
        peer = at.keys.peer()
      } catch (error) {
        throw new Unsigned(error instanceof Error ? error.message : String(error))
      }
      return unpack(jws, peer, InboundEnvelope)
    },
    reply: (reply) => pack(reply, at.keys.own()),
  }
}
