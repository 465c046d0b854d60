/** Sends what customs has to say, and keeps sending until it is answered. */
import { randomUUID } from 'node:crypto'
import type { Signing } from './keys.ts'
import type { Outgoing, Store } from './store.ts'

const batch = 100
const lookMs = 200
const patienceMs = 20_000
/** Seconds after the first, second, … failure. */
const pauses = [1, 2, 5, 10, 30]

export interface Sender {
  /** Sends what is due and answers when nothing is left that can go now. */
  flush: () => Promise<void>
  stop: () => Promise<void>
}

export function startSender(at: {
  store: Store
  keys: Signing
  licensingUrl: () => string
  watch: boolean
}): Sender {
  const { store, keys } = at
  let sending: Promise<void> | undefined
  let stopped = false

  async function post(messages: readonly Outgoing[], forged: boolean): Promise<Map<string, string>> {
    const id = randomUUID()
    const envelope = {
      id,
      from: 'customs',
      to: 'licensing',
      at: new Date().toISOString(),
      messages: messages.map((message) => message.body),
    }
    const response = await fetch(`${at.licensingUrl()}/customs/inbox`, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body: await (forged ? keys.forge(envelope) : keys.sign(envelope)),
      signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const reply = await keys.read(text)
    if (reply['inReplyTo'] !== id || !Array.isArray(reply['results'])) throw new Error('答复与所发报文不符')
    const results: Record<string, unknown>[] = reply['results']
    return new Map(results.map((result) => [String(result['messageId']), JSON.stringify(result)]))
  }

  async function sendDue() {
    for (;;) {
      const { mode } = store.behaviour()
      if (mode === 'down' || stopped) return
      const due = store.due(Date.now(), batch, mode === 'out_of_order')
      if (due.length === 0) return
      try {
        const results = await post(due, mode === 'bad_signature')
        if (mode === 'twice') await post(due, false)
        store.together(() => due.forEach(({ id }) => store.answered(id, results.get(id) ?? '')))
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        const pauseOf = (attempts: number) => (pauses[Math.min(attempts, pauses.length - 1)] ?? 30) * 1000
        store.together(() =>
          due.forEach(({ id, attempts }) => store.failed(id, words, Date.now() + pauseOf(attempts))),
        )
        return
      }
    }
  }

  async function flush() {
    while (sending !== undefined) await sending
    sending = sendDue().finally(() => (sending = undefined))
    await sending
  }
  const timer = at.watch
    ? setInterval(() => {
        if (sending === undefined) void flush().catch((error) => console.error(error))
      }, lookMs)
    : undefined
  return {
    flush,
    async stop() {
      stopped = true
      clearInterval(timer)
      await sending
    },
  }
}
