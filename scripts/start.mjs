// `npm start`: installs what is missing, builds the pages if they changed, and starts the server.
import { spawn } from 'node:child_process'
import module from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensurePages } from './build-pages.mjs'
import { endWithNpm } from './end-with-npm.mjs'
import { checkNode, ensureInstalled, NODE, PROJECT } from './install.mjs'
import { COMPILE_CACHE, SERVER_FLAGS } from './server-flags.mjs'

const MAIN = path.join(PROJECT, 'src', 'server', 'main.ts')

function spawnServer() {
  checkNode()
  const server = spawn(NODE, [...SERVER_FLAGS, MAIN], {
    cwd: PROJECT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
  server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE
endWithNpm()
const installed = ensureInstalled()
ensurePages()
// Within npm's scripts `node` is ours already, once it is installed: then no second process is needed.
const isOurs =
  !installed &&
  Number(process.versions.node.split('.')[0]) >= 26 &&
  SERVER_FLAGS.every((flag) => process.execArgv.includes(flag))
if (isOurs) {
  module.enableCompileCache(COMPILE_CACHE)
  await import(pathToFileURL(MAIN).href)
} else spawnServer()
