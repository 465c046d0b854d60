/** How an enterprise's row is locked, read and moved; what its actions do besides. */
import type { Selectable, Updateable } from 'kysely'
import {
  correction,
  enterprise,
  type EnterpriseAction,
  type EnterpriseSubject,
  type State,
} from '#domain/enterprise/actions.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Enterprise } from '../db/types.gen.ts'
import { door, type Effect, type Thing } from '../door.ts'
import { Malformed } from '../refused.ts'
import { noteChange } from './changes.ts'

export type EnterpriseRow = Selectable<Enterprise>
export type EnterpriseSet = Updateable<Enterprise>

export interface LockedEnterprise extends EnterpriseSubject {
  id: string
  version: number
  lastQuietRequest: null
  row: EnterpriseRow
}

async function lock(tx: Tx, _ctx: Context, id: string) {
  const row = await tx
    .selectFrom('enterprise')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && enterpriseSubject(row)
}

/** The facts of a row as its rules name them. */
export function enterpriseSubject(row: EnterpriseRow): LockedEnterprise {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: enterpriseState(row),
    verified: row.verified_at !== null,
    enterpriseId: row.id,
    department: null,
    createdBy: '',
    consignorCode: null,
    authorityCode: null,
  }
}

export function enterpriseState(row: Pick<EnterpriseRow, 'superseded_at' | 'suspended_at'>): State {
  if (row.superseded_at !== null) return 'superseded'
  return row.suspended_at === null ? 'active' : 'suspended'
}

const thing: Thing<State, LockedEnterprise, EnterpriseAction, EnterpriseSet> = {
  lock,
  // The state stands in `suspended_at` and `superseded_at`; an effect gives the reason.
  move(tx, { id, state, set, actor, now }) {
    return tx
      .updateTable('enterprise')
      .set((expression) => ({
        ...set,
        ...(state === 'active' ? { suspended_at: null, suspended_reason: null } : {}),
        version: expression('version', '+', 1),
        modified_at: now,
        ...(actor.scope === 'system' ? {} : { modified_by: actor.accountId }),
      }))
      .where('id', '=', id)
  },
}

type EnterpriseEffect = Effect<LockedEnterprise, EnterpriseSet, never>

/** Everybody of the enterprise is signed out: its sessions are refused as long as it is suspended. */
const suspend: EnterpriseEffect = async ({ tx, subject, now, input }) => {
  await tx
    .deleteFrom('session')
    .where('account_id', 'in', tx.selectFrom('account').select('id').where('enterprise_id', '=', subject.id))
    .execute()
  return { set: { suspended_at: now, suspended_reason: String(input['opinion']) } }
}

const correct: EnterpriseEffect = async ({ tx, subject: { row }, actor, now, input }) => {
  const { name, region, city, centralEnterprise } = correction.parse(input)
  const place = await tx
    .selectFrom('authority')
    .select('code')
    .where('region', '=', region)
    .where('active', '=', true)
    .limit(1)
    .executeTakeFirst()
  if (place === undefined) {
    const words = '没有这个省（自治区、直辖市），请重新选择'
    throw new Malformed(words, [{ path: 'region', words, rule: 'form' }])
  }
  const after = { name, region, city: city === '' ? null : city, central_enterprise: centralEnterprise }
  const { name: oldName, region: oldRegion, city: oldCity, central_enterprise } = row
  const before = { name: oldName, region: oldRegion, city: oldCity, central_enterprise }
  await noteChange(tx, { enterpriseId: row.id, before, after, actor, now })
  return { set: after }
}

const effects: Partial<Record<EnterpriseAction, EnterpriseEffect>> = {
  verify: async ({ now }) => ({ set: { verified_at: now, contested: false } }),
  supersede: async ({ now }) => ({
    set: { superseded_at: now, suspended_at: null, suspended_reason: null },
  }),
  suspend,
  correct,
}

export const { act, actIn } = door(enterprise, thing, effects)
