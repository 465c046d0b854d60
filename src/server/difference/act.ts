/** How a difference's row is locked, read and moved; its licence is locked before it. */
import { sql, type Selectable, type Updateable } from 'kysely'
import { dayOf } from '#domain/day.ts'
import {
  difference,
  isKind,
  isState,
  type Difference,
  type DifferenceAction,
} from '#domain/customs/difference.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { CustomsDifference } from '../db/types.gen.ts'
import { door, type Thing } from '../door.ts'
import { licenceSubject, type LicenceRow, type LockedLicence } from '../licence/act.ts'
import { effects } from './effects.ts'
import { isRecorded, reportedUse } from './reported.ts'

export type DifferenceRow = Selectable<CustomsDifference>
export type DifferenceSet = Updateable<CustomsDifference>

export interface LockedDifference extends Difference {
  id: string
  version: number
  lastQuietRequest: null
  row: DifferenceRow
  licence: LockedLicence | null
}

async function lock(tx: Tx, ctx: Context, id: string): Promise<LockedDifference | undefined> {
  const named = await tx
    .selectFrom('customs_difference')
    .select('licence_id')
    .where('id', '=', id)
    .executeTakeFirst()
  if (named === undefined) return undefined
  const licence = named.licence_id === null ? null : await lockLicence(tx, ctx, named.licence_id)
  const row = await tx
    .selectFrom('customs_difference')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { ...differenceSubject(row), row, licence }
}

async function lockLicence(tx: Tx, ctx: Context, id: string): Promise<LockedLicence | null> {
  const found = await sql<LicenceRow>`select * from licence where id = ${id} for update`.execute(tx)
  const row = found.rows[0]
  if (row === undefined) return null
  const near = {
    applicationState: '',
    department: null,
    createdBy: '',
    signerRefusal: null,
    openRequest: null,
  }
  return licenceSubject(row, { ...near, today: dayOf(ctx.clock()) })
}

/** The facts of a row as its rules name them. */
export function differenceSubject(row: DifferenceRow) {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    state: differenceState(row.state),
    kind: differenceKind(row.kind),
    hasUse: reportedUse(row) !== undefined,
    recorded: isRecorded(row),
    licenceId: row.licence_id,
    day: row.day,
    enterpriseId: '',
    department: null,
    createdBy: '',
    consignorCode: null,
    authorityCode: row.authority_code,
  }
}

export function differenceState(state: string) {
  if (!isState(state)) throw new Error(`unknown state of a difference ${state}`)
  return state
}
export function differenceKind(kind: string) {
  if (!isKind(kind)) throw new Error(`unknown kind of difference ${kind}`)
  return kind
}

const thing: Thing<Difference['state'], LockedDifference, DifferenceAction, DifferenceSet> = {
  lock,
  move(tx, { id, state, set, actor, now }) {
    const resolved =
      state === 'resolved'
        ? { resolved_at: now, resolved_by: actor.scope === 'system' ? null : actor.accountId }
        : {}
    return tx
      .updateTable('customs_difference')
      .set((expression) => ({
        ...set,
        ...resolved,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
      }))
      .where('id', '=', id)
  },
}

export const { act, actIn } = door(difference, thing, effects)
