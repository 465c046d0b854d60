/** Makes the demonstration's enterprises and accounts in a database that does not have them. */
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { hashPassword } from '../account/password.ts'
import { demoAccounts, type DemoAccount } from './accounts.ts'
import { demoEnterprises, type DemoEnterprise } from './enterprises.ts'

/** Safe to repeat and for two servers at once: what is there stays as it is, whatever was changed about it. */
export async function makeDemo({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke demo'))`.execute(tx)
    const enterprises = new Set(
      (await tx.selectFrom('enterprise').select('id').execute()).map(({ id }) => id),
    )
    for (const enterprise of Object.values(demoEnterprises)) {
      if (!enterprises.has(enterprise.id)) await makeEnterprise(tx, enterprise, clock())
    }
    const accounts = new Set((await tx.selectFrom('account').select('id').execute()).map(({ id }) => id))
    for (const account of demoAccounts) {
      if (!accounts.has(account.id)) await makeAccount(tx, account, clock())
    }
  })
}

async function makeEnterprise(tx: Tx, enterprise: DemoEnterprise, now: Date) {
  await tx
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
      verified_at: now,
      created_at: now,
      modified_at: now,
    })
    .execute()
}

async function makeAccount(tx: Tx, account: DemoAccount, now: Date) {
  await tx
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
      account_type: typeOf(account),
      email: account.email,
      mobile: account.mobile,
      email_confirmed_at: now,
      mobile_confirmed_at: now,
      created_at: now,
      modified_at: now,
    })
    .execute()
}

function typeOf({ enterprise, dataScope }: DemoAccount): string {
  if (enterprise === null) return 'officer'
  return dataScope === 'consignor' ? 'consignor' : 'enterprise'
}
