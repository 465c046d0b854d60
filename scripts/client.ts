/**
 * A program that talks to a running server as any client does: over HTTP, with a session, in the requests of src/api.
 * For smoke and bench; it never looks into the server.
 */
import { Agent, request as httpRequest } from 'node:http'
import type { z } from 'zod'
import { signIn } from '#api/account.ts'
import { Failure, type Endpoint } from '#api/endpoint.ts'
import { demoAccountList, type DemoAccountRow } from '#api/demo.ts'
import { openKey, type OpenKey } from '#ui/key/e-key.ts'

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export interface Sending {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

export class RequestFailed extends Error {
  readonly status: number
  constructor(path: string, reply: Reply) {
    const failure = Failure.safeParse(parsed(reply.body))
    super(
      `${path}: ${reply.status} ${failure.success ? failure.data.words : reply.body.toString().slice(0, 300)}`,
    )
    this.status = reply.status
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

type DemoAccount = z.infer<typeof DemoAccountRow>

/** One person's connection; requests of one client go one after the other or side by side, as the caller likes. */
export class Client {
  readonly base: string
  readonly #agent: Agent
  #cookie = ''
  #csrf = ''

  /** `from`: an address of this machine that requests are to come from. */
  constructor(base: string, { sockets = 64, from }: { sockets?: number; from?: string } = {}) {
    this.base = base.replace(/\/$/, '')
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: sockets,
      ...(from === undefined ? {} : { localAddress: from }),
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  /** The bare request; only loopback and the given base are ever talked to. */
  send(path: string, sending: Sending = {}): Promise<Reply> {
    const { method = 'GET', headers = {}, body } = sending
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        new URL(path, this.base),
        {
          method,
          agent: this.#agent,
          headers: {
            'x-demo': '1',
            cookie: this.#cookie,
            'x-csrf-token': this.#csrf,
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** A request of src/api that is to succeed; the reply parsed by its schema. */
  async call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    given: { params?: z.input<P>; query?: z.input<Q>; body?: z.input<B> },
  ): Promise<z.output<R>> {
    const path = addressOf(endpoint.path, given.params, given.query)
    const reply = await this.send(path, {
      method: endpoint.method,
      ...(given.body === undefined
        ? {}
        : { body: JSON.stringify(given.body), headers: { 'content-type': 'application/json' } }),
    })
    if (reply.status >= 300) throw new RequestFailed(path, reply)
    return endpoint.reply.parse(reply.status === 204 ? undefined : parsed(reply.body))
  }

  /** A file that is to come. */
  async file(path: string): Promise<Buffer> {
    const reply = await this.send(path)
    if (reply.status !== 200) throw new RequestFailed(path, reply)
    return reply.body
  }

  /** Signs in as a demonstration account; answers the account with its PIN. */
  async signIn(loginName: string): Promise<DemoAccount> {
    const { accounts } = await this.call(demoAccountList, {})
    const account = accounts.find((one) => one.loginName === loginName)
    if (account === undefined) throw new Error(`no demonstration account ${loginName}`)
    await this.enter({ loginName, password: account.password })
    return account
  }

  /** Signs in with what somebody would type, and keeps the session. */
  async enter(given: z.input<typeof signIn.body>): Promise<void> {
    const reply = await this.send(signIn.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
    })
    if (reply.status >= 300) throw new RequestFailed(signIn.path, reply)
    this.#csrf = signIn.reply.parse(parsed(reply.body)).csrfToken
    const cookies = reply.headers['set-cookie']
    const cookie = Array.isArray(cookies) ? cookies[0] : cookies
    this.#cookie = cookie?.split(';')[0] ?? ''
  }

  /** The person's e-key, opened: the file text too, which holds the certificates. */
  async eKey(account: DemoAccount): Promise<{ key: OpenKey; file: string }> {
    if (account.eKey === null) throw new Error(`${account.loginName} has no e-key`)
    const file = (await this.file(account.eKey.address)).toString()
    return { key: await openKey(file, account.eKey.pin), file }
  }
}

/** Path with its parameters and query filled in. */
export function addressOf(path: string, params: unknown, query: unknown): string {
  const named = new Map(Object.entries(params ?? {}))
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(named.get(name) ?? '')),
  )
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** One file in a multipart body, under the field `file`. */
export function multipart(file: { name: string; mediaType: string; bytes: Uint8Array }): {
  headers: Record<string, string>
  body: Buffer
} {
  const boundary = `xuke${Math.random().toString(36).slice(2)}`
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: ${file.mediaType}\r\n\r\n`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
