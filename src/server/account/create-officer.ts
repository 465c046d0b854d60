/** A new officer: made by the administrator, with a first password that is shown once. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { createOfficer } from '#api/account-office.ts'
import { officerScope } from '#domain/account/actions.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { checkDuties } from './effects.ts'
import { makeAccount } from './make-account.ts'
import { firstPassword } from './password.ts'

/**
 * Makes the account and answers its first password. The same id with the same login name again makes nobody and answers
 * no password: it may have been seen already, and a new one takes a reset. Refused (422): a login name that is taken,
 * roles that don't go together, an authority that there is not.
 */
export async function newOfficer(
  ctx: Context,
  actor: Actor,
  given: z.output<typeof createOfficer.body>,
): Promise<z.input<typeof createOfficer.reply>> {
  const { id, loginName, personName, authorityCode, roles, duties, email, mobile } = given
  const { password, hash } = await firstPassword()
  return ctx.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke officers'))`.execute(tx)
    const before = await tx.selectFrom('account').select('login_name').where('id', '=', id).executeTakeFirst()
    if (before?.login_name === loginName) return { id, loginName }
    await checkDuties(tx, roles, authorityCode)
    await makeAccount(
      tx,
      ctx,
      {
        id,
        login_name: loginName,
        person_name: personName,
        password_hash: hash,
        must_change_password: true,
        account_type: 'officer',
        roles,
        data_scope: officerScope(roles),
        authority_code: authorityCode,
        duties,
        // Typed by somebody else: confirmed by a code once the person has signed in.
        email: email ?? null,
        mobile: mobile ?? null,
      },
      'create_officer',
      actor,
    )
    return { id, loginName, password }
  })
}
