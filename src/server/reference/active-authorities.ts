/** The issuing authorities of db/reference, for who has no database at hand. */
import { z } from 'zod'
import { filled, flag, readFile, referenceFolder, rowsOf } from './files.ts'

const Row = z.object({ code: z.string().regex(/^[0-9A-Z]{2}$/), name: filled, active: flag })
const file = 'authorities.csv'

export async function activeAuthorities(): Promise<{ code: string; name: string }[]> {
  const rows = rowsOf(await readFile(referenceFolder, file), file, Row)
  return rows.flatMap(({ code, name, active }) => (active ? [{ code, name }] : []))
}
