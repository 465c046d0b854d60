/**
 * SMS through a gateway: one POST with JSON a message, signed with a shared secret. The gateway answers 2xx when it
 * has taken the message; `id` is the same for every try, so that it can tell a repeat.
 */
import { createHmac } from 'node:crypto'
import type { Environment } from '../environment.ts'
import { NotCarried, type Carrier } from './carrier.ts'

const patienceMs = 20_000
/** Statuses that say this message will never be taken; the others may change. */
const refusing = [400, 413, 422]

/** The signature of a body sent at `timestamp` (seconds since 1970), in hexadecimal. */
export const gatewaySignature = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')

export function smsGateway({ url, secret }: NonNullable<Environment['sms']>): Carrier {
  return {
    missing: () => null,
    local: false,
    async carry({ id, recipient, text, at }) {
      const body = JSON.stringify({ id, to: recipient, text })
      const timestamp = String(Math.floor(at.getTime() / 1000))
      const status = await post(url, body, {
        'content-type': 'application/json',
        'x-timestamp': timestamp,
        'x-signature': `sha256=${gatewaySignature(secret, timestamp, body)}`,
      })
      if (status >= 200 && status < 300) return
      if (refusing.includes(status))
        throw new NotCarried('refused', `短信网关不接受这条短信（HTTP ${status}）`)
      if (status === 429) throw new NotCarried('later', '短信网关要求稍后再发（HTTP 429）')
      const hint = [401, 403].includes(status) ? '，请核对 SMS_GATEWAY_SECRET 和两边的时钟' : ''
      throw new NotCarried('unreachable', `短信网关没有接收（HTTP ${status}）${hint}`)
    },
    close: () => undefined,
  }
}

/** The status alone: what the gateway writes back may repeat the message. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await response.body?.cancel()
    return response.status
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
    const code = cause !== undefined && 'code' in cause ? `（${String(cause.code)}）` : ''
    throw new NotCarried('unreachable', `连接不上短信网关${code}`)
  }
}
