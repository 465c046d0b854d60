/**
 * The key agent 钥匙代理 as a page speaks with it: a program on the person's machine, asked over loopback HTTP. What it
 * wants to know from the person (may this site, which PIN) it asks in a window of its own; this page only waits.
 */
import { z } from 'zod'

/** The protocol that these pages speak. */
export const AGENT_PROTOCOL = 1

/** `problem`: what to do next differs by it. */
export type AgentProblem =
  | 'absent' // nothing answers at its address
  | 'denied' // the browser was told not to let this page speak to programs of this machine
  | 'version' // it speaks another protocol
  | 'refused' // the person said no, or closed the window
  | 'consent' // it has to be asked for first
  | 'closed' // the token was pulled out, or closed after a while: the PIN is asked for again
  | 'said' // the agent's own words

const WORDS: Record<Exclude<AgentProblem, 'closed' | 'said'>, string> = {
  absent: '没有连上本机的钥匙代理。请先下载、安装并启动它，再重试。',
  denied:
    '浏览器没有允许本网站访问本机程序。请点地址栏左侧的图标，把“本地网络访问”或“本机应用”改为允许，然后重试。',
  version: '本机的钥匙代理版本过旧，请下载新版本并重新启动。',
  refused: '没有得到允许，操作没有进行。需要时请重新操作，并在钥匙代理的窗口中答复。',
  consent: '还没有允许本网站使用硬件钥匙。',
}

export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly problem: AgentProblem
  /** `words`: the agent's own, where it has spoken. */
  constructor(problem: AgentProblem, words?: string, cause?: unknown) {
    super(words ?? (problem === 'closed' || problem === 'said' ? '' : WORDS[problem]), { cause })
    this.problem = problem
  }
}

const Facts = z.object({
  name: z.literal('xuke-key-agent'),
  version: z.string(),
  protocol: z.number(),
  /** Why it has no driver to speak with tokens, in words. */
  moduleProblem: z.string().nullable(),
  consent: z.boolean(),
})
export type AgentFacts = z.infer<typeof Facts>

const Token = z.object({
  id: z.string(),
  label: z.string(),
  pin: z.enum(['fine', 'low', 'final', 'locked']),
  pinOnToken: z.boolean(),
  certificates: z.array(z.object({ keyId: z.string(), certificate: z.base64() })),
})
export type AgentToken = z.infer<typeof Token>

/** In the words of the agent's own pages. */
export const pinStates: Readonly<Record<AgentToken['pin'], string>> = {
  fine: '没有输错记录',
  low: '最近输错过，剩余次数已减少',
  final: '只剩最后一次机会',
  locked: '已锁定',
}

/** A window of the agent that was opened for its question. */
export interface AskWindow {
  readonly closed: () => boolean
  readonly close: () => void
}
/** Opens the agent's question; the page offers a link where the browser keeps windows from opening. */
export type ShowAsk = (address: string) => AskWindow

/** A token that the person has opened with its PIN for this site. */
export interface AgentSession {
  readonly sign: (keyId: string, data: Uint8Array) => Promise<Uint8Array>
  readonly generate: () => Promise<{ keyId: string; publicKey: Uint8Array }>
  readonly store: (keyId: string, certificate: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

export interface KeyAgent {
  readonly facts: () => Promise<AgentFacts>
  /** Throws `consent` while the person has not allowed this site. */
  readonly tokens: () => Promise<AgentToken[]>
  readonly askConsent: (show: ShowAsk) => Promise<void>
  readonly open: (tokenId: string, show: ShowAsk) => Promise<AgentSession>
}

export interface AgentAt {
  readonly port: number
  /** What stands in for the browser's, in tests. */
  readonly fetch?: typeof fetch
  readonly pollMs?: number
}

const patience = 60_000
/** Whether something is there shows at once on one's own machine. */
const firstAnswer = 4_000

export function keyAgent({ port, fetch: given, pollMs = 600 }: AgentAt): KeyAgent {
  const base = `http://127.0.0.1:${port}/v1`
  const doFetch: typeof fetch = given ?? ((url, init) => fetch(url, init))

  async function send<S extends z.ZodType>(schema: S, path: string, body?: object): Promise<z.output<S>> {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const init: RequestInit & { targetAddressSpace: string } = {
      ...(body === undefined ? {} : post),
      signal: AbortSignal.timeout(path === '/agent' ? firstAnswer : patience),
      credentials: 'omit',
      cache: 'no-store',
      // A page of a public address says to the browser where it wants to go.
      targetAddressSpace: 'loopback',
    }
    const response = await doFetch(base + path, init).catch(async (error: unknown) => {
      throw new AgentError((await mayAsk()) === 'denied' ? 'denied' : 'absent', undefined, error)
    })
    const reply: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw refusalOf(reply)
    const parsed = schema.safeParse(reply)
    if (!parsed.success) throw new AgentError('version', undefined, parsed.error)
    return parsed.data
  }

  async function ask(tokenId: string | undefined, show: ShowAsk): Promise<string | undefined> {
    const asked = await send(z.object({ id: z.string(), address: z.url() }), '/asks', { tokenId })
    if (new URL(asked.address).origin !== new URL(base).origin) throw new AgentError('version')
    const window = show(asked.address)
    const Answer = z.object({
      state: z.enum(['waiting', 'done', 'refused']),
      session: z.string().optional(),
    })
    try {
      for (;;) {
        const closed = window.closed()
        const { state, session } = await send(Answer, `/asks/${asked.id}`)
        if (state === 'done') return session
        if (state === 'refused' || closed) throw new AgentError('refused')
        await new Promise((done) => setTimeout(done, pollMs))
      }
    } finally {
      window.close()
    }
  }

  return {
    async facts() {
      const facts = await send(Facts, '/agent')
      if (facts.protocol !== AGENT_PROTOCOL) throw new AgentError('version')
      return facts
    },
    tokens: async () => (await send(z.object({ tokens: z.array(Token) }), '/tokens')).tokens,
    async askConsent(show) {
      await ask(undefined, show)
    },
    async open(tokenId, show) {
      const session = await ask(tokenId, show)
      if (session === undefined) throw new AgentError('version')
      return {
        async sign(keyId, data) {
          const given = { session, keyId, data: toBase64(data) }
          return fromBase64((await send(z.object({ signature: z.base64() }), '/signatures', given)).signature)
        },
        async generate() {
          const made = await send(z.object({ keyId: z.string(), publicKey: z.base64() }), '/keys', {
            session,
          })
          return { keyId: made.keyId, publicKey: fromBase64(made.publicKey) }
        },
        async store(keyId, certificate) {
          await send(z.unknown(), '/certificates', { session, keyId, certificate: toBase64(certificate) })
        },
        async close() {
          await send(z.unknown(), '/closings', { session })
        },
      }
    },
  }
}

const Said = z.object({ code: z.string(), words: z.string() })

function refusalOf(reply: unknown): AgentError {
  const said = Said.safeParse(reply)
  if (!said.success) return new AgentError('version')
  const { code, words } = said.data
  return code === 'consent' ? new AgentError(code) : new AgentError(code === 'closed' ? code : 'said', words)
}

/**
 * What the browser says about speaking to programs of this machine: it asks on pages of other addresses than this machine's
 * own, and only where it knows the question.
 */
export async function mayAsk(): Promise<PermissionState | 'unknown'> {
  if (['localhost', '127.0.0.1', '[::1]'].includes(globalThis.location?.hostname)) return 'granted'
  for (const name of ['loopback-network', 'local-network-access']) {
    try {
      const asked: { name: string } = { name }
      const status = await navigator.permissions.query(asked as PermissionDescriptor)
      return status.state
    } catch {
      // Another browser, or an older one.
    }
  }
  return 'unknown'
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
