/**
 * 密码找回 (manual 001): a code to the confirmed e-mail or mobile of the account, then a new password. Whether there is
 * such an account is told by no word and no time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { recoverPassword, sendRecoveryCode } from '#api/registration.ts'
import { codeAnswers } from '#domain/message/code.ts'
import { recipientProblem, tidyRecipient, type Channel } from '#domain/message/letter.ts'
import type { Db } from '../db/connect.ts'
import type { Context } from '../context.ts'
import { system } from '../door.ts'
import { giveCode, proveCode } from '../message/code.ts'
import { Malformed } from '../refused.ts'
import { actIn } from './act.ts'
import { addressOf, networkOf } from './address.ts'
import { requireCaptcha, spend } from './confirm.ts'
import { hashPassword } from './password.ts'
import { passwordIssues, refuse } from './register.ts'

/** Longer than the work for an account that exists: both answers come after it. */
const atLeastMs = 250

/** Sends a code where account and address belong together. The answer is the same where they don't. */
export async function sendRecovery(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendRecoveryCode.body>,
) {
  await requireCaptcha(ctx, request, given)
  const recipient = recipientOf(given)
  const [answer] = await Promise.all([send(ctx, request, { ...given, recipient }), sleep(atLeastMs)])
  return answer
}

async function send(ctx: Context, request: FastifyRequest, given: Asked) {
  const account = await accountOf(ctx, given)
  return giveCode(ctx, {
    purpose: 'recover',
    channel: given.by,
    recipient: given.recipient,
    network: networkOf(addressOf(request)),
    deliver: account !== undefined,
    accountId: account?.id ?? null,
  })
}

/** Sets the new password. A wrong code and an account that is not there are refused in the same words (422). */
export async function recover(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof recoverPassword.body>,
): Promise<void> {
  const recipient = recipientOf(given)
  const { loginName, newPassword } = given
  refuse(passwordIssues({ loginName, password: newPassword }, 'newPassword'))
  const network = networkOf(addressOf(request))
  const [proved, account] = await Promise.all([
    proveCode(ctx, { purpose: 'recover', channel: given.by, recipient, network, code: given.code }),
    accountOf(ctx, { ...given, recipient }),
  ])
  // The code may be right and belong to another account of the same person.
  const answer = proved.answer === 'right' && account === undefined ? 'wrong' : proved.answer
  if (proved.answer !== 'right' || account === undefined) {
    const words = codeAnswers[answer]
    throw new Malformed(words, [{ path: 'code', words, rule: 'code' }])
  }
  const hash = await hashPassword(newPassword)
  await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, [proved.id])
    const by = { ...system, personName: account.person_name }
    await actIn(tx, ctx, by, account.id, 'recover_password', 'unversioned', { set: { password_hash: hash } })
  })
}

interface Asked {
  loginName: string
  by: Channel
  recipient: string
}

/** The account of this name whose confirmed e-mail or mobile this is, and which may sign in. */
const accountOf = (ctx: Context, { loginName, by, recipient }: Asked) =>
  ctx.db
    .selectFrom('account')
    .select(['id', 'person_name'])
    .where((on) => on.or([on('login_name', '=', loginName), on('id', 'in', takenOverAs(ctx.db, loginName))]))
    .where(by === 'email' ? 'email' : 'mobile', '=', recipient)
    .where(by === 'email' ? 'email_confirmed_at' : 'mobile_confirmed_at', 'is not', null)
    .where('active', '=', true)
    .where('suspended_at', 'is', null)
    .executeTakeFirst()

/** The account that an old user of this name has become: it may have been taken over under another of its names. */
const takenOverAs = (db: Db, loginName: string) =>
  db
    .selectFrom('old_user')
    .innerJoin('old_account', 'old_account.id', 'old_user.old_account_id')
    .where(sql`lower(old_user.login_name)`, '=', loginName.toLowerCase())
    .where('old_user.login_name', '=', loginName)
    .where('old_account.account_id', 'is not', null)
    .select('old_account.account_id')

function recipientOf({ by, recipient }: { by: Channel; recipient: string }): string {
  const tidy = tidyRecipient(by, recipient)
  const words = recipientProblem(by, tidy)
  if (words !== undefined) throw new Malformed(words, [{ path: 'recipient', words, rule: 'form' }])
  return tidy
}
