/** Secrets of the demonstration, known to everybody, and the question by which production refuses them. */
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

/**
 * Why production may not start with these: a passphrase of the demonstration or one of under 16 characters,
 * or certificates of a demonstration. Undefined when nothing speaks against them. `passphrases` by the name of
 * their setting.
 */
export function demoSecretRefusal(
  passphrases: Readonly<Record<string, string | undefined>>,
  chainPem: string,
): string | undefined {
  const demo: readonly string[] = Object.values(DEMO_PASSPHRASES)
  for (const [setting, passphrase] of Object.entries(passphrases)) {
    if (passphrase === undefined || passphrase === '') return `生产模式必须设置 ${setting}。`
    if (demo.includes(passphrase)) return `生产模式不能使用演示口令：请更换 ${setting}。`
    if (passphrase.length < MIN_PASSPHRASE) return `${setting} 至少需要 ${MIN_PASSPHRASE} 个字符。`
  }
  const demoNames: readonly string[] = Object.values(DEMO_NAMES)
  const isDemo = readPem(chainPem).some((block) => {
    const name = readName(readCertificate(block.bytes).subject).get(OID.commonName)
    return name !== undefined && demoNames.includes(name)
  })
  return isDemo ? '生产模式不能使用演示证书：请用正式的签发证书和根证书替换 chain.pem。' : undefined
}
