// `npm run dev`: the server begins anew at each change of its sources, Vite serves the pages at port 5173.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { endWithNpm } from './end-with-npm.mjs'
import { checkNode, ensureInstalled, NODE, PROJECT } from './install.mjs'

endWithNpm()
ensureInstalled()
checkNode()
const vite = path.join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js')
const commands = [['--watch', '--watch-preserve-output', path.join('src', 'server', 'main.ts')], [vite]]
const children = commands.map((args) =>
  spawn(NODE, args, { cwd: PROJECT, stdio: 'inherit', shell: process.platform === 'win32' }),
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => children.forEach((child) => child.kill(signal)))
}
for (const child of children) {
  child.on('exit', (code) => {
    for (const other of children) other.kill('SIGTERM')
    process.exitCode ||= code ?? 0
  })
}
