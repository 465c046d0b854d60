/** Makes the demonstration's enterprises and accounts in a database that does not have them. */
import type { Context } from '../context.ts'
import { hashPassword } from '../account/password.ts'
import { demoAccounts, type DemoAccount } from './accounts.ts'
import { demoEnterprises, type DemoEnterprise } from './enterprises.ts'

type At = Pick<Context, 'db' | 'clock'>

/** Safe to repeat and for two servers at once: what is there stays as it is, whatever was changed about it. */
export async function makeDemo(ctx: At): Promise<void> {
  for (const enterprise of Object.values(demoEnterprises)) await makeEnterprise(ctx, enterprise)
  const rows = await ctx.db
    .selectFrom('account')
    .select('id')
    .where(
      'id',
      'in',
      demoAccounts.map((account) => account.id),
    )
    .execute()
  const known = new Set(rows.map((row) => row.id))
  const missing = demoAccounts.filter((account) => !known.has(account.id))
  await Promise.all(missing.map((account) => makeAccount(ctx, account)))
}

async function makeEnterprise({ db, clock }: At, enterprise: DemoEnterprise) {
  await db
    .insertInto('enterprise')
    .values({
      id: enterprise.id,
      code13: enterprise.code13,
      uscc: enterprise.uscc,
      name: enterprise.name,
      region: enterprise.region,
      city: enterprise.city,
      central_enterprise: enterprise.centralEnterprise,
      info: JSON.stringify(enterprise.info),
      created_at: clock(),
      modified_at: clock(),
    })
    .onConflict((on) => on.column('id').doNothing())
    .execute()
}

async function makeAccount({ db, clock }: At, account: DemoAccount) {
  await db
    .insertInto('account')
    .values({
      id: account.id,
      login_name: account.loginName,
      person_name: account.personName,
      password_hash: await hashPassword(account.password),
      roles: [...account.roles],
      data_scope: account.dataScope,
      enterprise_id: account.enterprise === null ? null : demoEnterprises[account.enterprise].id,
      department: account.department,
      authority_code: account.authorityCode,
      created_at: clock(),
      modified_at: clock(),
    })
    .onConflict((on) => on.column('id').doNothing())
    .execute()
}
