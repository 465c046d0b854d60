/**
 * A phone signs in (manual 003 输入申请移动证书所授权的手机号码，获取验证码): whether a number is authorised is told by no word
 * and no time, only to who has received the code.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { PhoneHome, signInPhone } from '#api/phone.ts'
import type { SignInOutcome } from '#api/account.ts'
import { codeAnswers, type CodeAnswer } from '#domain/message/code.ts'
import { addressOf, networkOf } from '../account/address.ts'
import {
  clearSessionCookie,
  makeSession,
  phoneCookie,
  phoneSessionOf,
  setSessionCookie,
  tokenDigest,
  type PhoneSession,
} from '../account/session.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { giveCode, proveCode, spendCode } from '../message/code.ts'
import { Malformed } from '../refused.ts'
import { accountOfNumber } from './numbers.ts'
import { phoneHomeOf } from './phone-home.ts'

/** Longer than the work for an authorised number: both answers come after it. */
const atLeastMs = 250

/** Sends a code to an authorised number; the answer is the same for every other. */
export async function sendCodeToPhone(ctx: Context, request: FastifyRequest, mobile: string) {
  const [answer] = await Promise.all([send(ctx, request, mobile), sleep(atLeastMs)])
  return answer
}

async function send(ctx: Context, request: FastifyRequest, mobile: string) {
  const account = await accountOfNumber(ctx.db, mobile, ctx.clock())
  return giveCode(ctx, {
    ...codeFor(request, mobile),
    deliver: account !== undefined,
    accountId: account?.id ?? null,
    enterpriseId: account?.enterprise_id ?? null,
  })
}

const codeFor = (request: FastifyRequest, mobile: string) =>
  ({
    purpose: 'phone',
    channel: 'sms',
    recipient: mobile,
    network: networkOf(addressOf(request)),
  }) as const

/** Signs the phone in: sets its cookie. A wrong code and a number without authorisation are refused in the same words (422). */
export async function signPhoneIn(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  { mobile, code }: z.output<typeof signInPhone.body>,
): Promise<z.input<typeof PhoneHome>> {
  const now = ctx.clock()
  const address = addressOf(request)
  const [proved, account] = await Promise.all([
    proveCode(ctx, { ...codeFor(request, mobile), code }),
    accountOfNumber(ctx.db, mobile, now),
  ])
  const log = (db: Db | Tx, outcome: SignInOutcome) =>
    db
      .insertInto('sign_in_event')
      .values({
        at: now,
        login_name: outcome === 'wrong_code' ? mobile : (account?.login_name ?? mobile),
        account_id: account?.id ?? null,
        address,
        outcome,
      })
      .execute()
  const refuse = async (answer: CodeAnswer): Promise<never> => {
    await log(ctx.db, 'wrong_code')
    const words = codeAnswers[answer]
    throw new Malformed(words, [{ path: 'code', words, rule: 'code' }])
  }
  if (proved.answer !== 'right') return refuse(proved.answer)
  if (account === undefined) return refuse('wrong')
  const made = await ctx.db.transaction().execute(async (tx) => {
    if (!(await spendCode(tx, ctx, proved.id))) return undefined
    await endSession(tx, request)
    await log(tx, 'phone_signed_in')
    const userAgent = request.headers['user-agent'] ?? ''
    return makeSession(tx, { accountId: account.id, now, address, userAgent, phone: mobile })
  })
  // Somebody else with the same code was first.
  if (made === undefined) return refuse('expired')
  setSessionCookie(ctx, reply, made.token, phoneCookie)
  return phoneHomeOf(ctx, await phoneSessionOf(ctx, made.digest))
}

/** 退出. */
export async function signPhoneOut(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  session: PhoneSession,
): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    await endSession(tx, request)
    await tx
      .insertInto('sign_in_event')
      .values({
        at: ctx.clock(),
        login_name: session.account.loginName,
        account_id: session.account.id,
        address: addressOf(request),
        outcome: 'signed_out',
      })
      .execute()
  })
  clearSessionCookie(ctx, reply, phoneCookie)
}

async function endSession(tx: Tx, request: FastifyRequest) {
  const digest = tokenDigest(request, phoneCookie)
  if (digest !== undefined) await tx.deleteFrom('session').where('token_digest', '=', digest).execute()
}
