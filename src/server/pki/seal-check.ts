/**
 * Whether a seal 签章 is true: form, signature, content, signer, dates, clock, revocation. Everything but the
 * last needs no database and is done before any lock; `certificateRefusal` is asked again on the locked row.
 */
import { sameBytes } from '#domain/seal/bytes.ts'
import { type Cms, CmsError, readCms } from '#domain/seal/cms.ts'
import { type ValidityPeriod, validityRefusal } from '#domain/seal/validity.ts'
import { formatInstant } from '#domain/day.ts'
import { digestBy, verifyBy } from './signature.ts'
import { type DistrustCode, type Trust, type TrustedCertificate, trustedCertificate } from './trust.ts'

/** How far the signer's clock may be from the server's. */
const MAX_CLOCK_DIFFERENCE_MS = 5 * 60_000

export type SealRefusalCode =
  | 'malformed'
  | DistrustCode
  | 'signature'
  | 'content'
  | 'clock'
  | 'not_yet_valid'
  | 'expired'
  | 'unknown_certificate'
  | 'revoked'
  | 'other_enterprise'
  | 'other_account'

/** `words` for the user: what, why, what to do. */
export type SealRefusal = { readonly code: SealRefusalCode; readonly words: string }

/** What a true seal proves. */
export type SealFacts = {
  /** SHA-256 of the certificate in lower-case hex: its key in the table `certificate`. */
  readonly fingerprint: string
  /** Its serial number in lower-case hex. */
  readonly serial: string
  readonly code13: string
  readonly uscc: string
  readonly enterpriseName: string
  /** The person. */
  readonly holder: string
  /** By the signer's clock, within five minutes of the server's. */
  readonly signedAt: Date
  /** Of the content, by the certificate's algorithm, in lower-case hex. */
  readonly digest: string
  readonly algorithm: string
}

/** The part of a row of `certificate` that decides whether it may still be used. */
export type CertificateState = ValidityPeriod & { readonly revokedAt: Date | null }

const WORDS = {
  malformed: '签章数据格式不符合要求，未予受理。请刷新页面后重新盖章；仍不成功请联系技术支持。',
  untrusted: '签章所用证书不是本系统签发的电子钥匙证书，未予受理。请使用本系统发放的电子钥匙重新盖章。',
  algorithm: '电子钥匙所用的密码算法不被本系统接受。请办理电子钥匙更新后重新盖章。',
  usage: '签章所用证书的用途不是企业签章，未予受理。请使用本企业操作员的电子钥匙重新盖章。',
  signature: '签名验证未通过，签章与证书不符，未予受理。请重新插入电子钥匙后盖章。',
  content: '签章对应的内容与当前申请内容不一致，签章无效。请刷新页面，核对内容后重新盖章。',
  unknown_certificate: '本系统没有该电子钥匙证书的登记，未予受理。请联系发证机构核实电子钥匙。',
} as const satisfies Partial<Record<SealRefusalCode, string>>

const refuse = (code: keyof typeof WORDS) => ({ ok: false, code, words: WORDS[code] }) as const

export type SealInput = {
  /** As received. */
  readonly cms: Uint8Array
  /** The canonical bytes that must have been sealed; hashed here, by the algorithm of the certificate. */
  readonly content: Uint8Array
  readonly now: Date
  readonly trust: Trust
}

export type SealVerdict =
  | { readonly ok: true; readonly facts: SealFacts }
  | ({ readonly ok: false } & SealRefusal)

/** Everything that can be said without the certificate table. Takes about 0.1 ms, 0.2 with a new certificate. */
export function verifySeal({ cms: bytes, content, now, trust }: SealInput): SealVerdict {
  const cms = readSeal(bytes)
  if (!cms) return refuse('malformed')
  const signer = trustedCertificate(trust, cms.signerCertificate)
  if (typeof signer === 'string') return refuse(signer)
  // Exactly our chain: no certificate travels along that nobody looked at. A file made before the issuing certificate was
  // renewed brings the one of then.
  const [issuing, ...others] = cms.certificates.filter((certificate) => certificate !== cms.signerCertificate)
  const isOurs = [trust.issuing, ...trust.earlier].some(({ der }) => issuing && sameBytes(issuing, der))
  if (!isOurs || others.length > 0) return refuse('untrusted')
  const { algorithm } = signer
  if (cms.algorithm !== algorithm) return refuse('algorithm')
  // Without this a second certificate of the same key would pass (RFC 5035 3).
  if (Buffer.from(cms.certificateDigest).toString('hex') !== signer.fingerprint) return refuse('signature')
  if (!verifyBy(algorithm, signer.publicKey, cms.signedAttributes, cms.signature)) return refuse('signature')
  const digest = digestBy(algorithm, content)
  if (!sameBytes(digest, cms.contentDigest)) return refuse('content')
  const refusal =
    clockRefusal(cms.signingTime, now) ??
    validityRefusal(signer.period, cms.signingTime) ??
    validityRefusal(signer.period, now)
  return refusal ? { ok: false, ...refusal } : { ok: true, facts: factsOf(signer, cms.signingTime, digest) }
}

function readSeal(bytes: Uint8Array): Cms | undefined {
  try {
    return readCms(bytes)
  } catch (error) {
    if (error instanceof CmsError) return undefined
    throw error
  }
}

function factsOf(signer: TrustedCertificate, signedAt: Date, digest: Buffer): SealFacts {
  const { personName, enterpriseName, code13, uscc } = signer.holder
  const { fingerprint, serial, algorithm } = signer
  return {
    fingerprint,
    serial,
    code13,
    uscc,
    enterpriseName,
    holder: personName,
    signedAt,
    digest: digest.toString('hex'),
    algorithm: algorithm.name,
  }
}

function clockRefusal(signedAt: Date, now: Date): SealRefusal | undefined {
  const difference = signedAt.getTime() - now.getTime()
  if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS) return undefined
  const words =
    `您的电脑时间比服务器${difference > 0 ? '快' : '慢'} ${spanWords(Math.abs(difference))}` +
    `（服务器时间为 ${formatInstant(now)}），签章时间不可信。请校准电脑时间后重新盖章。`
  return { code: 'clock', words }
}

function spanWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000)
  const parts = [
    [Math.floor(minutes / 1440), '天'],
    [Math.floor(minutes / 60) % 24, '小时'],
    [minutes % 60, '分钟'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/**
 * Why a certificate may not be used at this instant: revoked or out of date; undefined when it may. Asked at
 * the seal and again, on the locked row, at the submit.
 */
export function certificateRefusal(state: CertificateState, now: Date): SealRefusal | undefined {
  if (state.revokedAt !== null && state.revokedAt <= now) {
    const words = `签章所用电子钥匙已于 ${formatInstant(state.revokedAt)} 注销，签章无效。请用有效的电子钥匙重新盖章。`
    return { code: 'revoked', words }
  }
  return validityRefusal(state, now)
}

/**
 * The whole check: `verifySeal`, then what the certificate table knows. `findCertificate` gets the fingerprint
 * and returns the row, whole, so that the caller can bind it to account and enterprise (`bindingRefusal`).
 */
export async function checkSeal<Row extends CertificateState>(
  input: SealInput & { readonly findCertificate: (fingerprint: string) => Promise<Row | undefined> },
): Promise<
  | { readonly ok: true; readonly facts: SealFacts; readonly certificate: Row }
  | ({ readonly ok: false } & SealRefusal)
> {
  const verdict = verifySeal(input)
  if (!verdict.ok) return verdict
  const certificate = await input.findCertificate(verdict.facts.fingerprint)
  if (!certificate) return refuse('unknown_certificate')
  const refusal = certificateRefusal(certificate, input.now)
  return refusal ? { ok: false, ...refusal } : { ok: true, facts: verdict.facts, certificate }
}

export type Binding = {
  readonly facts: SealFacts
  /** From the row of `certificate`. */
  readonly certificate: { readonly accountId: string | null; readonly enterpriseId: string | null }
  /** Whoever is signed in. */
  readonly accountId: string
  /** The enterprise whose application it is. */
  readonly enterprise: { readonly id: string; readonly code13: string; readonly uscc: string }
}

/** Why certificate, account and enterprise do not belong together; undefined when they do. */
export function bindingRefusal({
  facts,
  certificate,
  accountId,
  enterprise,
}: Binding): SealRefusal | undefined {
  const sameEnterprise =
    certificate.enterpriseId === enterprise.id &&
    facts.code13 === enterprise.code13 &&
    facts.uscc === enterprise.uscc
  if (!sameEnterprise) {
    const words = `该电子钥匙属于“${facts.enterpriseName}”（企业代码 ${facts.code13}），不是本企业的电子钥匙，不能在此申请上盖章。请使用本企业的电子钥匙。`
    return { code: 'other_enterprise', words }
  }
  if (certificate.accountId !== accountId) {
    const words = `该电子钥匙的持有人是 ${facts.holder}，与当前登录账号不符。请使用本人的电子钥匙，或由持有人登录后盖章。`
    return { code: 'other_account', words }
  }
  return undefined
}
