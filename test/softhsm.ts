/** A token without hardware: SoftHSM2 with a folder of its own, for the tests of the key agent. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const MODULE = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
].find((file) => existsSync(file))

const runs = (program: string) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined

/** Why the tests of tokens can't run on this machine; undefined where they can. */
export const noTokenHere: string | undefined =
  MODULE === undefined || !runs('softhsm2-util')
    ? '没有 SoftHSM2（Debian 软件包 softhsm2），不能测试硬件钥匙'
    : !runs('pkcs11-tool')
      ? '没有 pkcs11-tool（Debian 软件包 opensc），不能测试硬件钥匙'
      : (await import('node:ffi').catch(() => undefined)) === undefined
        ? '此 Node.js 没有 node:ffi，不能测试硬件钥匙'
        : undefined

export interface SoftToken {
  readonly module: string
  readonly label: string
  readonly pin: string
  /** What pkcs11-tool says; `login`: with the PIN. */
  pkcs11Tool(args: readonly string[], login?: boolean): string
  remove(): void
}

/** A fresh token. The module finds it by the environment of this process, so there is one for each test file. */
export function softToken(label = '河北钢铁', pin = '246810'): SoftToken {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuke-token-'))
  const config = path.join(folder, 'softhsm2.conf')
  mkdirSync(path.join(folder, 'tokens'))
  writeFileSync(
    config,
    `directories.tokendir = ${folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  process.env['SOFTHSM2_CONF'] = config
  const module = MODULE ?? ''
  const init = ['--init-token', '--free', '--label', label, '--so-pin', '87654321', '--pin', pin]
  execFileSync('softhsm2-util', ['--module', module, ...init], { stdio: 'ignore' })
  return {
    module,
    label,
    pin,
    pkcs11Tool: (args, login = false) =>
      execFileSync(
        'pkcs11-tool',
        ['--module', module, '--token-label', label, ...(login ? ['--login', '--pin', pin] : []), ...args],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
