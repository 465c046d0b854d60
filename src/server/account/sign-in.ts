/** Signing in and out: captcha, throttle, password, session and log, in this order. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignInOutcome } from '#api/account.ts'
import type { OldSystemCode } from '#domain/old-user/systems.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { answerChallenge, type ProvenKey } from '../key/challenge.ts'
import { countedName, oldPersonOf, type OldPerson } from '../old-user/find.ts'
import { enterAsOld, entranceClosed } from '../old-user/enter.ts'
import { isOldPassword } from '../old-user/wrap.ts'
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

/** A refused password is answered after so long, whatever had to be looked at: longer than the dearest old user takes. */
const refusedAfterMs = 250

/**
 * Signs in: sets the cookie and answers the new session. Refuses with the same words, after the same time, whatever was
 * wrong. `entrance`: the old system whose door this is; it lets its own users in, and each so often.
 */
export async function signInWith(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  given: Credentials,
  entrance?: OldSystemCode,
): Promise<SignedIn> {
  const begun = performance.now()
  const now = ctx.clock()
  const address = addressOf(request)
  const network = networkOf(address)
  const { account, old } = await personOf(ctx.db, given.loginName)
  const log = (outcome: SignInOutcome, db: Db | Tx = ctx.db, accountId = account?.id) =>
    writeEvent(db, { at: now, login_name: given.loginName, account_id: accountId ?? null, address, outcome })

  if (!(await captchaHolds(ctx, request, given))) {
    await log('wrong_captcha')
    await countWrongCaptcha(ctx.db, network, now)
    throw new Refused(409, 'captcha', captchaWords)
  }
  // All names of one person are guessed at together.
  const loginName = account?.login_name ?? (old && countedName(old)) ?? given.loginName
  const counted = await countAttempt(ctx.db, { loginName, network }, now).catch(async (error: unknown) => {
    if (error instanceof Refused) await log('throttled')
    throw error
  })
  const key = await keyOf(ctx, given, () => log('wrong_key'))
  const wrong = async () => {
    await log('wrong_password')
    await sleep(Math.max(0, begun + refusedAfterMs - performance.now()))
    return new Refused(401, 'credentials', '登录名或密码不正确，请重新输入')
  }
  const byOld = old !== undefined && (account === undefined || account.must_complete)
  const right = byOld
    ? await isOldPassword(old.users, given.password)
    : await isPassword(account?.password_hash, given.password)
  if (!right || !comesBy(entrance, given.loginName, old)) throw await wrong()
  // Told to who knows the password alone.
  const closed = account && closedBecause(account)
  if (closed !== undefined) {
    await log('inactive')
    throw new Refused(403, 'inactive', closed)
  }
  const until = account?.password_until ?? null
  if (until !== null && until <= now) {
    await log('password_expired')
    throw new Refused(
      403,
      'password_expired',
      '这个一次性密码已过期，请用“密码找回”，凭已确认的手机或邮箱设置新密码',
    )
  }
  // Said only to who knows the password: whose key it is tells nobody whether the account exists.
  if (key !== undefined && key.certificate.accountId !== account?.id) {
    await log('wrong_key')
    throw new Refused(409, 'other_account', otherKey(key))
  }
  const session = await ctx.db.transaction().execute(async (tx) => {
    const entered = old && (await enterAsOld(tx, ctx, { old, given, byOld, entrance }))
    // Somebody else has just set the new password: the old one is worth nothing any more.
    if (entered === 'completed') return entered
    if (entered === 'entrance closed') return entered
    const accountId = entered?.accountId ?? account?.id
    if (accountId === undefined) throw new Error('nobody signs in')
    await forgive(tx, counted, now)
    await endSession(tx, request)
    await log('signed_in', tx, accountId)
    const userAgent = request.headers['user-agent'] ?? ''
    return makeSession(tx, { accountId, now, address, userAgent })
  })
  if (session === 'completed') throw await wrong()
  if (session === 'entrance closed') {
    await log('entrance_closed')
    throw new Refused(403, 'entrance_closed', entranceClosed(given.loginName))
  }
  setSessionCookie(ctx, reply, session.token)
  return sessionOf(ctx, session.digest)
}

/** The old entrance knows the users of its own system alone. */
const comesBy = (entrance: OldSystemCode | undefined, loginName: string, old: OldPerson | undefined) =>
  entrance === undefined ||
  old?.users.some((user) => user.system === entrance && user.login_name === loginName) === true

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

/**
 * Whose name it is. An old user's first name becomes the account's; the others of the same account lead to it too. Two
 * look-ups for every name: an unknown one takes as long as a known one.
 */
async function personOf(db: Db, loginName: string) {
  const [account, old] = await Promise.all([
    findAccount(db, 'login_name', loginName),
    oldPersonOf(db, loginName),
  ])
  if (account !== undefined) return { account, old: old?.account.account_id === account.id ? old : undefined }
  const id = old?.account.account_id
  return { account: id ? await findAccount(db, 'id', id) : undefined, old }
}

const findAccount = (db: Db, by: 'login_name' | 'id', value: string) =>
  db
    .selectFrom('account')
    .leftJoin('enterprise', 'enterprise.id', 'account.enterprise_id')
    .select([
      'account.password_until',
      'account.id',
      'account.login_name',
      'account.password_hash',
      'account.must_complete',
      'account.active',
      'account.suspended_reason',
      'enterprise.suspended_reason as enterprise_suspended',
    ])
    .where(`account.${by}`, '=', value)
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
