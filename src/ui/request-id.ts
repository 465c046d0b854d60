/**
 * The client-made id that makes a repeat harmless: one id for one intention. When it is not known whether a request
 * arrived, the same content goes out again under the same id; after an answer, or with other content, a new id.
 */
import { CallFailed } from './call.ts'

/** A random UUID; works on every page, also where the browser keeps `crypto.randomUUID` back. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export interface Attempts {
  /** Sends `content` under its id; a failure without an answer keeps the id for the same content. */
  run: <R>(content: unknown, send: (requestId: string) => Promise<R>) => Promise<R>
}

/** Keeps the id of the last intention that got no answer. One of these per button bar or form. */
export function attempts(makeId: () => string = newId): Attempts {
  let open: { key: string; id: string } | undefined
  return {
    async run(content, send) {
      const key = JSON.stringify(content)
      const intention = open?.key === key ? open : { key, id: makeId() }
      open = intention
      try {
        const reply = await send(intention.id)
        open = undefined
        return reply
      } catch (error) {
        if (!unanswered(error)) open = undefined
        throw error
      }
    },
  }
}

/** Nobody knows whether it was done: no connection, or the server broke off. */
export const unanswered = (error: unknown): boolean =>
  error instanceof CallFailed && (error.status === 0 || error.status >= 500)
