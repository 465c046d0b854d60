/**
 * The account that comes with a first key (manual 001: 凭电子钥匙中附的用户名、密码登录): user name as in the certificate, a
 * one-time password by SMS, a forced change at the first sign-in.
 */
import { firstPasswordLifeMs, firstPasswordLifeWords } from '#domain/account/password.ts'
import { actIn } from '../account/act.ts'
import { firstPassword } from '../account/password.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { system } from '../door.ts'
import { queueLetter } from '../message/queue.ts'

export type FirstPassword = Awaited<ReturnType<typeof firstPassword>>

const waitingOne = (db: Db | Tx, accountId: string) =>
  db
    .selectFrom('account')
    .select(['id', 'login_name', 'email', 'mobile', 'enterprise_id'])
    .where('id', '=', accountId)
    .where('awaiting_key', '=', true)
    .executeTakeFirst()

/** Made before the lock where the applicant has no account yet: hashing takes too long under it. */
export const passwordFor = async (ctx: Context, accountId: string): Promise<FirstPassword | undefined> =>
  (await waitingOne(ctx.db, accountId)) === undefined ? undefined : firstPassword()

/**
 * Opens the account of who applied without one; whoever has one keeps it as it is. The password goes to the mobile that
 * the applicant has confirmed, the e-mail only says that it does.
 */
export async function openAccount(
  tx: Tx,
  ctx: Context,
  of: {
    accountId: string
    /** As approved on the papers. */
    personName: string
    password: FirstPassword
  },
): Promise<void> {
  const { password } = of
  const account = await waitingOne(tx, of.accountId)
  if (account === undefined) return
  const set = { password_hash: password.hash, person_name: of.personName }
  await actIn(tx, ctx, system, account.id, 'issue_key', 'unversioned', { set })
  const { login_name: name, email, mobile } = account
  if (email === null || mobile === null) throw new Error(`account ${account.id} has no contact`)
  const about = {
    kind: 'account_opened',
    accountId: account.id,
    enterpriseId: account.enterprise_id,
  } as const
  const subject = '账号已随电子钥匙开通'
  const until = new Date(ctx.clock().getTime() + firstPasswordLifeMs)
  await queueLetter(tx, ctx, {
    ...about,
    channel: 'sms',
    recipient: mobile,
    subject,
    text: `【出口许可证系统】账号 ${name} 已随电子钥匙开通，一次性密码 ${password.password}，${firstPasswordLifeWords}内有效，首次登录须修改。请勿告诉他人。`,
    secret: { value: password.password, until },
  })
  await queueLetter(tx, ctx, {
    ...about,
    channel: 'email',
    recipient: email,
    subject,
    text: `您的电子钥匙已签发，账号 ${name} 同时开通。一次性密码已发到您确认过的手机，${firstPasswordLifeWords}内有效，首次登录须修改；没有收到或已经过期的，请用“密码找回”。如非本人办理，请立即联系发证机构吊销该电子钥匙。`,
  })
}
