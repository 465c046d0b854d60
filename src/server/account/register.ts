/** 注册: an account with the enterprise it says to be. What is open to it then stands in domain/enterprise/standing.ts. */
import { randomUUIDv7 } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { applyForKey } from '#api/key-entrance.ts'
import type { register, sendRegistrationCodes } from '#api/registration.ts'
import { passwordProblem } from '#domain/account/password.ts'
import { emptyEnterpriseInfo } from '#domain/application/form.ts'
import { closedWords } from '#domain/enterprise/standing.ts'
import type { Issue } from '#domain/fields.ts'
import type { CodePurpose } from '#domain/message/code.ts'
import { code13MatchesUscc, code13Problem, usccProblem } from '#domain/uscc.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { lockNumber } from '../enterprise/number.ts'
import { giveCode } from '../message/code.ts'
import { Malformed } from '../refused.ts'
import { addressOf, networkOf } from './address.ts'
import { prove, requireCaptcha, spend } from './confirm.ts'
import { makeAccount } from './make-account.ts'
import { hashPassword } from './password.ts'

type Given = z.output<typeof register.body>
/** What is said of enterprise and person, with a password or while there is none yet. */
type Claim = Omit<z.output<typeof applyForKey.body>, 'emailCode' | 'mobileCode'>

/** Sends both codes. Refused: a wrong captcha (409), too many codes (429). */
export async function sendCodes(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof sendRegistrationCodes.body>,
  purpose: CodePurpose = 'register',
) {
  await requireCaptcha(ctx, request, given)
  const network = networkOf(addressOf(request))
  await giveCode(ctx, { purpose, channel: 'email', recipient: given.email, network })
  return giveCode(ctx, { purpose, channel: 'sms', recipient: given.mobile, network })
}

/** Provinces and their equals, as the issuing authorities have them. */
export async function regionsOf(db: Db | Tx): Promise<string[]> {
  const rows = await db
    .selectFrom('authority')
    .select('region')
    .distinct()
    .where('active', '=', true)
    .orderBy('region')
    .execute()
  return rows.map((row) => row.region)
}

/**
 * Registers. Refused (422) with the fields: codes of e-mail or mobile wrong, numbers of the enterprise wrong (GB 32100,
 * GB 11714; 13-character code and USCC hold the same organisation code), weak password, name taken. Whether a name is
 * taken is told only to who has confirmed e-mail and mobile.
 */
export async function registerAccount(ctx: Context, request: FastifyRequest, given: Given) {
  refuse([...(await claimIssues(ctx, given)), ...passwordIssues(given)])
  const codes = await proveContact(ctx, request, given, 'register')
  const hash = await hashPassword(given.password)
  const { standing } = await ctx.db.transaction().execute(async (tx) => {
    await spend(tx, ctx, codes)
    return makeClaim(tx, ctx, given, { hash, consignor: given.accountType === 'consignor' })
  })
  return { loginName: given.loginName, standing, words: closedWords[standing] ?? '' }
}

/** What is wrong with the numbers and the place of an enterprise. */
export async function claimIssues(
  ctx: Context,
  given: Pick<Claim, 'uscc' | 'code13' | 'region'>,
): Promise<Issue[]> {
  const issues = numberIssues(given, ctx.env.relaxedCodes)
  const regions = await regionsOf(ctx.db)
  if (!regions.includes(given.region)) issues.push(issue('region', '请选择所在省（自治区、直辖市）'))
  return issues
}

/** Both codes of the contact, as `prove` does. */
export const proveContact = (
  ctx: Context,
  request: FastifyRequest,
  given: { email: string; emailCode: string; mobile: string; mobileCode: string },
  purpose: CodePurpose,
) =>
  prove(ctx, request, [
    { path: 'emailCode', purpose, channel: 'email', recipient: given.email, code: given.emailCode },
    { path: 'mobileCode', purpose, channel: 'sms', recipient: given.mobile, code: given.mobileCode },
  ])

/**
 * The enterprise as somebody says it to be, and that person's account; `awaitingKey`: it is opened when its first key is
 * issued, and nobody knows the password until then. Refused (422, `loginName`): the name is taken.
 */
export async function makeClaim(
  tx: Tx,
  ctx: Context,
  given: Claim,
  { hash, consignor, awaitingKey = false }: { hash: string; consignor: boolean; awaitingKey?: boolean },
) {
  const now = ctx.clock()
  const claim = await claimEnterprise(tx, ctx, { ...given, name: given.enterpriseName })
  const accountId = await makeAccount(
    tx,
    ctx,
    {
      login_name: given.loginName,
      person_name: given.personName,
      password_hash: hash,
      account_type: consignor ? 'consignor' : 'enterprise',
      roles: [consignor ? 'viewer' : 'preparer'],
      data_scope: consignor ? 'consignor' : 'enterprise',
      enterprise_id: claim.enterpriseId,
      department: given.department === '' ? null : given.department,
      email: given.email,
      email_confirmed_at: now,
      mobile: given.mobile,
      mobile_confirmed_at: now,
      ...(awaitingKey ? { active: false, awaiting_key: true } : {}),
    },
    awaitingKey ? 'apply_for_key' : 'register',
  )
  await noteClaim(tx, ctx, { ...claim, accountId, personName: given.personName, code13: given.code13 })
  return { accountId, ...claim }
}

/** An enterprise as somebody says it to be: a row of its own, whoever else has said so (decisions/accounts.md). */
export async function claimEnterprise(
  tx: Tx,
  ctx: Context,
  given: {
    uscc: string
    code13: string
    name: string
    region: string
    city: string
    personName: string
    mobile: string
    email: string
  },
): Promise<{ enterpriseId: string; standing: 'unverified' | 'contested' }> {
  const now = ctx.clock()
  const { uscc, code13 } = given
  const contested = await isClaimed(tx, uscc, code13)
  const enterpriseId = randomUUIDv7()
  const info = {
    ...emptyEnterpriseInfo,
    contactName: given.personName,
    contactMobile: given.mobile,
    contactEmail: given.email.length <= 100 ? given.email : '',
  }
  await tx
    .insertInto('enterprise')
    .values({
      id: enterpriseId,
      code13,
      uscc,
      contested,
      name: given.name,
      region: given.region,
      city: given.city === '' ? null : given.city,
      info: JSON.stringify(info),
      created_at: now,
      modified_at: now,
    })
    .execute()
  return { enterpriseId, standing: contested ? 'contested' : 'unverified' }
}

/** The first line of a claim's history: who made it. */
export async function noteClaim(
  tx: Tx,
  ctx: Context,
  by: { enterpriseId: string; accountId: string; personName: string; code13: string },
): Promise<void> {
  await tx
    .insertInto('history')
    .values({
      thing: 'enterprise',
      thing_id: by.enterpriseId,
      action: 'register',
      to_state: 'active',
      account_id: by.accountId,
      actor_name: by.personName,
      actor_place: by.code13,
      at: ctx.clock(),
    })
    .execute()
}

/** Whether somebody else has registered one of the numbers, verified or not. Of two at once the second hears yes. */
async function isClaimed(tx: Tx, uscc: string, code13: string): Promise<boolean> {
  await lockNumber(tx, uscc)
  const row = await tx
    .selectFrom('enterprise')
    .select('id')
    .where((on) => on.or([on('uscc', '=', uscc), on('code13', '=', code13)]))
    .where('superseded_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const issue = (path: string, words: string): Issue => ({ path, words, rule: 'form' })

export function numberIssues({ uscc, code13 }: { uscc: string; code13: string }, relaxed: boolean): Issue[] {
  const wrong = usccProblem(uscc, { relaxed })
  if (wrong !== undefined) return [issue('uscc', wrong)]
  const wrong13 = code13Problem(code13, { relaxed })
  if (wrong13 !== undefined) return [issue('code13', wrong13)]
  if (code13MatchesUscc(code13, uscc)) return []
  return [issue('code13', '进出口企业代码后 9 位应与统一社会信用代码第 9 至 17 位（组织机构代码）相同')]
}

export function passwordIssues(given: { loginName: string; password: string }, path = 'password'): Issue[] {
  const problem = passwordProblem(given.password, [given.loginName])
  return problem === undefined ? [] : [issue(path, problem)]
}

export function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Malformed(issues[0]?.words ?? '', [...issues])
}
