/** Whether a database has ever been a demonstration's: its passwords and PINs are known to everybody. */
import type { Db } from '../db/connect.ts'
import { demoAccounts } from './accounts.ts'
import { demoEnterprises } from './enterprises.ts'
import { demoImportId } from './old-users.ts'

/**
 * Why production may not run on this database, or undefined. Passphrases and certificates are asked by
 * `demoSecretRefusal` of the certificate authority.
 */
export async function demoRemains(db: Db): Promise<string | undefined> {
  const accountIds = demoAccounts.map((account) => account.id)
  const enterpriseIds = Object.values(demoEnterprises).map((enterprise) => enterprise.id)
  const accounts = await db.selectFrom('account').select('login_name').where('id', 'in', accountIds).execute()
  const enterprises = await db
    .selectFrom('enterprise')
    .select('name')
    .where('id', 'in', enterpriseIds)
    .execute()
  const old = await db
    .selectFrom('old_user_import')
    .select('file_name')
    .where('id', '=', demoImportId)
    .execute()
  const found = [
    ...accounts.map((row) => row.login_name),
    ...enterprises.map((row) => row.name),
    ...old.map((row) => row.file_name),
  ]
  if (found.length === 0) return undefined
  return `数据库中有演示数据（${found.join('、')}），生产模式不能启动。请为生产环境另建数据库。`
}
