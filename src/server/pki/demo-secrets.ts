/** Secrets of the demonstration, known to everybody, and the questions by which production refuses them and weak ones. */
import { isCommonPassword } from '#domain/account/guessable.ts'
import { readCertificate, readName } from '#domain/seal/certificate.ts'
import { OID } from '#domain/seal/oids.ts'
import { readPem } from '#domain/seal/pem.ts'

export const DEMO_PASSPHRASES = {
  root: 'xuke-demo-root-passphrase',
  issuing: 'xuke-demo-issuing-passphrase',
  authority: 'xuke-demo-authority-passphrase',
} as const

/** What the demonstration's certificates are called, so that nobody takes them for real ones. */
export const DEMO_NAMES = {
  root: '出口许可证系统演示根证书（仅供演示）',
  issuing: '出口许可证系统演示签发证书（仅供演示）',
} as const

/** Shorter passphrases can be guessed from a copy of the key file. */
const MIN_PASSPHRASE = 16
const MIN_DIFFERENT = 8

/** Why a passphrase, by the name of its setting, is none for production: missing, known to everybody, or guessed in time. */
export function passphraseProblem(setting: string, passphrase: string | undefined): string | undefined {
  const demo: readonly string[] = Object.values(DEMO_PASSPHRASES)
  if (passphrase === undefined || passphrase === '') return `生产模式必须设置 ${setting}。`
  if (demo.includes(passphrase)) return `生产模式不能使用演示口令：请更换 ${setting}。`
  if (passphrase.length < MIN_PASSPHRASE) return `${setting} 至少需要 ${MIN_PASSPHRASE} 个字符。`
  if (new Set(passphrase).size < MIN_DIFFERENT || isCommonPassword(passphrase, ['xuke', 'licence'])) {
    return `${setting} 太容易猜到：请换成随机的口令，例如 openssl rand -base64 24 的输出。`
  }
  return undefined
}

/**
 * Why production may not start with these: a passphrase of the demonstration or one that is easily guessed, or certificates of a demonstration. Undefined when nothing speaks against them. `passphrases` by the name of
 * their setting.
 */
export function demoSecretRefusal(
  passphrases: Readonly<Record<string, string | undefined>>,
  chainPem: string,
): string | undefined {
  for (const [setting, passphrase] of Object.entries(passphrases)) {
    const problem = passphraseProblem(setting, passphrase)
    if (problem !== undefined) return problem
  }
  return isDemoChain(chainPem)
    ? '生产模式不能使用演示证书：请用正式的签发证书和根证书替换 chain.pem。'
    : undefined
}

/** Whether one of these certificates (PEM) is a demonstration's. */
export function isDemoChain(chainPem: string): boolean {
  const demoNames: readonly string[] = Object.values(DEMO_NAMES)
  return readPem(chainPem).some((block) => {
    const name = readName(readCertificate(block.bytes).subject).get(OID.commonName)
    return name !== undefined && demoNames.includes(name)
  })
}
