// `npm test`: installs what is missing, checks lint, format and types, and runs every test; the runner's own
// summary comes last.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { ensurePages } from './build-pages.mjs'
import { check } from './check.mjs'
import { endWithNpm } from './end-with-npm.mjs'
import { checkNode, ensureInstalled, NODE, PROJECT } from './install.mjs'
import { COMPILE_CACHE } from './server-flags.mjs'
import { ensureTools } from './test-tools.mjs'

const PATTERNS = ['src/**/*.test.ts', 'test/**/*.test.ts']
const RUNNER = [
  '--test',
  // By itself the runner takes one file at a time on two cores, although most of them wait for the database.
  '--test-concurrency=4',
  '--test-reporter=spec',
  '--test-timeout=600000',
]

/** Runs the tests and answers whether they passed; none at all is a failure, which the runner does not see. */
function runTests() {
  const bin = path.dirname(NODE)
  const runner = spawn(NODE, [...RUNNER, ...PATTERNS], {
    cwd: PROJECT,
    // In UTC a day of Shanghai that was computed in local time shows.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      TZ: 'UTC',
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => runner.kill(signal))
  let tail = ''
  runner.stdout.on('data', (chunk) => {
    process.stdout.write(chunk)
    tail = (tail + chunk).slice(-4000)
  })
  return new Promise((resolve) => {
    runner.on('close', (code) => {
      const count = Number(/tests (\d+)/.exec(tail)?.[1] ?? 0)
      if (count === 0) console.error('没有运行任何测试。')
      resolve(code === 0 && count > 0)
    })
  })
}

endWithNpm()
ensureInstalled()
checkNode()
ensureTools()
if (!check()) process.exit(1)
ensurePages()
const passed = await runTests()
spawnSync(NODE, [path.join(PROJECT, 'test', 'reaper.ts'), 'now'], { cwd: PROJECT, stdio: 'ignore' })
process.exit(passed ? 0 : 1)
