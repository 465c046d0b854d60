// The demonstration's certificates, made once for all test files that want the same: they are most of a file's start.
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { makeDemoPki } from '#server/pki/demo-pki.ts'
import { pkiShelf } from '#test/cluster.ts'

type Request = Omit<Parameters<typeof makeDemoPki>[0], 'dir'>

/** Fills `dir` with certificates as `makeDemoPki` makes them at this very instant. */
export async function demoPkiIn(dir: string, request: Request): Promise<void> {
  const name = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16)
  const kept = path.join(pkiShelf(), name)
  if (!fs.existsSync(kept)) await keep(kept, request)
  fs.cpSync(kept, dir, { recursive: true, preserveTimestamps: true })
}

async function keep(kept: string, request: Request): Promise<void> {
  fs.mkdirSync(pkiShelf(), { recursive: true, mode: 0o700 })
  const made = `${kept}.${randomUUID()}`
  await makeDemoPki({ ...request, dir: made })
  try {
    fs.renameSync(made, kept)
  } catch (error) {
    // Another file was faster; both are as good.
    fs.rmSync(made, { recursive: true, force: true })
    if (!fs.existsSync(kept)) throw error
  }
}
