import { spawnSync } from 'node:child_process'
import path from 'node:path'

const PROJECT = path.resolve(import.meta.dirname, '..')

/**
 * Runs kysely-codegen on the database at `url` for src/server/db/types.gen.ts: writes the file or, with
 * `verify`, only compares. Answers what went wrong or differs; undefined if nothing.
 */
export function generateTypes(url: string, options: { verify?: boolean } = {}): string | undefined {
  const program = path.join(PROJECT, 'node_modules/kysely-codegen/dist/cli/bin.js')
  const outFile = path.join(PROJECT, 'src/server/db/types.gen.ts')
  const which = ['--dialect', 'postgres', '--default-schema', 'public', '--include-pattern', 'public.*']
  const how = ['--date-parser', 'string', '--out-file', outFile, ...(options.verify ? ['--verify'] : [])]
  const run = spawnSync(process.execPath, [program, '--url', url, ...which, ...how], {
    cwd: PROJECT,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  return run.status === 0 ? undefined : run.stderr
}
