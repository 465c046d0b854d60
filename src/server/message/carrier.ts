/** Who carries messages out of the house: SMTP for e-mail, a gateway for SMS; in a demonstration nobody. */
import type { Channel } from '#domain/message/letter.ts'
import type { Environment } from '../environment.ts'
import { smsGateway } from './gateway.ts'
import { smtpCarrier } from './smtp.ts'

export interface Carried {
  /** Constant over all tries: the other side can tell a repeat. */
  id: string
  recipient: string
  subject: string
  text: string
  at: Date
}

export interface Carrier {
  /** Words why nothing can be sent, or null. */
  missing: () => string | null
  /** Messages stay in the outbox page instead of leaving the machine. */
  local: boolean
  /** Hands one over. Throws `NotCarried`. */
  carry: (message: Carried) => Promise<void>
  close: () => void
}
export type Carriers = Readonly<Record<Channel, Carrier>>

/**
 * Not handed over, with words for the administrator that repeat nothing of the message.
 * `refused`: the other side will never take this one. `unreachable`: it takes none now.
 */
export class NotCarried extends Error {
  readonly how: 'refused' | 'unreachable' | 'later'
  constructor(how: NotCarried['how'], words: string) {
    super(words)
    this.how = how
  }
}

const outbox: Carrier = {
  missing: () => null,
  local: true,
  carry: async () => undefined,
  close: () => undefined,
}

const nobody = (words: string): Carrier => ({
  missing: () => words,
  local: false,
  carry: async () => {
    throw new NotCarried('unreachable', words)
  },
  close: () => undefined,
})

/** The carriers of this server. A demonstration writes to nobody, whatever is set. */
export function carriersOf({ mode, mail, sms }: Pick<Environment, 'mode' | 'mail' | 'sms'>): Carriers {
  if (mode === 'demo') return { email: { ...outbox }, sms: { ...outbox } }
  return {
    email:
      mail === undefined
        ? nobody('没有设置 SMTP_URL：电子邮件不能发出，留在待发队列，设置后自动发送')
        : smtpCarrier(mail),
    sms:
      sms === undefined
        ? nobody('没有设置 SMS_GATEWAY_URL：短信不能发出，留在待发队列，设置后自动发送')
        : smsGateway(sms),
  }
}

/** What is missing to send messages, a line each. */
export const missingCarriers = (carriers: Carriers): string[] =>
  [carriers.email, carriers.sms].flatMap((carrier) => carrier.missing() ?? [])
