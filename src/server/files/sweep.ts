/** Clears files that no row names (an upload that was refused or cut off at the last step) and tells of the missing. */
import type { Context } from '../context.ts'
import { referencedFiles, releaseFile } from './references.ts'

/** A file may be ahead of its row by as long as an upload takes; a day is far more. */
const graceMs = 24 * 60 * 60 * 1000

/** The 256 spans of digests by their first two hex digits: [from, before). 'g' comes behind every hex digit. */
const spans = Array.from({ length: 256 }, (_, index) => {
  const hex = (value: number) => (value > 255 ? 'g' : value.toString(16).padStart(2, '0'))
  return [hex(index), hex(index + 1)] as const
})

export async function sweepFiles(ctx: Pick<Context, 'db' | 'files' | 'clock' | 'log'>): Promise<void> {
  ctx.files.clean()
  const oldest = ctx.clock().getTime() - graceMs
  const missing: string[] = []
  let removed = 0
  for (const [from, before] of spans) {
    // First the files, then the rows: a file that is put in between is young, its row no surprise.
    const files = await ctx.files.list(from)
    const references = new Set(await referencedFiles(ctx.db, from, before))
    for (const { sha256, putAt } of files) {
      if (references.delete(sha256) || putAt.getTime() > oldest) continue
      if (await releaseFile(ctx, sha256)) removed += 1
    }
    for (const sha256 of references) {
      if (!(await ctx.files.has(sha256))) missing.push(sha256)
    }
  }
  if (removed > 0)
    ctx.log({ level: 'info', part: 'files', message: `removed ${removed} files without a row` })
  if (missing.length > 0) {
    const message = `${missing.length} files are named by rows but not in the store; restore them from the backup`
    ctx.log({ level: 'error', part: 'files', message, sha256: missing.slice(0, 100) })
  }
}
