/** How an application's row is locked, read and moved. What its actions do besides stands in effects.ts. */
import type { Updateable } from 'kysely'
import { application, type Application, type ApplicationAction } from '#domain/application/actions.ts'
import { dayOf } from '#domain/day.ts'
import { closedYear } from '#domain/licence/validity.ts'
import { applicationRelation } from '../account/scope.ts'
import { door, type Thing } from '../door.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { prepared, type Later } from '../db/prepared.ts'
import type { Application as ApplicationTable } from '../db/types.gen.ts'
import { barredWords } from '../enterprise/bar.ts'
import { effects, type Prepared } from './effects.ts'
import type { Need } from '../quota/hold.ts'
import { catalogueWords, issuesOf, quotaFacts, type QuotaFacts } from './facts.ts'
import { loadWhole, lockWhole, sealBytes, type Content, type Part, type Row } from './record.ts'
import { sealBroken } from './seal.ts'

/** A locked application: what its rules ask, the row, and its content where the action needs it. */
export interface LockedApplication extends Application {
  id: string
  version: number
  lastQuietRequest: string | null
  row: Row
  part: Part | null
  content: Content | null
  bytes: Uint8Array<ArrayBuffer> | null
  /** The account it would draw from; null where it needs none or holds its quantity already. */
  quotaNeed: Need | null
}

export type ApplicationSet = Updateable<ApplicationTable>

/** Actions whose rules or effects look at the content. */
const reads: Partial<Record<ApplicationAction, true>> = {
  save: true,
  prepare_seal: true,
  seal: true,
  submit: true,
  pass_second: true,
}

const asksIssues: Partial<Record<ApplicationAction, true>> = { prepare_seal: true, seal: true, submit: true }

const asksQuota: Partial<Record<ApplicationAction, true>> = { submit: true, pass_second: true }

/** Lock order: application, then licence (licence/act.ts takes both in this order), then quota, then the number counter. */
async function lock(
  tx: Tx,
  ctx: Context,
  id: string,
  action: ApplicationAction,
  before: Prepared | undefined,
) {
  const locked =
    reads[action] === true
      ? await lockContent(tx, id, before)
      : { row: (await lockRow(tx, { id }))[0], part: null, content: null }
  if (locked?.row === undefined) return undefined
  const { row, part, content } = locked
  const facts = content === null ? unread : await contentFacts(tx, ctx, action, row, content)
  return { ...subjectOf(row, content, facts, await neighbours(tx, row)), part }
}

/** What was read to check a seal is the content still when the row has the same version: every change moves it. */
async function lockContent(tx: Tx, id: string, before: Prepared | undefined) {
  if (before === undefined || !('seal' in before)) return lockWhole(tx, id)
  const { whole } = before.seal
  const [row] = await lockRow(tx, { id })
  if (row === undefined) return undefined
  return row.version === whole.row.version
    ? { row, part: whole.part, content: whole.content }
    : loadWhole(tx, row)
}

const lockRow = prepared((tx, later: Later<{ id: string }>) =>
  tx.selectFrom('application').selectAll().where('id', '=', later('id')).forUpdate().compile(),
)

interface ContentFacts {
  openIssues: string[] | null
  sealBroken: string | null
  quota: QuotaFacts
  barred: string | null
  yearClosed: boolean
  bytes: Uint8Array<ArrayBuffer> | null
}
const noQuota: QuotaFacts = { refusal: null, need: null }
/** For actions that ask nothing of the content. */
export const unread: ContentFacts = {
  openIssues: null,
  sealBroken: null,
  quota: noQuota,
  barred: null,
  yearClosed: false,
  bytes: null,
}

async function contentFacts(
  tx: Tx,
  ctx: Context,
  action: ApplicationAction,
  row: Row,
  content: Content,
): Promise<ContentFacts> {
  if (action === 'save') return unread
  const codes = await ctx.codes.current(tx)
  const today = dayOf(ctx.clock())
  const bytes = row.application_no === null ? null : sealBytes(row, content)
  const submits = action === 'submit'
  // Asked together: one connection answers them in their order, and nobody waits in between.
  const [broken, barred, quota] = await Promise.all([
    submits && bytes !== null ? sealBroken(tx, ctx, row, bytes) : null,
    submits ? barredWords(tx, row.enterprise_id, today) : null,
    asksQuota[action] === true ? quotaFacts(tx, codes, row, today) : noQuota,
  ])
  return {
    openIssues:
      asksIssues[action] === true ? issuesOf(ctx, codes, content).map((issue) => issue.words) : null,
    sealBroken: broken ?? (submits && bytes !== null ? catalogueWords(codes, row) : null),
    barred,
    quota,
    yearClosed: closedYear(row.quota_year, today) !== undefined,
    bytes,
  }
}

interface Neighbours {
  claimedByName: string | null
  licence: Application['licence']
}

/** Who holds the claim and which licence exists; asked only where there can be one. */
async function neighbours(tx: Tx, row: Row): Promise<Neighbours> {
  const claimedByName =
    row.claimed_by === null
      ? null
      : ((
          await tx
            .selectFrom('account')
            .select('person_name')
            .where('id', '=', row.claimed_by)
            .executeTakeFirst()
        )?.person_name ?? null)
  // A licence can exist once an application was approved: then, and when it was handed back.
  if (row.approved_at === null) return { claimedByName, licence: null }
  const found = await tx
    .selectFrom('licence')
    .select(['state', 'document_sha256', 'issue_step', 'issue_error'])
    .where('application_id', '=', row.id)
    .where('replaces_id', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  const licence =
    found === undefined
      ? null
      : {
          state: found.state,
          sealed: found.document_sha256 !== null,
          issuing: found.issue_step !== null && found.issue_error === null,
        }
  return { claimedByName, licence }
}

/** The facts of a row as the rules name them. Pages use it too, with what they have read without a lock. */
export function subjectOf(
  row: Row,
  content: Content | null,
  facts: ContentFacts,
  near: Neighbours,
): LockedApplication {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: row.save_request_id,
    row,
    part: null,
    content,
    bytes: facts.bytes,
    state: stateOf(row.state),
    ...applicationRelation(row),
    claimedBy: row.claimed_by,
    claimedByName: near.claimedByName,
    firstReviewer: row.first_reviewer,
    openIssues: facts.openIssues,
    sealed: row.seal_id !== null,
    sealBroken: facts.sealBroken,
    barred: facts.barred,
    quotaRefusal: facts.quota.refusal,
    quotaNeed: facts.quota.need,
    yearClosed: facts.yearClosed,
    totalQuantity: row.total_quantity,
    licence: near.licence,
  }
}

export function stateOf(state: string) {
  if (!isState(state)) throw new Error(`unknown application state ${state}`)
  return state
}
const isState = (state: string): state is keyof typeof application.states =>
  Object.hasOwn(application.states, state)

const thing: Thing<Application['state'], LockedApplication, ApplicationAction, ApplicationSet, Prepared> = {
  lock,
  move: (tx, { id, state, set, actor, now }) =>
    tx
      .updateTable('application')
      .set((expression) => ({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
        ...(actor.scope === 'system' ? {} : { modified_by: actor.accountId }),
        modified_at: now,
      }))
      .where('id', '=', id),
}

export const { act, actIn } = door(application, thing, effects)
