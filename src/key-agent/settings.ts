/** Settings of the agent: from the environment, else from `settings.json` beside it (as in the archive), else as usual. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export type Settings = {
  readonly port: number
  readonly origins: readonly string[]
  /** Path of the PKCS#11 module; undefined: none was found. */
  readonly module: string | undefined
}

export class SettingError extends Error {
  override readonly name = 'SettingError'
}

export const USUAL_PORT = 3900
const usualOrigins = ['http://localhost:3000', 'http://127.0.0.1:3000']

/** Where OpenSC puts its module, which knows many cards and tokens; other makers' modules are named by the setting. */
const usualModules: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
    '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so',
    '/usr/lib64/opensc-pkcs11.so',
    '/usr/lib/opensc-pkcs11.so',
  ],
  darwin: ['/Library/OpenSC/lib/opensc-pkcs11.so', '/usr/local/lib/opensc-pkcs11.so'],
  win32: [String.raw`C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll`],
}

/** `folder`: where settings.json may stand. Refuses (SettingError) a value that is not what it should be. */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): Settings {
  const file = fileSettings(path.join(folder, 'settings.json'))
  const given = (name: string, key: string): string | undefined => {
    const value = env[name]?.trim() || file[key]
    return value === undefined || value === '' ? undefined : String(value)
  }
  const port = Number(given('KEY_AGENT_PORT', 'port') ?? USUAL_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SettingError('KEY_AGENT_PORT 应为 1 至 65535')
  const origins =
    given('KEY_AGENT_ORIGINS', 'origins')
      ?.split(',')
      .map((one) => one.trim()) ?? usualOrigins
  for (const origin of origins) checkOrigin(origin)
  const module = given('KEY_AGENT_MODULE', 'module')
  if (module !== undefined && !existsSync(module))
    throw new SettingError(`KEY_AGENT_MODULE 的文件不存在：${module}`)
  return {
    port,
    origins,
    module: module ?? (usualModules[process.platform] ?? []).find((one) => existsSync(one)),
  }
}

/** Exactly as a browser writes it; plain http only from this machine, since other pages can't use keys anyway. */
function checkOrigin(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url?.origin !== origin || !secure) {
    throw new SettingError(`KEY_AGENT_ORIGINS 中的“${origin}”不是网站地址，应如 https://licence.example.cn`)
  }
}

const isLoopback = (name: string) => name === 'localhost' || name === '127.0.0.1' || name === '[::1]'

function fileSettings(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {}
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed }
  } catch {
    // said below
  }
  throw new SettingError(`${file} 不是有效的 JSON`)
}
