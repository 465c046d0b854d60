/**
 * Whose applications and licences a person reaches, as the one `where` of lists, details and exports. It agrees
 * with `reaches` (src/domain/machine.ts), which judges a single row at the door: a test compares the two.
 *
 * An application belongs to the authority, the consignor and the auditor from its first submission on. What an
 * enterprise has only drafted, or deleted before it was ever submitted, is nobody else's business.
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Actor, Subject } from '#domain/machine.ts'

/** The condition for rows of `application`, under that name in the query. */
export function applicationsInScope(actor: Actor): RawBuilder<SqlBool> {
  switch (actor.scope) {
    case 'system':
      return sql<SqlBool>`true`
    case 'all':
      return sql<SqlBool>`application.submitted_at is not null`
    case 'authority':
      return sql<SqlBool>`application.issuing_authority = ${actor.authorityCode}::text
        and application.submitted_at is not null`
    case 'consignor':
      return sql<SqlBool>`application.consignor_code = ${actor.code13}::text
        and application.submitted_at is not null`
    case 'enterprise':
    case 'department':
    case 'own':
      return ownSide(actor)
  }
}

function ownSide(actor: Actor): RawBuilder<SqlBool> {
  const enterprise = sql<SqlBool>`application.enterprise_id = ${actor.enterpriseId}::uuid`
  if (actor.scope === 'enterprise') return enterprise
  if (actor.scope === 'own')
    return sql<SqlBool>`${enterprise} and application.created_by = ${actor.accountId}::uuid`
  return sql<SqlBool>`${enterprise} and application.department is not distinct from ${actor.department}::text`
}

/** The condition for rows of `licence`, under that name in the query. */
export function licencesInScope(actor: Actor): RawBuilder<SqlBool> {
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

type Relation = Omit<Subject<string>, 'state'>

/** The columns of a locked application as the facts that `reaches` asks for. */
export function applicationRelation(row: {
  enterprise_id: string
  department: string | null
  created_by: string
  consignor_code: string | null
  issuing_authority: string | null
  submitted_at: Date | null
}): Relation {
  const submitted = row.submitted_at !== null
  return {
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.created_by,
    consignorCode: submitted ? row.consignor_code : null,
    authorityCode: submitted ? row.issuing_authority : null,
  }
}
