// Programs of the system that the tests ask for a second opinion: a browser, PDF and QR readers, OpenSSL; a hardware token in software.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fail } from './install.mjs'

const PROGRAMS = {
  // Chromium without windows: a third less work than the whole browser.
  'chromium-headless-shell': 'chromium-headless-shell',
  pdftotext: 'poppler-utils',
  pdfsig: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  zbarimg: 'zbar-tools',
  openssl: 'openssl',
  certutil: 'libnss3-tools',
}

/** For the key agent alone, whose tests are left out, with the reason, where these can't be had. */
const OPTIONAL = {
  'softhsm2-util': 'softhsm2',
  'pkcs11-tool': 'opensc',
}

function isOnPath(program) {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.some((folder) => folder && fs.existsSync(path.join(folder, program)))
}

/** Without one, Chinese pages are pictures of empty boxes. */
function hasChineseFont() {
  const list = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' })
  return list.status === 0 && list.stdout.trim() !== ''
}

const missingOf = (programs) =>
  Object.entries(programs)
    .filter(([program]) => !isOnPath(program))
    .map(([, name]) => name)

function missingPackages() {
  const names = missingOf(PROGRAMS)
  return [...new Set(hasChineseFont() ? names : [...names, 'fonts-noto-cjk'])]
}

/** Installs what is missing from Debian's packages when it may, else says the one command and ends; what is optional is only named. */
export function ensureTools() {
  const [needed, optional] = [missingPackages(), missingOf(OPTIONAL)]
  if (needed.length + optional.length === 0) return
  const wanted = [...needed, ...optional]
  const byHand = `sudo apt-get update && sudo apt-get ${install(wanted).join(' ')}`
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.log(`正在安装测试所需的系统软件：${wanted.join(' ')}……`)
    aptGet(['update'])
    // The optional ones apart: where one can't be had, the others still come.
    if (needed.length > 0) aptGet(install(needed))
    if (optional.length > 0) aptGet(install(optional))
  }
  if (missingPackages().length > 0) fail(`测试还需要以下系统软件，请执行：${byHand}`)
  const without = missingOf(OPTIONAL)
  if (without.length > 0) {
    console.log(`没有 ${without.join('、')}，硬件钥匙的测试将跳过。要运行它们，请执行：${byHand}`)
  }
}

const install = (packages) => ['install', '-y', '--no-install-recommends', ...packages]

function aptGet(args) {
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
