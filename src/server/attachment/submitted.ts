/** Files that were part of a submission stay in the store, whatever becomes of the attachment later. */
import { unwaited, type Tx } from '../db/connect.ts'

/**
 * Keeps these files for good; called in the transaction of the submission. `sha256s` may hold repeats; a file
 * that was submitted before keeps its first instant.
 */
export async function keepSubmittedFiles(tx: Tx, sha256s: readonly string[], now: Date): Promise<void> {
  // In one order everywhere: two submissions that share files must not wait for each other crosswise.
  const values = [...new Set(sha256s)].toSorted().map((sha256) => ({ sha256, submitted_at: now }))
  if (values.length === 0) return
  const kept = tx
    .insertInto('submitted_file')
    .values(values)
    .onConflict((conflict) => conflict.column('sha256').doNothing())
  await unwaited(tx, kept)
}
