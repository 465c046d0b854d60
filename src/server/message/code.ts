/**
 * One-time codes. Asking for one is counted per recipient and network; a try is counted, in a statement of its own,
 * before the code is looked at, so that guesses made at once are counted too and no rolled back transaction gives
 * one back. Kept is a digest under a key that is not in the database.
 */
import { createHmac, hkdfSync, randomInt, randomUUIDv7, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import {
  codeAnswers,
  codeDigits,
  codeLifeMs,
  codePauseMs,
  codeSubject,
  codeText,
  codeTries,
  isCode,
  type CodeAnswer,
  type CodePurpose,
} from '#domain/message/code.ts'
import { recipientProblem, tidyRecipient, type Channel } from '#domain/message/letter.ts'
import { countCode, countCodeTry } from '../account/throttle.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { Malformed, Refused } from '../refused.ts'
import { queueLetter } from './queue.ts'

export interface CodeFor {
  purpose: CodePurpose
  channel: Channel
  recipient: string
  /** Of the request: `networkOf(addressOf(request))`. */
  network: string
}

/** A code that the person asks for by something else than the address it goes to, such as a login name. */
export interface SubjectCode extends Omit<CodeFor, 'recipient'> {
  /** What the code is kept, counted and tried under; it is no address. */
  subject: string
}

type Ctx = Pick<Context, 'db' | 'clock' | 'env'>

const keyFrom = (passphrase: string) =>
  Buffer.from(hkdfSync('sha256', passphrase, '', 'xuke one-time codes', 32))

const digestOf = (ctx: Ctx, id: string, code: string) =>
  createHmac('sha256', keyFrom(ctx.env.passphrases.authority)).update(`${id} ${code}`).digest()

/**
 * Sends a new code; the one before for this purpose and recipient is void. Refused: a recipient that is none (422),
 * too many (429: one a minute, five an hour, ten a day for a recipient; thirty in a quarter of an hour for a network).
 * `deliver: false` does and answers the same and sends nothing: for a recipient that belongs to nobody, who must not
 * learn that.
 */
export async function giveCode(
  ctx: Ctx,
  asked: CodeFor & { deliver?: boolean; accountId?: string | null; enterpriseId?: string | null },
): Promise<{ validSeconds: number; againSeconds: number }> {
  const { channel } = asked
  const recipient = tidyRecipient(channel, asked.recipient)
  const problem = recipientProblem(channel, recipient)
  if (problem !== undefined) {
    throw new Malformed(problem, [{ path: 'recipient', words: problem, rule: 'form' }])
  }
  return give(ctx, { ...asked, subject: undefined, recipient })
}

/**
 * The same for a subject. `recipient` undefined: it belongs to nobody, and the same is done and answered. Nor does the
 * answer tell that a recipient has had too many letters: the subject alone is refused (429), this one then gets none.
 */
export async function giveSubjectCode(
  ctx: Ctx,
  asked: SubjectCode & {
    recipient: string | undefined
    accountId: string | null
    enterpriseId: string | null
  },
): Promise<{ validSeconds: number; againSeconds: number }> {
  return give(ctx, { ...asked, deliver: asked.recipient !== undefined })
}

async function give(
  ctx: Ctx,
  asked: {
    purpose: CodePurpose
    channel: Channel
    subject: string | undefined
    recipient: string | undefined
    network: string
    deliver?: boolean
    accountId?: string | null
    enterpriseId?: string | null
  },
) {
  const { purpose, channel, recipient } = asked
  const now = ctx.clock()
  const until = new Date(now.getTime() + codeLifeMs)
  const value = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
  const id = randomUUIDv7()
  const fresh = { id, digest: digestOf(ctx, id, value), tries: 0, expires_at: until, created_at: now }
  await ctx.db.transaction().execute(async (tx) => {
    const { spared } = await countCode(tx, asked, now)
    await tx
      .insertInto('code')
      .values({ ...fresh, purpose, channel, recipient: keptUnder(channel, asked) })
      .onConflict((on) =>
        on.columns(['purpose', 'channel', 'recipient']).doUpdateSet({ ...fresh, used_at: null }),
      )
      .execute()
    if (asked.deliver === false || recipient === undefined || spared) return
    await queueLetter(tx, ctx, {
      channel,
      recipient,
      kind: 'code',
      subject: codeSubject,
      text: codeText(purpose, value),
      secret: { value, until },
      accountId: asked.accountId ?? null,
      enterpriseId: asked.enterpriseId ?? null,
    })
  })
  return { validSeconds: codeLifeMs / 1000, againSeconds: codePauseMs / 1000 }
}

/** No address holds a blank: the two never meet. */
const keptUnder = (channel: Channel, of: { subject?: string | undefined; recipient?: string | undefined }) =>
  of.subject === undefined ? tidyRecipient(channel, of.recipient ?? '') : ` ${of.subject}`

export type Proved = { answer: 'right'; id: string } | { answer: Exclude<CodeAnswer, 'right'> }

/**
 * Looks at a code without using it up: where what it allows may still fail, `spendCode` follows in the transaction
 * that does it. Counts as one of its five tries, right or wrong. Refused (429) when the network tries too much.
 */
export async function proveCode(
  ctx: Ctx,
  asked: (CodeFor | SubjectCode) & { code: string },
): Promise<Proved> {
  const now = ctx.clock()
  await countCodeTry(ctx.db, asked.network, now)
  const recipient = keptUnder(asked.channel, asked)
  const { rows } = await sql<{ id: string; digest: Buffer; tries: number }>`
    update code set tries = tries + 1
    where purpose = ${asked.purpose} and channel = ${asked.channel} and recipient = ${recipient}
      and used_at is null and expires_at > ${now} and tries < ${codeTries}::int
    returning id, digest, tries`.execute(ctx.db)
  const row = rows[0]
  if (row === undefined) return { answer: await whyNot(ctx.db, asked, recipient, now) }
  const code = isCode(asked.code) ? asked.code : ''
  if (timingSafeEqual(row.digest, digestOf(ctx, row.id, code))) return { answer: 'right', id: row.id }
  return { answer: row.tries >= codeTries ? 'exhausted' : 'wrong' }
}

async function whyNot(db: Db, asked: Pick<CodeFor, 'purpose' | 'channel'>, recipient: string, now: Date) {
  const row = await db
    .selectFrom('code')
    .select('id')
    .where('purpose', '=', asked.purpose)
    .where('channel', '=', asked.channel)
    .where('recipient', '=', recipient)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row === undefined ? ('expired' as const) : ('exhausted' as const)
}

/** Uses up a code that was proved. False when somebody was first, or it ran out or was replaced meanwhile. */
export async function spendCode(tx: Db | Tx, ctx: Ctx, id: string): Promise<boolean> {
  const now = ctx.clock()
  const { numUpdatedRows } = await tx
    .updateTable('code')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Takes a code: a right one is used up at once, and only one of several that come at the same time is right. */
export async function takeCode(ctx: Ctx, asked: CodeFor & { code: string }): Promise<CodeAnswer> {
  const proved = await proveCode(ctx, asked)
  if (proved.answer !== 'right') return proved.answer
  return (await spendCode(ctx.db, ctx, proved.id)) ? 'right' : 'expired'
}

/** The refusal that goes with an answer (409, code `code`); nothing for a right one. */
export function requireRight(answer: CodeAnswer): void {
  if (answer !== 'right') throw new Refused(409, 'code', codeAnswers[answer])
}
