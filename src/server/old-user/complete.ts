/**
 * 首次登录 of an old user: a password of the own, mobile and e-mail that codes have reached, and the enterprise. It becomes
 * somebody who says to be of that enterprise, like everybody who registers (decisions/accounts.md).
 */
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { complete, getCompletion, sendCompletionCodes } from '#api/old-user.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { closedWords } from '#domain/enterprise/standing.ts'
import type { Issue } from '#domain/fields.ts'
import { serviceOf } from '#domain/hall/catalogue.ts'
import { entranceLimit, oldSystemName } from '#domain/old-user/systems.ts'
import { actIn } from '../account/act.ts'
import { addressOf, networkOf } from '../account/address.ts'
import { prove, spend } from '../account/confirm.ts'
import { hashPassword } from '../account/password.ts'
import { claimEnterprise, noteClaim, numberIssues, refuse, regionsOf } from '../account/register.ts'
import { tokenDigest, type SignedIn } from '../account/session.ts'
import { countAttempt, forgive } from '../account/throttle.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { serviceCode } from '../hall/act.ts'
import { grantServices } from '../hall/request.ts'
import { giveCode } from '../message/code.ts'
import { Refused } from '../refused.ts'
import { mayKeep } from './enter.ts'
import { countedName, oldPersonOfAccount, servicesOf, type OldPerson } from './find.ts'
import { isOldPassword } from './wrap.ts'

const done = () => new Refused(409, 'rule', '账号已经启用，不必再补充；修改密码和联系方式请到“我的账号”')

/** The old users of who is signed in and has still to complete; refuses (409) everybody else. */
async function begun(ctx: Context, session: SignedIn): Promise<OldPerson> {
  const old = session.account.mustComplete ? await oldPersonOfAccount(ctx.db, session.account.id) : undefined
  if (old === undefined || old.account.completed_at !== null) throw done()
  return old
}

/** An enterprise with this organisation code whose papers a key officer has seen. */
const knownOf = (db: Db | Tx, code13: string) =>
  db
    .selectFrom('enterprise')
    .select(['name', 'uscc', 'code13', 'region', 'city'])
    .where(sql`substring(uscc from 9 for 9)`, '=', code13.slice(4))
    .where('verified_at', 'is not', null)
    .executeTakeFirst()

export async function completionOf(
  ctx: Context,
  session: SignedIn,
): Promise<z.input<typeof getCompletion.reply>> {
  const old = await begun(ctx, session)
  const known = await knownOf(ctx.db, old.account.code13)
  return {
    loginName: session.account.loginName,
    needsPassword: session.account.mustChangePassword,
    members: membersOf(old),
    code13: old.account.code13,
    known: known === undefined ? null : { name: known.name, uscc: known.uscc, code13: known.code13 },
    regions: await regionsOf(ctx.db),
    entranceLeft: entranceLimit - old.account.entrance_count,
  }
}

/** The merged old users as their person sees them. */
export const membersOf = ({ users }: OldPerson) =>
  users.map((user) => ({
    systemName: oldSystemName(user.system),
    oldName: user.old_name,
    loginName: user.login_name,
    services: user.services.map((code) => serviceOf(serviceCode(code)).name),
  }))

/** What an account has taken over; nothing for most. */
export async function ownMembers(ctx: Context, accountId: string) {
  const old = await oldPersonOfAccount(ctx.db, accountId)
  return {
    members: old === undefined ? [] : membersOf(old),
    entranceLeft: old === undefined ? 0 : entranceLimit - old.account.entrance_count,
  }
}

/** Sends both codes. Refused: too many (429). */
export async function completionCodes(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
  given: z.output<typeof sendCompletionCodes.body>,
) {
  await begun(ctx, session)
  const network = networkOf(addressOf(request))
  const asked = { purpose: 'old_account', network, accountId: session.account.id } as const
  await giveCode(ctx, { ...asked, channel: 'email', recipient: given.email })
  return giveCode(ctx, { ...asked, channel: 'sms', recipient: given.mobile })
}

type Given = z.output<typeof complete.body>

/**
 * Completes. Refused (422) with the fields: the old password wrong (counted like a guess at the door), the new one weak,
 * old or missing where the old one can't stay, numbers of the enterprise wrong, codes wrong. Old digests are gone
 * afterwards, and every other session.
 */
export async function completeAccount(
  ctx: Context,
  request: FastifyRequest,
  session: SignedIn,
  given: Given,
): Promise<{ words: string }> {
  const old = await begun(ctx, session)
  const enterprise = await enterpriseOf(ctx, old, given)
  refuse([...passwordIssues(old, given), ...enterprise.issues])
  await requireOldPassword(ctx, request, old, given.oldPassword)
  refuse(keepIssues(old, given))
  const asked = { purpose: 'old_account' } as const
  const codes = await prove(ctx, request, [
    { ...asked, path: 'emailCode', channel: 'email', recipient: given.email, code: given.emailCode },
    { ...asked, path: 'mobileCode', channel: 'sms', recipient: given.mobile, code: given.mobileCode },
  ])
  const hash = await hashPassword(given.newPassword ?? given.oldPassword)
  const standing = await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, codes)
    return write(tx, ctx, request, { session, old, given, hash, ...enterprise.as })
  })
  return { words: closedWords[standing] ?? '' }
}

interface Writing {
  session: SignedIn
  old: OldPerson
  given: Given
  hash: string
  uscc: string
  code13: string
  name: string
  region: string
  city: string
}

/** Lock order: the old account, the number of the enterprise, the account. */
async function write(tx: Tx, ctx: Context, request: FastifyRequest, at: Writing) {
  const { session, old, given, hash } = at
  const { id: accountId } = session.account
  const now = ctx.clock()
  const { numUpdatedRows } = await tx
    .updateTable('old_account')
    .set({ completed_at: now })
    .where('id', '=', old.account.id)
    .where('completed_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw done()
  await tx
    .updateTable('old_user')
    .set({ wrapped: null })
    .where('old_account_id', '=', old.account.id)
    .execute()
  const { uscc, code13, name, region, city } = at
  const { personName, email, mobile } = given
  const as = { uscc, code13, name, region, city, personName, email, mobile }
  const claim = await claimEnterprise(tx, ctx, as)
  const keep = tokenDigest(request)
  const { version } = await tx
    .selectFrom('account')
    .select('version')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  await actIn(
    tx,
    ctx,
    session.actor,
    accountId,
    'complete',
    { version, requestId: given.requestId },
    {
      set: {
        password_hash: hash,
        person_name: given.personName,
        email: given.email,
        email_confirmed_at: now,
        mobile: given.mobile,
        mobile_confirmed_at: now,
        enterprise_id: claim.enterpriseId,
        roles: ['preparer'],
        data_scope: 'enterprise',
      },
      ...(keep === undefined ? {} : { keep }),
    },
  )
  await noteClaim(tx, ctx, {
    enterpriseId: claim.enterpriseId,
    accountId,
    personName: given.personName,
    code13: at.code13,
  })
  await grantServices(tx, ctx, {
    enterpriseId: claim.enterpriseId,
    services: servicesOf(old),
    officer: { personName: '原系统' },
    source: 'before',
  })
  return claim.standing
}

const issue = (path: string, words: string): Issue => ({ path, words, rule: 'form' })

function passwordIssues(old: OldPerson, given: Given): Issue[] {
  if (given.newPassword === undefined) return []
  const known = old.users.flatMap(({ old_name, login_name }) => [old_name, login_name])
  const problem = passwordProblem(given.newPassword, known)
  if (problem !== undefined) return [issue('newPassword', problem)]
  return given.newPassword === given.oldPassword ? [issue('newPassword', '新密码不能与原密码相同')] : []
}

/** Asked when the old password was right: it tells nothing to who guesses. */
const keepIssues = (old: OldPerson, given: Given): Issue[] =>
  given.newPassword !== undefined || mayKeep(old, given.oldPassword)
    ? []
    : [issue('newPassword', '请设置新密码')]

/** The enterprise that the person says to be of: as it is known, or as typed, with the imported code. */
async function enterpriseOf(ctx: Context, old: OldPerson, given: Given) {
  const { code13 } = old.account
  const known = await knownOf(ctx.db, code13)
  if (known !== undefined) {
    const { name, uscc, region, city } = known
    return { issues: [], as: { name, uscc, code13: known.code13, region, city: city ?? '' } }
  }
  const { enterpriseName: name, uscc, region, city } = given
  const issues = numberIssues({ uscc, code13 }, ctx.env.relaxedCodes).map((one) => ({ ...one, path: 'uscc' }))
  if (name === '') issues.push(issue('enterpriseName', '请填写企业名称'))
  if (!(await regionsOf(ctx.db)).includes(region)) {
    issues.push(issue('region', '请选择所在省（自治区、直辖市）'))
  }
  return { issues, as: { name, uscc, code13, region, city } }
}

async function requireOldPassword(ctx: Context, request: FastifyRequest, old: OldPerson, password: string) {
  const now = ctx.clock()
  const attempt = { loginName: countedName(old), network: networkOf(addressOf(request)) }
  const counted = await countAttempt(ctx.db, attempt, now)
  if (!(await isOldPassword(old.users, password))) refuse([issue('oldPassword', '原密码不正确，请重新输入')])
  await ctx.db.transaction().execute((tx) => forgive(tx, counted, now))
}
