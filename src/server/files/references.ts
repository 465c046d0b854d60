/** Which stored files are still named by a row, and taking away those that are not. */
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { mayRemoveFiles } from '../db/locks.ts'

type Has = Pick<Context, 'db' | 'files'>

/**
 * Until the end of the transaction nobody else adds the first or takes the last row of these bytes. Taken after the
 * locks on things (application, licence), never before.
 */
export const fileLock = (sha256: string) =>
  sql<unknown>`pg_advisory_xact_lock(hashtextextended(${sha256}::text, 0))`

/** The digests of this span that rows name, in order: attachments, files once submitted, documents of licences. */
export async function referencedFiles(db: Db | Tx, from: string, before: string): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from attachment where sha256 >= ${from} and sha256 < ${before}
    union select sha256 from submitted_file where sha256 >= ${from} and sha256 < ${before}
    union select document_sha256 from licence where document_sha256 >= ${from} and document_sha256 < ${before}
    union select proof_sha256 from licence_request where proof_sha256 >= ${from} and proof_sha256 < ${before}
    union select sha256 from key_request_file where sha256 >= ${from} and sha256 < ${before}
    order by 1`.execute(db)
  return rows.map(({ sha256 }) => sha256)
}

/** Removes the bytes unless a row names them; answers whether they were removed. For after a row was deleted. */
export async function releaseFile({ db, files }: Has, sha256: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await sql`select ${fileLock(sha256)}`.execute(tx)
    // Behind a digest no other one comes before the same with a letter more.
    const references = await referencedFiles(tx, sha256, `${sha256}0`)
    if (references.length > 0) return false
    // A backup copies the files of rows as they were: what it still wants goes at the next sweep.
    if (!(await mayRemoveFiles(tx))) return false
    await files.remove(sha256)
    return true
  })
}
