/** A new phone authorisation, agreed to by the PC key; and 注销 of what was issued. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { cancelPhoneCertificates, createPhoneAuthorisation } from '#api/phone-authorisation.ts'
import { keyFormVersion, personIssues, wholeKeyForm, type KeyFields } from '#domain/certificate/form.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import {
  kindRefusal,
  numberRefusal,
  tooManyRefusal,
  type Current,
} from '#domain/phone-authorisation/begin.ts'
import { authorisationText } from '#domain/phone-authorisation/text.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { answerChallenge, type ProvenKey } from '../key/challenge.ts'
import { noteCreated } from '../key/create.ts'
import { Malformed, notFound, Refused } from '../refused.ts'
import { settingOn } from '../settings.ts'
import { actIn } from './door.ts'
import { currentOf, lockNumber, takenByOther } from './numbers.ts'
import { openKinds, openWords, personOf } from './standing.ts'
import { lockAccount, type PhoneAuthorisationRow } from './act.ts'

type Body = z.output<(typeof createPhoneAuthorisation)['body']>

const refused = (words: string, code = 'rule') => new Refused(409, code, words)

/**
 * Creates the authorisation in `ready`; the same id again is answered as done. Refused: a kind that can't be begun now, a
 * number that is somebody else's, data that are not whole, and a signature that is not by a PC key of this person, bound
 * and in date, over exactly this.
 */
export async function authorisePhone(ctx: Context, actor: Actor, body: Body): Promise<void> {
  const { enterpriseId } = actor
  if (enterpriseId === null) throw refused('您的账号不属于任何企业，不能授权手机')
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    // Everything about the phones of this person one after the other; also two clicks on one button.
    const account = await lockAccount(tx, actor.accountId)
    if (await wasCreated(tx, actor, body)) return
    const tooMany = tooManyRefusal(await begunLately(tx, actor.accountId, now))
    if (tooMany !== undefined) throw refused(tooMany)
    const current = await currentOf(tx, actor.accountId)
    const open = (await openKinds(tx, actor.accountId)).has(body.kind)
    const renewalDays = await settingOn(tx, 'renewal_days', dayOf(now))
    const refusal =
      kindRefusal(body.kind, current, now, renewalDays) ?? (open ? openWords(body.kind) : undefined)
    if (refusal !== undefined) throw refused(refusal)
    const { mobile, oldMobile } = numbersOf(body, current)
    await lockNumber(tx, mobile)
    const taken = await takenByOther(tx, mobile, actor.accountId, now)
    const wrong = numberRefusal({ kind: body.kind, mobile, oldMobile }, taken)
    if (wrong !== undefined) throw refused(wrong, 'number')
    const fields = await confirmed(tx, actor, body)
    const over = { id: body.id, kind: body.kind, mobile, oldMobile, fields }
    const key = await answerChallenge({ ...ctx, db: tx }, 'phone', body, (challenge) =>
      authorisationText({ ...over, challenge }),
    ).catch(inItsWords)
    refuseOtherKey(key, actor)
    await tx
      .insertInto('phone_authorisation')
      .values({
        id: body.id,
        kind: body.kind,
        state: 'ready',
        enterprise_id: enterpriseId,
        department: actor.department,
        login_name: account.login_name,
        holder: key.facts.holder,
        certificate_type: key.certificate.certificateType ?? 'general',
        mobile,
        old_mobile: oldMobile,
        form_version: keyFormVersion,
        form: JSON.stringify(fields),
        pc_fingerprint: key.facts.fingerprint,
        pc_signature: Buffer.from(body.cms, 'base64'),
        created_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .execute()
    await noteCreated(tx, actor, { thing: 'phone_authorisation', id: body.id, state: 'ready', now })
  })
}

const dayMs = 86_400_000

/** How many the person has begun within 24 hours, deleted ones too. */
async function begunLately(tx: Tx, accountId: string, now: Date): Promise<number> {
  const { n } = await tx
    .selectFrom('phone_authorisation')
    .select((on) => on.fn.countAll<string>().as('n'))
    .where('created_by', '=', accountId)
    .where('kind', '<>', 'cancel')
    .where('created_at', '>', new Date(now.getTime() - dayMs))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** True when this very request was done before; refuses an id that stands for something else. */
async function wasCreated(tx: Tx, actor: Actor, body: { id: string; kind: string }): Promise<boolean> {
  const there = await tx
    .selectFrom('phone_authorisation')
    .select(['created_by', 'kind'])
    .where('id', '=', body.id)
    .executeTakeFirst()
  if (there === undefined) return false
  if (there.created_by === actor.accountId && there.kind === body.kind) return true
  throw refused('请求编号已用于另一项操作，请刷新页面后重新操作')
}

/** The number that will hold the certificate, and of a change the one before it. */
function numbersOf({ kind, mobile }: Body, current: Current | undefined) {
  if (kind === 'new' || kind === 'change_number') {
    if (mobile === undefined) {
      const words = kind === 'new' ? '请填写授权手机号码' : '请填写新授权手机号码'
      throw new Malformed(words, [{ path: 'mobile', words, rule: 'required' }])
    }
    return { mobile, oldMobile: kind === 'new' ? null : (current?.mobile ?? null) }
  }
  if (current === undefined) throw new Error(`${kind} without an authorised number`)
  return { mobile: current.mobile, oldMobile: null }
}

/** What the person has confirmed, whole; what the key office has compared with papers stays as it is there. */
async function confirmed(tx: Tx, actor: Actor, body: Body): Promise<KeyFields> {
  const { services: _services, ...given } = wholeKeyForm(body.fields)
  const person = await personOf(tx, actor.accountId)
  const { applicantName, gender, identityType, identityNumber } = person.approved ? person.fields : given
  const fields = { ...given, applicantName, gender, identityType, identityNumber }
  const issues = personIssues(fields).map((issue) => ({ ...issue, path: `fields.${issue.path}` }))
  const [first] = issues
  if (first !== undefined) throw new Malformed(first.words, issues)
  return fields
}

/** What was signed is no application here. */
function inItsWords(error: unknown): never {
  if (error instanceof Refused && error.code === 'seal_content') {
    throw refused('电子钥匙签署的内容与授权内容不一致，请刷新页面，核对后重新授权', error.code)
  }
  throw error
}

/** The signature is true; it has to be by a key in a file or token, made for this person and bound to the account. */
function refuseOtherKey({ facts, certificate }: ProvenKey, actor: Actor): void {
  if (certificate.device === 'phone') {
    throw refused('手机证书不能用来授权手机，请使用 PC 端电子钥匙', 'other_key')
  }
  if (certificate.enterpriseId !== actor.enterpriseId || certificate.madeFor !== actor.accountId) {
    throw refused(`该电子钥匙的持有人是 ${facts.holder}，不是您本人，请使用本人的电子钥匙`, 'other_account')
  }
  if (certificate.accountId !== actor.accountId) {
    throw refused('该电子钥匙没有绑定到您的账号，请先在“我的IC卡”中绑定', 'other_account')
  }
}

/**
 * 手机证书注销: at once, with a request of this kind as its record; the same id again is answered as done. Needs no PC
 * key: whoever has lost it together with the phone must be able to. Refused: nothing that could be revoked.
 */
export async function cancelPhones(
  ctx: Context,
  actor: Actor,
  body: z.output<(typeof cancelPhoneCertificates)['body']>,
): Promise<{ id: string; cancelled: number }> {
  const now = ctx.clock()
  return ctx.db.transaction().execute(async (tx) => {
    await lockAccount(tx, actor.accountId)
    if (await wasCreated(tx, actor, { id: body.id, kind: 'cancel' })) {
      return { id: body.id, cancelled: await cancelledBy(tx, body.id) }
    }
    const targets = await issuedOf(tx, actor, body.authorisationId)
    const [last] = targets
    if (last === undefined) throw refused('没有可以注销的手机证书，可能已经注销，请刷新页面查看')
    await tx
      .insertInto('phone_authorisation')
      .values({
        id: body.id,
        kind: 'cancel',
        state: 'ready',
        enterprise_id: last.enterprise_id,
        department: actor.department,
        login_name: last.login_name,
        holder: last.holder,
        certificate_type: last.certificate_type,
        mobile: last.mobile,
        form_version: keyFormVersion,
        form: '{}',
        reason: body.reason,
        created_by: actor.accountId,
        created_at: now,
        modified_at: now,
      })
      .execute()
    await noteCreated(tx, actor, { thing: 'phone_authorisation', id: body.id, state: 'ready', now })
    const fingerprints = targets.flatMap((row) => (row.fingerprint === null ? [] : [row.fingerprint]))
    const request = { version: 1, requestId: body.id, input: { opinion: body.reason } }
    await actIn(tx, ctx, actor, body.id, 'cancel', request, { cancelling: { fingerprints } })
    return { id: body.id, cancelled: fingerprints.length }
  })
}

/** The person's own authorisations that have a certificate, the newest first; one of them where it is named. */
async function issuedOf(tx: Tx, actor: Actor, id: string | undefined): Promise<PhoneAuthorisationRow[]> {
  const own = tx.selectFrom('phone_authorisation').selectAll().where('created_by', '=', actor.accountId)
  const rows = await own
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .$if(id === undefined, (query) => query.where('state', '=', 'issued'))
    .orderBy('issued_at', 'desc')
    .execute()
  if (id !== undefined && rows.length === 0) throw notFound('手机授权')
  return rows.filter((row) => row.state === 'issued')
}

/** How many certificates the request has revoked: their serials stand in its history. */
async function cancelledBy(tx: Tx, id: string): Promise<number> {
  const { rows } = await sql<{ serials: string | null }>`select certificate_serial as serials from history
    where thing = 'phone_authorisation' and thing_id = ${id} and action = 'cancel'`.execute(tx)
  return rows[0]?.serials?.split(' ').length ?? 0
}
