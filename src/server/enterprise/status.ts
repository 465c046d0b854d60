/** Where an enterprise stands, from its row. What that opens is said in domain/enterprise/standing.ts alone. */
import type { Standing } from '#domain/enterprise/standing.ts'

/** Verified by a key officer, merely registered, or registered after somebody else had claimed the number. */
export function standingOf(row: { verifiedAt: Date | null; contested: boolean }): Standing {
  if (row.verifiedAt !== null) return 'verified'
  return row.contested ? 'contested' : 'unverified'
}
