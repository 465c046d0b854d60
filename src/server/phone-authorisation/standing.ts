/** What the page 手机授权 begins with: what is authorised, which kinds may be begun, with which keys, and what is known of the person. */
import type { z } from 'zod'
import type { PhoneStanding } from '#api/phone-authorisation.ts'
import { wholeKeyForm, type KeyFields } from '#domain/certificate/form.ts'
import { certificateTypes, isKeyDevice, keyDevices } from '#domain/certificate/kinds.ts'
import { dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { kinds, type MakingKind } from '#domain/phone-authorisation/actions.ts'
import { kindRefusal } from '#domain/phone-authorisation/begin.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { certificateType } from '../key/query.ts'
import { notFound } from '../refused.ts'
import { settingOn } from '../settings.ts'
import { currentOf } from './numbers.ts'
import { addressOf } from './query.ts'

const makingKinds: readonly MakingKind[] = ['new', 'renew', 'change_number', 'change_device']

export async function phoneStandingOf(ctx: Context, actor: Actor): Promise<z.input<typeof PhoneStanding>> {
  const { accountId, enterpriseId } = actor
  if (enterpriseId === null) throw notFound('企业')
  const now = ctx.clock()
  const [renewalDays, current, open, keys, enterprise, person] = await Promise.all([
    settingOn(ctx.db, 'renewal_days', dayOf(now)),
    currentOf(ctx.db, accountId),
    openKinds(ctx.db, accountId),
    pcKeys(ctx.db, accountId, now),
    ctx.db.selectFrom('enterprise').selectAll().where('id', '=', enterpriseId).executeTakeFirstOrThrow(),
    personOf(ctx.db, accountId),
  ])
  return {
    authorised:
      current === undefined
        ? null
        : {
            mobile: current.mobile,
            notAfter: current.notAfter.toISOString(),
            expired: current.notAfter < now,
          },
    kinds: makingKinds.map((kind) => ({
      kind,
      label: kinds[kind],
      because: kindRefusal(kind, current, now, renewalDays) ?? (open.has(kind) ? openWords(kind) : null),
    })),
    keys,
    enterprise: {
      name: enterprise.name,
      code13: enterprise.code13,
      uscc: enterprise.uscc,
      address: addressOf(enterprise.info) || `${enterprise.region}${enterprise.city ?? ''}`,
    },
    ...person,
  }
}

export const openWords = (kind: MakingKind): string =>
  `已有一份“${kinds[kind]}”正在办理，请先在手机上办完，或在历史信息中删除它`

/** Kinds of which one waits to be submitted or to be made. */
export async function openKinds(db: Db | Tx, accountId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('phone_authorisation')
    .select('kind')
    .where('created_by', '=', accountId)
    .where('state', 'in', ['ready', 'submitted'])
    .execute()
  return new Set(rows.map((row) => row.kind))
}

/** Keys in a file or a token that are bound to this person, in date and not revoked. */
async function pcKeys(db: Db, accountId: string, now: Date): Promise<z.input<typeof PhoneStanding>['keys']> {
  const rows = await db
    .selectFrom('certificate')
    .select(['fingerprint', 'serial', 'device', 'certificate_type', 'not_after'])
    .where('kind', '=', 'operator')
    .where('account_id', '=', accountId)
    .where('made_for', '=', accountId)
    .where('device', 'in', ['file', 'token'])
    .where('revoked_at', 'is', null)
    .where('not_after', '>=', now)
    .orderBy('not_after', 'desc')
    .execute()
  return rows.map((row) => {
    const type = certificateType(row.certificate_type ?? 'general')
    return {
      fingerprint: row.fingerprint,
      serial: row.serial,
      deviceLabel: keyDevices[row.device !== null && isKeyDevice(row.device) ? row.device : 'file'],
      certificateType: type,
      certificateTypeLabel: certificateTypes[type],
      notAfter: row.not_after.toISOString(),
    }
  })
}

/**
 * What is known of a person: the newest key request that the key office has approved; without one (a key from before)
 * what the last authorisation said, or the account.
 */
export async function personOf(
  db: Db | Tx,
  accountId: string,
): Promise<{ loginName: string; fields: KeyFields; approved: boolean }> {
  const account = await db
    .selectFrom('account')
    .select(['login_name', 'person_name', 'email', 'mobile', 'department'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const approved = await db
    .selectFrom('key_request')
    .select('form')
    .where('created_by', '=', accountId)
    .where('state', '=', 'issued')
    .orderBy('decided_at', 'desc')
    .executeTakeFirst()
  const last = approved ?? (await lastForm(db, accountId))
  const { services: _services, ...fields } = wholeKeyForm(last?.form)
  return {
    loginName: account.login_name,
    fields: {
      ...fields,
      applicantName: fields.applicantName || account.person_name,
      email: fields.email || (account.email ?? ''),
      mobile: fields.mobile || (account.mobile ?? ''),
      department: fields.department || (account.department ?? ''),
    },
    approved: approved !== undefined,
  }
}

const lastForm = (db: Db | Tx, accountId: string) =>
  db
    .selectFrom('phone_authorisation')
    .select('form')
    .where('created_by', '=', accountId)
    .where('kind', '<>', 'cancel')
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
