/** Signing in and out: captcha, throttle, password, session and log, in this order. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignInOutcome } from '#api/account.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { answerChallenge, type ProvenKey } from '../key/challenge.ts'
import { Refused } from '../refused.ts'
import { addressOf, networkOf } from './address.ts'
import { captchaHolds, captchaWords } from './confirm.ts'
import { isPassword } from './password.ts'
import {
  clearSessionCookie,
  endSession,
  makeSession,
  sessionOf,
  setSessionCookie,
  type SignedIn,
} from './session.ts'
import { countAttempt, countWrongCaptcha, forgive } from './throttle.ts'

export interface Credentials {
  loginName: string
  password: string
  captchaId?: string | undefined
  captchaAnswer?: string | undefined
  /** The answer of an e-key to a challenge. */
  key?: { challengeId: string; cms: string } | undefined
}

/** Signs in: sets the cookie and answers the new session. Refuses with the same words whatever was wrong. */
export async function signInWith(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  given: Credentials,
): Promise<SignedIn> {
  const now = ctx.clock()
  const address = addressOf(request)
  const network = networkOf(address)
  const account = await findAccount(ctx.db, given.loginName)
  const log = (outcome: SignInOutcome, db: Db | Tx = ctx.db) =>
    writeEvent(db, {
      at: now,
      login_name: given.loginName,
      account_id: account?.id ?? null,
      address,
      outcome,
    })

  if (!(await captchaHolds(ctx, request, given))) {
    await log('wrong_captcha')
    await countWrongCaptcha(ctx.db, network, now)
    throw new Refused(409, 'captcha', captchaWords)
  }
  const attempt = { loginName: given.loginName, network }
  const counted = await countAttempt(ctx.db, attempt, now).catch(async (error: unknown) => {
    if (error instanceof Refused) await log('throttled')
    throw error
  })
  const key = await keyOf(ctx, given, () => log('wrong_key'))
  if (!(await isPassword(account?.password_hash, given.password)) || account === undefined) {
    await log('wrong_password')
    throw new Refused(401, 'credentials', '登录名或密码不正确，请重新输入')
  }
  // Told to who knows the password alone.
  const closed = closedBecause(account)
  if (closed !== undefined) {
    await log('inactive')
    throw new Refused(403, 'inactive', closed)
  }
  if (account.password_until !== null && account.password_until <= now) {
    await log('password_expired')
    throw new Refused(
      403,
      'password_expired',
      '这个一次性密码已过期，请用“密码找回”，凭已确认的手机或邮箱设置新密码',
    )
  }
  // Said only to who knows the password: whose key it is tells nobody whether the account exists.
  if (key !== undefined && key.certificate.accountId !== account.id) {
    await log('wrong_key')
    throw new Refused(409, 'other_account', otherKey(key))
  }
  const { token, digest } = await ctx.db.transaction().execute(async (tx) => {
    await forgive(tx, counted, now)
    await endSession(tx, request)
    await log('signed_in', tx)
    const userAgent = request.headers['user-agent'] ?? ''
    return makeSession(tx, { accountId: account.id, now, address, userAgent })
  })
  setSessionCookie(ctx, reply, token)
  return sessionOf(ctx, digest)
}

/** 安全退出: the session is gone and the cookie cleared. */
export async function signOutOf(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  session: SignedIn,
): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    await endSession(tx, request)
    await writeEvent(tx, {
      at: ctx.clock(),
      login_name: session.account.loginName,
      account_id: session.account.id,
      address: addressOf(request),
      outcome: 'signed_out',
    })
  })
  clearSessionCookie(ctx, reply)
}

/** The proven key of who signs in 使用电子钥匙; undefined when none is used. */
async function keyOf(ctx: Context, given: Credentials, refused: () => Promise<unknown>) {
  if (given.key === undefined) return undefined
  return answerChallenge(ctx, 'sign_in', given.key).catch(async (error: unknown) => {
    if (error instanceof Refused) await refused()
    throw error
  })
}

const otherKey = ({ facts, certificate }: ProvenKey) =>
  certificate.accountId === null
    ? '该电子钥匙没有绑定账号。请用账号和密码登录，在“我的IC卡”中绑定后再使用'
    : `该电子钥匙的持有人是 ${facts.holder}，与所填的登录名不符。请核对登录名，或使用本人的电子钥匙`

const findAccount = (db: Db, loginName: string) =>
  db
    .selectFrom('account')
    .leftJoin('enterprise', 'enterprise.id', 'account.enterprise_id')
    .select([
      ...(['account.id', 'account.password_hash', 'account.active', 'account.suspended_reason'] as const),
      'account.password_until',
      'enterprise.suspended_reason as enterprise_suspended',
    ])
    .where('account.login_name', '=', loginName)
    .executeTakeFirst()

/** Why the account can't be used at present, with the way out, or undefined. */
function closedBecause(account: {
  active: boolean
  suspended_reason: string | null
  enterprise_suspended: string | null
}): string | undefined {
  if (!account.active) return '账号已停用，请联系管理员'
  if (account.suspended_reason !== null) {
    return `账号已停用，原因：${account.suspended_reason}。如有疑问，请联系本单位管理员或平台管理员`
  }
  if (account.enterprise_suspended === null) return undefined
  return `本企业已停用，原因：${account.enterprise_suspended}。如有疑问，请联系平台管理员`
}

interface Event {
  at: Date
  login_name: string
  account_id: string | null
  address: string
  outcome: SignInOutcome
}

const writeEvent = (db: Db | Tx, event: Event) => db.insertInto('sign_in_event').values(event).execute()
