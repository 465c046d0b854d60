/** 证书状态查询、安装页面 (manual 003): what is authorised for this number and account, for the phone. */
import type { z } from 'zod'
import type { PhoneHome } from '#api/phone.ts'
import { dayOf } from '#domain/day.ts'
import { kindRefusal } from '#domain/phone-authorisation/begin.ts'
import { kindsOnPhone, phoneAuthorisation, statesOnPhone } from '#domain/phone-authorisation/actions.ts'
import type { PhoneSession } from '../account/session.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import { holderOf } from '../key/holder.ts'
import { notFound } from '../refused.ts'
import { settingOn } from '../settings.ts'
import { makeUntil } from './query.ts'
import { phoneAuthorisationKind, phoneAuthorisationState, phoneAuthorisationSubject } from './act.ts'

/** Rows that a phone may know of: of this account and this number, submitted or done. */
const rowsOf = (db: Db, { account, mobile }: PhoneSession) =>
  db
    .selectFrom('phone_authorisation')
    .selectAll()
    .where('created_by', '=', account.id)
    .where('mobile', '=', mobile)
    .where('kind', '<>', 'cancel')
    .where('state', 'in', ['submitted', 'issued', 'revoked'])

/** The row of one authorisation, or 404: another person's, another number's, one that was not submitted. */
export async function rowOnPhone(ctx: Context, session: PhoneSession, id: string) {
  const row = await rowsOf(ctx.db, session).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound('手机授权')
  return row
}

export async function phoneHomeOf(ctx: Context, session: PhoneSession): Promise<z.input<typeof PhoneHome>> {
  const { enterprise, account, mobile, csrfToken } = session
  if (enterprise === null) throw notFound('企业')
  const rows = await rowsOf(ctx.db, session).orderBy('submitted_at', 'desc').limit(20).execute()
  return {
    csrfToken,
    mobile,
    loginName: account.loginName,
    enterpriseName: enterprise.name,
    code13: enterprise.code13,
    uscc: enterprise.uscc,
    authorisations: await Promise.all(rows.map((row) => reply(ctx, session, row))),
  }
}

async function reply(
  ctx: Context,
  session: PhoneSession,
  row: Awaited<ReturnType<typeof rowOnPhone>>,
): Promise<z.input<typeof PhoneHome>['authorisations'][number]> {
  const now = ctx.clock()
  const [renewalDays, subject, holder, made] = await Promise.all([
    settingOn(ctx.db, 'renewal_days', dayOf(now)),
    phoneAuthorisationSubject(ctx.db, row, now),
    holderOf(ctx.db, row, { applicantName: row.holder }),
    ctx.db
      .selectFrom('certificate')
      .select(['fingerprint', 'serial', 'mobile', 'not_before', 'not_after', 'revoked_at'])
      .where('fingerprint', '=', row.fingerprint)
      .executeTakeFirst(),
  ])
  const kind = phoneAuthorisationKind(row.kind)
  const state = phoneAuthorisationState(row.state)
  const until = makeUntil(row.submitted_at)
  return {
    id: row.id,
    version: row.version,
    kind,
    kindLabel: kindsOnPhone[kind],
    state,
    stateLabel: statesOnPhone[state],
    submittedAt: (row.submitted_at ?? now).toISOString(),
    makeUntil: (until ?? now).toISOString(),
    because:
      state === 'submitted'
        ? (phoneAuthorisation.refusal('issue', subject, session.actor)?.because ?? null)
        : null,
    holder,
    certificate:
      made === undefined
        ? null
        : {
            fingerprint: made.fingerprint,
            serial: made.serial,
            notBefore: made.not_before.toISOString(),
            notAfter: made.not_after.toISOString(),
            revokedAt: made.revoked_at?.toISOString() ?? null,
            renewable:
              made.revoked_at === null &&
              kindRefusal('renew', { mobile: row.mobile, notAfter: made.not_after }, now, renewalDays) ===
                undefined,
          },
  }
}
