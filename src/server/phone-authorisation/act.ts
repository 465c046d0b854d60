/**
 * How a phone authorisation's row is locked, read and moved. Lock order: account, number, row. With the account locked no
 * two of a person's authorisations go on at once: a change of number sees every certificate of the old one.
 */
import type { Selectable, Updateable } from 'kysely'
import {
  isKind,
  isState,
  type Kind,
  type MakingKind,
  type PhoneAuthorisation as Facts,
  type PhoneAuthorisationAction,
  type State,
} from '#domain/phone-authorisation/actions.ts'
import { goingOnRefusal } from '#domain/phone-authorisation/begin.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { PhoneAuthorisation } from '../db/types.gen.ts'
import type { Thing } from '../door.ts'
import { currentOf, lockNumber, madeSince, takenByOther } from './numbers.ts'

export type PhoneAuthorisationRow = Selectable<PhoneAuthorisation>
export type PhoneAuthorisationSet = Updateable<PhoneAuthorisation>

export interface LockedPhoneAuthorisation extends Facts {
  id: string
  version: number
  lastQuietRequest: null
  row: PhoneAuthorisationRow
}

async function lock(tx: Tx, ctx: Context, id: string, action: PhoneAuthorisationAction) {
  const found = await tx
    .selectFrom('phone_authorisation')
    .select(['created_by', 'mobile'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return undefined
  await lockAccount(tx, found.created_by)
  if (action === 'submit' || action === 'issue') await lockNumber(tx, found.mobile)
  const row = await tx
    .selectFrom('phone_authorisation')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && phoneAuthorisationSubject(tx, row, ctx.clock())
}

/** Whatever else is done about the phones of this person waits. */
export const lockAccount = (tx: Tx, accountId: string) =>
  tx.selectFrom('account').selectAll().where('id', '=', accountId).forNoKeyUpdate().executeTakeFirstOrThrow()

/** The facts of a row as its rules name them, with what stands in other tables. */
export async function phoneAuthorisationSubject(
  db: Db | Tx,
  row: PhoneAuthorisationRow,
  now: Date,
): Promise<LockedPhoneAuthorisation> {
  const state = phoneAuthorisationState(row.state)
  const kind = phoneAuthorisationKind(row.kind)
  const open = state === 'ready' || state === 'submitted'
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    kind,
    state,
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: null,
    authorityCode: null,
    obstacle: open && kind !== 'cancel' ? await obstacleOf(db, row, kind, now) : null,
    late: row.submitted_at !== null && row.submitted_at <= madeSince(now),
  }
}

async function obstacleOf(
  db: Db | Tx,
  row: PhoneAuthorisationRow,
  kind: MakingKind,
  now: Date,
): Promise<string | null> {
  const [current, taken, pcKey] = await Promise.all([
    currentOf(db, row.created_by),
    takenByOther(db, row.mobile, row.created_by, now),
    db
      .selectFrom('certificate')
      .select('revoked_at')
      .where('fingerprint', '=', row.pc_fingerprint)
      .executeTakeFirst(),
  ])
  const begun = { kind, mobile: row.mobile, oldMobile: row.old_mobile }
  const pcKeyRevoked = pcKey === undefined || pcKey.revoked_at !== null
  return goingOnRefusal(begun, { current, taken, pcKeyRevoked }) ?? null
}

export function phoneAuthorisationState(state: string): State {
  if (!isState(state)) throw new Error(`unknown state of a phone authorisation ${state}`)
  return state
}

export function phoneAuthorisationKind(kind: string): Kind {
  if (!isKind(kind)) throw new Error(`unknown kind of phone authorisation ${kind}`)
  return kind
}

export const thing: Thing<State, LockedPhoneAuthorisation, PhoneAuthorisationAction, PhoneAuthorisationSet> =
  {
    lock,
    move(tx, { id, state, set, now }) {
      return tx
        .updateTable('phone_authorisation')
        .set((expression) => ({
          ...set,
          ...(state === undefined ? {} : { state }),
          version: expression('version', '+', 1),
          modified_at: now,
        }))
        .where('id', '=', id)
    },
  }
