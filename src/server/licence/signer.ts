import type { Db, Tx } from '../db/connect.ts'
import { formatInstant } from '#domain/day.ts'

/** Words why the authority's document certificate can't sign at this instant, or null. */
export async function signerRefusal(db: Db | Tx, authorityCode: string, now: Date): Promise<string | null> {
  const rows = await db
    .selectFrom('certificate')
    .select(['not_before', 'not_after', 'revoked_at'])
    .where('kind', '=', 'authority')
    .where('authority_code', '=', authorityCode)
    .orderBy('not_after', 'desc')
    .execute()
  const latest = rows[0]
  if (latest === undefined) return '本机构还没有签章证书，请联系系统管理员办理'
  if (rows.some((row) => row.revoked_at === null && row.not_before <= now && row.not_after >= now))
    return null
  if (latest.revoked_at !== null) return '本机构的签章证书已被注销，请联系系统管理员更换'
  if (latest.not_after < now) {
    return `本机构的签章证书已于 ${formatInstant(latest.not_after)} 到期，请联系系统管理员更换`
  }
  return '本机构的签章证书还没有生效，请联系系统管理员'
}
