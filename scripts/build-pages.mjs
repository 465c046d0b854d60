// Builds the pages into dist/web if their sources have changed since the last build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { explain, fail, NODE, PROJECT } from './install.mjs'

const SOURCES = ['src/web', 'src/ui', 'src/domain', 'src/api', 'vite.config.ts', 'package-lock.json']
const MARKER = path.join(PROJECT, 'dist', 'pages.sha256')

function addToDigest(hash, target) {
  const found = fs.statSync(target, { throwIfNoEntry: false })
  if (!found) return
  if (found.isDirectory()) {
    for (const name of fs.readdirSync(target).sort()) addToDigest(hash, path.join(target, name))
  } else if (!/\.test\.tsx?$/.test(target)) {
    hash.update(path.relative(PROJECT, target)).update('\0').update(fs.readFileSync(target))
  }
}

function digestOfSources() {
  const hash = createHash('sha256')
  for (const source of SOURCES) addToDigest(hash, path.join(PROJECT, source))
  return hash.digest('hex')
}

/** Skips the build when the marker in dist names these very sources. */
export function ensurePages() {
  if (!fs.existsSync(path.join(PROJECT, 'vite.config.ts'))) return
  const digest = digestOfSources()
  if (fs.existsSync(MARKER) && fs.readFileSync(MARKER, 'utf8') === digest) return
  console.log('正在构建页面……')
  try {
    fs.rmSync(MARKER, { force: true })
    fs.mkdirSync(path.dirname(MARKER), { recursive: true })
  } catch (error) {
    fail(explain(String(error), path.dirname(MARKER)) ?? String(error))
  }
  const vite = path.join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js')
  const done = spawnSync(NODE, [vite, 'build', '--logLevel', 'warn'], {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) {
    const text = done.stderr ?? String(done.error)
    fail(explain(text, path.dirname(MARKER)) ?? `页面构建失败：\n${text.trim()}`)
  }
  fs.writeFileSync(MARKER, digest)
}
