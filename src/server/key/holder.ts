/** What the certificate of a request will say of its holder: the approved name, the enterprise as it is registered now. */
import type { KeyForm } from '#domain/certificate/form.ts'
import type { KeyHolder } from '#domain/seal/certificate.ts'
import type { Db, Tx } from '../db/connect.ts'

export async function holderOf(
  db: Db | Tx,
  row: { enterprise_id: string; login_name: string },
  form: Pick<KeyForm, 'applicantName'>,
): Promise<KeyHolder & { loginName: string }> {
  const enterprise = await db
    .selectFrom('enterprise')
    .select(['name', 'code13', 'uscc'])
    .where('id', '=', row.enterprise_id)
    .executeTakeFirstOrThrow()
  return {
    personName: form.applicantName,
    enterpriseName: enterprise.name,
    code13: enterprise.code13,
    uscc: enterprise.uscc,
    loginName: row.login_name,
  }
}
