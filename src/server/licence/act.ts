/** How a licence's row is locked, read and moved. What its actions do besides stands in effects.ts. */
import { sql, type Selectable, type Updateable } from 'kysely'
import { dayOf } from '#domain/day.ts'
import { licence, type Licence, type LicenceAction } from '#domain/licence/actions.ts'
import { closedYear } from '#domain/licence/validity.ts'
import { isClosed } from '#domain/quota/year.ts'
import { isKind, isState, kinds, states as requestStates } from '#domain/request/states.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Licence as LicenceTable } from '../db/types.gen.ts'
import { door, type Thing } from '../door.ts'
import { effects } from './effects.ts'
import { signerRefusal } from './signer.ts'

export type LicenceRow = Selectable<LicenceTable>
export type LicenceSet = Updateable<LicenceTable>

export interface LockedLicence extends Licence {
  id: string
  version: number
  lastQuietRequest: null
  row: LicenceRow
}

/** Lock order: application before licence. */
async function lock(tx: Tx, ctx: Context, id: string, action: LicenceAction) {
  const found = await tx
    .selectFrom('application')
    .innerJoin('licence', 'licence.application_id', 'application.id')
    .select(['application.id', 'application.state'])
    .where('licence.id', '=', id)
    .forUpdate('application')
    .executeTakeFirst()
  if (found === undefined) return undefined
  const row = await tx
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const asks = action === 'issue' || action === 'retry'
  const openRequest = action === 'revoke' ? await openRequestWords(tx, id) : null
  return licenceSubject(row, {
    applicationState: found.state,
    department: null,
    createdBy: '',
    today: dayOf(ctx.clock()),
    signerRefusal: asks ? await signerRefusal(tx, row.authority_code, ctx.clock()) : null,
    openRequest,
  })
}

/** Where the authority has a request to answer first; what an enterprise only drafts stops nobody. */
const pendingStates = ['reviewing', 'second_review', 'awaiting_customs'] as const

/** Words of the request on a licence that the authority or customs has still to answer, or null. */
export async function openRequestWords(db: Db | Tx, licenceId: string): Promise<string | null> {
  const open = await db
    .selectFrom('licence_request')
    .select(['kind', 'state'])
    .where('licence_id', '=', licenceId)
    .where('state', 'in', pendingStates)
    .executeTakeFirst()
  if (open === undefined || !isKind(open.kind) || !isState(open.state)) return null
  return `许可证有一份${kinds[open.kind]}（${requestStates[open.state]}），请先办结或退回`
}

/** The facts of a licence's row as its rules name them. */
export function licenceSubject(
  row: LicenceRow,
  near: {
    applicationState: string
    department: string | null
    createdBy: string
    today: string
    signerRefusal: string | null
    openRequest: string | null
  },
): LockedLicence {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: licenceState(row.state),
    enterpriseId: row.enterprise_id,
    department: near.department,
    createdBy: near.createdBy,
    consignorCode: row.consignor_code,
    authorityCode: row.authority_code,
    applicationState: near.applicationState,
    issueStep: stepOf(row.issue_step),
    issueError: row.issue_error,
    sealed: row.document_sha256 !== null,
    closedYear: closedYear(row.quota_year, near.today) ?? null,
    exchanged: row.replaces_id !== null,
    yearOver: isClosed(row.quota_year, near.today),
    signerRefusal: near.signerRefusal,
    expiryDate: row.expiry_date,
    today: near.today,
    useCount: row.use_count,
    openRequest: near.openRequest,
  }
}

export function licenceState(state: string) {
  if (!isLicenceState(state)) throw new Error(`unknown licence state ${state}`)
  return state
}
const isLicenceState = (state: string): state is keyof typeof licence.states =>
  Object.hasOwn(licence.states, state)

export const steps = ['dates', 'document', 'message', 'done'] as const
export type Step = (typeof steps)[number]
const isStep = (step: string): step is Step => steps.some((known) => known === step)
export const stepOf = (step: string | null): Step | null => (step !== null && isStep(step) ? step : null)

const thing: Thing<Licence['state'], LockedLicence, LicenceAction, LicenceSet> = {
  lock,
  move: (tx, { id, state, set, now }) =>
    tx
      .updateTable('licence')
      .set((expression) => ({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('id', '=', id),
  async moveMany(tx, moved, now) {
    const rows = moved.map(({ id, state, steps, set }) => ({
      id,
      state,
      steps,
      used: set?.used_quantity ?? null,
      uses: set?.use_count ?? null,
      closed: set?.closed_by_customs ?? null,
    }))
    await sql`update licence set state = moved.state, version = licence.version + moved.steps, modified_at = ${now},
        used_quantity = coalesce(moved.used, licence.used_quantity),
        use_count = coalesce(moved.uses, licence.use_count),
        closed_by_customs = coalesce(moved.closed, licence.closed_by_customs)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as moved(id uuid, state text, steps int, used numeric, uses int, closed boolean)
      where licence.id = moved.id`.execute(tx)
  },
}

export const { act, actIn, actMany } = door(licence, thing, effects)
