/** Which phone authorisations a person may see; the same as `reachesPhoneAuthorisation` says of one (a test compares them). */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Actor } from '#domain/machine.ts'

export function phoneAuthorisationsInScope(actor: Actor): RawBuilder<SqlBool> {
  const enterprise = sql<SqlBool>`phone_authorisation.enterprise_id = ${actor.enterpriseId}::uuid`
  if (actor.permissions.has('key_request.colleagues')) return enterprise
  return sql<SqlBool>`${enterprise} and phone_authorisation.created_by = ${actor.accountId}::uuid`
}
