/**
 * `npm run ca`, as a function of its words and its environment: `make` makes the certificate authority of a production
 * system once, `renew` puts a new certificate in the place of one that is near its end, `check` opens every key and says
 * until when everything holds. Passphrases come from the environment; a command line can be read by every user of the
 * machine.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { formatInstant } from '#domain/day.ts'
import { makeKeyPair } from '../customs/keys.ts'
import { readCaSettings, type CaSettings } from '../environment.ts'
import { activeAuthorities } from '../reference/active-authorities.ts'
import { StartError } from '../start-error.ts'
import { passphraseProblem } from './demo-secrets.ts'
import {
  checkRootFolder,
  makeProductionCa,
  renewProductionIssuing,
  renewProductionSigners,
} from './production.ts'
import { standingOf } from './standing.ts'

const usage = `用法：
  npm run ca -- make --name 某省商务厅 --root 文件夹 [--authorities AA,03]
  npm run ca -- renew issuing --root 文件夹 [--early]
  npm run ca -- renew authorities [--authorities AA,03] [--early]
  npm run ca -- check
口令来自环境变量 ROOT_KEY_PASSPHRASE、ISSUING_KEY_PASSPHRASE、AUTHORITY_KEY_PASSPHRASE；文件夹由 DATA_DIR 指定，make 和 renew authorities 还需要 PUBLIC_URL。`

type At = { settings: CaSettings; from: string; now: Date }
type Options = { name?: string; root?: string; authorities?: string; early: boolean }

function readWords(args: readonly string[]): { command: string; options: Options } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        name: { type: 'string' },
        root: { type: 'string' },
        authorities: { type: 'string' },
        early: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    return { command: positionals.join(' '), options: values }
  } catch (error) {
    throw new StartError(usage, { cause: error })
  }
}

/** npm runs scripts in the project's folder; a relative name is meant from `from`, where the person stands. */
function rootFolder({ root }: Options, { dataDir }: CaSettings, from: string): string {
  if (root === undefined || root === '') throw new StartError(`请用 --root 指明根证书的文件夹。\n${usage}`)
  const dir = path.resolve(from, root)
  checkRootFolder(dir, dataDir)
  return dir
}

/** The passphrases that a command needs, refused where one is missing, weak, a demonstration's or another's. */
function passphrases<Name extends keyof CaSettings['passphrases']>(
  settings: CaSettings,
  ...names: Name[]
): Record<Name, string> {
  const seen = new Map<string, string>()
  for (const name of names) {
    const problem = passphraseProblem(name, settings.passphrases[name])
    if (problem !== undefined) throw new StartError(problem)
    const same = seen.get(settings.passphrases[name])
    if (same !== undefined)
      throw new StartError(`${name} 不能与 ${same} 相同：一个泄露时，其他的应仍然安全。`)
    seen.set(settings.passphrases[name], name)
  }
  return settings.passphrases
}

function publicUrl({ publicUrl: url }: CaSettings): string {
  const isHere = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(url)
  if (url.startsWith('https://') || isHere) return url
  throw new StartError(
    '请设置 PUBLIC_URL（https:// 开头）：证书中写有注销列表和在线查询的网址，以后不能再改。',
  )
}

async function authorities({ authorities: codes }: Options) {
  const all = await activeAuthorities()
  if (codes === undefined) return all
  return codes.split(',').map((code) => {
    const found = all.find((one) => one.code === code.trim())
    if (found === undefined) throw new StartError(`没有代码为“${code.trim()}”的发证机构，或它已停用。`)
    return found
  })
}

async function make(options: Options, { settings, from, now }: At): Promise<string> {
  const name = options.name?.trim() ?? ''
  if (name === '' || name.length > 40)
    throw new StartError(`请用 --name 指明签发机构的名称（最多 40 字）。\n${usage}`)
  const rootDir = rootFolder(options, settings, from)
  const secrets = passphrases(
    settings,
    'ROOT_KEY_PASSPHRASE',
    'ISSUING_KEY_PASSPHRASE',
    'AUTHORITY_KEY_PASSPHRASE',
  )
  const named = await authorities(options)
  const { root, issuing } = await makeProductionCa({
    pkiDir: settings.pkiDir,
    rootDir,
    name,
    publicUrl: publicUrl(settings),
    passphrases: {
      root: secrets.ROOT_KEY_PASSPHRASE,
      issuing: secrets.ISSUING_KEY_PASSPHRASE,
      authority: secrets.AUTHORITY_KEY_PASSPHRASE,
    },
    authorities: named,
    now,
  })
  makeKeyPair(settings.customsKeyFile)
  return [
    `已建立：根证书（到 ${formatInstant(root.notAfter)}）、签发证书（到 ${formatInstant(issuing.notAfter)}）、${named.length} 个发证机构的签章证书，都在 ${settings.pkiDir}；与海关交换报文的密钥在 ${path.dirname(settings.customsKeyFile)}。`,
    '接下来：',
    `1. 根证书私钥在 ${rootDir}，请移到离线介质保存，口令另存；服务器不需要它，更新签发证书时才用。`,
    '2. 服务器只需要 ISSUING_KEY_PASSPHRASE 和 AUTHORITY_KEY_PASSPHRASE，不要设置 ROOT_KEY_PASSPHRASE。',
    `3. 把 ${settings.customsKeyFile.replace(/\.key\.pem$/, '.pub.pem')} 交给海关，换取海关的公钥。`,
    '4. 建立第一个系统管理员：npm run administrator -- --login 登录名 --name 姓名',
    '5. 启动：MODE=production npm start。每年用 npm run ca -- check 查看到期日。',
  ].join('\n')
}

async function renewIssuing(options: Options, { settings, from, now }: At): Promise<string> {
  const { notAfter } = await renewProductionIssuing({
    pkiDir: settings.pkiDir,
    rootDir: rootFolder(options, settings, from),
    passphrase: settings.passphrases.ROOT_KEY_PASSPHRASE,
    early: options.early,
    now,
  })
  return `签发证书已更新，到 ${formatInstant(notAfter)}。密钥和名称不变，已发的电子钥匙和签章仍然有效。请重新启动服务器。`
}

async function renewAuthorities(options: Options, { settings, now }: At): Promise<string> {
  const secrets = passphrases(settings, 'ISSUING_KEY_PASSPHRASE', 'AUTHORITY_KEY_PASSPHRASE')
  const { made, left } = await renewProductionSigners({
    pkiDir: settings.pkiDir,
    publicUrl: publicUrl(settings),
    passphrases: { issuing: secrets.ISSUING_KEY_PASSPHRASE, authority: secrets.AUTHORITY_KEY_PASSPHRASE },
    authorities: await authorities(options),
    named: options.authorities !== undefined,
    early: options.early,
    now,
  })
  if (made.length === 0) return `${left} 个发证机构的签章证书都不需要更新。`
  return [
    ...made.map(({ code, name, notAfter }) => `${code} ${name}：新的签章证书到 ${formatInstant(notAfter)}`),
    '运行中的服务器一小时内自行改用；重新启动则立即改用。',
  ].join('\n')
}

async function check(_: Options, { settings, now }: At): Promise<string> {
  const { pkiDir, passphrases: given } = settings
  const secrets = { issuing: given.ISSUING_KEY_PASSPHRASE, authority: given.AUTHORITY_KEY_PASSPHRASE }
  const { lines, warnings } = await standingOf(pkiDir, secrets, now, true)
  return [...lines, ...warnings.map((words) => `注意：${words}`)].join('\n')
}

const commands: Record<string, (options: Options, at: At) => Promise<string>> = {
  make,
  'renew issuing': renewIssuing,
  'renew authorities': renewAuthorities,
  check,
}

/** Runs the command; answers what is to be printed. Throws a StartError with the words of what is refused. */
export async function caCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  now: Date,
): Promise<string> {
  const { command, options } = readWords(args)
  const run = commands[command]
  if (run === undefined) throw new StartError(usage)
  const from = variables['INIT_CWD'] ?? process.cwd()
  return run(options, { settings: readCaSettings(variables), from, now })
}
