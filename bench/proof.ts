/** The ledger's own proof, as a person runs it: a process of its own beside the server. */
import path from 'node:path'
import { databaseUrl } from './place.ts'
import type { System } from './system.ts'

/** Runs `npm run prove` and answers what it says and the seconds from start to end; throws when anything differs. */
export async function provedBy({ place }: System): Promise<{ said: string; seconds: number }> {
  const start = performance.now()
  const program = place.start('scripts/prove.ts', {
    env: { DATABASE_URL: databaseUrl(place, 'xuke'), DATA_DIR: path.join(place.dir, 'data') },
  })
  const said = (await program.finished()).trim()
  return { said, seconds: (performance.now() - start) / 1000 }
}
