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

function missingPackages() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isOnPath(program))
  const names = missing.map(([, name]) => name)
  return [...new Set(hasChineseFont() ? names : [...names, 'fonts-noto-cjk'])]
}

/** Installs what is missing from Debian's packages when it may, else says the one command and ends. */
export function ensureTools() {
  const missing = missingPackages()
  if (missing.length === 0) return
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  const byHand = `测试还需要以下系统软件，请执行：sudo apt-get update && sudo apt-get ${install.join(' ')}`
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) fail(byHand)
  console.log(`正在安装测试所需的系统软件：${missing.join(' ')}……`)
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  const done = ['update', install].map((args) => spawnSync('apt-get', [args].flat(), options).status)
  if (done.at(-1) !== 0 || missingPackages().length > 0) fail(byHand)
}
