/** Whether a request for a certificate (PKCS#10) may be answered: its form, its key, its proof, its name. Needs no database. */
import { createHash } from 'node:crypto'
import { type KeyHolder, readName } from '#domain/seal/certificate.ts'
import { type CertificateRequest, readRequest } from '#domain/seal/csr.ts'
import { DerError } from '#domain/seal/der.ts'
import { holderName } from '#domain/seal/name.ts'
import { publicKeyOf, verifyBy } from './signature.ts'

export type RequestProblem = 'malformed' | 'weak_key' | 'proof' | 'name'

const WORDS: Record<RequestProblem, string> = {
  malformed: '证书请求的格式不正确，未予受理。请刷新页面后重新制作电子钥匙。',
  weak_key: '证书请求中的密钥不是本系统接受的 P-256 椭圆曲线密钥，未予受理。请用本页面重新生成密钥。',
  proof: '证书请求没有用其中的密钥签名，不能证明密钥为您所有，未予受理。请用本页面重新生成密钥。',
  name: '证书请求中的名称与已批准的申请不一致，未予受理。请刷新页面，按批准的内容重新制作电子钥匙。',
}

/** A request whose key is fit and proven, and whose name is the holder's. */
export type CheckedRequest = {
  readonly publicKey: Uint8Array
  /** SHA-256 of the public key in lower-case hex. */
  readonly keyDigest: string
}

export type RequestVerdict =
  | ({ readonly ok: true } & CheckedRequest)
  | { readonly ok: false; readonly code: RequestProblem; readonly words: string }

const refuse = (code: RequestProblem) => ({ ok: false, code, words: WORDS[code] }) as const

/** SHA-256 of a public key (SubjectPublicKeyInfo) in lower-case hex: its mark in the table `certificate`. */
export const keyDigestOf = (publicKey: Uint8Array): string =>
  createHash('sha256').update(publicKey).digest('hex')

/**
 * Judges a request in DER for this holder. Refused in words: what is not a request, a key of another kind or a point
 * beside the curve, a signature by another key, a name that says anything else than the holder's.
 */
export function checkRequest(der: Uint8Array, holder: KeyHolder): RequestVerdict {
  const request = read(der)
  if (request === undefined) return refuse('malformed')
  const { algorithm, publicKey } = request
  if (algorithm === undefined) return refuse('weak_key')
  const key = keyOf(request)
  if (key === undefined) return refuse('weak_key')
  if (request.signedWith !== algorithm) return refuse('proof')
  if (!verifyBy(algorithm, key, request.info, request.signature)) return refuse('proof')
  if (!namesHolder(request.subject, holder)) return refuse('name')
  return { ok: true, publicKey, keyDigest: keyDigestOf(publicKey) }
}

function read(der: Uint8Array): CertificateRequest | undefined {
  try {
    return readRequest(der)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

/** Undefined when the point does not lie on the curve. */
function keyOf(request: CertificateRequest) {
  try {
    return publicKeyOf(request)
  } catch {
    return undefined
  }
}

/** The same attributes with the same values; how a program wrote its texts does not matter, the certificate is written here. */
function namesHolder(subject: Uint8Array, holder: KeyHolder): boolean {
  try {
    const asked = readName(subject)
    const expected = readName(holderName(holder))
    return asked.size === expected.size && [...expected].every(([id, text]) => asked.get(id) === text)
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}
