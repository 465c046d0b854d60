/** Which rows of the key office a person may see; the same as `reachesKeyRequest` says of one (key/key.test.ts compares them). */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Actor } from '#domain/machine.ts'

/** The condition for rows of `key_request` that are no phone authorisations. */
export function keyRequestsInScope(actor: Actor): RawBuilder<SqlBool> {
  const kinds = sql<SqlBool>`key_request.kind in ('new', 'renew', 'reissue', 'revoke')`
  if (actor.permissions.has('key_request.read')) {
    return sql<SqlBool>`${kinds} and (key_request.kind = 'revoke'
      or (key_request.submitted_at is not null and key_request.state <> 'draft'))`
  }
  return sql<SqlBool>`${kinds} and ${ownRows(actor)}`
}

/** The condition for rows of `key_request` that are phone authorisations. */
export const phoneRequestsInScope = (actor: Actor): RawBuilder<SqlBool> =>
  sql<SqlBool>`key_request.kind like 'phone\\_%' and ${ownRows(actor)}`

function ownRows(actor: Actor): RawBuilder<SqlBool> {
  const enterprise = sql<SqlBool>`key_request.enterprise_id = ${actor.enterpriseId}::uuid`
  if (actor.permissions.has('key_request.colleagues')) return enterprise
  return sql<SqlBool>`${enterprise} and key_request.created_by = ${actor.accountId}::uuid`
}

/** The condition for rows of `certificate`: one's own keys, the enterprise's for its administrator, all for the office. */
export function keysInScope(actor: Actor): RawBuilder<SqlBool> {
  const operators = sql<SqlBool>`certificate.kind = 'operator'`
  if (actor.permissions.has('key_request.read')) return operators
  const enterprise = sql<SqlBool>`${operators} and certificate.enterprise_id = ${actor.enterpriseId}::uuid`
  if (actor.permissions.has('key_request.colleagues')) return enterprise
  return sql<SqlBool>`${enterprise} and certificate.made_for = ${actor.accountId}::uuid`
}
