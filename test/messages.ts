/** Messages in tests: what was queued, as its recipient would read it, and carriers that do as they are told. */
import assert from 'node:assert/strict'
import { NotCarried, type Carried, type Carrier } from '#server/message/carrier.ts'
import type { TestApp } from '#test/people.ts'

/** The newest message to a recipient, whole. */
export async function letterTo(it: TestApp, recipient: string) {
  return it.ctx.db
    .selectFrom('message')
    .selectAll()
    .where('recipient', '=', recipient)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
}

/** The code in the newest message to a recipient: read as the recipient reads it. */
export async function codeSentTo(it: TestApp, recipient: string): Promise<string> {
  const { whole_text: text } = await letterTo(it, recipient)
  const code = /\d{6}/.exec(text ?? '')?.[0]
  assert.ok(code !== undefined, `no code for ${recipient}`)
  return code
}

/** A code that is not this one. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

/** A carrier that keeps what it is given; `behave` decides what becomes of each. */
export function testCarrier(behave: (message: Carried) => Promise<void> | void = () => undefined) {
  const carried: Carried[] = []
  const carrier: Carrier & { missingWords: string | null } = {
    missingWords: null,
    missing: () => carrier.missingWords,
    local: false,
    carry: async (message) => {
      await behave(message)
      carried.push(message)
    },
    close: () => undefined,
  }
  return { carrier, carried }
}

export const unreachable = (): never => {
  throw new NotCarried('unreachable', '连接不上')
}
