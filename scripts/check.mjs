// `npm run check`: lint, format and types, over the project's own folders by name.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, NODE, PROJECT } from './install.mjs'

const FOLDERS = ['src', 'test', 'scripts', 'bench', 'vite.config.ts']

function run(program, args) {
  const script = path.join(PROJECT, 'node_modules', ...program)
  const { status } = spawnSync(NODE, [script, ...args], {
    cwd: PROJECT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return status === 0
}

/** Runs all three, so that one run shows everything there is to mend. Answers whether all passed. */
export function check() {
  const folders = FOLDERS.filter((name) => fs.existsSync(path.join(PROJECT, name)))
  const lint = run(['oxlint', 'bin', 'oxlint'], ['--deny-warnings', ...folders])
  const format = run(['oxfmt', 'bin', 'oxfmt'], ['--check', ...folders])
  const types = run(['typescript', 'bin', 'tsc'], ['--noEmit', '-p', '.'])
  return lint && format && types
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureInstalled()
  process.exit(check() ? 0 : 1)
}
