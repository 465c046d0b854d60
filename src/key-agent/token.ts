/** Tokens as the pages speak of them: what is in them, opening with the PIN, keys and certificates. */
import { createHash, createPublicKey, randomBytes, X509Certificate } from 'node:crypto'
import { CKA, CKK_EC, CKO, CKR, type Cryptoki, CryptokiError } from './cryptoki.ts'
import { asksItself, hasPin, pinState, type PinState } from './pin-state.ts'
import { Refused } from './refused.ts'

export type TokenState = {
  /** Its serial number, by which it is known while slots change. */
  readonly id: string
  readonly label: string
  readonly pin: PinState
  readonly pinOnToken: boolean
}
export type StoredCertificate = { readonly keyId: string; readonly der: Buffer }
export type Token = TokenState & { readonly certificates: readonly StoredCertificate[] }

/** A token that was opened by its PIN. */
export interface OpenToken {
  readonly id: string
  /** r‖s over the SHA-256 of `data` (64 bytes). */
  sign(keyId: string, data: Uint8Array): Buffer
  /** A P-256 key pair that never leaves the token: its id and its public half (SubjectPublicKeyInfo, DER). */
  generate(): { keyId: string; publicKey: Buffer }
  /** Writes the certificate beside its key. Refuses one that is made for another key. */
  store(keyId: string, certificate: Uint8Array): void
  close(): void
}

/** What the agent needs of its module; tests have one that can be locked. */
export interface Tokens {
  list(): Token[]
  state(id: string): TokenState
  /** Refuses a wrong PIN with the tries that are left, and does not even try at a locked token. */
  open(id: string, pin: string | undefined): OpenToken
}

const P256_PARAMETERS = Buffer.from('06082a8648ce3d030107', 'hex')
/** SubjectPublicKeyInfo of a P-256 key up to its point. */
const P256_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')

const gone = () => new Refused(409, 'token', '没有找到这把硬件钥匙，请插好后重试')

export function tokensOf(module: Cryptoki): Tokens {
  const slotOf = (id: string) => {
    const slot = module.slots().find((one) => idOf(module.token(one)) === id)
    if (slot === undefined) throw gone()
    return slot
  }
  const stateOf = (slot: number): TokenState => {
    const info = module.token(slot)
    const { flags, label } = info
    return { id: idOf(info), label, pin: pinState(flags), pinOnToken: asksItself(flags) }
  }
  return {
    list: () =>
      guarded(() =>
        module
          .slots()
          .filter((slot) => hasPin(module.token(slot).flags))
          .map((slot) => ({ ...stateOf(slot), certificates: certificatesOf(module, slot) })),
      ),
    state: (id) => guarded(() => stateOf(slotOf(id))),
    open: (id, pin) =>
      guarded(() => {
        const slot = slotOf(id)
        if (stateOf(slot).pin === 'locked') throw pinRefused('locked')
        const session = module.openSession(slot)
        try {
          login(module, session, pin)
        } catch (error) {
          module.closeSession(session)
          if (!(error instanceof CryptokiError)) throw error
          if (error.code === CKR.pinLocked) throw pinRefused('locked')
          const wrong = error.code === CKR.pinIncorrect || error.code === CKR.pinLenRange
          throw wrong ? pinRefused(stateOf(slot).pin) : error
        }
        return openToken(module, id, session)
      }),
  }
}

const idOf = ({ serial, label }: { serial: string; label: string }) => (serial === '' ? label : serial)

const pinRefused = (state: PinState) =>
  new Refused(422, 'pin', state === 'locked' ? 'PIN 已锁定' : 'PIN 不正确，没有打开钥匙')

/** The token is logged in as a whole, so a second page would be let in without its PIN being looked at: log out first. */
function login(module: Cryptoki, session: number, pin: string | undefined) {
  try {
    module.logout(session)
  } catch (error) {
    if (!(error instanceof CryptokiError) || error.code !== CKR.userNotLoggedIn) throw error
  }
  module.login(session, pin)
}

function certificatesOf(module: Cryptoki, slot: number): StoredCertificate[] {
  const session = module.openSession(slot)
  try {
    return module.find(session, [[CKA.class, CKO.certificate]]).flatMap((object) => {
      const der = module.read(session, object, CKA.value)
      const id = module.read(session, object, CKA.id)
      return der === undefined || id === undefined || id.length === 0
        ? []
        : [{ keyId: id.toString('hex'), der }]
    })
  } finally {
    module.closeSession(session)
  }
}

function tokenFault(error: CryptokiError): Refused {
  const pulled: number[] = [
    CKR.sessionHandleInvalid,
    CKR.tokenNotPresent,
    CKR.tokenNotRecognized,
    CKR.userNotLoggedIn,
    CKR.keyHandleInvalid,
  ]
  return pulled.includes(error.code)
    ? new Refused(409, 'closed', '硬件钥匙已拔出或已退出，请重新插入并输入 PIN')
    : new Refused(500, 'token_fault', `硬件钥匙没有完成操作（${error.message}），请重新插入后再试`)
}

/** What the module says, in words. */
function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof CryptokiError ? tokenFault(error) : error
  }
}

function openToken(module: Cryptoki, id: string, session: number): OpenToken {
  const keyOf = (kind: number, keyId: string) => {
    const found = module.find(session, [
      [CKA.class, kind],
      [CKA.id, Buffer.from(keyId, 'hex')],
    ])[0]
    if (found === undefined) throw new Refused(409, 'key', '硬件钥匙中没有这张证书的私钥，请选择另一张证书')
    return found
  }
  return {
    id,
    sign: (keyId, data) =>
      guarded(() => {
        const digest = createHash('sha256').update(data).digest()
        const signature = module.signDigest(session, keyOf(CKO.privateKey, keyId), digest)
        if (signature.length !== 64) throw new Refused(500, 'token_fault', '硬件钥匙的签名格式不符')
        return signature
      }),
    generate: () =>
      guarded(() => {
        const id = randomBytes(16)
        const both = [
          [CKA.token, true],
          [CKA.keyType, CKK_EC],
          [CKA.id, id],
          [CKA.label, Buffer.from('xuke')],
        ] as const
        const publicKey = module.generateEcPair(
          session,
          [...both, [CKA.verify, true], [CKA.ecParams, P256_PARAMETERS]],
          [...both, [CKA.private, true], [CKA.sensitive, true], [CKA.extractable, false], [CKA.sign, true]],
        )
        const point = module.read(session, publicKey, CKA.ecPoint)
        return { keyId: id.toString('hex'), publicKey: publicKeyInfo(point ?? Buffer.alloc(0)) }
      }),
    store: (keyId, certificate) =>
      guarded(() => {
        const parsed = readCertificate(certificate)
        const point = module.read(session, keyOf(CKO.publicKey, keyId), CKA.ecPoint) ?? Buffer.alloc(0)
        const own = createPublicKey({ key: publicKeyInfo(point), format: 'der', type: 'spki' })
        if (!own.equals(parsed.publicKey)) {
          throw new Refused(409, 'key', '证书不是为这把钥匙中的密钥签发的，没有写入')
        }
        const kept = Buffer.from(keyId, 'hex')
        for (const old of module.find(session, [
          [CKA.class, CKO.certificate],
          [CKA.id, kept],
        ])) {
          module.destroy(session, old)
        }
        const parts = certificateParts(parsed.raw)
        module.create(session, [
          [CKA.class, CKO.certificate],
          [CKA.certificateType, 0],
          [CKA.token, true],
          [CKA.private, false],
          [CKA.id, kept],
          [CKA.label, Buffer.from('xuke')],
          [CKA.subject, parts.subject],
          [CKA.issuer, parts.issuer],
          [CKA.serialNumber, parts.serialNumber],
          [CKA.value, parsed.raw],
        ])
      }),
    close() {
      try {
        module.closeSession(session)
      } catch (error) {
        // Pulled out: there is nothing left to close.
        if (!(error instanceof CryptokiError)) throw error
      }
    },
  }
}

function readCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch {
    throw new Refused(422, 'malformed', '不是证书')
  }
}

/** Some tokens give the point bare, others in an OCTET STRING (which the standard means). */
function publicKeyInfo(point: Buffer): Buffer {
  const bare = point.length === 67 && point[0] === 0x04 && point[1] === 65 ? point.subarray(2) : point
  if (bare.length !== 65 || bare[0] !== 0x04) throw new Refused(500, 'token_fault', '硬件钥匙的公钥格式不符')
  return Buffer.concat([P256_PREFIX, bare])
}

/** One DER element at `at`: where its content begins, where it ends. */
function element(der: Buffer, at: number): { from: number; to: number } {
  const first = der[at + 1] ?? 0
  if (first < 0x80) return { from: at + 2, to: at + 2 + first }
  const bytes = first & 0x7f
  const from = at + 2 + bytes
  return { from, to: from + der.readUIntBE(at + 2, bytes) }
}

/** The fields that a token keeps apart, cut out of a certificate that was parsed before. */
function certificateParts(der: Buffer) {
  let at = element(der, element(der, 0).from).from
  const next = () => {
    const from = at
    at = element(der, at).to
    return der.subarray(from, at)
  }
  if (der[at] === 0xa0) next()
  const serialNumber = next()
  next()
  const issuer = next()
  next()
  return { serialNumber, issuer, subject: next() }
}
