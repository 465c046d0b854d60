/** E-mail by SMTP. One recipient a message, in the envelope as it is: no header is read to find out who gets it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { oneLine } from '#domain/message/letter.ts'
import type { Environment } from '../environment.ts'
import { NotCarried, type Carried, type Carrier } from './carrier.ts'

/** Shorter together than the lease of a message that is being sent. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
const patienceMs = 45_000

export function smtpCarrier({ url, from }: NonNullable<Environment['mail']>): Carrier {
  const at = new URL(url)
  const secure = at.protocol === 'smtps:'
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(at.hostname)
  const user = decodeURIComponent(at.username)
  const transport = createTransport({
    pool: true,
    maxConnections: 5,
    host: at.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: at.port === '' ? (secure ? 465 : 587) : Number(at.port),
    secure,
    // A password never travels in the clear, but on this machine.
    requireTLS: user !== '' && !secure && !local,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(at.password) } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...patience,
  })
  const domain = from.address.split('@')[1] ?? 'localhost'
  const send = ({ id, recipient, subject, text, at: date }: Carried) =>
    transport.sendMail({
      envelope: { from: from.address, to: [recipient] },
      from,
      to: { name: '', address: recipient },
      subject: oneLine(subject),
      text,
      date,
      messageId: `<${id}@${domain}>`,
      headers: { 'auto-submitted': 'auto-generated' },
    })
  return {
    missing: () => null,
    local: false,
    async carry(message) {
      const late = new AbortController()
      const patienceOver = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
        throw new NotCarried('unreachable', '邮件服务器没有在规定时间内接收')
      })
      try {
        await Promise.race([send(message), patienceOver])
      } catch (error) {
        throw error instanceof NotCarried ? error : notCarried(error)
      } finally {
        late.abort()
        patienceOver.catch(() => undefined)
      }
    },
    close: () => transport.close(),
  }
}

/** A server's answer may repeat what it was sent: long digits are left out. */
const answered = (text: string) => oneLine(text.replace(/\d{6,}/g, '…'), 200)

function notCarried(error: unknown): NotCarried {
  const facts = error instanceof Error ? Object.entries(error) : []
  const fact = new Map<string, unknown>(facts)
  const code = String(fact.get('code') ?? '')
  const status = Number(fact.get('responseCode') ?? 0)
  const answer = fact.get('response')
  const words = typeof answer === 'string' ? `：${answered(answer)}` : code === '' ? '' : `（${code}）`
  if (code === 'EAUTH')
    return new NotCarried('unreachable', `邮件服务器不接受 SMTP_URL 中的用户名和密码${words}`)
  if (['EENVELOPE', 'EMESSAGE'].includes(code) && status >= 500) {
    return new NotCarried('refused', `邮件服务器拒收${words}`)
  }
  if (status >= 400 && status < 500) return new NotCarried('later', `邮件服务器暂不接收${words}`)
  return new NotCarried('unreachable', `连接不上邮件服务器${words}`)
}
