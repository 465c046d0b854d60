/**
 * The one way from a page to the server. `call` sends a request declared in src/api and gives its reply; whatever
 * goes wrong comes as `CallFailed` with words for the person. A lost session does not lose the page: the sign-in
 * dialog comes up over it and the same request is sent again afterwards.
 */
import type { z } from 'zod'
import { Failure, type Endpoint } from '#api/endpoint.ts'
import { AgentError } from './key/agent.ts'
import { EKeyError } from './key/e-key-error.ts'

/** `status` is 0 when the server was not reached. `failure.words` is what the person reads. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly status: number
  readonly failure: Failure
  constructor(status: number, failure: Failure) {
    super(failure.words)
    this.status = status
    this.failure = failure
  }
}

type Part<Name extends string, S extends z.ZodType> =
  z.input<S> extends undefined ? { [K in Name]?: undefined } : { [K in Name]: z.input<S> }

/** What a request takes: `params`, `query` and `body` where the endpoint declares them. */
export type Given<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Part<'params', P> &
  (Record<string, never> extends z.input<Q> ? { query?: z.input<Q> } : Part<'query', Q>) &
  Part<'body', B> & {
    signal?: AbortSignal
    /** Asks the demonstration not to want a captcha; means nothing elsewhere. */
    demo?: boolean
  }

interface Doors {
  csrfToken: string | undefined
  /** Asks the person to sign in again over the page; true when the request may be repeated. */
  signInAgain: (() => Promise<boolean>) | undefined
  /** Fetches the session's token again (another tab may have signed in anew); true when the person is the same. */
  renewToken: (() => Promise<boolean>) | undefined
}
const doors: Doors = { csrfToken: undefined, signInAgain: undefined, renewToken: undefined }

/** Set by whoever reads the session; sent with every request that changes something. */
export const setCsrfToken = (token: string | undefined): void => {
  doors.csrfToken = token
}
/** Set by the frame of the signed-in pages. */
export function onSignedOut(handlers: Pick<Doors, 'signInAgain' | 'renewToken'>): void {
  Object.assign(doors, handlers)
}

/** Address of a request, e.g. for a link to a file. */
export function urlOf<P extends z.ZodType, Q extends z.ZodType>(
  endpoint: Endpoint<P, Q>,
  given: { params?: z.input<P>; query?: z.input<Q> } = {},
): string {
  return address(endpoint.path, given.params, given.query)
}

function address(pattern: string, params: unknown, query: unknown): string {
  const named = new Map(entriesOf(params))
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named.get(name) ?? ''))
  const search = new URLSearchParams(entriesOf(query)).toString()
  return search === '' ? path : `${path}?${search}`
}

function entriesOf(values: unknown): [string, string][] {
  return Object.entries(values ?? {}).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  )
}

/** Sends a request and gives the reply as the endpoint declares it. Throws CallFailed, or AbortError when aborted. */
export async function call<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
>(endpoint: Endpoint<P, Q, B, R>, given: Given<P, Q, B>): Promise<z.output<R>> {
  const url = address(endpoint.path, given.params, given.query)
  const response = await sendSignedIn(endpoint, () => send(endpoint.method, url, given))
  const reply = response.status === 204 ? undefined : await response.json()
  return reply
}

/** Repeats a request after the person has signed in again, or after the session's token was renewed. */
export async function sendSignedIn(
  endpoint: Pick<Endpoint, 'access'>,
  attempt: () => Promise<Response>,
): Promise<Response> {
  const token = doors.csrfToken
  const first = await attempt()
  if (first.ok) return first
  const failed = await failureOf(first)
  if (endpoint.access !== 'public' && (await mended(failed, token))) {
    const second = await attempt()
    if (second.ok) return second
    throw await failureOf(second)
  }
  throw failed
}

const asking = new Map<'signInAgain' | 'renewToken', Promise<boolean>>()

/** Whether what was wrong with the session is right again. Several requests that fail together wait for one dialog. */
function mended(failed: CallFailed, tokenThen: string | undefined): Promise<boolean> {
  const door =
    failed.status === 401
      ? 'signInAgain'
      : failed.status === 403 && failed.failure.code === 'csrf'
        ? 'renewToken'
        : undefined
  if (door === undefined) return Promise.resolve(false)
  // A late answer to a request of the session before: the new one is there already.
  if (doors.csrfToken !== tokenThen) return Promise.resolve(true)
  const ask = doors[door]
  if (ask === undefined) return Promise.resolve(false)
  const asked = asking.get(door) ?? ask().finally(() => asking.delete(door))
  asking.set(door, asked)
  return asked
}

async function send(
  method: Endpoint['method'],
  url: string,
  { body, signal, demo }: { body?: unknown; signal?: AbortSignal; demo?: boolean },
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(demo === true ? { 'x-demo': '1' } : {}),
        ...csrfHeader(method),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw unreachable(method)
  }
}

/** The header every changing request carries, also one that is not sent by `call` (an upload with progress). */
export const csrfHeader = (method: string): Record<string, string> =>
  method === 'GET' || doors.csrfToken === undefined ? {} : { 'x-csrf-token': doors.csrfToken }

/** What the person reads when the server was not reached at all. */
export function unreachable(method: string): CallFailed {
  const words =
    method === 'GET'
      ? '连不上服务器，没有取到内容。请检查网络后重试'
      : '连不上服务器，不知道操作是否完成。已填写的内容还在页面上，请检查网络后重试，重试不会重复操作'
  return new CallFailed(0, { code: 'network', words })
}

async function failureOf(response: Response): Promise<CallFailed> {
  const parsed = Failure.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return new CallFailed(response.status, parsed.data)
  return new CallFailed(response.status, {
    code: 'fault',
    words: `服务器暂时没有正常回答（${response.status}），请稍后重试`,
  })
}

/** Words of whatever was thrown, for a place that shows them. */
export function wordsOf(error: unknown): string {
  if (error instanceof CallFailed) return error.failure.words
  if (error instanceof AgentError || error instanceof EKeyError) return error.message
  return '页面出了问题，请刷新后重试。若仍不行，请告知管理员'
}
