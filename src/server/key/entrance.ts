/**
 * The way into the key office without a password: a code to a contact that the account has confirmed, or, for somebody
 * without an account, codes to the contact that is given. The session opens the key office of that person alone
 * (http/register.ts). Whether a login name exists is told by no word, no time and no limit.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { SignInOutcome } from '#api/account.ts'
import type { applyForKey, enterKeyOffice, sendApplicantCodes, sendEntranceCode } from '#api/key-entrance.ts'
import { permissionsOf } from '#domain/account/roles.ts'
import { codeAnswers } from '#domain/message/code.ts'
import type { Channel } from '#domain/message/letter.ts'
import { addressOf, networkOf } from '../account/address.ts'
import { requireCaptcha, spend } from '../account/confirm.ts'
import { firstPassword } from '../account/password.ts'
import { claimIssues, makeClaim, proveContact, refuse, sendCodes } from '../account/register.ts'
import { endSession, makeSession, sessionOf, setSessionCookie, type SignedIn } from '../account/session.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { giveSubjectCode, proveCode } from '../message/code.ts'
import { Malformed, Refused } from '../refused.ts'

/** Longer than the work for a login name that exists: both answers come after it. */
const atLeastMs = 250

interface Whom {
  uscc: string
  loginName: string
  by: Channel
}

/** Sends a code where enterprise and login name belong together. The answer is the same where they don't. */
export async function sendEntrance(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendEntranceCode.body>,
) {
  await requireCaptcha(ctx, request, given)
  const [answer] = await Promise.all([send(ctx, request, given), sleep(atLeastMs)])
  return answer
}

async function send(ctx: Context, request: FastifyRequest, given: Whom) {
  const account = await accountOf(ctx.db, given)
  return giveSubjectCode(ctx, {
    ...codeOf(request, given),
    recipient: account?.recipient,
    accountId: account?.id ?? null,
    enterpriseId: account?.enterprise_id ?? null,
  })
}

/** Counted and kept under what was typed, so that a limit says nothing about whose it is. */
const codeOf = (request: FastifyRequest, { uscc, loginName, by }: Whom) =>
  ({
    purpose: 'key_office',
    channel: by,
    subject: `${uscc} ${loginName.toLowerCase()}`,
    network: networkOf(addressOf(request)),
  }) as const

/**
 * Opens the session. A wrong code and a login name that is not there are refused in the same words (422); who may have
 * no key (查看员) hears it only with the right code (403).
 */
export async function enter(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  given: z.output<typeof enterKeyOffice.body>,
): Promise<SignedIn> {
  const [proved, account] = await Promise.all([
    proveCode(ctx, { ...codeOf(request, given), code: given.code }),
    accountOf(ctx.db, given),
  ])
  const log = (outcome: SignInOutcome, db: Db | Tx = ctx.db) =>
    db
      .insertInto('sign_in_event')
      .values({
        at: ctx.clock(),
        login_name: account?.login_name ?? given.loginName,
        account_id: account?.id ?? null,
        address: addressOf(request),
        outcome,
      })
      .execute()
  if (proved.answer !== 'right' || account === undefined) {
    await log('wrong_code')
    const words = codeAnswers[proved.answer === 'right' ? 'wrong' : proved.answer]
    throw new Malformed(words, [{ path: 'code', words, rule: 'code' }])
  }
  if (!permissionsOf(account.roles).has('key_request.save')) {
    throw new Refused(
      403,
      'permission',
      '您的角色不办理电子钥匙。需要办理的，请本企业管理员先设定“录入员”角色',
    )
  }
  const session = await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, [proved.id])
    await log('key_office', tx)
    return open(tx, ctx, request, account.id)
  })
  setSessionCookie(ctx, reply, session.token)
  return sessionOf(ctx, session.digest)
}

async function open(tx: Tx, ctx: Context, request: FastifyRequest, accountId: string) {
  await endSession(tx, request)
  return makeSession(tx, {
    accountId,
    now: ctx.clock(),
    address: addressOf(request),
    userAgent: request.headers['user-agent'] ?? '',
    kind: 'key_office',
  })
}

/**
 * The account of this enterprise by login name or confirmed e-mail (manual 003: 非机电请输入注册时使用的电子邮箱), where it is
 * one alone, may do something and has confirmed a contact of this channel.
 */
async function accountOf(db: Db, { uscc, loginName, by }: Whom) {
  const rows = await db
    .selectFrom('account as a')
    .innerJoin('enterprise as e', 'e.id', 'a.enterprise_id')
    .select(['a.id', 'a.login_name', 'a.roles', 'a.enterprise_id', 'a.email', 'a.mobile'])
    .select(['a.email_confirmed_at', 'a.mobile_confirmed_at'])
    .where('e.uscc', '=', uscc)
    .where('e.superseded_at', 'is', null)
    .where('e.suspended_at', 'is', null)
    .where('a.suspended_at', 'is', null)
    .where((on) => on.or([on('a.active', '=', true), on('a.awaiting_key', '=', true)]))
    .where((on) =>
      on.or([
        on('a.login_name', '=', loginName),
        on.and([on('a.email', '=', loginName.toLowerCase()), on('a.email_confirmed_at', 'is not', null)]),
      ]),
    )
    .limit(3)
    .execute()
  const named = rows.find((row) => row.login_name === loginName)
  const row = named ?? (rows.length === 1 ? rows[0] : undefined)
  if (row === undefined) return undefined
  const confirmed = by === 'email' ? row.email_confirmed_at : row.mobile_confirmed_at
  const recipient = confirmed === null ? null : row[by === 'email' ? 'email' : 'mobile']
  return recipient === null ? undefined : { ...row, recipient }
}

/** Sends both codes to somebody who has no account. */
export const sendToApplicant = (
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendApplicantCodes.body>,
) => sendCodes(ctx, request, given, 'key_office')

/**
 * Takes down who applies, for which enterprise, under which user name, and opens the session in which the request is
 * filled in as any other. The account opens when the key is issued. Refused (422) with the fields: codes, numbers of the
 * enterprise, a name that is taken; that is told only to who has confirmed both contacts.
 */
export async function apply(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  given: z.output<typeof applyForKey.body>,
): Promise<SignedIn> {
  refuse(await claimIssues(ctx, given))
  const codes = await proveContact(ctx, request, given, 'key_office')
  // Told to nobody: the account takes another one when it is opened.
  const { hash } = await firstPassword()
  const session = await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, codes)
    const { accountId } = await makeClaim(tx, ctx, given, { hash, consignor: false, awaitingKey: true })
    return open(tx, ctx, request, accountId)
  })
  setSessionCookie(ctx, reply, session.token)
  return sessionOf(ctx, session.digest)
}
