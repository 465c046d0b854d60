/**
 * The three ways a request can fail, and nothing else: malformed (422 with paths), refused (401/403/404/409/429 with
 * the words the button had), and a fault (anything thrown that is not one of these: 500 with a number).
 */
import type { Issue } from '#domain/fields.ts'
import type { Refusal } from '#domain/machine.ts'

export class Malformed extends Error {
  readonly issues: Issue[]
  constructor(words: string, issues: Issue[]) {
    super(words)
    this.issues = issues
  }
}

export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly current: { version: number; state: string } | undefined
  readonly retryAfterSeconds: number | undefined
  constructor(
    status: 401 | 403 | 404 | 409 | 410 | 413 | 415 | 429 | 503,
    code: string,
    words: string,
    more: { current?: { version: number; state: string }; retryAfterSeconds?: number } = {},
  ) {
    super(words)
    this.status = status
    this.code = code
    this.current = more.current
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** A machine's refusal as the reply it becomes: no permission 403, out of reach 404, state or rule 409. */
export function refusedBy(refusal: Refusal, current?: { version: number; state: string }): Refused {
  const status = { permission: 403, scope: 404, state: 409, rule: 409 } as const
  return new Refused(
    status[refusal.code],
    refusal.code,
    refusal.because,
    current !== undefined && refusal.code !== 'scope' ? { current } : {},
  )
}

export const notFound = (word: string) => new Refused(404, 'scope', `没有找到该${word}`)
