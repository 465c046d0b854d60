/** An e-key in a hardware token: found through the key agent, opened on the agent's page, made in the token. */
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import { sameBytes, type Bytes } from '#domain/seal/bytes.ts'
import {
  type Certificate,
  type KeyHolder,
  readAuthority,
  readCertificate,
  readHolder,
} from '#domain/seal/certificate.ts'
import { assembleRequest, requestInfo } from '#domain/seal/csr.ts'
import { DerError } from '#domain/seal/der.ts'
import { ecdsaToDer } from '#domain/seal/ecdsa.ts'
import { holderName } from '#domain/seal/name.ts'
import { readPem } from '#domain/seal/pem.ts'
import type { AgentSession, AgentToken, KeyAgent, ShowAsk } from './agent.ts'
import { belongTogether, describe, type KeyDescription, type OpenKey } from './e-key.ts'
import { EKeyError } from './e-key-error.ts'

/** A certificate in a token that this system may know. */
export interface TokenKey {
  readonly token: AgentToken
  readonly keyId: string
  readonly certificate: Certificate
  readonly description: KeyDescription
}

/** The operators' certificates of these tokens; those of other systems are left out. */
export const keysOf = (tokens: readonly AgentToken[]): TokenKey[] =>
  tokens.flatMap((token) =>
    token.certificates.flatMap((stored) => {
      try {
        const certificate = readCertificate(fromBase64(stored.certificate))
        const { algorithm } = certificate
        if (algorithm === undefined) return []
        const description = describe({ certificate, algorithm, holder: readHolder(certificate) })
        return [{ token, keyId: stored.keyId, certificate, description }]
      } catch (error) {
        if (error instanceof DerError) return []
        throw error
      }
    }),
  )

/**
 * The key for seals, once the person has typed the PIN at the agent. `chainPem`: the system's certificates, among which
 * the issuer's goes into the seal. Refuses (EKeyError) a certificate of another issuer, and one without its own key.
 */
export async function openTokenKey(
  agent: KeyAgent,
  { token, keyId, certificate, description }: TokenKey,
  chainPem: string,
  show: ShowAsk,
): Promise<OpenKey> {
  const { algorithm } = certificate
  const issuers = readPem(chainPem)
    .map((block) => readCertificate(block.bytes))
    .filter((one) => sameBytes(one.subject, certificate.issuer) && readAuthority(one).isAuthority)
  if (issuers.length !== 1 || algorithm === undefined) throw new EKeyError('no_issuer')
  const session = await agent.open(token.id, show)
  const signRaw = (data: Uint8Array) => session.sign(keyId, data)
  const close = () => void session.close().catch(() => undefined)
  if (!(await belongTogether(signRaw, { algorithm, certificate }))) {
    close()
    throw new EKeyError('mismatch')
  }
  const chain = issuers.map((one) => one.der)
  return { description, algorithm, certificate: certificate.der, issuers: chain, signRaw, close }
}

/** A key pair in an opened token that has no certificate yet. */
export interface NewTokenKey {
  readonly keyId: string
  /** PKCS#10 in DER, signed in the token. */
  readonly request: Bytes
}

/** Makes a key pair in the token and the request for its certificate; `session.store` writes the certificate beside it. */
export async function makeTokenKey(session: AgentSession, holder: KeyHolder): Promise<NewTokenKey> {
  const { keyId, publicKey } = await session.generate()
  const info = requestInfo(holderName(holder), publicKey)
  const raw = await session.sign(keyId, info)
  return { keyId, request: assembleRequest(info, ECDSA_P256, ecdsaToDer(raw, ECDSA_P256.coordinateLength)) }
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
