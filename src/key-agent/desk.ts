/**
 * What the agent remembers while it runs: which sites its person has allowed, what they ask just now, which tokens are
 * open for which site. Nothing is written anywhere; all of it ends with the agent.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Refused } from './refused.ts'
import type { OpenToken, Tokens } from './token.ts'

/** A site asks its person something, on a page of the agent. */
export interface Ask {
  readonly id: string
  readonly origin: string
  /** The token to open; undefined: only whether the site may see the tokens at all. */
  readonly tokenId: string | undefined
  /** In the form alone, where the site can't read it. */
  readonly nonce: string
  readonly until: number
  state: 'waiting' | 'done' | 'refused'
  session: string | undefined
}

interface Session {
  readonly origin: string
  readonly token: OpenToken
  usedAt: number
}

const askLasts = 3 * 60_000
/** An opened token closes by itself after so long without a use. */
const idleLimit = 15 * 60_000
const mostAsks = 20

const random = () => randomBytes(24).toString('base64url')

export type Desk = ReturnType<typeof makeDesk>

/** `tokens`: undefined while there is no module. `now` in milliseconds. */
export function makeDesk(tokens: Tokens | undefined, now: () => number) {
  const allowed = new Set<string>()
  const asks = new Map<string, Ask>()
  const sessions = new Map<string, Session>()

  function need(): Tokens {
    if (tokens === undefined)
      throw new Refused(503, 'module', '本机没有可用的钥匙驱动，请按钥匙代理首页的说明安装')
    return tokens
  }

  function closeSession(id: string) {
    sessions.get(id)?.token.close()
    sessions.delete(id)
  }

  function sweep() {
    for (const [id, ask] of asks) if (ask.until < now()) asks.delete(id)
    for (const [id, one] of sessions) if (one.usedAt + idleLimit < now()) closeSession(id)
  }

  function askOf(id: string): Ask {
    sweep()
    const ask = asks.get(id)
    if (ask === undefined) throw new Refused(404, 'expired', '这次请求已过期，请回到原页面重新操作')
    return ask
  }

  return {
    sweep,
    allows: (origin: string) => allowed.has(origin),
    allowedOrigins: () => [...allowed],

    /** The person takes the consent back: what is open for the site is closed. */
    withdraw(origin: string) {
      allowed.delete(origin)
      for (const [id, one] of sessions) if (one.origin === origin) closeSession(id)
    },

    ask(origin: string, tokenId: string | undefined): Ask {
      sweep()
      if (tokenId !== undefined) need().state(tokenId)
      const waiting = [...asks.values()].filter((one) => one.origin === origin)
      if (waiting.length >= mostAsks)
        throw new Refused(429, 'asks', '请求过多，请先答复已打开的窗口，或三分钟后再试')
      const until = now() + askLasts
      const ask: Ask = {
        id: random(),
        origin,
        tokenId,
        nonce: random(),
        until,
        state: 'waiting',
        session: undefined,
      }
      asks.set(ask.id, ask)
      return ask
    },

    askOf,

    /** What became of it, for the site that asked. The session is handed out once. */
    answerFor(origin: string, id: string): { state: Ask['state']; session: string | undefined } {
      const ask = askOf(id)
      if (ask.origin !== origin) throw new Refused(404, 'expired', '没有这次请求')
      if (ask.state !== 'waiting') asks.delete(id)
      return { state: ask.state, session: ask.session }
    },

    /** The person's answer on the agent's own page. A wrong PIN leaves the question open. */
    decide(ask: Ask, nonce: string, answer: { allow: boolean; pin: string; lastTry: boolean }) {
      const [given, wanted] = [Buffer.from(nonce), Buffer.from(ask.nonce)]
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        throw new Refused(403, 'nonce', '页面已过期，请回到原页面重新操作')
      }
      if (ask.state !== 'waiting') throw new Refused(409, 'decided', '这次请求已经答复过')
      if (!answer.allow) {
        ask.state = 'refused'
        return
      }
      if (ask.tokenId !== undefined) ask.session = this.openFor(ask.origin, ask.tokenId, answer)
      allowed.add(ask.origin)
      ask.state = 'done'
    },

    /** Opens a token for a site; refuses an empty PIN and an unconfirmed last try without asking the token. */
    openFor(origin: string, tokenId: string, { pin, lastTry }: { pin: string; lastTry: boolean }): string {
      const state = need().state(tokenId)
      if (!state.pinOnToken && pin === '') throw new Refused(422, 'pin_empty', '请填写 PIN')
      if (state.pin === 'final' && !lastTry) {
        throw new Refused(422, 'last_try', '只剩最后一次机会，确认 PIN 无误后请勾选“我确认”')
      }
      try {
        const token = need().open(tokenId, state.pinOnToken ? undefined : pin)
        const id = random()
        sessions.set(id, { origin, token, usedAt: now() })
        return id
      } catch (error) {
        // Looking at the PIN logs the token out, for everybody.
        for (const [id, one] of sessions) if (one.token.id === tokenId) closeSession(id)
        throw error
      }
    },

    list(origin: string) {
      if (!allowed.has(origin)) throw new Refused(403, 'consent', '还没有允许本网站使用硬件钥匙')
      return need().list()
    },

    /** The open token of a session, for the site that it was opened for. */
    opened(origin: string, id: string): OpenToken {
      sweep()
      const session = sessions.get(id)
      if (session === undefined || session.origin !== origin) {
        throw new Refused(409, 'closed', '硬件钥匙没有打开，或已自动关闭，请重新插入并输入 PIN')
      }
      session.usedAt = now()
      return session.token
    },

    close(origin: string, id: string) {
      if (sessions.get(id)?.origin === origin) closeSession(id)
    },

    /** For the agent's own pages. */
    tokens: () => tokens?.list() ?? [],
    stateOf: (tokenId: string) => need().state(tokenId),

    end() {
      for (const id of sessions.keys()) closeSession(id)
    },
  }
}
