/** Messages are queued in the transaction that causes them; a job sends them after it has committed. */
import { randomUUIDv7 } from 'node:crypto'
import {
  lines,
  longest,
  mask,
  oneLine,
  recipientProblem,
  tidyRecipient,
  type Channel,
  type LetterKind,
} from '#domain/message/letter.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { addJob } from '../jobs/add.ts'
import { Malformed } from '../refused.ts'

export const sendJob = 'message.send'

export interface LetterToQueue {
  channel: Channel
  /** An e-mail address or a mobile number; refused (422, path `recipient`) when it is neither. */
  recipient: string
  kind: LetterKind
  /** For e-mail; an SMS has none. Line breaks become blanks. */
  subject: string
  text: string
  /**
   * A code, one-time password or link that stands in the text and opens something: nobody but the recipient reads it,
   * it is forgotten once it has left, and the message is not sent any more after `until`.
   */
  secret?: { value: string; until: Date }
  accountId?: string | null
  enterpriseId?: string | null
}

/** Queues one message and answers its id. It exists, and is sent, if and only if `tx` commits. */
export async function queueLetter(
  tx: Tx,
  ctx: Pick<Context, 'clock'>,
  letter: LetterToQueue,
): Promise<string> {
  const { channel, secret } = letter
  const recipient = tidyRecipient(channel, letter.recipient)
  const problem = recipientProblem(channel, recipient)
  if (problem !== undefined) {
    throw new Malformed(problem, [{ path: 'recipient', words: problem, rule: 'form' }])
  }
  const now = ctx.clock()
  const whole = lines(letter.text, longest[channel])
  const subject = channel === 'sms' ? '' : oneLine(letter.subject)
  if (secret !== undefined && (!whole.includes(secret.value) || subject.includes(secret.value))) {
    throw new Error(`a message of kind ${letter.kind} does not carry its secret in the text alone`)
  }
  const id = randomUUIDv7()
  await tx
    .insertInto('message')
    .values({
      id,
      channel,
      recipient,
      kind: letter.kind,
      subject,
      text: secret === undefined ? whole : whole.replaceAll(secret.value, mask),
      whole_text: secret === undefined ? null : whole,
      secret_until: secret?.until ?? null,
      state: 'queued',
      next_at: now,
      account_id: letter.accountId ?? null,
      enterprise_id: letter.enterpriseId ?? null,
      created_at: now,
    })
    .execute()
  await addJob(tx, sendJob, { channel })
  return id
}
