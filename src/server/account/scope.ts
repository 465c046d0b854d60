/**
 * Whose applications and licences a person reaches, as the one `where` of lists, details and exports. It agrees
 * with `reaches` (src/domain/machine.ts), which judges a single row at the door: a test compares the two.
 *
 * An application belongs to the authority, the consignor and the auditor from its first submission on. What an
 * enterprise has only drafted, or deleted before it was ever submitted, is nobody else's business. Returned or withdrawn
 * it may change again, also whom it names: then it stays with the authority it was sent to and the auditor, who see it
 * as it was sent (application/as-submitted.ts), and with no consignor.
 *
 * An enterprise that nobody has verified reaches its own drafts and nothing else (domain/enterprise/standing.ts).
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { isSubmitted, submittedStates } from '#domain/application/actions.ts'
import type { Actor, Subject } from '#domain/machine.ts'
import { sentStates } from '#domain/request/states.ts'
import { swapAuthority } from '#domain/swap/actions.ts'

const nothing = sql<SqlBool>`false`

/** The condition for rows of `application`, under that name in the query. */
export function applicationsInScope(actor: Actor): RawBuilder<SqlBool> {
  if (actor.closed !== undefined && actor.scope === 'consignor') return nothing
  switch (actor.scope) {
    case 'system':
      return sql<SqlBool>`true`
    case 'all':
      return sql<SqlBool>`application.submitted_at is not null`
    case 'authority':
      return sql<SqlBool>`application.issuing_authority = ${actor.authorityCode}::text
        and application.submitted_at is not null
        and (${submitted} or application.sent_to = ${actor.authorityCode}::text)`
    case 'consignor':
      return sql<SqlBool>`application.consignor_code = ${actor.code13}::text
        and application.submitted_at is not null and ${submitted}`
    case 'enterprise':
    case 'department':
    case 'own':
      return ownSide(actor)
  }
}

const submitted = sql<SqlBool>`application.state in (${sql.join(submittedStates.map((state) => sql.lit(state)))})`

function ownSide(actor: Actor): RawBuilder<SqlBool> {
  const enterprise = sql<SqlBool>`application.enterprise_id = ${actor.enterpriseId}::uuid`
  if (actor.scope === 'enterprise') return enterprise
  if (actor.scope === 'own')
    return sql<SqlBool>`${enterprise} and application.created_by = ${actor.accountId}::uuid`
  return sql<SqlBool>`${enterprise} and application.department is not distinct from ${actor.department}::text`
}

/** The condition for rows of `licence`, under that name in the query. */
export function licencesInScope(actor: Actor): RawBuilder<SqlBool> {
  if (actor.closed !== undefined) return nothing
  switch (actor.scope) {
    case 'system':
    case 'all':
      return sql<SqlBool>`true`
    case 'authority':
      return sql<SqlBool>`licence.authority_code = ${actor.authorityCode}::text`
    case 'consignor':
      return sql<SqlBool>`licence.consignor_code = ${actor.code13}::text`
    case 'enterprise':
      return sql<SqlBool>`licence.enterprise_id = ${actor.enterpriseId}::uuid`
    case 'department':
    case 'own':
      // Whose work a licence is stands with its application.
      return sql<SqlBool>`licence.enterprise_id = ${actor.enterpriseId}::uuid and exists (
        select from application where application.id = licence.application_id and ${ownSide(actor)})`
  }
}

/** The condition for rows of `licence_request`, under that name: the authority's business from the submission on. */
export function requestsInScope(actor: Actor): RawBuilder<SqlBool> {
  if (actor.closed !== undefined) return nothing
  switch (actor.scope) {
    case 'system':
      return sql<SqlBool>`true`
    case 'all':
      return sentRequest
    case 'authority':
      return sql<SqlBool>`licence_request.authority_code = ${actor.authorityCode}::text and ${sentRequest}`
    case 'consignor':
      return nothing
    case 'enterprise':
    case 'department':
    case 'own':
      return ownRequests(actor)
  }
}

const sentRequest = sql<SqlBool>`licence_request.submitted_at is not null
  and licence_request.state in (${sql.join(sentStates.map((state) => sql.lit(state)))})`

function ownRequests(actor: Actor): RawBuilder<SqlBool> {
  const enterprise = sql<SqlBool>`licence_request.enterprise_id = ${actor.enterpriseId}::uuid
    and licence_request.state <> 'deleted'`
  if (actor.scope === 'enterprise') return enterprise
  if (actor.scope === 'own')
    return sql<SqlBool>`${enterprise} and licence_request.created_by = ${actor.accountId}::uuid`
  return sql<SqlBool>`${enterprise} and licence_request.department is not distinct from ${actor.department}::text`
}

/**
 * The condition for rows of `quota_account`. Quota belongs to the enterprise, not to a department: all its operators
 * see it. The quota officer and the auditor see all; other officers those of enterprises that have submitted to their
 * authority or have a licence of it.
 */
export function quotaInScope(actor: Actor): RawBuilder<SqlBool> {
  if (actor.closed !== undefined) return nothing
  if (actor.scope === 'system' || actor.scope === 'all' || actor.permissions.has('quota.grant')) {
    return sql<SqlBool>`true`
  }
  if (actor.scope === 'authority') {
    return sql<SqlBool>`(exists (select from application
        where application.enterprise_id = quota_account.enterprise_id and application.submitted_at is not null
          and application.sent_to = ${actor.authorityCode}::text)
      or exists (select from licence where licence.enterprise_id = quota_account.enterprise_id
          and licence.authority_code = ${actor.authorityCode}::text))`
  }
  return sql<SqlBool>`quota_account.enterprise_id = ${actor.enterpriseId}::uuid`
}

/** The condition for rows of `quota_swap`; swaps are decided at one authority (domain/swap). */
export function swapsInScope(actor: Actor): RawBuilder<SqlBool> {
  if (actor.closed !== undefined) return nothing
  switch (actor.scope) {
    case 'system':
    case 'all':
      return sql<SqlBool>`true`
    case 'authority':
      return sql<SqlBool>`${actor.authorityCode}::text = ${swapAuthority}`
    case 'consignor':
      return nothing
    case 'enterprise':
      return sql<SqlBool>`quota_swap.enterprise_id = ${actor.enterpriseId}::uuid`
    case 'department':
      return sql<SqlBool>`quota_swap.enterprise_id = ${actor.enterpriseId}::uuid
        and quota_swap.department is not distinct from ${actor.department}::text`
    case 'own':
      return sql<SqlBool>`quota_swap.enterprise_id = ${actor.enterpriseId}::uuid
        and quota_swap.created_by = ${actor.accountId}::uuid`
  }
}

type Relation = Omit<Subject<string>, 'state'>

/** The columns of a locked application as the facts that `reaches` asks for. */
export function applicationRelation(row: {
  enterprise_id: string
  department: string | null
  created_by: string
  consignor_code: string | null
  issuing_authority: string | null
  submitted_at: Date | null
  sent_to: string | null
  state: string
}): Relation {
  const sent = row.submitted_at !== null
  const asSent = sent && isSubmitted(row.state)
  return {
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: asSent ? row.consignor_code : null,
    authorityCode: asSent || (sent && row.sent_to === row.issuing_authority) ? row.issuing_authority : null,
  }
}

/** The columns of a locked request as the facts that `reaches` asks for; consignors have no part in requests. */
export function requestRelation(row: {
  enterprise_id: string
  department: string | null
  created_by: string
  authority_code: string
  submitted_at: Date | null
  state: string
}): Relation {
  const sent = row.submitted_at !== null && sentStates.some((state) => state === row.state)
  return {
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: null,
    authorityCode: sent ? row.authority_code : null,
  }
}

/** Whether the person stands outside the enterprise and sees of an application only what was submitted. */
export const isOutsider = ({ scope }: Actor): boolean =>
  scope === 'authority' || scope === 'consignor' || scope === 'all'
