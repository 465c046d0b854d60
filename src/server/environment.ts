// What the machine decides, read once at the start into one plain object; nothing else reads the
// environment. docs/operations.md explains each setting (a test compares the two).
import fs from 'node:fs'
import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { mailboxOf } from '#domain/message/letter.ts'
import { readPem } from '#domain/seal/pem.ts'
import { DEMO_PASSPHRASES, demoSecretRefusal } from './pki/demo-secrets.ts'
import { StartError } from './start-error.ts'

export type Environment = {
  /** `demo` makes demonstration data, accounts and keys, and serves this machine alone. */
  mode: 'demo' | 'production'
  /** Which parts this process runs: pages and API, jobs, or both. */
  role: 'web' | 'jobs' | 'all'
  host: string
  port: number
  /** What QR codes, certificates and messages point to; without a slash at the end. */
  publicUrl: string
  /** Absolute folders. */
  dataDir: string
  filesDir: string
  pkiDir: string
  pgDir: string | undefined
  /** The running server's own access to an own PostgreSQL; undefined means the embedded one. */
  databaseUrl: string | undefined
  tls: { cert: Buffer; key: Buffer } | undefined
  /** Addresses of the proxies whose X-Forwarded headers are believed, as Fastify takes them; or none. */
  trustProxy: string | false
  /** They open the private keys of the authorities (documents) and of the issuing CA (revocation list). */
  passphrases: { authority: string; issuing: string }
  /** The exchange with customs: where it is (undefined: messages wait), our private key, their public one. */
  customs: { url: string | undefined; keyFile: string; peerKeyFile: string }
  /** Port of the simulator that a demonstration starts beside itself; undefined: none. */
  customsSimPort: number | undefined
  /** Leaves out the check characters of USCC and 13-character code: the numbers printed in the manuals have wrong ones. */
  relaxedCodes: boolean
  /** Where the pages look for the key agent on the machine of whoever uses them. */
  keyAgentPort: number
  /** Where e-mail goes out, and from whom; undefined: it waits. */
  mail: { url: string; from: { name: string; address: string } } | undefined
  /** Where SMS go out, and the secret that signs them; undefined: they wait. */
  sms: { url: string; secret: string } | undefined
}

const PROJECT = path.resolve(import.meta.dirname, '../..')
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** Every setting with its default as the environment would give it; empty where the default is not a fixed text. */
export const defaults = {
  MODE: 'demo',
  ROLE: 'all',
  HOST: '127.0.0.1',
  PORT: '3000',
  PUBLIC_URL: '',
  DATA_DIR: './data',
  PG_DIR: '',
  DATABASE_URL: '',
  DATABASE_OWNER_URL: '',
  TLS_CERT: '',
  TLS_KEY: '',
  TRUST_PROXY: '',
  ROOT_KEY_PASSPHRASE: '',
  AUTHORITY_KEY_PASSPHRASE: '',
  ISSUING_KEY_PASSPHRASE: '',
  CUSTOMS_URL: '',
  CUSTOMS_KEY: '',
  CUSTOMS_PEER_KEY: '',
  CUSTOMS_SIM_PORT: '',
  USCC_CHECK: 'strict',
  KEY_AGENT_PORT: '3900',
  SMTP_URL: '',
  MAIL_FROM: '',
  SMS_GATEWAY_URL: '',
  SMS_GATEWAY_SECRET: '',
}

function isPostgres(text: string): boolean {
  return /^(postgres|postgresql):\/\//.test(text) && URL.canParse(text.replace('@/', '@localhost/'))
}

function isSmtp(text: string): boolean {
  if (!/^smtps?:\/\/[^\s]+$/.test(text) || !URL.canParse(text)) return false
  const { hostname, pathname, search, hash, username, password } = new URL(text)
  const decodes = [username, password].every((part) => !/%(?![0-9a-f]{2})/i.test(part))
  return hostname !== '' && ['', '/'].includes(pathname) && search === '' && hash === '' && decodes
}

/** Codes do not travel in the clear, but on this machine. */
function isGateway(text: string): boolean {
  if (!/^https?:\/\/[^#\s]+$/.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const isSafe = protocol === 'https:' || LOOPBACK.includes(hostname.replace(/^\[(.*)\]$/, '$1'))
  return isSafe && username === '' && password === ''
}

function isProxyList(text: string): boolean {
  return text.split(',').every((part) => {
    const [address = '', bits, ...rest] = part.trim().split('/')
    return rest.length === 0 && isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
  })
}

const orEmpty = (schema: z.ZodType<string>) => z.union([z.literal(''), schema])
const postgres = orEmpty(z.string().refine(isPostgres))
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number > 0 && number < 65536)
const Settings = z.object({
  MODE: z.enum(['demo', 'production']),
  ROLE: z.enum(['web', 'jobs', 'all']),
  USCC_CHECK: z.enum(['strict', 'relaxed']),
  HOST: z.string().min(1),
  PORT: port,
  PUBLIC_URL: orEmpty(z.string().regex(/^https?:\/\/[^/?#\s]+\/?$/)),
  DATA_DIR: z.string().min(1),
  PG_DIR: z.string(),
  DATABASE_URL: postgres,
  DATABASE_OWNER_URL: postgres,
  TLS_CERT: z.string(),
  TLS_KEY: z.string(),
  TRUST_PROXY: orEmpty(z.string().refine(isProxyList)),
  ROOT_KEY_PASSPHRASE: z.string(),
  AUTHORITY_KEY_PASSPHRASE: z.string(),
  ISSUING_KEY_PASSPHRASE: z.string(),
  CUSTOMS_URL: orEmpty(z.string().regex(/^https?:\/\/[^?#\s]+$/)),
  CUSTOMS_KEY: z.string(),
  CUSTOMS_PEER_KEY: z.string(),
  CUSTOMS_SIM_PORT: orEmpty(z.string().regex(/^\d{1,5}$/)),
  KEY_AGENT_PORT: port,
  SMTP_URL: orEmpty(z.string().refine(isSmtp)),
  MAIL_FROM: orEmpty(z.string().refine((text) => mailboxOf(text) !== undefined)),
  SMS_GATEWAY_URL: orEmpty(z.string().refine(isGateway)),
  SMS_GATEWAY_SECRET: orEmpty(z.string().min(16)),
} satisfies Record<keyof typeof defaults, z.ZodType>)
type Settings = z.infer<typeof Settings>

const expected: Partial<Record<string, string>> = {
  MODE: 'demo 或 production',
  ROLE: 'web、jobs 或 all',
  PORT: '1 至 65535 的整数',
  PUBLIC_URL: '不含路径的网址，例如 https://xuke.example.cn',
  DATABASE_URL: 'postgresql:// 开头的数据库地址',
  DATABASE_OWNER_URL: 'postgresql:// 开头的数据库地址',
  CUSTOMS_URL: '海关系统的网址，例如 https://customs.example.cn/exchange',
  KEY_AGENT_PORT: '1 至 65535 的整数',
  CUSTOMS_SIM_PORT: '0（不启动）至 65535 的整数',
  SMTP_URL: '邮件服务器的地址，例如 smtps://user:password@mail.example.cn（特殊字符按 %XX 书写，不带参数）',
  MAIL_FROM: '发件人，例如 出口许可证系统 <licence@example.cn>',
  SMS_GATEWAY_URL: '短信网关的 https 网址，不含用户名和密码',
  SMS_GATEWAY_SECRET: '至少 16 个字符的密钥',
  USCC_CHECK: 'strict 或 relaxed',
  TRUST_PROXY: '代理服务器的 IP 地址或网段，以逗号分隔',
}

type Variables = Readonly<Record<string, string | undefined>>

function readSettings(variables: Variables): Settings {
  const given = Object.entries(defaults).map(([name, value]) => [name, variables[name]?.trim() || value])
  const parsed = Settings.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0])
  // The value itself may hold a password: it is not repeated.
  throw new StartError(`环境变量 ${name} 的值无效，应为：${expected[name] ?? '非空的值'}。`)
}

function readTls(settings: Settings): Environment['tls'] {
  const { TLS_CERT, TLS_KEY } = settings
  if (!TLS_CERT && !TLS_KEY) return undefined
  if (!TLS_CERT || !TLS_KEY) throw new StartError('TLS_CERT 与 TLS_KEY 必须同时设置。')
  const read = (name: string, file: string) => {
    try {
      return fs.readFileSync(file)
    } catch (error) {
      throw new StartError(`${name} 所给的文件 ${file} 无法读取，请检查路径和权限。`, { cause: error })
    }
  }
  return { cert: read('TLS_CERT', TLS_CERT), key: read('TLS_KEY', TLS_KEY) }
}

/** Signing needs a secure context in the browser: plain http works on the same machine only. */
function checkReach(env: Environment) {
  const local = LOOPBACK.includes(env.host)
  const { hostname, protocol } = new URL(env.publicUrl)
  if (env.mode === 'demo' && !local) {
    throw new StartError('演示模式只在本机提供服务，HOST 应为 127.0.0.1；正式使用请设置 MODE=production。')
  }
  if (!local && !env.tls && !env.trustProxy) {
    throw new StartError(
      '对外提供服务须使用 HTTPS：请设置 TLS_CERT 与 TLS_KEY，或以 TRUST_PROXY 指明 HTTPS 代理。',
    )
  }
  if (env.mode === 'production' && protocol !== 'https:' && !LOOPBACK.includes(hostname)) {
    throw new StartError('PUBLIC_URL 应以 https:// 开头：浏览器只在 HTTPS 页面中允许使用电子钥匙。')
  }
}

function readChain(pkiDir: string): string {
  const file = path.join(pkiDir, 'chain.pem')
  try {
    const text = fs.readFileSync(file, 'utf8')
    readPem(text)
    return text
  } catch (error) {
    throw new StartError(`生产模式需要签发证书和根证书（PEM）：${file} 不存在或无法读取。`, { cause: error })
  }
}

/** A demonstration's passphrases are known to everybody, and so are its certificates. */
function checkSecrets(env: Environment) {
  const passphrases = {
    AUTHORITY_KEY_PASSPHRASE: env.passphrases.authority,
    ISSUING_KEY_PASSPHRASE: env.passphrases.issuing,
  }
  const refusal = demoSecretRefusal(passphrases, readChain(env.pkiDir))
  if (refusal) throw new StartError(refusal)
}

/** Where database and files lie: all that tools beside the server need to know. */
export type Places = Pick<Environment, 'dataDir' | 'filesDir' | 'pkiDir' | 'pgDir' | 'databaseUrl'>

function placesOf(settings: Settings): Places {
  const dataDir = path.resolve(PROJECT, settings.DATA_DIR)
  return {
    dataDir,
    filesDir: path.join(dataDir, 'files'),
    pkiDir: path.join(dataDir, 'pki'),
    pgDir: settings.PG_DIR ? path.resolve(PROJECT, settings.PG_DIR) : undefined,
    databaseUrl: settings.DATABASE_URL || undefined,
  }
}

export function readPlaces(variables: Variables): Places {
  return placesOf(readSettings(variables))
}

/**
 * A demonstration starts a simulator of customs beside itself, at the port after its own, unless it is told another
 * address. Keys of the demonstration lie in DATA_DIR; production names its own.
 */
function customsOf(settings: Settings, dataDir: string): Pick<Environment, 'customs' | 'customsSimPort'> {
  const folder = path.join(dataDir, 'customs')
  const file = (given: string, name: string) =>
    given === '' ? path.join(folder, name) : path.resolve(PROJECT, given)
  const wanted = settings.CUSTOMS_SIM_PORT === '' ? settings.PORT + 1 : Number(settings.CUSTOMS_SIM_PORT)
  const simulated =
    settings.MODE === 'demo' && settings.CUSTOMS_URL === '' && wanted > 0 && wanted < 65536
      ? wanted
      : undefined
  const simulator = simulated === undefined ? undefined : `http://127.0.0.1:${simulated}`
  return {
    customs: {
      url: settings.CUSTOMS_URL || simulator,
      keyFile: file(settings.CUSTOMS_KEY, 'licensing.key.pem'),
      peerKeyFile: file(settings.CUSTOMS_PEER_KEY, 'customs.pub.pem'),
    },
    customsSimPort: simulated,
  }
}

/** Half a setting is a mistake: said at once rather than when the first message can't leave. */
function messagesOf(settings: Settings): Pick<Environment, 'mail' | 'sms'> {
  const { SMTP_URL, MAIL_FROM, SMS_GATEWAY_URL, SMS_GATEWAY_SECRET } = settings
  const from = mailboxOf(MAIL_FROM)
  if (SMTP_URL !== '' && from === undefined)
    throw new StartError('设置了 SMTP_URL，还须设置发件人 MAIL_FROM。')
  if (SMS_GATEWAY_URL !== '' && SMS_GATEWAY_SECRET === '') {
    throw new StartError('设置了 SMS_GATEWAY_URL，还须设置密钥 SMS_GATEWAY_SECRET。')
  }
  return {
    mail: SMTP_URL === '' || from === undefined ? undefined : { url: SMTP_URL, from },
    sms: SMS_GATEWAY_URL === '' ? undefined : { url: SMS_GATEWAY_URL, secret: SMS_GATEWAY_SECRET },
  }
}

/** What `npm run ca` needs. The root's passphrase is read by it alone; the server never knows it. */
export type CaSettings = {
  pkiDir: string
  dataDir: string
  /** As certificates will name it; '' where PUBLIC_URL is not set. */
  publicUrl: string
  passphrases: {
    ROOT_KEY_PASSPHRASE: string
    ISSUING_KEY_PASSPHRASE: string
    AUTHORITY_KEY_PASSPHRASE: string
  }
  /** Where our private key of the customs exchange lies. */
  customsKeyFile: string
}

export function readCaSettings(variables: Variables): CaSettings {
  const settings = readSettings(variables)
  const { dataDir, pkiDir } = placesOf(settings)
  const { ROOT_KEY_PASSPHRASE, ISSUING_KEY_PASSPHRASE, AUTHORITY_KEY_PASSPHRASE } = settings
  return {
    pkiDir,
    dataDir,
    publicUrl: settings.PUBLIC_URL.replace(/\/$/, ''),
    passphrases: { ROOT_KEY_PASSPHRASE, ISSUING_KEY_PASSPHRASE, AUTHORITY_KEY_PASSPHRASE },
    customsKeyFile: customsOf(settings, dataDir).customs.keyFile,
  }
}

/** Reads and checks the settings. Throws a StartError that names the setting and what it should be. */
export function readEnvironment(variables: Variables): Environment {
  const settings = readSettings(variables)
  const demo = settings.MODE === 'demo'
  const tls = readTls(settings)
  const scheme = tls ? 'https' : 'http'
  const env: Environment = {
    mode: settings.MODE,
    role: settings.ROLE,
    host: settings.HOST,
    port: settings.PORT,
    publicUrl: settings.PUBLIC_URL.replace(/\/$/, '') || `${scheme}://localhost:${settings.PORT}`,
    ...placesOf(settings),
    ...customsOf(settings, placesOf(settings).dataDir),
    ...messagesOf(settings),
    keyAgentPort: settings.KEY_AGENT_PORT,
    tls,
    trustProxy: settings.TRUST_PROXY || false,
    relaxedCodes: settings.USCC_CHECK === 'relaxed',
    passphrases: {
      authority: settings.AUTHORITY_KEY_PASSPHRASE || (demo ? DEMO_PASSPHRASES.authority : ''),
      issuing: settings.ISSUING_KEY_PASSPHRASE || (demo ? DEMO_PASSPHRASES.issuing : ''),
    },
  }
  checkReach(env)
  if (!demo && env.relaxedCodes) {
    throw new StartError('USCC_CHECK=relaxed 只用于演示和测试；正式使用须核对统一社会信用代码的校验位。')
  }
  if (!demo) checkSecrets(env)
  return env
}

/**
 * What `npm run migrate` and `npm run restore` need on an own PostgreSQL: the owner's access, and the name of
 * the running server's user. Undefined for the embedded one. The running server never reads the owner's access.
 */
export function readOwner(variables: Variables): { ownerUrl: string; appRole: string } | undefined {
  const { DATABASE_URL, DATABASE_OWNER_URL } = readSettings(variables)
  if (!DATABASE_URL && !DATABASE_OWNER_URL) return undefined
  if (!DATABASE_OWNER_URL) throw new StartError('请设置 DATABASE_OWNER_URL：只有数据库的所有者可以更改结构。')
  const user = DATABASE_URL
    ? decodeURIComponent(new URL(DATABASE_URL.replace('@/', '@localhost/')).username)
    : ''
  return { ownerUrl: DATABASE_OWNER_URL, appRole: user || 'xuke_app' }
}
