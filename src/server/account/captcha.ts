/** Picture questions before a password is looked at: one answer each, five minutes, only a digest is kept. */
import { createHash, randomInt, randomUUID } from 'node:crypto'
import svgCaptcha from 'svg-captcha'
import type { Context } from '../context.ts'

const lifetime = 5 * 60_000

const digestOf = (id: string, answer: string) =>
  createHash('sha256').update(`${id} ${answer.toLowerCase()}`).digest()

/** Makes a question: its id and its picture. Letters and digits that look alike are left out. */
export async function makeCaptcha(ctx: Context): Promise<{ id: string; svg: string; question: null }> {
  const { data, text } = svgCaptcha.create({ size: 4, noise: 2, ignoreChars: '0OoQ1IilLsS5zZ2', color: true })
  return { id: await keepCaptcha(ctx, text), svg: data, question: null }
}

const digits = '零一二三四五六七八九'
/** A number below 100 as it is read out. */
const spoken = (n: number) =>
  n < 10
    ? digits.charAt(n)
    : `${n < 20 ? '' : digits.charAt(Math.floor(n / 10))}十${n % 10 === 0 ? '' : digits.charAt(n % 10)}`

/** The same for who cannot see the picture: a sum in words, which any reading aid speaks. It counts like a picture. */
export async function makeQuestion(ctx: Context): Promise<{ id: string; svg: null; question: string }> {
  const [a, b] = [randomInt(11, 90), randomInt(2, 10)]
  const plus = randomInt(2) === 1
  const question = `${spoken(a)}${plus ? '加' : '减'}${spoken(b)}等于多少？请用数字回答`
  return { id: await keepCaptcha(ctx, String(plus ? a + b : a - b)), svg: null, question }
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
