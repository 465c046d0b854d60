/** Reading enterprises. */
import { wholeEnterpriseInfo } from '#domain/application/form.ts'
import type { Enterprise } from '#api/enterprise.ts'
import type { Db, Tx } from '../db/connect.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Stored enterprise data as a whole form. */
export const infoOf = (stored: unknown) => wholeEnterpriseInfo(isRecord(stored) ? stored : {})

/** An enterprise with its data, or undefined. */
export async function findEnterprise(
  db: Db | Tx,
  id: string,
): Promise<Omit<Enterprise, 'barred'> | undefined> {
  const row = await db.selectFrom('enterprise').selectAll().where('id', '=', id).executeTakeFirst()
  return (
    row && {
      id: row.id,
      code13: row.code13,
      uscc: row.uscc,
      name: row.name,
      region: row.region,
      city: row.city,
      centralEnterprise: row.central_enterprise,
      version: row.version,
      modifiedAt: row.modified_at.toISOString(),
      info: infoOf(row.info),
    }
  )
}

/** What everybody may know of an enterprise whose code they have; what somebody merely claims is nothing to know. */
export const findByCode13 = (db: Db | Tx, code13: string) =>
  db
    .selectFrom('enterprise')
    .select(['code13', 'uscc', 'name'])
    .where('code13', '=', code13)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
