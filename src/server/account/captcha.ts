/** Picture questions before a password is looked at: one answer each, five minutes, only a digest is kept. */
import { createHash, randomInt, randomUUID } from 'node:crypto'
import svgCaptcha from 'svg-captcha'
import { questionInWords } from '#domain/account/question.ts'
import type { Context } from '../context.ts'

const lifetime = 5 * 60_000

/** As typed by whom ever: in capitals or not, with the wide digits of a Chinese keyboard, with blanks between. */
const tidy = (answer: string) =>
  answer
    .normalize('NFKC')
    .replaceAll(/[\s、,]/g, '')
    .toLowerCase()

const digestOf = (id: string, answer: string) =>
  createHash('sha256')
    .update(`${id} ${tidy(answer)}`)
    .digest()

/** Letters and digits that nobody takes for one another. */
const letters = '34679ACDEFGHJKNPRTUVXY'

/** What the package exports is this function; its types name only what it carries. */
const draw = svgCaptcha as unknown as (text: string, options: { noise: number; color: boolean }) => string

/** Makes a question: its id and its picture, dark on white. The answer is drawn here: the library's choice can be foreseen. */
export async function makeCaptcha(ctx: Context): Promise<{ id: string; svg: string; question: null }> {
  const text = Array.from({ length: 4 }, () => letters.charAt(randomInt(letters.length))).join('')
  const svg = draw(text, { noise: 1, color: false })
  return { id: await keepCaptcha(ctx, text), svg, question: null }
}

/**
 * The same for who cannot see the picture: a question in words, which any reading aid speaks or writes in Braille. It
 * counts like a picture; what is asked changes, and an answer that is merely guessed is seldom right.
 */
export async function makeQuestion(ctx: Context): Promise<{ id: string; svg: null; question: string }> {
  const { question, answer } = questionInWords(randomInt)
  return { id: await keepCaptcha(ctx, answer), svg: null, question }
}

/** Keeps a question with this answer. */
export async function keepCaptcha(ctx: Pick<Context, 'db' | 'clock'>, answer: string): Promise<string> {
  const id = randomUUID()
  const expiresAt = new Date(ctx.clock().getTime() + lifetime)
  await ctx.db
    .insertInto('captcha')
    .values({ id, answer_digest: digestOf(id, answer), expires_at: expiresAt })
    .execute()
  return id
}

/** Whether this is the answer, in capitals or not. The question is gone afterwards, whatever was answered. */
export async function answersCaptcha(ctx: Context, id: string, answer: string): Promise<boolean> {
  const question = await ctx.db
    .deleteFrom('captcha')
    .where('id', '=', id)
    .returning(['answer_digest', 'expires_at'])
    .executeTakeFirst()
  if (question === undefined || question.expires_at <= ctx.clock()) return false
  return question.answer_digest.equals(digestOf(id, answer))
}
