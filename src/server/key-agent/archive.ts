/**
 * The archive of the key agent: its program as it lies in src/key-agent, this site as the one that may ask, a start script,
 * words, and the pinned Node.js where the server has it. Made when first asked for and kept: packing the runtime takes
 * seconds.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { Environment } from '../environment.ts'

const PROJECT = path.resolve(import.meta.dirname, '../../..')
const program = path.join(PROJECT, 'src', 'key-agent')

export interface Platform {
  readonly platform: string
  readonly label: string
  /** The executable that goes along; undefined: the person installs Node.js. */
  readonly runtime: string | undefined
}

const labels = {
  'win-x64': 'Windows（64 位）',
  'darwin-arm64': 'macOS（Apple 芯片）',
  'linux-x64': 'Linux（x64）',
  'linux-arm64': 'Linux（arm64）',
} as const
export const withoutRuntime = 'any'

type Where = Pick<Environment, 'dataDir' | 'keyAgentPort' | 'publicUrl'>

/** `packages`: the folder where the runtimes are installed. */
export function agentArchives(env: Where, packages = path.join(PROJECT, 'node_modules')) {
  const version = agentVersion()
  const platforms: Platform[] = Object.entries(labels).flatMap(([platform, label]) => {
    const bin = path.join(packages, `node-${platform}`, 'bin')
    const runtime = [path.join(bin, 'node.exe'), path.join(bin, 'node')].find((file) => existsSync(file))
    return runtime === undefined ? [] : [{ platform, label, runtime }]
  })
  platforms.push({ platform: withoutRuntime, label: '其他系统（须已安装 Node.js 26）', runtime: undefined })
  const making = new Map<string, Promise<{ file: string; size: number }>>()
  const nameOf = (platform: string) => `xuke-key-agent-${version}-${platform}.zip`
  return {
    version,
    platforms,
    nameOf,
    /** The file; several who ask at once wait for the same one. */
    make(wanted: Platform): Promise<{ file: string; size: number }> {
      const { platform } = wanted
      const running = making.get(platform) ?? pack(env, wanted, version)
      making.set(platform, running)
      return running.finally(() => making.delete(platform))
    },
  }
}

function agentVersion(): string {
  const described: unknown = JSON.parse(readFileSync(path.join(program, 'package.json'), 'utf8'))
  if (typeof described === 'object' && described !== null && 'version' in described) {
    return String(described.version)
  }
  throw new Error('src/key-agent/package.json has no version')
}

/** Everything in the archive but the runtime: name → content. */
function contents(env: Where, { runtime }: Platform, version: string): Map<string, string> {
  const sources = readdirSync(program).filter(
    (name) => /\.ts$|^package\.json$/.test(name) && !name.endsWith('.test.ts'),
  )
  const settings = { port: env.keyAgentPort, origins: originsOf(env.publicUrl).join(',') }
  return new Map([
    ...sources.map((name) => [`agent/${name}`, readFileSync(path.join(program, name), 'utf8')] as const),
    ['agent/settings.json', `${JSON.stringify(settings, null, 2)}\n`],
    ['start.sh', unixStart],
    ['启动.cmd', windowsStart],
    ['使用说明.txt', words(env, version, runtime !== undefined)],
  ])
}

/** On this machine the same server is reached under two names. */
function originsOf(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl)
  if (hostname !== 'localhost' && hostname !== '127.0.0.1') return [origin]
  return ['localhost', '127.0.0.1'].map((name) => new URL(`${protocol}//${name}:${port}`).origin)
}

async function pack(env: Where, wanted: Platform, version: string): Promise<{ file: string; size: number }> {
  const { platform, runtime } = wanted
  const files = contents(env, wanted, version)
  const runtimeFacts = runtime === undefined ? undefined : await stat(runtime)
  const made = JSON.stringify([[...files], runtimeFacts?.size, runtimeFacts?.mtimeMs])
  const digest = createHash('sha256').update(made).digest('hex').slice(0, 16)
  const folder = path.join(env.dataDir, 'key-agent')
  const file = path.join(folder, `${platform}-${digest}.zip`)
  const there = await stat(file).catch(() => undefined)
  if (there !== undefined) return { file, size: there.size }
  await mkdir(folder, { recursive: true })
  const beside = path.join(folder, `${platform}-${randomUUID()}.part`)
  try {
    await pipeline(zipOf(files, runtime).outputStream, createWriteStream(beside))
    await rename(beside, file)
  } finally {
    await rm(beside, { force: true })
  }
  await removeOlder(folder, platform, file)
  return { file, size: (await stat(file)).size }
}

function zipOf(files: ReadonlyMap<string, string>, runtime: string | undefined): ZipFile {
  const zip = new ZipFile()
  for (const [name, content] of files) {
    const mode = name.endsWith('.sh') ? 0o100755 : 0o100644
    zip.addBuffer(Buffer.from(content), `xuke-key-agent/${name}`, { mode })
  }
  if (runtime !== undefined) {
    zip.addFile(runtime, `xuke-key-agent/runtime/${path.basename(runtime)}`, { mode: 0o100755 })
    const licence = path.join(runtime, '..', '..', 'LICENSE')
    if (existsSync(licence)) zip.addFile(licence, 'xuke-key-agent/runtime/LICENSE')
  }
  zip.end()
  return zip
}

/** Of another version or another site; who is still downloading one keeps it open. */
async function removeOlder(folder: string, platform: string, kept: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const old = path.join(folder, name)
    if (name.startsWith(`${platform}-`) && name.endsWith('.zip') && old !== kept) {
      await rm(old, { force: true })
    }
  }
}

const run = '--disable-warning=ExperimentalWarning'
const unixStart = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
NODE=./runtime/node
[ -x "$NODE" ] || NODE=node
exec "$NODE" ${run} agent/main.ts
`
const windowsStart = [
  '@echo off',
  'chcp 65001 >nul',
  'cd /d "%~dp0"',
  'set NODE=node',
  'if exist runtime\\node.exe set NODE=runtime\\node.exe',
  `"%NODE%" ${run} agent\\main.ts`,
  'pause',
  '',
].join('\r\n')

const words = (env: Where, version: string, hasRuntime: boolean) =>
  [
    `电子钥匙代理 ${version}`,
    '',
    `供网站 ${env.publicUrl} 使用插在本机上的硬件钥匙。`,
    '',
    '安装',
    '1. 安装硬件钥匙厂商的驱动程序（其中有 PKCS#11 模块），或安装 OpenSC。',
    hasRuntime ? '2. 解压本压缩包到任意文件夹。' : '2. 安装 Node.js 26，解压本压缩包到任意文件夹。',
    '3. Windows：双击“启动.cmd”。macOS、Linux：在终端中运行 ./start.sh。',
    `4. 用浏览器打开 http://127.0.0.1:${env.keyAgentPort} 查看状态，再回到网站继续。`,
    '',
    '设置（agent/settings.json）',
    '"module"：PKCS#11 模块文件的完整路径；不写则使用 OpenSC。',
    '"origins"：允许使用钥匙的网站，以逗号分隔。请勿添加不认识的网站。',
    `"port"：端口，须与网站相同（${env.keyAgentPort}）。`,
    '',
    '使用时代理会另开窗口询问是否允许，并在该窗口中输入 PIN；网站得不到 PIN 和私钥。',
    '关闭它的窗口即退出；已给的允许随之失效。',
    '',
  ].join('\r\n')
