/** Codes that prove a mobile number or an e-mail address: sent after a captcha, spent in the transaction they allow. */
import type { FastifyRequest } from 'fastify'
import type { CodePurpose } from '#domain/message/code.ts'
import { codeAnswers } from '#domain/message/code.ts'
import type { Channel } from '#domain/message/letter.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { proveCode, spendCode } from '../message/code.ts'
import { Malformed, Refused } from '../refused.ts'
import { addressOf, networkOf } from './address.ts'
import { answersCaptcha } from './captcha.ts'
import { countWrongCaptcha } from './throttle.ts'

/** A client of the demonstration may leave the captcha out, so that a script needs nothing but the address. */
export async function captchaHolds(
  ctx: Context,
  request: FastifyRequest,
  given: { captchaId?: string | undefined; captchaAnswer?: string | undefined },
): Promise<boolean> {
  if (ctx.env.mode === 'demo' && request.headers['x-demo'] === '1') return true
  if (given.captchaId === undefined || given.captchaAnswer === undefined) return false
  return answersCaptcha(ctx, given.captchaId, given.captchaAnswer)
}

export const captchaWords = '验证码不正确或已过期，请按新的图片或问题重新输入'

/** Refuses (409) a request of the public whose captcha is wrong, and counts that for the network. */
export async function requireCaptcha(
  ctx: Context,
  request: FastifyRequest,
  given: { captchaId?: string | undefined; captchaAnswer?: string | undefined },
): Promise<void> {
  if (await captchaHolds(ctx, request, given)) return
  await countWrongCaptcha(ctx.db, networkOf(addressOf(request)), ctx.clock())
  throw new Refused(409, 'captcha', captchaWords)
}

export interface Claimed {
  /** Field of the form, for the words. */
  path: string
  purpose: CodePurpose
  channel: Channel
  recipient: string
  code: string
}

/**
 * Whether all these codes are right. Each counts as tried; none is used up, so that a form that fails for another
 * reason can be sent again with the same codes. Refused (422) with the field of each that is wrong. Answers the ids that
 * `spend` uses up.
 */
export async function prove(
  ctx: Context,
  request: FastifyRequest,
  codes: readonly Claimed[],
): Promise<string[]> {
  const network = networkOf(addressOf(request))
  const ids: string[] = []
  const issues: { path: string; words: string; rule: string }[] = []
  for (const { path, ...asked } of codes) {
    const proved = await proveCode(ctx, { ...asked, network })
    if (proved.answer === 'right') ids.push(proved.id)
    else issues.push({ path, words: codeAnswers[proved.answer], rule: 'code' })
  }
  if (issues.length > 0) throw new Malformed(issues[0]?.words ?? '', issues)
  return ids
}

/** Uses up codes that were proved. Refused (409) when another request was faster with one of them. */
export async function spend(tx: Tx, ctx: Context, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (!(await spendCode(tx, ctx, id))) throw new Refused(409, 'code', codeAnswers.expired)
  }
}
