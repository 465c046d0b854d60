// What a backup consists of: pieces of tables under `db/`, files under `files/`, and last `manifest.json`.
import fs from 'node:fs/promises'
import { z } from 'zod'
import { StartError } from '../start-error.ts'
import { Sequence, Table } from './tables.ts'
import { DamagedArchive, readMembers, textOfMember, type Member } from './tar.ts'

const MANIFEST = 'manifest.json'

export const Manifest = z.object({
  format: z.literal(1),
  takenAt: z.iso.datetime(),
  migrations: z.array(z.object({ name: z.string(), digest: z.string() })),
  tables: z.array(Table),
  sequences: z.array(Sequence),
  members: z.array(z.object({ name: z.string(), size: z.number(), sha256: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

export const manifestName = MANIFEST
export const tableMember = (table: { schema: string; name: string }, piece: number) =>
  `db/${table.schema}.${table.name}/${String(piece).padStart(6, '0')}.ndjson`
export const fileMember = (name: string) => `files/${name}`

/** Entries of DATA_DIR that are the database’s own, uploads that no row can name yet, and what is made anew. */
export const notOfFiles = ['postgres', 'postgres-dir', 'files/incoming', 'key-agent']

export type Archive = { file: fs.FileHandle; manifest: Manifest; members: Map<string, Member> }

/** Opens an archive and reads what it says it holds. Throws a StartError if it is no complete backup of ours. */
export async function openArchive(path: string): Promise<Archive> {
  const file = await fs.open(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    throw new StartError(
      code === 'ENOENT' ? `没有找到备份文件 ${path}。` : `备份文件 ${path} 无法读取，请检查权限。`,
      {
        cause: error,
      },
    )
  })
  try {
    const members = new Map((await readMembers(file)).map((member) => [member.name, member]))
    const last = members.get(MANIFEST)
    if (!last) throw new DamagedArchive('no manifest')
    const manifest = Manifest.parse(JSON.parse(await textOfMember(file, last)))
    return { file, manifest, members }
  } catch (error) {
    await file.close()
    if (error instanceof DamagedArchive || error instanceof z.ZodError || error instanceof SyntaxError) {
      throw new StartError(`${path} 不是本系统的完整备份（可能被截断或损坏）。`, { cause: error })
    }
    throw error
  }
}
