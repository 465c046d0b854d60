/** How a swap's row is locked, read and moved. What its actions do besides stands in effects.ts. */
import type { Selectable, Updateable } from 'kysely'
import { dayOf } from '#domain/day.ts'
import { isClosed } from '#domain/quota/year.ts'
import { isState, swap, swapAuthority, type Swap, type SwapAction } from '#domain/swap/actions.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { QuotaSwap } from '../db/types.gen.ts'
import { door, type Thing } from '../door.ts'
import { effects } from './effects.ts'

export type SwapRow = Selectable<QuotaSwap>
export type SwapSet = Updateable<QuotaSwap>

export interface LockedSwap extends Swap {
  id: string
  version: number
  lastQuietRequest: null
  row: SwapRow
}

/** Lock order: the swap, then its accounts by id. */
async function lock(tx: Tx, ctx: Context, id: string) {
  const row = await tx
    .selectFrom('quota_swap')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { year } = await tx
    .selectFrom('quota_account')
    .select('year')
    .where('id', '=', row.from_account_id)
    .executeTakeFirstOrThrow()
  return swapSubject(row, year, dayOf(ctx.clock()))
}

/** The facts of a row as its rules name them. */
export function swapSubject(row: SwapRow, year: number, today: string): LockedSwap {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: swapState(row.state),
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: null,
    authorityCode: swapAuthority,
    yearOver: isClosed(year, today) ? `${year} 年度已经结束，不能再批准调换，请退回` : null,
  }
}

export function swapState(state: string) {
  if (!isState(state)) throw new Error(`unknown swap state ${state}`)
  return state
}

const thing: Thing<Swap['state'], LockedSwap, SwapAction, SwapSet> = {
  lock,
  move(tx, { id, state, set, now }) {
    return tx
      .updateTable('quota_swap')
      .set((expression) => ({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('id', '=', id)
  },
}

export const { act, actIn } = door(swap, thing, effects)
