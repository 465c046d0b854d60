/** 我的账号: what a person sees and changes of the own account. */
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { signInOutcomes, type SignInOutcome } from '#api/account.ts'
import type { changeContact, changePassword, ownAccount, sendContactCode } from '#api/own-account.ts'
import { accountTypes } from '#domain/account/actions.ts'
import { recipientProblem, tidyRecipient, type Channel } from '#domain/message/letter.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { giveCode } from '../message/code.ts'
import { Malformed, notFound } from '../refused.ts'
import { accountType, act, actIn, type AccountSet } from './act.ts'
import { addressOf, networkOf } from './address.ts'
import { prove, spend } from './confirm.ts'
import { hashPassword, isPassword } from './password.ts'
import { passwordIssues, refuse } from './register.ts'
import { sessionLimits, tokenDigest, type SignedIn } from './session.ts'
import { countAttempt, forgive } from './throttle.ts'

const shownSignIns = 20
const isOutcome = (name: string): name is SignInOutcome => Object.hasOwn(signInOutcomes, name)
export const outcomeLabel = (name: string) => (isOutcome(name) ? signInOutcomes[name] : name)

export async function ownAccountOf(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
): Promise<z.input<typeof ownAccount.reply>> {
  const { id } = session.account
  const row = await rowOf(ctx.db, id)
  const own = tokenDigest(request) ?? Buffer.of()
  const now = ctx.clock()
  const sessions = await ctx.db
    .selectFrom('session')
    .select(['id', 'token_digest', 'created_at', 'last_seen_at', 'address', 'user_agent', 'mobile'])
    .where('account_id', '=', id)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', new Date(now.getTime() - sessionLimits.idle))
    .orderBy('last_seen_at', 'desc')
    .execute()
  return {
    version: row.version,
    loginName: row.login_name,
    personName: row.person_name,
    typeLabel: accountTypes[accountType(row.account_type)],
    email: row.email === null ? null : { address: row.email, confirmedAt: at(row.email_confirmed_at) },
    mobile: row.mobile === null ? null : { number: row.mobile, confirmedAt: at(row.mobile_confirmed_at) },
    passwordChangedAt: at(row.password_changed_at),
    sessions: sessions.map((one) => ({
      id: one.id,
      createdAt: one.created_at.toISOString(),
      lastSeenAt: one.last_seen_at.toISOString(),
      address: one.address,
      device: one.mobile === null ? deviceOf(one.user_agent) : `手机端 ${one.mobile}`,
      own: one.token_digest.equals(own),
    })),
    signIns: await signInsOf(ctx.db, id),
  }
}

const at = (instant: Date | null) => instant?.toISOString() ?? null
const rowOf = (db: Db, id: string) =>
  db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** The latest attempts with this account's name, right and wrong. */
export async function signInsOf(db: Db, accountId: string) {
  const rows = await db
    .selectFrom('sign_in_event')
    .select(['id', 'at', 'address', 'outcome'])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(shownSignIns)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    address: row.address,
    outcome: row.outcome,
    outcomeLabel: outcomeLabel(row.outcome),
  }))
}

const named = (text: string, names: readonly (readonly [RegExp, string])[]) =>
  names.find(([pattern]) => pattern.test(text))?.[1]

/** Browser and system in words; what it calls itself, cut, where they are unknown. */
export function deviceOf(userAgent: string): string {
  const browser = named(userAgent, [
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ])
  const system = named(userAgent, [
    [/Windows/, 'Windows'],
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ])
  return (
    [browser, system].filter((part) => part !== undefined).join(' · ') || userAgent.slice(0, 40) || '未知设备'
  )
}

/** Guesses of the old password count like guesses at the door: who finds an open page can't try them all. */
async function requirePassword(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
  given: { password: string; path: string },
): Promise<void> {
  const now = ctx.clock()
  const attempt = { loginName: session.account.loginName, network: networkOf(addressOf(request)) }
  const counted = await countAttempt(ctx.db, attempt, now)
  const { password_hash } = await rowOf(ctx.db, session.account.id)
  if (!(await isPassword(password_hash, given.password))) {
    const words = '密码不正确，请重新输入'
    throw new Malformed(words, [{ path: given.path, words, rule: 'password' }])
  }
  await ctx.db.transaction().execute((tx) => forgive(tx, counted, now))
}

/** A new password ends every other session. Refused (422): the old one wrong, the new one weak or the same. */
export async function setPassword(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
  given: z.output<typeof changePassword.body>,
): Promise<void> {
  const { loginName, id } = session.account
  refuse(passwordIssues({ loginName, password: given.newPassword }, 'newPassword'))
  await requirePassword(ctx, request, session, { password: given.oldPassword, path: 'oldPassword' })
  if (given.oldPassword === given.newPassword) {
    refuse([{ path: 'newPassword', words: '新密码不能与原密码相同', rule: 'form' }])
  }
  const set: AccountSet = { password_hash: await hashPassword(given.newPassword) }
  const keep = tokenDigest(request)
  const { version } = await rowOf(ctx.db, id)
  await act(
    ctx,
    session.actor,
    id,
    'change_password',
    { version, requestId: given.requestId },
    { set, ...(keep === undefined ? {} : { keep }) },
  )
}

export function contactCode(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendContactCode.body>,
) {
  return giveCode(ctx, {
    purpose: 'contact',
    channel: given.by,
    recipient: recipientOf(given),
    network: networkOf(addressOf(request)),
  })
}

/** A new e-mail or mobile takes the place of the old one: with the password and a code that reached it. */
export async function setContact(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
  given: z.output<typeof changeContact.body>,
): Promise<void> {
  const recipient = recipientOf(given)
  await requirePassword(ctx, request, session, { password: given.password, path: 'password' })
  const asked = { path: 'code', purpose: 'contact', channel: given.by, recipient, code: given.code } as const
  const codes = await prove(ctx, request, [asked])
  const now = ctx.clock()
  const set: AccountSet =
    given.by === 'email'
      ? { email: recipient, email_confirmed_at: now }
      : { mobile: recipient, mobile_confirmed_at: now }
  const { id } = session.account
  const { version } = await rowOf(ctx.db, id)
  await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, codes)
    const asRequest = { version, requestId: given.requestId }
    await actIn(tx, ctx, session.actor, id, 'change_contact', asRequest, { set })
  })
}

function recipientOf({ by, recipient }: { by: Channel; recipient: string }): string {
  const tidy = tidyRecipient(by, recipient)
  const words = recipientProblem(by, tidy)
  if (words !== undefined) throw new Malformed(words, [{ path: 'recipient', words, rule: 'form' }])
  return tidy
}

/** Ends one of the own sessions by its id; another person's is not found. */
export async function endOne(ctx: Context, session: SignedIn, id: string): Promise<void> {
  const { numDeletedRows } = await ctx.db
    .deleteFrom('session')
    .where('id', '=', id)
    .where('account_id', '=', session.account.id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw notFound('登录')
}

/** Ends every own session but this one. */
export async function endOthers(ctx: Context, request: FastifyRequest, session: SignedIn) {
  const { numDeletedRows } = await ctx.db
    .deleteFrom('session')
    .where('account_id', '=', session.account.id)
    .where('token_digest', '<>', tokenDigest(request) ?? Buffer.of())
    .executeTakeFirst()
  return { ended: Number(numDeletedRows) }
}
