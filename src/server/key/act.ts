/** How a key request's row is locked, read and moved. What its actions do besides stands in effects.ts. */
import type { Selectable, Updateable } from 'kysely'
import {
  isKind,
  isState,
  keyRequest,
  type KeyRequest as Facts,
  type KeyRequestAction,
  type State,
} from '#domain/certificate/actions.ts'
import { keyFormIssues, wholeKeyForm, type KeyForm } from '#domain/certificate/form.ts'
import { renewalRefusal, usualRenewalDays } from '#domain/certificate/renewal.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalText } from '#domain/seal/canonical.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { KeyRequest } from '../db/types.gen.ts'
import { door, type Thing } from '../door.ts'
import { settingOn } from '../settings.ts'
import { effects } from './effects.ts'

export type KeyRequestRow = Selectable<KeyRequest>
export type KeyRequestSet = Updateable<KeyRequest>

/** The certificate that is to be renewed or replaced. */
export interface OldKey {
  fingerprint: string
  serial: string
  made_for: string | null
  not_before: Date
  not_after: Date
  revoked_at: Date | null
}

export interface LockedKeyRequest extends Facts {
  id: string
  version: number
  lastQuietRequest: null
  row: KeyRequestRow
  form: KeyForm
  old: OldKey | undefined
}

async function lock(tx: Tx, ctx: Context, id: string) {
  const row = await tx
    .selectFrom('key_request')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && keyRequestSubject(tx, row, ctx.clock())
}

/** The facts of a row as its rules name them, with what stands in other tables. */
export async function keyRequestSubject(
  db: Db | Tx,
  row: KeyRequestRow,
  now: Date,
): Promise<LockedKeyRequest> {
  const kind = keyRequestKind(row.kind)
  const form = wholeKeyForm(row.form)
  const [papers, enterprise, old, renewalDays] = await Promise.all([
    db.selectFrom('key_request_file').select('kind').where('key_request_id', '=', row.id).execute(),
    db
      .selectFrom('enterprise')
      .select('verified_at')
      .where('id', '=', row.enterprise_id)
      .executeTakeFirstOrThrow(),
    oldKeyOf(db, row.old_fingerprint),
    // Asked for where it matters: most certificates are new ones.
    kind === 'renew' ? settingOn(db, 'renewal_days', dayOf(now)) : usualRenewalDays,
  ])
  const [issue] = keyFormIssues(form, {
    kind,
    verified: enterprise.verified_at !== null,
    papers: papers.map((paper) => paper.kind),
  })
  const refusal = renewalRefusal({ kind, createdBy: row.created_by }, old && oldFacts(old), now, renewalDays)
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    form,
    old,
    kind,
    state: keyRequestState(row.state),
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: null,
    authorityCode: null,
    sent: row.submitted_at !== null && row.state !== 'draft',
    incomplete: kind === 'revoke' ? null : (issue?.words ?? null),
    notRenewable: refusal?.toSubmit ?? null,
    keyGone: refusal?.toIssue ?? null,
  }
}

const oldFacts = (old: OldKey) => ({
  madeFor: old.made_for,
  notAfter: old.not_after,
  revokedAt: old.revoked_at,
})

async function oldKeyOf(db: Db | Tx, fingerprint: string | null): Promise<OldKey | undefined> {
  if (fingerprint === null) return undefined
  return db
    .selectFrom('certificate')
    .select(['fingerprint', 'serial', 'made_for', 'not_before', 'not_after', 'revoked_at'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
}

/** What a renewal's old key signs: the request as it stands, in one form. */
export const renewalText = ({ row, form }: Pick<LockedKeyRequest, 'row' | 'form'>): string =>
  canonicalText({
    kind: 'key_request',
    id: row.id,
    version: row.version,
    loginName: row.login_name,
    certificateType: row.certificate_type,
    old: row.old_fingerprint ?? '',
    form: { ...form, services: [...form.services] },
  })

export function keyRequestState(state: string): State {
  if (!isState(state)) throw new Error(`unknown state of a key request ${state}`)
  return state
}

export function keyRequestKind(kind: string) {
  if (!isKind(kind)) throw new Error(`unknown kind of key request ${kind}`)
  return kind
}

const thing: Thing<State, LockedKeyRequest, KeyRequestAction, KeyRequestSet> = {
  lock,
  move(tx, { id, state, set, now }) {
    return tx
      .updateTable('key_request')
      .set((expression) => ({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('id', '=', id)
  },
}

export const { act, actIn } = door(keyRequest, thing, effects)
